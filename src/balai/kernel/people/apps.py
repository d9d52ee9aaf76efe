from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "balai.kernel.people"
    label = "people"

    def ready(self) -> None:
        from balai.kernel.access.rows import register_person_finder
        from balai.kernel.people.queries.accounts import person_of

        register_person_finder(person_of)
