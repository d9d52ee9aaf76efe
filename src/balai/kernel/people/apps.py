from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "balai.kernel.people"
    label = "people"
