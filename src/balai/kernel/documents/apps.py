"""Numbered documents from templates, signed, and verifiable by anyone."""

from importlib import import_module

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "balai.kernel.documents"
    label = "documents"

    def ready(self) -> None:
        import_module("balai.kernel.documents.events")
