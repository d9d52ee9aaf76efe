"""Reading laws from YAML, and finding them by name in the programmes' folders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from balai.kernel.laws.law import DatedValue, Law, LawError, Parameter

PROGRAMMES = Path(__file__).parents[2]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def find_law(name: str) -> Law:
    """The law of that name; its first segment is the programme that keeps it.

    Raises LookupError naming the laws there are.
    """
    laws = _laws_of(name.split("/", 1)[0])
    if name not in laws:
        known = ", ".join(sorted(laws)) or "none"
        raise LookupError(f"there is no law {name!r}; known: {known}")
    return laws[name]


def laws_under(prefix: str) -> tuple[Law, ...]:
    """Every law whose name starts with the segments of `prefix`, in order of name."""
    stem = prefix.rstrip("/")
    laws = _laws_of(stem.split("/", 1)[0])
    return tuple(laws[n] for n in sorted(laws) if n == stem or n.startswith(stem + "/"))


@cache
def _laws_of(programme: str) -> Mapping[str, Law]:
    """The laws a programme ships, by name. Raises LawError where two share one name."""
    found: dict[str, Law] = {}
    folder = PROGRAMMES / programme / "laws"
    for path in sorted(folder.rglob("*.yaml")) if programme.isidentifier() else ():
        law = load_law(path)
        if law.name in found:
            raise LawError(f"{path}: {law.name} is already the law of {found[law.name].path}")
        found[law.name] = law
    return MappingProxyType(found)


def load_law(path: Path) -> Law:
    """A law from its YAML file. Raises LawError naming file, parameter and what is wrong."""
    return read_law(path.read_text(encoding="utf-8"), path)


def read_law(text: str, path: Path | None = None) -> Law:
    """A law from YAML text; `path` is only for messages. Raises LawError."""
    where = str(path or "law")
    try:
        content = yaml.load(text, Loader=LOADER)  # noqa: S506 - a safe loader, in C where built
    except yaml.YAMLError as error:
        raise LawError(f"{where}: not YAML: {error}") from error
    if not isinstance(content, dict):
        raise LawError(f"{where}: expected a mapping with law, title, region and parameters")
    for key in ("law", "title", "region", "parameters"):
        if not content.get(key):
            raise LawError(f"{where}: {key} is missing")
    parameters = _mapping(content["parameters"], where, "parameters")
    return Law(
        name=str(content["law"]),
        title=_title(content["title"], where, "title"),
        region=str(content["region"]),
        parameters=MappingProxyType(
            {str(n): _parameter(str(n), body, where) for n, body in parameters.items()}
        ),
        path=path,
    )


def _parameter(name: str, body: Any, where: str) -> Parameter:
    fields = _mapping(body, where, name)
    entries = fields.get("values")
    if not isinstance(entries, list) or not entries:
        raise LawError(f"{where}: {name}: values must be a list of at least one dated value")
    unit = str(fields.get("unit", ""))
    values = [
        _dated(entry, unit, where, f"{name}: value {i + 1}") for i, entry in enumerate(entries)
    ]
    values.sort(key=lambda value: value.start)
    for earlier, later in pairwise(values):
        if earlier.end is None or earlier.end >= later.start:
            raise LawError(
                f"{where}: {name}: the value from {earlier.start} still holds on {later.start}, "
                "when another begins; give the first a `to`"
            )
    return Parameter(name, _title(fields.get("title"), where, name), unit, tuple(values))


def _dated(entry: Any, unit: str, where: str, what: str) -> DatedValue:
    fields = _mapping(entry, where, what)
    unknown = set(fields) - {"from", "to", "value", "article", "source", "verified"}
    if unknown:
        raise LawError(f"{where}: {what}: unknown key {', '.join(sorted(map(str, unknown)))}")
    if "value" not in fields:
        raise LawError(f"{where}: {what}: value is missing")
    for key in ("article", "source"):
        if not fields.get(key):
            raise LawError(f"{where}: {what}: {key} is missing; say where the figure comes from")
    if not isinstance(fields.get("verified"), bool):
        raise LawError(f"{where}: {what}: verified must be true or false")
    start = _day(fields.get("from"), where, f"{what}: from")
    end = None if fields.get("to") is None else _day(fields["to"], where, f"{what}: to")
    if end is not None and end < start:
        raise LawError(f"{where}: {what}: ends on {end}, before it begins on {start}")
    return DatedValue(
        value=_frozen(fields["value"]),
        unit=unit,
        article=str(fields["article"]),
        source=str(fields["source"]),
        verified=fields["verified"],
        start=start,
        end=end,
    )


def _mapping(content: Any, where: str, what: str) -> dict[Any, Any]:
    if not isinstance(content, dict):
        raise LawError(f"{where}: {what} must be a mapping")
    return content


def _title(content: Any, where: str, what: str) -> Mapping[str, str]:
    if not isinstance(content, dict) or not {"id", "en"} <= set(content):
        raise LawError(f"{where}: {what}: the title needs `id` and `en`")
    return MappingProxyType({str(k): str(v) for k, v in content.items()})


def _day(content: Any, where: str, what: str) -> date:
    if isinstance(content, date) and not isinstance(content, datetime):
        return content
    raise LawError(f"{where}: {what} must be a date such as 2018-01-15, not {content!r}")


def _frozen(content: Any) -> Any:
    """Lists as tuples, mappings read-only: no reader can change a law that is shared."""
    if isinstance(content, dict):
        return MappingProxyType({str(k): _frozen(v) for k, v in content.items()})
    if isinstance(content, list):
        return tuple(_frozen(item) for item in content)
    return content
