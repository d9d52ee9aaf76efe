from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "balai.kernel.payments"
    label = "payments"
