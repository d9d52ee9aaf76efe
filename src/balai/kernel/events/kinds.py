"""Kinds of events: a name, a version, and typed fields. Older versions are brought up when read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_type_hints

from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    from pydantic import BaseModel

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes the data of one version to the data of the next."""


@dataclass(frozen=True, kw_only=True)
class EventKind:
    """A kind of event, for example `transit.journey-priced`.

    `fields` is a frozen dataclass of plain types (int, str, bool, float, Decimal, date, datetime,
    UUID, lists of these, or None); `title` is by language; `personal` names the fields that tell
    of a person and are never listed among a measure's records. `upcasts[v]` takes the data of
    version v to version v + 1, for every version before this one.
    """

    name: str
    version: int
    fields: type[Any]
    title: Mapping[str, str]
    personal: frozenset[str] = frozenset()
    upcasts: Mapping[int, Upcast] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not dataclasses.is_dataclass(self.fields):
            raise TypeError(f"{self.name}: fields must be a dataclass, not {self.fields!r}")
        missing = set(range(1, self.version)) - set(self.upcasts)
        if missing:
            raise TypeError(f"{self.name}: no upcast from versions {sorted(missing)}")
        unknown = self.personal - self.field_names
        if unknown:
            raise TypeError(f"{self.name}: personal names no field: {sorted(unknown)}")

    @cached_property
    def field_names(self) -> frozenset[str]:
        """The names of the fields."""
        return frozenset(f.name for f in dataclasses.fields(self.fields))

    def dump(self, data: object, *, row: int | None = None) -> str:
        """The data (an instance of `fields`, or a mapping) as JSON with keys in order.

        ProblemError names each field that is missing, unknown, or of another type.
        """
        given = data if isinstance(data, Mapping) else _members(data, self)
        checked = self._validate(lambda model: model.model_validate(given), row)
        text = json.dumps(
            checked.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"),
            sort_keys=True, allow_nan=False,
        )  # fmt: skip
        if "\\u0000" in text:
            raise ProblemError(
                "The event cannot be recorded",
                faults=(Fault(row=row, field="data", problem="contains a zero character"),),
            )
        return text

    def load(self, version: int, data: Mapping[str, Any]) -> Any:
        """The data as an instance of `fields`, brought up from an older version.

        ProblemError where the version is newer than this kind, or the data do not fit.
        """
        if not 1 <= version <= self.version:
            raise ProblemError(
                "The event is of an unknown version",
                detail=f"{self.name} is known up to version {self.version}, not {version}.",
            )
        current = dict(data)
        for older in range(version, self.version):
            current = self.upcasts[older](current)
        text = json.dumps(current)
        model = self._validate(lambda model: model.model_validate_json(text), None)
        return self.fields(**{name: getattr(model, name) for name in self.field_names})

    @cached_property
    def _model(self) -> type[BaseModel]:
        from pydantic import ConfigDict, create_model

        hints = get_type_hints(self.fields)
        members: dict[str, Any] = {
            f.name: (hints[f.name], _default(f)) for f in dataclasses.fields(self.fields)
        }
        return create_model(
            self.fields.__name__,
            __config__=ConfigDict(extra="forbid", strict=True, allow_inf_nan=False),
            **members,
        )

    def _validate(
        self, validate: Callable[[type[BaseModel]], BaseModel], row: int | None
    ) -> BaseModel:
        from pydantic import ValidationError

        try:
            return validate(self._model)
        except ValidationError as error:
            faults = tuple(
                Fault(
                    row=row,
                    field=".".join(map(str, found["loc"])) or "data",
                    value="" if found["type"] == "missing" else str(found["input"])[:100],
                    problem=_PROBLEMS.get(found["type"], found["msg"]),
                    remedy=f"{self.name} version {self.version} has the fields "
                    f"{', '.join(sorted(self.field_names))}"
                    if found["type"] in _PROBLEMS
                    else "",
                )
                for found in error.errors(include_url=False)
            )
            raise ProblemError(f"The data do not fit {self.name}", faults=faults) from error


_PROBLEMS = {"missing": "is missing", "extra_forbidden": "is not a field of this kind"}
_kinds: dict[str, EventKind] = {}


def register_kind(kind: EventKind) -> EventKind:
    """Make a kind known; ValueError where another kind has its name. Returns the kind."""
    known = _kinds.setdefault(kind.name, kind)
    if known != kind:
        raise ValueError(f"another kind of event is registered as {kind.name!r}")
    return kind


def find_kind(name: str) -> EventKind:
    """The kind of that name; ProblemError names those that exist."""
    try:
        return _kinds[name]
    except KeyError:
        raise ProblemError(
            "There is no such kind of event",
            detail=f"{name!r} is not a kind of event. Known: {', '.join(_kinds) or 'none'}.",
        ) from None


def kinds() -> tuple[EventKind, ...]:
    """The kinds that are registered, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))


def _members(data: object, kind: EventKind) -> dict[str, Any]:
    if not isinstance(data, kind.fields):
        raise ProblemError(
            f"The data do not fit {kind.name}",
            detail=f"{kind.name} takes {kind.fields.__name__}, not {type(data).__name__}.",
        )
    return {name: getattr(data, name) for name in kind.field_names}


def _default(found: dataclasses.Field[Any]) -> Any:
    from pydantic import Field

    if found.default is not dataclasses.MISSING:
        return found.default
    if found.default_factory is not dataclasses.MISSING:
        return Field(default_factory=found.default_factory)
    return ...
