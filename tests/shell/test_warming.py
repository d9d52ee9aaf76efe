"""What is slow the first time is done before anybody waits for it."""

from __future__ import annotations

import subprocess
import sys

LOADED = """
import gc, sys, django
django.setup()
from balai.shell.warming import warm
warm().join(120)
from balai.kernel.documents.warming import SLOW
assert set(SLOW) <= set(sys.modules), set(SLOW) - set(sys.modules)
assert gc.get_freeze_count() > 50_000, gc.get_freeze_count()
"""


def test_a_server_has_loaded_what_signs_and_keeps_it_out_of_the_collector_s_rounds() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True,
                          check=False, timeout=200)  # fmt: skip
    assert done.returncode == 0, done.stderr
