"""The site's catalogue of translations, without the gettext programs.

    python -m balai.shell.messages extract [PACKAGE ...]   # update .po from templates and code
    python -m balai.shell.messages check     # exit 1 where a message has no translation
    python -m balai.shell.messages compile   # write the .mo files

Each package with templates or translated code keeps its own catalogue in
`locale/<language>/LC_MESSAGES/django.po`; messages in English are the keys.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1]
PLURALS = {"id": "nplurals=1; plural=0;"}
LANGUAGES = tuple(PLURALS)
KEYWORDS: dict[str, object] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


@dataclass(frozen=True, slots=True)
class Missing:
    """A message without a usable translation."""

    package: str
    language: str
    message: str
    reason: str

    def __str__(self) -> str:
        return f"{self.package} ({self.language}): {self.reason}: {self.message!r}"


def packages(source: Path = SOURCE) -> list[Path]:
    """The packages that keep a catalogue: those with an `apps.py`."""
    return sorted(path.parent for path in source.rglob("apps.py"))


def catalogue_path(package: Path, language: str) -> Path:
    """Where a package's translations into a language stand."""
    return package / "locale" / language / "LC_MESSAGES" / "django.po"


def messages_of(package: Path, language: str) -> Catalog:
    """Every translatable message in a package's code and templates, untranslated."""
    found = Catalog(locale=language, charset="utf-8")
    found.mime_headers = [("Plural-Forms", PLURALS[language])]
    nested = [each for each in packages() if package in each.parents]
    for path in _sources(package, nested):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # What is no message becomes filler, whose indentation would trip the tokenizer.
            text = "\n".join(map(str.strip, templatize(text, origin=str(path)).splitlines()))
        _add(found, path.relative_to(package), text)
    return found


def update(package: Path, language: str) -> Catalog:
    """The package's catalogue with the messages of today; translations kept, dead ones dropped."""
    path = catalogue_path(package, language)
    kept = _read(path, language)
    template = messages_of(package, language)
    for message in template:
        old = kept.get(message.id, message.context)
        # A message that was counted and is no longer, or the other way round, is translated anew.
        if old is None or isinstance(old.string, str) != isinstance(message.id, str):
            continue
        if message.id and old.string:
            message.string = old.string
    return template


def extract_all(names: Iterable[str] = (), source: Path = SOURCE) -> list[Path]:
    """Write the catalogues anew of the packages named (`transit`, `kernel/access`), or of all;
    the paths written. LookupError for a name that is no package with a catalogue.
    """
    known = {package.relative_to(source).as_posix(): package for package in packages(source)}
    if unknown := set(names) - set(known):
        raise LookupError(f"no such package: {', '.join(sorted(unknown))}")
    written = []
    for package in [known[name] for name in names] or list(known.values()):
        for language in LANGUAGES:
            catalog = update(package, language)
            if len(catalog):
                written.append(_write(catalogue_path(package, language), catalog))
    return written


def missing(source: Path = SOURCE) -> list[Missing]:
    """The messages that lack a translation, whose translation lost a placeholder, or that two
    packages translate differently.
    """
    return [
        Missing(str(package.relative_to(source)), language, str(message.id), reason)
        for package in packages(source)
        for language in LANGUAGES
        for message, reason in _faults(package, language)
    ] + [each for language in LANGUAGES for each in disputed(language, source)]


def disputed(language: str, source: Path = SOURCE) -> Iterator[Missing]:
    """The messages that two packages translate differently: all catalogues become one, in which
    only the first of them is read. They want one translation, or other words in one of the two.
    """
    first: dict[Any, tuple[str, Any]] = {}
    for package in packages(source):
        name = package.relative_to(source).as_posix()
        for message in _read(catalogue_path(package, language), language):
            if not message.id or not message.string:
                continue
            key = (message.id, message.context)
            other, told = first.setdefault(key, (name, message.string))
            if told != message.string:
                yield Missing(name, language, str(message.id), f"{other} translates it otherwise")


def compile_all(source: Path = SOURCE) -> list[Path]:
    """Write the .mo file beside every .po; the paths written."""
    written = []
    for po in sorted(source.rglob("LC_MESSAGES/django.po")):
        mo = po.with_suffix(".mo")
        buffer = io.BytesIO()
        write_mo(buffer, _read(po, po.parents[1].name))
        if not mo.exists() or mo.read_bytes() != buffer.getvalue():
            draft = mo.with_suffix(".mo.new")
            draft.write_bytes(buffer.getvalue())
            draft.replace(mo)
        written.append(mo)
    return written


def _sources(package: Path, nested: list[Path]) -> Iterator[Path]:
    for path in sorted(package.rglob("*")):
        own = not any(inner in path.parents for inner in nested)
        template = path.suffix in {".html", ".txt"} and "templates" in path.parts
        if own and (template or path.suffix == ".py"):
            yield path


def _add(catalog: Catalog, path: Path, text: str) -> None:
    found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
    for _line, message, _comments, context in found:
        catalog.add(message, locations=[(path.as_posix(), None)], context=context)


def _faults(package: Path, language: str) -> Iterator[tuple[Message, str]]:
    kept = _read(catalogue_path(package, language), language)
    for message in messages_of(package, language):
        if not message.id:
            continue
        found = kept.get(message.id, message.context)
        strings = _strings(found.string) if found is not None else ()
        if not strings or not all(strings):
            yield message, "no translation"
        elif any(_placeholders(each) != _placeholders(_longest(message.id)) for each in strings):
            yield message, "other placeholders than the original"


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"%\(\w+\)[sd]|%[sd]", text))


def _longest(text: str | Iterable[str]) -> str:
    return text if isinstance(text, str) else max(text, key=len)


def _strings(text: str | Iterable[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _write(path: Path, catalog: Catalog) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=100, omit_header=True, sort_output=True, include_lineno=False)
    plurals = PLURALS[str(catalog.locale)]
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {plurals}\\n"\n\n'
    )
    path.write_bytes(header.encode() + buffer.getvalue())
    return path


def main(arguments: list[str]) -> int:
    """Run `extract`, `check` or `compile`; the exit code."""
    match arguments:
        case ["extract", *names]:
            try:
                print(*extract_all(names), sep="\n")
            except LookupError as error:
                print(error, file=sys.stderr)
                return 2
        case ["compile"]:
            print(*compile_all(), sep="\n")
        case ["check"]:
            found = missing()
            print(*found, sep="\n", file=sys.stderr, end="\n" if found else "")
            return 1 if found else 0
        case _:
            print("usage: python -m balai.shell.messages extract|check|compile", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
