"""What an import changes: the tree that is known against the names in a file. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from balai.kernel.problems import Fault
from balai.kernel.regions import codes


class Known(NamedTuple):
    """A region as the database has it: its name, and whether its code still holds."""

    name: str
    is_open: bool


class Scope(NamedTuple):
    """What a list covers: the codes under a prefix (empty: all) at some levels."""

    prefix: str
    levels: tuple[str, ...]

    def holds(self, code: str) -> bool:
        """Whether the list would have this code, if it stood."""
        return codes.is_under(code, self.prefix) and codes.level_of(code) in self.levels


@dataclass(slots=True)
class Changes:
    """Codes that an import adds, renames (new name by code), reopens, abolishes; and refusals.

    `settled` are added codes that an earlier list covered and did not have: they are new from the
    import's date on. Of the other added codes it is not known since when they hold.
    """

    added: dict[str, str] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)
    reopened: list[str] = field(default_factory=list)
    abolished: list[str] = field(default_factory=list)
    unchanged: int = 0
    orphans: list[Fault] = field(default_factory=list)


def compare(
    known: Mapping[str, Known],
    names: Mapping[str, str],
    *,
    mentioned: Collection[str],
    prefix: str = "",
    levels: Collection[str] = codes.LEVELS,
    covered: Collection[Scope] = (),
) -> Changes:
    """What to change so that the tree under `prefix`, at `levels`, is that of `names`.

    A region whose parent is neither known nor in the file is refused as an orphan. Ancestors of
    the prefix are added where missing. Only open codes that the file does not mention are
    abolished. `covered` are the scopes of the lists taken in earlier.
    """
    changes, scope = Changes(), Scope(prefix, tuple(levels))
    for code, name in sorted(names.items()):
        if scope.holds(code) or (codes.is_above(code, prefix) and code not in known):
            _place(changes, known, code, name)
    changes.settled = {c for c in changes.added if any(each.holds(c) for each in covered)}
    changes.abolished = sorted(
        code
        for code, region in known.items()
        if region.is_open and code not in mentioned and scope.holds(code)
    )
    return changes


def _place(changes: Changes, known: Mapping[str, Known], code: str, name: str) -> None:
    before = known.get(code)
    if before is None:
        _add(changes, known, code, name)
        return
    if before.name != name:
        changes.renamed[code] = name
    if not before.is_open:
        changes.reopened.append(code)
    if before == Known(name, is_open=True):
        changes.unchanged += 1


def _add(changes: Changes, known: Mapping[str, Known], code: str, name: str) -> None:
    parent = codes.parent_of(code)
    if parent != codes.COUNTRY and parent not in known and parent not in changes.added:
        problem, remedy = f"its parent {parent} is not known", f"Add or mend a row for {parent}"
        changes.orphans.append(Fault(field="kode", value=code, problem=problem, remedy=remedy))
        return
    changes.added[code] = name
