from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    name = "balai.kernel.treasury"
    label = "treasury"
