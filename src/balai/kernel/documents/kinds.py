"""Kinds of documents as data: a folder a kind, with `kind.yaml` and its Typst templates.

A programme registers its folder of kinds in `AppConfig.ready`: `register_folder(path)`. Every
template may import what stands in `frame/` of this room (letterhead, QR code, signature boxes).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from balai.kernel.documents.engine.numbering import check_format
from balai.kernel.documents.fields import TYPES, Field, read_fields
from balai.kernel.problems import Fault, MissingError, ProblemError

LIBRARY = Path(__file__).parent / "library"
FRAME = Path(__file__).parent / "frame"
TEXTUAL = {".typ", ".svg", ".yaml"}
MEMBERS = {"kind", "title", "summary", "number", "classification", "language", "template", "valid",
           "fields", "signers", "release"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignerSpec:
    """Who signs, in order: a post of the office, and what the post is called."""

    post: str
    title: Mapping[str, str]
    visible: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of document. `files` are its templates and the frame's, by name; `valid_days` is how
    long it holds from its day on (0: without end); `release` names the fields that the page of
    verification shows, masked as their type says.
    """

    code: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    number: str
    classification: str
    language: str
    template: str
    valid_days: int
    fields: tuple[Field, ...]
    signers: tuple[SignerSpec, ...]
    release: tuple[str, ...]
    definition: Mapping[str, Any] = field(compare=False)
    files: Mapping[str, str] = field(compare=False)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of definition and templates: what makes two versions two."""
        whole = json.dumps([self.definition, self.files], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()

    def check(self, data: Mapping[str, Any]) -> dict[str, str]:
        """The data in their written form, in the fields' order; ProblemError names each fault."""
        known = {each.name for each in self.fields}
        faults = [
            Fault(field=name, problem="is not a field of this kind",
                  remedy=f"The fields are {', '.join(sorted(known))}")
            for name in data if name not in known
        ]  # fmt: skip
        checked = {}
        for each in self.fields:
            try:
                checked[each.name] = each.read(data.get(each.name))
            except ValueError as error:
                given = data.get(each.name)
                shown = "" if given is None or each.personal else str(given)[:60]
                faults.append(Fault(field=each.name, value=shown, problem=str(error)))
        if faults:
            raise ProblemError(f"The data do not fit {self.code}", faults=tuple(faults))
        return checked

    @property
    def holder_field(self) -> str:
        """The field that names whom the document is about; empty where none does."""
        return next((each.name for each in self.fields if each.type == "name"), "")


_folders: list[Path] = [LIBRARY]
_read: dict[Path, tuple[float, Kind]] = {}


def register_folder(folder: Path) -> None:
    """Make the kinds in the folders below this one known."""
    if folder not in _folders:
        _folders.append(folder)


def all_kinds() -> tuple[Kind, ...]:
    """Every kind, by code; ValueError where two folders define one code."""
    found: dict[str, Kind] = {}
    for path in _definitions():
        kind = _kept(path)
        if kind.code in found:
            raise ValueError(f"the kind {kind.code!r} is defined twice, once in {path.parent}")
        found[kind.code] = kind
    return tuple(found[code] for code in sorted(found))


def find_kind(code: str) -> Kind:
    """The kind of that code; MissingError names those that exist."""
    kinds = {kind.code: kind for kind in all_kinds()}
    if code not in kinds:
        raise MissingError("There is no such kind of document",
                           detail=f"{code!r} is none of {', '.join(kinds)}.")  # fmt: skip
    return kinds[code]


def load_kind(folder: Path) -> Kind:
    """The kind in a folder; ProblemError names what is wrong with its definition."""
    import yaml

    definition = yaml.safe_load((folder / "kind.yaml").read_text(encoding="utf-8"))
    files = {path.name: path.read_text(encoding="utf-8") for path in _sources(folder)}
    return kind_from(definition, files)


def kind_from(definition: Mapping[str, Any], files: Mapping[str, str]) -> Kind:
    """A kind from its definition and templates: as a folder holds them, or a version kept."""
    name = str(definition.get("kind", "?"))
    if faults := [Fault(field=f, problem=p) for f, p in _faults(definition, files)]:
        raise ProblemError(f"The kind {name} is not well defined", faults=tuple(faults))
    return Kind(
        code=name, title=definition["title"], summary=definition.get("summary", {}),
        number=definition["number"], classification=str(definition.get("classification", "")),
        language=definition["language"], template=definition["template"],
        valid_days=int(definition.get("valid", {}).get("days", 0)),
        fields=read_fields(definition["fields"]),
        signers=tuple(SignerSpec(each["post"], each["title"], each.get("visible", True))
                      for each in definition["signers"]),
        release=tuple(definition.get("release", ())), definition=definition, files=files,
    )  # fmt: skip


def _faults(definition: Mapping[str, Any], files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for member in ("kind", "title", "number", "language", "template", "fields", "signers"):
        if member not in definition:
            yield member, "is missing"
            return
    for member in set(definition) - MEMBERS:
        yield member, "is not known"
    if problem := check_format(definition["number"]):
        yield "number", problem
    if definition["template"] not in files:
        yield "template", f"{definition['template']} is not there"
    for each in definition["fields"]:
        if each.get("type") not in TYPES:
            yield f"fields.{each.get('name')}", f"has no type of {', '.join(sorted(TYPES))}"
    names = {each["name"] for each in definition["fields"]}
    for name in set(definition.get("release", ())) - names:
        yield "release", f"{name} is not a field"
    for title in [definition["title"], *(each["title"] for each in definition["fields"])]:
        if not {"id", "en"} <= set(title):
            yield "title", f"{title} lacks a language"


def _definitions() -> Iterator[Path]:
    for folder in _folders:
        yield from sorted(folder.glob("*/kind.yaml"))


def _sources(folder: Path) -> Iterator[Path]:
    for place in (FRAME, folder):
        for path in sorted(place.iterdir()):
            if path.suffix in TEXTUAL and path.name != "kind.yaml":
                yield path


def _kept(path: Path) -> Kind:
    changed = max(each.stat().st_mtime for each in (path, *_sources(path.parent)))
    known = _read.get(path)
    if known is None or known[0] != changed:
        known = _read[path] = (changed, load_kind(path.parent))
    return known[1]
