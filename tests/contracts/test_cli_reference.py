"""The reference of the command line is what the commands say of themselves."""

from __future__ import annotations

import importlib.util
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools" / "cli_reference.py"


def test_the_page_is_current():
    spec = importlib.util.spec_from_file_location("cli_reference", TOOL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page(), "run tools/cli_reference.py"
