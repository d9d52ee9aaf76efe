from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "balai.shell"
    label = "shell"

    def ready(self) -> None:
        from balai.shell import rights

        rights.connect()
