from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "balai.kernel.cases"
    label = "cases"
