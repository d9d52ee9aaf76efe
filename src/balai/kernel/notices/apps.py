from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "balai.kernel.notices"
    label = "notices"
