"""A programme is found through its manifest; a seventh needs no change to the others."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SEVENTH = {
    "__init__.py": "",
    "apps.py": """
        from django.apps import AppConfig
        class Config(AppConfig):
            name = "parks"
            label = "parks"
    """,
    "programme.py": """
        from balai.kernel.programmes import Programme
        MANIFEST = Programme(
            name="parks", title={"id": "Taman", "en": "Parks"},
            summary={"id": "Taman kota", "en": "The city's parks"},
            icon="leaf", colour="kampung", home="parks:home",
            urls="parks.urls", api="parks.api:router", commands="parks.commands:group",
            demo="parks.demo:build",
        )
    """,
    "urls.py": """
        from django.http import HttpResponse
        from django.urls import path
        app_name = "parks"
        urlpatterns = [path("", lambda _, city: HttpResponse(f"parks of {city}"), name="home")]
    """,
    "api.py": """
        from ninja import Router
        router = Router()
        @router.get("count")
        def count(request):
            return {"parks": 0}
    """,
    "commands.py": """
        import click
        @click.group()
        def group(): "Parks."
        @group.command()
        def count(): click.echo("0 parks")
    """,
    "demo.py": "def build(progress): progress('parks: none yet')",
    "seventh_settings.py": """
        from balai.shell.test_settings import *
        PROGRAMMES = [*PROGRAMMES, "parks"]
        INSTALLED_APPS = [*INSTALLED_APPS, "parks"]
    """,
}


@pytest.fixture
def seventh(tmp_path: Path) -> dict[str, str]:
    """An environment in which a seventh, empty programme is installed."""
    (tmp_path / "parks").mkdir()
    for name, text in SEVENTH.items():
        folder = tmp_path if name == "seventh_settings.py" else tmp_path / "parks"
        (folder / name).write_text(textwrap.dedent(text))
    return {
        **os.environ,
        "PYTHONPATH": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "seventh_settings",
    }


def run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_seventh_programme_brings_its_pages_api_and_commands(seventh: dict[str, str]) -> None:
    ask = textwrap.dedent("""
        import django; django.setup()
        from django.urls import reverse, resolve
        from balai.kernel import programmes
        print(programmes.find("parks").title["id"])
        print(reverse("parks:home", kwargs={"city": "jakarta"}))
        print(resolve("/api/v1/parks/count").route)
    """)
    said = run(seventh, "-c", ask).splitlines()
    assert said == ["Taman", "/jakarta/parks/", "api/v1/parks/count"]


def test_its_commands_stand_under_its_name(seventh: dict[str, str]) -> None:
    assert "parks" in run(seventh, "-m", "balai", "--help")
    assert run(seventh, "-m", "balai", "parks", "count") == "0 parks\n"
