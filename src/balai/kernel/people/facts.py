"""What ships as data: the codes of the family card, purposes of looking, texts of consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "facts"
CODED = ("religion", "marital_status", "education", "occupation", "blood_type")
"""The fields of a person that hold a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeSpec:
    """A purpose for which a record may be opened; `kept` ones only the software gives."""

    name: str
    title: Mapping[str, str]
    basis: str
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSpec:
    """Something a resident may consent to, with the version of its text."""

    purpose: str
    version: str
    title: Mapping[str, str]
    text: Mapping[str, str]


@cache
def codes(field: str) -> Mapping[Any, Mapping[str, str]]:
    """The codes of a field (`religion`, `relation`, ...) with their titles by language."""
    found: Mapping[Any, Mapping[str, str]] = _read("codes.yaml")[field]
    return found


def title_of(field: str, code: Any) -> Mapping[str, str]:
    """The title of one code; empty for none, the bare code where it is not known."""
    if code in (None, ""):
        return {}
    return codes(field).get(code, {"id": str(code), "en": str(code)})


@cache
def purposes() -> Mapping[str, PurposeSpec]:
    """The closed list of purposes, by name."""
    rows = _read("purposes.yaml")["purposes"]
    return {name: PurposeSpec(name=name, **row) for name, row in rows.items()}


@cache
def consents() -> Mapping[str, ConsentSpec]:
    """What may be consented to, by purpose."""
    rows = _read("consents.yaml")["consents"]
    return {name: ConsentSpec(purpose=name, **row) for name, row in rows.items()}


@cache
def districts() -> frozenset[str]:
    """Every district code of Indonesia that is or was, dotted (`35.10.19`)."""
    lines = (FOLDER / "districts.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines if not line.startswith("#"))
    return frozenset(f"{city}.{part}" for city, *parts in rows for part in parts)


@cache
def _read(name: str) -> Any:
    import yaml

    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
