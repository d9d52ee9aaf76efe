"""Kinds of notices as data: their words by language, the channels they usually go, their duties.

A room or programme keeps a folder of YAML files and registers it from its `AppConfig.ready`:

    register_kinds(Path(__file__).parent / "notices")
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from balai.kernel.notices.engine import wording
from balai.kernel.notices.formats import TYPES, written
from balai.kernel.problems import Fault, MissingError, ProblemError

LANGUAGES = ("id", "en")
CHANNELS = ("webpush", "chat", "sms", "email")
PLAIN = "notices.plain"


@dataclass(frozen=True, slots=True)
class Words:
    """A kind's words in one language. `short` is for channels that have little room."""

    subject: str
    body: str
    short: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a person reads: subject on one line, text, short text, and HTML for e-mail."""

    subject: str
    text: str
    short: str
    html: str


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """A kind of notice.

    `legal`: the law demands it, so nobody can switch it off. `urgent`: it passes quiet hours.
    `variables`: type by name (`text`, `code`, `number`, `rupiah`, `date`, `moment`).
    """

    name: str
    title: Mapping[str, str]
    channels: tuple[str, ...]
    variables: Mapping[str, str]
    examples: Mapping[str, Any]
    words: Mapping[str, Words]
    legal: bool = False
    urgent: bool = False
    source: str = field(default="", compare=False)

    def compose(
        self, language: str, values: Mapping[str, Any], *, zone: str, channel: str = "email"
    ) -> Content:
        """The content in a language, with values made safe for the channel.

        ProblemError names each value that is missing, unknown, or of another type.
        """
        words = self.words.get(language) or self.words[LANGUAGES[0]]
        told = self._told(values, language, zone)
        safe: Callable[[str], str] = wording.unmarked if channel == "chat" else wording.plain
        return Content(
            subject=wording.filled(words.subject, told, wording.one_line),
            text=wording.filled(words.body, told, safe),
            short=wording.filled(words.short, told, safe),
            html=_paragraphs(wording.filled(html.escape(words.body), told, _escaped)),
        )

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The names of the values that its words use."""
        texts = [text for each in self.words.values() for text in (each.subject, each.body,
                                                                   each.short)]  # fmt: skip
        return frozenset(name for text in texts for name in wording.places(text))

    def _told(self, values: Mapping[str, Any], language: str, zone: str) -> dict[str, str]:
        faults = [
            Fault(field=name, problem="is not a value of this notice",
                  remedy=f"It takes {', '.join(sorted(self.variables)) or 'none'}")
            for name in sorted(set(values) - set(self.variables))
        ]  # fmt: skip
        told = {}
        for name, kind in self.variables.items():
            try:
                told[name] = written(kind, values[name], language, zone)
            except KeyError:
                faults.append(Fault(field=name, problem="is missing"))
            except (TypeError, ValueError) as error:
                faults.append(Fault(field=name, problem=str(error)))
        if faults:
            raise ProblemError(f"The notice {self.name} cannot be written", faults=tuple(faults))
        return told


_kinds: dict[str, NoticeKind] = {}


def register_kinds(folder: Path) -> tuple[NoticeKind, ...]:
    """Make the kinds of a folder's YAML files known; ValueError tells file and fault."""
    found = [_read(path) for path in sorted(folder.glob("*.yaml"))]
    for kind in found:
        if _kinds.setdefault(kind.name, kind) != kind:
            raise ValueError(f"{kind.source}: another kind is called {kind.name}")
    return tuple(found)


def find_kind(name: str) -> NoticeKind:
    """The kind of that name; MissingError names those that exist."""
    if name not in _kinds:
        known = ", ".join(sorted(_kinds))
        raise MissingError("There is no such kind of notice", detail=f"{name!r}. Known: {known}.")
    return _kinds[name]


def kinds() -> tuple[NoticeKind, ...]:
    """Every kind, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))


def is_known(name: str) -> bool:
    """Whether a kind of that name is registered."""
    return name in _kinds


def _read(path: Path) -> NoticeKind:
    try:
        return _kind(yaml.safe_load(path.read_text(encoding="utf-8")), path)
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name}: {type(error).__name__}: {error}") from error


def _kind(data: Mapping[str, Any], path: Path) -> NoticeKind:
    variables = data.get("variables") or {}
    words = {
        language: Words(
            each["subject"].strip(), each["body"].strip(), (each.get("short") or each["body"])
            .strip(),
        )
        for language, each in data["words"].items()
    }  # fmt: skip
    kind = NoticeKind(
        name=data["kind"], title=data["title"], channels=tuple(data["channels"]),
        variables={name: each["type"] for name, each in variables.items()},
        examples={name: each["example"] for name, each in variables.items()},
        words=words, legal=bool(data.get("legal")), urgent=bool(data.get("urgent")),
        source=str(path),
    )  # fmt: skip
    _check(kind)
    return kind


def _check(kind: NoticeKind) -> None:
    for language in LANGUAGES:
        if language not in kind.words or not kind.title.get(language):
            raise ValueError(f"has no words or title in {language}")
    if unknown := set(kind.channels) - set(CHANNELS):
        raise ValueError(f"names unknown channels {sorted(unknown)}")
    if unknown := set(kind.variables.values()) - set(TYPES):
        raise ValueError(f"has values of unknown types {sorted(unknown)}")
    if unknown := set(kind.wanted) - set(kind.variables):
        raise ValueError(f"uses values it does not declare: {sorted(unknown)}")
    for language in LANGUAGES:
        kind.compose(language, kind.examples, zone="Asia/Jakarta")


def _escaped(value: str) -> str:
    return html.escape(wording.plain(value))


def _paragraphs(text: str) -> str:
    parts = [part.replace("\n", "<br>") for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{part}</p>" for part in parts)
