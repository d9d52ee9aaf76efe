from pathlib import Path

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "balai.kernel.notices"
    label = "notices"

    def ready(self) -> None:
        """Make the room's own kinds of notices and of events known."""
        from balai.kernel.notices import happenings  # noqa: F401
        from balai.kernel.notices.kinds import register_kinds

        register_kinds(Path(__file__).parent / "facts")
