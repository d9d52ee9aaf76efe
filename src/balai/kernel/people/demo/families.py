"""Generated families: who lives together, as plain values drawn from a seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from balai.kernel.people.demo.names import Names
from balai.kernel.people.engine.nik import make_nik

TODAY = date(2026, 1, 1)
"""The day on which the generated people have their ages."""
HEAD, HUSBAND, WIFE, CHILD, PARENT = 1, 2, 3, 4, 7
MARRIED, NEVER, WIDOWED = 2, 1, 4
RELIGIONS = ((1, 88), (2, 6), (3, 3), (4, 2), (5, 1))
WORKS = (15, 15, 88, 88, 19, 9, 11, 65, 5, 81, 84, 13, 30)
GONE = (("dead", 2), ("moved", 2), ("unknown", 1), ("alive", 95))


@dataclass(slots=True, kw_only=True)
class Someone:
    """A generated person of a household."""

    name: str
    sex: str
    born: date
    relation: int
    nik: str
    religion: int
    marital: int
    education: int
    occupation: int
    father: str = ""
    mother: str = ""
    status: str = "alive"
    status_on: date | None = None


@dataclass(slots=True, kw_only=True)
class Family:
    """A generated household in a village."""

    village: str
    kk: str
    street: str
    rt: str
    rw: str
    founded: date
    people: list[Someone] = field(default_factory=list)


def families(count: int, villages: Sequence[str], names: Names, *, seed: int) -> Iterator[Family]:
    """Households of `count` people in all, spread over the villages; the same for the same seed."""
    chance = Random(seed)  # noqa: S311 - generated people, no secret
    serials: dict[str, int] = {}
    made = 0
    number = 0
    while made < count:
        number += 1
        village = villages[number * 7 % len(villages)]
        family = _family(village, number, names, chance, serials)
        family.people = family.people[: count - made]
        made += len(family.people)
        yield family


def _family(
    village: str, number: int, names: Names, chance: Random, serials: dict[str, int]
) -> Family:
    founded = TODAY - timedelta(days=chance.randint(200, 9000))
    family = Family(
        village=village, founded=founded,
        kk=f"{village[:8].replace('.', '')}{founded:%d%m%y}{number % 9999 + 1:04}",
        street=f"{chance.choice(names.streets)} {chance.randint(1, 140)}",
        rt=f"{chance.randint(1, 12):03}", rw=f"{chance.randint(1, 9):03}",
    )  # fmt: skip
    religion = int(_weighted(RELIGIONS, chance))
    kind = chance.random()
    head_sex = "f" if kind < 0.18 else "m"
    is_couple = kind >= 0.28
    head = _adult(village, head_sex, chance.randint(24, 70), HEAD, names, chance, serials)
    head.marital = MARRIED if is_couple else (WIDOWED if head_sex == "f" else NEVER)
    family.people.append(head)
    wife = None
    if is_couple:
        years = max(20, _age(head) - chance.randint(-3, 7))
        wife = _adult(village, "f" if head_sex == "m" else "m", years,
                      WIFE if head_sex == "m" else HUSBAND, names, chance, serials)  # fmt: skip
        wife.marital = MARRIED
        family.people.append(wife)
    if is_couple or head_sex == "f":
        family.people += _children(village, head, wife, names, chance, serials)
    if chance.random() < 0.12 and _age(head) < 50:
        parent = _adult(village, "f", _age(head) + chance.randint(20, 30), PARENT, names, chance,
                        serials)  # fmt: skip
        parent.marital = WIDOWED
        family.people.append(parent)
    for someone in family.people:
        someone.religion = religion
    _let_go(family, chance)
    return family


def _children(
    village: str, head: Someone, other: Someone | None, names: Names, chance: Random,
    serials: dict[str, int],
) -> list[Someone]:  # fmt: skip
    mother = other if head.sex == "m" else head
    father = head if head.sex == "m" else other
    oldest = (_age(mother) if mother else _age(head)) - 20
    found = []
    for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 4)) if oldest > 0 else 0):
        child = _adult(village, chance.choice("mf"), chance.randint(0, min(oldest, 24)), CHILD,
                       names, chance, serials)  # fmt: skip
        child.father = father.name if father else ""
        child.mother = mother.name if mother else ""
        found.append(child)
    return sorted(found, key=lambda each: each.born)


def _adult(
    village: str, sex: str, years: int, relation: int, names: Names, chance: Random,
    serials: dict[str, int],
) -> Someone:  # fmt: skip
    born = TODAY - timedelta(days=years * 365 + chance.randint(1, 364))
    key = f"{village[:8]}{born}{sex}"
    serials[key] = serials.get(key, 0) + 1
    return Someone(
        name=names.one(sex, chance), sex=sex, born=born, relation=relation,
        nik=make_nik(village[:8], born, sex, serials[key]), religion=1, marital=NEVER,
        education=_education(years, chance), occupation=_occupation(years, sex, chance),
    )  # fmt: skip


def _let_go(family: Family, chance: Random) -> None:
    for someone in family.people[1:]:
        status = _weighted(GONE, chance)
        if status in ("dead", "moved"):
            someone.status = str(status)
            since = max(someone.born, TODAY - timedelta(days=700))
            someone.status_on = since + timedelta(days=chance.randint(0, (TODAY - since).days))
        elif status == "unknown":
            someone.status = "unknown"


def _weighted(options: Sequence[tuple[int | str, int]], chance: Random) -> int | str:
    return chance.choices([o for o, _ in options], [w for _, w in options])[0]


def _age(someone: Someone) -> int:
    return (TODAY - someone.born).days // 365


def _education(years: int, chance: Random) -> int:
    if years < 6:
        return 1
    if years < 13:
        return 2
    return chance.choice((3, 4, 5, 5, 5, 7, 8)) if years > 18 else 4


def _occupation(years: int, sex: str, chance: Random) -> int:
    if years < 6:
        return 1
    if years < 19:
        return 3
    if years > 62:
        return 4
    return 2 if sex == "f" and chance.random() < 0.35 else chance.choice(WORKS)
