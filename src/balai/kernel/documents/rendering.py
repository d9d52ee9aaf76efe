"""From a version of a kind and data to a PDF: tagged, PDF/A-3a and PDF/UA-1, by Typst.

The data go in as JSON, so that nothing somebody typed is ever read as mark-up. Compilers are kept:
the first document of a kind costs some 100 ms, each after it a few. The same input gives the same
bytes.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from django.conf import settings

from balai.kernel.documents.kinds import FRAME, Kind
from balai.kernel.problems import Fault, ProblemError

STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
BOX_WIDTH, BOX_HEIGHT = 76 / 25.4 * 72, 14.5 / 25.4 * 72
PAGE_HEIGHT = 297 / 25.4 * 72
DOTS = 300
FONTS = "balai/fonts/print"


@dataclass(frozen=True, slots=True)
class Box:
    """Where a signature shows: page from 0, and corners in points from the page's lower left."""

    page: int
    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF, and the place of each signature in their order."""

    pdf: bytes
    boxes: tuple[Box, ...]


def render(kind: Kind, data: Mapping[str, Any], *, at: datetime) -> Rendered:
    """The document; ProblemError where the template does not compile with these data."""
    compiler = _compiler(str(_folder(kind)), kind.template)
    pdf, places = compiler.run(data, at, ask="<signature-box>")
    found = sorted((place["value"] for place in places), key=lambda place: place["order"])
    return Rendered(pdf, tuple(_box(each) for each in found))


def stamp(data: Mapping[str, Any], *, at: datetime, form: Literal["pdf", "png"] = "pdf") -> bytes:
    """What a signature shows, of the box's size: a PDF page, or a picture of 300 dots an inch."""
    return _compiler(str(FRAME), "stamp.typ").run(data, at, form=form)[0]


class Compiler:
    """A kept compiler of one template. One at a time: it holds the inputs of its last run."""

    def __init__(self, folder: Path, template: str) -> None:
        import typst

        fonts = [str(path) for path in font_folders()]
        self.kept = typst.Compiler(
            str(folder / template), root=str(folder), font_paths=fonts, ignore_system_fonts=True
        )
        self.lock = Lock()

    def run(
        self,
        data: Mapping[str, Any],
        at: datetime,
        ask: str = "",
        form: Literal["pdf", "png"] = "pdf",
    ) -> tuple[bytes, list[Any]]:
        """The page, and what the query finds; ProblemError tells what Typst said."""
        import typst

        inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}
        with self.lock:
            try:
                pdf = self.kept.compile(
                    format=form, sys_inputs=inputs, timestamp=int(at.timestamp()), ppi=DOTS,
                    pdf_standards=[*STANDARDS] if form == "pdf" else [],
                )  # fmt: skip
                found = json.loads(self.kept.query(ask)) if ask else []
            except typst.TypstError as error:
                raise ProblemError("The template could not be set",
                                   faults=(Fault(field="template", problem=error.message),)
                                   ) from error  # fmt: skip
        assert isinstance(pdf, bytes)
        return pdf, found


def font_folders() -> list[Path]:
    """Where the site's build has put the fonts for print; without them Typst's own are used."""
    roots = [*map(Path, settings.STATICFILES_DIRS), Path(settings.STATIC_ROOT or "")]
    return [root / FONTS for root in roots if (root / FONTS).is_dir()][:1]


@lru_cache(maxsize=64)
def _compiler(folder: str, template: str) -> Compiler:
    return Compiler(Path(folder), template)


@lru_cache(maxsize=256)
def _folder_of(digest: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"balai-kind-{digest[:12]}-"))


def _folder(kind: Kind) -> Path:
    # A version may no longer stand in any folder: its files are written out from what was kept.
    folder = _folder_of(kind.digest)
    for name, text in kind.files.items():
        if not (path := folder / name).exists():
            path.write_text(text, encoding="utf-8")
    return folder


def _box(place: Mapping[str, Any]) -> Box:
    left, top = round(place["x"]), PAGE_HEIGHT - place["y"]
    return Box(int(place["page"]) - 1, left, round(top - BOX_HEIGHT),
               left + round(BOX_WIDTH), round(top))  # fmt: skip
