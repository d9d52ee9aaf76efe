from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "balai.kernel.jobs"
    label = "jobs"
