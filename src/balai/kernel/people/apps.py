from pathlib import Path
from typing import Any

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "balai.kernel.people"
    label = "people"

    def ready(self) -> None:
        from balai.kernel.access.identity.people import register_demo_people
        from balai.kernel.access.oidc.claims import register_identity_claims
        from balai.kernel.access.reading import register_reading_log
        from balai.kernel.access.rows import register_person_finder
        from balai.kernel.notices.kinds import register_kinds
        from balai.kernel.people.queries.accounts import person_of

        register_person_finder(person_of)
        register_reading_log(_log_reading)
        register_identity_claims(_join)
        register_demo_people(_generated)
        register_kinds(Path(__file__).parent / "notices")


def _join(user: Any, claims: Any, origin: Any) -> None:
    from balai.kernel.people.identity import join_by_identity

    join_by_identity(user, claims, origin)


def _log_reading(reading: Any, by: Any) -> None:
    from balai.kernel.people.looks import log_reading

    log_reading(reading, by)


def _generated() -> Any:
    from balai.kernel.people.identity import generated_people

    return generated_people()
