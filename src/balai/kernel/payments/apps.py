from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "balai.kernel.payments"
    label = "payments"

    def ready(self) -> None:
        from balai.kernel.payments import events  # noqa: F401 - kinds register on import
