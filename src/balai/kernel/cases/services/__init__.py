"""Services that ship with Balai, and those of programmes: folders of YAML, one service a file.

A programme registers its folder in `AppConfig.ready`: `register_services(path)`. An installation
uses what has been published from it as a version; see `docs/explanation/cases.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from balai.kernel.cases.engine import DefinitionError, Service, read_service
from balai.kernel.problems import Fault, MissingError

GENERIC = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ShippedService:
    """A service as a file has it: its text (which is what is published), and what it says."""

    path: Path
    text: str
    service: Service


_folders: list[Path] = [GENERIC]
_read: dict[Path, tuple[int, ShippedService]] = {}


def register_services(folder: Path) -> None:
    """Make the services of a folder known; NotADirectoryError where there is none."""
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    if folder not in _folders:
        _folders.append(folder)


def shipped_services() -> Mapping[str, ShippedService]:
    """Every registered service by code. DefinitionError where one is faulty or defined twice."""
    found: dict[str, ShippedService] = {}
    for path in (each for folder in _folders for each in sorted(folder.glob("*.yaml"))):
        shipped = _kept(path)
        code = shipped.service.code
        if code in found:
            fault = Fault(field="service", value=code,
                          problem=f"is already defined in {found[code].path.name}",
                          remedy="Give one of them another code")  # fmt: skip
            raise DefinitionError(path.name, (fault,))
        found[code] = shipped
    return MappingProxyType(found)


def shipped_service(code: str) -> ShippedService:
    """The registered service of that code; MissingError names those there are."""
    found = shipped_services()
    if code not in found:
        raise MissingError(
            "There is no such service", detail=f"{code!r} is none of {', '.join(sorted(found))}."
        )
    return found[code]


def _kept(path: Path) -> ShippedService:
    changed = path.stat().st_mtime_ns
    known = _read.get(path)
    if known is None or known[0] != changed:
        text = path.read_text(encoding="utf-8")
        known = _read[path] = (changed, ShippedService(path, text, read_service(text, path.name)))
    return known[1]
