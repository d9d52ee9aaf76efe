"""Regions by code, by name, and up and down the tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from balai.kernel.problems import MissingError
from balai.kernel.regions.models import OtherCode, Region

MOST_SUCCESSIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A region as others see it. `path` is its codes from the country down, joined by `/`.

    `lat`, `lon` are a point inside it (degrees), where known; `valid_to` is an abolished code's
    last day and `successor` the code that took its place.
    """

    scheme: str
    code: str
    level: str
    kind: str
    name: str
    parent: str
    path: str
    lat: float | None
    lon: float | None
    valid_from: date | None
    valid_to: date | None
    successor: str
    former_names: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether the code held on that day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


def place(code: str, *, scheme: str = "") -> Place:
    """The region with this code, open or abolished; MissingError where there is none."""
    rows = Region.objects.filter(code=code)
    found = _first(rows.filter(scheme=scheme) if scheme else rows)
    if found is None:
        raise MissingError("No such region", detail=f"No region has the code {code!r}.")
    return found


def resolve(code: str, on: date, *, scheme: str = "kemendagri") -> Place:
    """The region that `code` meant on the day `on`, in this or another scheme.

    A code abolished before that day leads to its successor. MissingError where nothing held then.
    """
    region = _in_scheme(code, on, scheme)
    for _ in range(MOST_SUCCESSIONS):
        if region is None:
            break
        found = _place(region)
        if found.holds_on(on):
            return found
        ended = found.valid_to is not None and found.valid_to < on
        region = region.succeeded_by if ended else None
    raise MissingError(
        "No such region on that day", detail=f"{scheme} {code!r} named no region on {on}."
    )


def _in_scheme(code: str, on: date, scheme: str) -> Region | None:
    own = Region.objects.select_related("parent", "succeeded_by")
    if found := own.filter(scheme=scheme, code=code).first():
        return found
    alias = (
        OtherCode.objects.filter(scheme=scheme, code=code)
        .filter(Q(valid_from=None) | Q(valid_from__lte=on))
        .filter(Q(valid_to=None) | Q(valid_to__gte=on))
        .order_by("-valid_from")
        .first()
    )
    return own.get(pk=alias.region_id) if alias else None


def codes_with_successors(scheme: str) -> dict[str, str | None]:
    """Every code of the scheme: None where it holds; for an abolished one the code that holds in
    its place today, or "" where none is known.
    """
    rows = Region.objects.filter(scheme=scheme).values_list("code", "valid_to", "succeeded_by")
    ended = {code: heir for code, until, heir in rows if until is not None}
    wanted = [heir for heir in ended.values() if heir]
    by_id = dict(Region.objects.filter(pk__in=wanted).values_list("pk", "code"))
    heirs = {code: by_id.get(heir or 0, "") for code, heir in ended.items()}
    for _ in range(MOST_SUCCESSIONS):
        heirs = {code: heirs.get(heir, heir) for code, heir in heirs.items()}
    return {code: heirs.get(code) for code, _, _ in rows}


def children(code: str, *, abolished: bool = False) -> tuple[Place, ...]:
    """The regions right below, by code; with `abolished` also those whose code has ended."""
    return _places(_open(Region.objects.filter(parent__path=place(code).path), abolished))


def descendants(code: str, *, level: str = "", abolished: bool = False) -> tuple[Place, ...]:
    """Every region below, of one level if named, by path."""
    rows = Region.objects.filter(path__startswith=place(code).path + "/")
    return _places(_open(rows.filter(level=level) if level else rows, abolished))


def ancestors(code: str) -> tuple[Place, ...]:
    """The regions above, the country first."""
    parts = place(code).path.split("/")
    paths = ["/".join(parts[:n]) for n in range(1, len(parts))]
    return _places(Region.objects.filter(path__in=paths))


def lineage(code: str) -> tuple[str, ...]:
    """The codes from the country down to this one; empty for a code that is not known."""
    path = Region.objects.filter(code=code).order_by("scheme").values_list("path", flat=True)
    found = path.first()
    return tuple(found.split("/")) if found else ()


def tree(code: str, *, depth: int = 1) -> dict[str, Any]:
    """A region with `depth` levels below it, nested under `children`, for JSON."""
    top = place(code)
    deepest = top.path.count("/") + depth
    nodes = {top.code: _node(top)}
    for each in descendants(code):
        if each.path.count("/") <= deepest:
            nodes[each.code] = _node(each)
            nodes[each.parent]["children"].append(nodes[each.code])
    return nodes[top.code]


def find(text: str, *, under: str = "", level: str = "", limit: int = 20) -> tuple[Place, ...]:
    """Regions whose code is or begins with `text`, or whose name, now or once, contains it.

    Abolished codes are found as well, after those that hold. Names that begin with the text come
    first, then the higher levels, then by code.
    """
    text = " ".join(text.split())
    if not text:
        return ()
    named = Q(name__icontains=text) | Q(former_names__name__icontains=text)
    rows = Region.objects.filter(named | Q(code=text) | Q(code__startswith=text + "."))
    if under:
        rows = rows.filter(path__startswith=place(under).path + "/")
    if level:
        rows = rows.filter(level=level)
    found = [_place(each) for each in _whole(rows.distinct())]
    found.sort(key=lambda each: _rank(each, text.casefold()))
    return tuple(found[:limit])


def _rank(found: Place, text: str) -> tuple[Any, ...]:
    name = found.name.casefold().removeprefix("kota ").removeprefix("kabupaten ")
    return (found.valid_to is not None, found.code != text, name != text,
            not name.startswith(text), found.path.count("/"), found.code)  # fmt: skip


def _open(rows: QuerySet[Region], abolished: bool) -> QuerySet[Region]:
    return rows if abolished else rows.filter(valid_to=None)


def _whole(rows: QuerySet[Region]) -> QuerySet[Region]:
    return rows.select_related("parent", "succeeded_by").prefetch_related("former_names")


def _places(rows: QuerySet[Region]) -> tuple[Place, ...]:
    return tuple(map(_place, _whole(rows).order_by("path")))


def _first(rows: QuerySet[Region]) -> Place | None:
    found: Iterable[Region] = _whole(rows).order_by("scheme")[:1]
    return next(map(_place, found), None)


def _place(region: Region) -> Place:
    return Place(
        scheme=region.scheme,
        code=region.code,
        level=region.level,
        kind=region.kind,
        name=region.name,
        parent=region.parent.code if region.parent else "",
        path=region.path,
        lat=region.lat,
        lon=region.lon,
        valid_from=region.valid_from,
        valid_to=region.valid_to,
        successor=region.succeeded_by.code if region.succeeded_by else "",
        former_names=tuple(each.name for each in region.former_names.all()),
    )


def _node(found: Place) -> dict[str, Any]:
    return {"code": found.code, "name": found.name, "level": found.level, "kind": found.kind,
            "children": []}  # fmt: skip
