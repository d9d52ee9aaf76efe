from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "balai.kernel.access"
    label = "access"

    def ready(self) -> None:
        from importlib import import_module

        import_module("balai.kernel.access.signals")
