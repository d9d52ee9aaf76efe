"""The fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from balai.shell import database, postgres

SHARED = Path(os.environ.get("BALAI_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")


def pytest_configure(config: pytest.Config) -> None:
    if database.is_embedded() and not hasattr(config, "workerinput"):
        postgres.ensure_running()


def pytest_unconfigure(config: pytest.Config) -> None:
    if database.is_embedded() and not hasattr(config, "workerinput"):
        postgres.release()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real inputs: feeds, regions, plans. Nothing from it is kept in the project."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real inputs is absent (set BALAI_SHARED_DATA)")
    return SHARED


@pytest.fixture
def feed_path(shared_data: Path):
    """The path of a real GTFS feed by its short name: `jakarta_tj` or `manila`."""

    def path(name: str) -> Path:
        return shared_data / "transit" / f"{name}.gtfs.zip"

    return path
