"""Requests for services: opened, worked on within a promised time, decided."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "balai.kernel.cases"
    label = "cases"

    def ready(self) -> None:
        """Make the room's kinds of events, notices and documents, and its measures, known."""
        from balai.kernel.cases.measures import register
        from balai.kernel.documents.kinds import register_folder
        from balai.kernel.notices.kinds import register_kinds

        import_module("balai.kernel.cases.events")
        register_kinds(Path(__file__).parent / "notices")
        register_folder(Path(__file__).parent / "kinds")
        register()
