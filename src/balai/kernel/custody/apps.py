from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "balai.kernel.custody"
    label = "custody"
