from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "balai.kernel.regions"
    label = "regions"
