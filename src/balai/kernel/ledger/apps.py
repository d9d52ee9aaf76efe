from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "balai.kernel.ledger"
    label = "ledger"
