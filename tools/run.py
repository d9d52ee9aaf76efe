"""`make run`: migrate, build the demonstration if it is not there, and serve."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BALAI = ROOT / ".venv" / "bin" / "balai"


def main() -> int:
    """Returns the first failing step's exit code, or the server's."""
    options = arguments()
    where = [f"--host={options.host}", f"--port={options.port}"]
    steps: list[tuple[str, list[str]]] = [
        ("", ["serve", "--check-port", *where]),
        ("Database and demonstration", ["demo"]),
    ]
    for title, command in steps:
        if title:
            print(f"{title} ...", file=sys.stderr, flush=True)
        code = subprocess.call([BALAI, *command])
        if code:
            return code
    return serve([BALAI, "serve", "--demo", *where])


def serve(command: list[object]) -> int:
    """Run the server until it ends; Ctrl-C reaches it once, through the terminal."""
    process = subprocess.Popen([str(part) for part in command], env=os.environ.copy())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    return process.wait()


def arguments() -> argparse.Namespace:
    """What the Makefile hands on."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", default="8000")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
