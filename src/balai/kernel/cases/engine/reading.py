"""A service from YAML: every member checked, every fault told at once."""

from __future__ import annotations

import re
from typing import Any

import yaml

from balai.kernel.cases.engine.coherence import incoherences
from balai.kernel.cases.engine.definition import (
    APPLICANTS,
    FIELD_KINDS,
    OFFICES,
    STEP_ACTS,
    DefinitionError,
    Fee,
    Field,
    Ground,
    Limits,
    Option,
    Paper,
    Promise,
    Service,
    Step,
)
from balai.kernel.cases.engine.nodes import Node
from balai.kernel.problems import Fault

MOST_LETTERS = 200_000
ROLE = re.compile(r"[a-z][a-z0-9_-]*\.[a-z][a-z0-9_.-]*")
NESTED_REPEAT = re.compile(r"[+*}]\??\)[+*{]")
MEDIA = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})
PREFILLS = frozenset(
    {"person.name", "person.nik", "person.kk", "person.birth_place", "person.birth_date",
     "person.sex", "person.address", "person.region", "person.phone", "person.email",
     "person.religion", "person.occupation", "person.marital_status"}
)  # fmt: skip
MEMBERS = ("service", "version", "title", "summary", "office", "applicants", "personal", "promise",
           "fields", "papers", "steps", "grounds", "fees", "appeal", "retention_days")  # fmt: skip


def parse(text: str, name: str) -> Service:
    """The service that YAML text defines. DefinitionError names path, value and mend."""
    root = Node(_mapping(text, name), "", [])
    service = _service(root)
    faults = root.faults or incoherences(service)
    if faults:
        raise DefinitionError(name, tuple(faults))
    return service


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses repeated keys and references: a definition says each thing once."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "references (*name) are not taken", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value} is given twice", key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def _mapping(text: str, name: str) -> dict[str, Any]:
    if len(text) > MOST_LETTERS:
        raise DefinitionError(
            name, (Fault(problem="is too long", remedy=f"Keep to {MOST_LETTERS:,} letters"),)
        )
    try:
        value = yaml.load(text, _Loader)  # noqa: S506 - a subclass of SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise DefinitionError(name, (_yaml_fault(error),)) from None
    if not isinstance(value, dict):
        fault = Fault(problem="is not a mapping", remedy="Begin with service: code-of-the-service")
        raise DefinitionError(name, (fault,))
    return value


def _yaml_fault(error: Exception) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "cannot be read"
    return Fault(
        row=mark.line + 1 if mark else None,
        field=f"column {mark.column + 1}" if mark else "",
        problem=f"is not YAML: {problem}",
        remedy="Mend the line; texts with a colon go in quotes",
    )


def _service(root: Node) -> Service:
    root.only(MEMBERS)
    appeal_days, appeal_step = _appeal(root)
    return Service(
        code=root.code("service"),
        version=root.whole("version", 1, 10_000),
        titles=root.words("title"),
        summary=root.words("summary"),
        fields=tuple(_field(each) for each in root.items("fields", required=True)),
        papers=tuple(_paper(each) for each in root.items("papers", most=50)),
        steps=tuple(_step(each) for each in root.items("steps", required=True, most=30)),
        promise=_promise(root, required=True) or Promise(days=1),
        grounds=tuple(_ground(each) for each in root.items("grounds", most=50)),
        applicants=root.some_of("applicants", APPLICANTS),
        office_level=root.one_of("office", OFFICES),
        fees=tuple(_fee(each) for each in root.items("fees", most=20)),
        appeal_days=appeal_days,
        appeal_step=appeal_step,
        retention_days=root.whole("retention_days", 30, 36_525, 3650),
        personal=root.flag("personal", True),
    )


def _promise(node: Node, *, required: bool = False) -> Promise | None:
    inner = node.inner("promise")
    if inner is None:
        if required and node.members.get("promise") is None:
            node.fault("promise", "is missing", "Give {hours: 4} or {days: 3} of working time")
        return None
    inner.only(("hours", "days"))
    if len(inner.members) != 1:
        node.fault("promise", "is not one length of time", "Give either hours or days")
        return None
    hours = inner.whole("hours", 1, 2000) if "hours" in inner.members else None
    days = inner.whole("days", 1, 365) if "days" in inner.members else None
    return Promise(hours=hours, days=days)


def _appeal(root: Node) -> tuple[int, str]:
    inner = root.inner("appeal")
    if inner is None:
        return 0, ""
    inner.only(("days", "step"))
    return inner.whole("days", 1, 365), inner.code("step")


def _field(node: Node) -> Field:
    node.only(("name", "kind", "title", "help", "required", "shown_if", "limits", "options",
               "prefill", "personal"))  # fmt: skip
    kind = node.one_of("kind", FIELD_KINDS)
    prefill = node.text("prefill")
    if prefill and prefill not in PREFILLS:
        node.fault("prefill", "is not known", f"Choose one of {', '.join(sorted(PREFILLS))}")
    personal = node.flag("personal", bool(prefill) or kind == "person")
    if not personal and (prefill or kind == "person"):
        node.fault("personal", "must be true here", "What comes from a record is kept sealed")
    return Field(
        name=node.code("name"), kind=kind, title=node.words("title"),
        help=node.words("help", required=False), required=node.flag("required", True),
        shown_if=_shown_if(node), limits=_limits(node, kind), options=_options(node, kind),
        prefill=prefill, personal=personal,
    )  # fmt: skip


def _shown_if(node: Node) -> tuple[str, Any] | None:
    inner = node.inner("shown_if")
    if inner is None:
        return None
    inner.only(("field", "is"))
    value = inner.members.get("is")
    if not isinstance(value, str | int | bool):
        inner.fault("is", "is missing", "Give the answer that brings this question up")
    return inner.code("field"), value


def _options(node: Node, kind: str) -> tuple[Option, ...]:
    wanted = kind in {"choice", "choices"}
    if not wanted and "options" in node.members:
        node.fault("options", "has no place here", "Only choice and choices have options")
        return ()
    found = []
    for each in node.items("options", required=wanted):
        each.only(("value", "title"))
        found.append(Option(value=each.code("value"), title=each.words("title")))
    return tuple(found)


LIMITS_OF = {
    "text": ("shortest", "longest", "pattern"), "long_text": ("shortest", "longest"),
    "integer": ("low", "high"), "money": ("low", "high"), "date": ("low", "high"),
    "choices": ("low", "high"),
}  # fmt: skip


def _limits(node: Node, kind: str) -> Limits:
    longest = 2000 if kind == "long_text" else 200
    inner = node.inner("limits")
    if inner is None:
        return Limits(longest=longest)
    inner.only(LIMITS_OF.get(kind, ()))
    if kind not in {"text", "long_text"}:
        return Limits(low=_edge(inner, "low", kind), high=_edge(inner, "high", kind))
    return Limits(
        shortest=inner.whole("shortest", 0, 10_000, 0),
        longest=inner.whole("longest", 1, 10_000, longest),
        pattern=_pattern(inner),
    )


def _edge(node: Node, key: str, kind: str) -> int | str | None:
    value = node.members.get(key)
    if value is None:
        return None
    if kind == "date":
        text = str(value)
        if text != "today" and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            node.fault(key, "is no date", "Write 2026-01-31 or today")
        return text
    return node.whole(key, -(10**15), 10**15)


def _pattern(node: Node) -> str:
    pattern = node.text("pattern")
    try:
        re.compile(pattern)
    except re.error:
        node.fault("pattern", "is not a regular expression", "Try it on an example first")
        return ""
    if len(pattern) > 200 or NESTED_REPEAT.search(pattern):
        node.fault("pattern", "may take for ever", "At most 200 letters, no repeated repetition")
        return ""
    return pattern


def _paper(node: Node) -> Paper:
    node.only(("code", "title", "required", "types", "max_mb", "reuse_days"))
    types = node.some_of("types", MEDIA) if "types" in node.members else MEDIA
    return Paper(
        code=node.code("code"), title=node.words("title"), required=node.flag("required", True),
        types=tuple(sorted(types)), max_mb=node.whole("max_mb", 1, 25, 5),
        reuse_days=node.whole("reuse_days", 0, 3650, 0),
    )  # fmt: skip


def _step(node: Node) -> Step:
    node.only(("code", "title", "role", "office", "acts", "next", "promise", "document",
               "escalate"))  # fmt: skip
    role = _role(node, "role", required=True)
    escalate = node.inner("escalate")
    if escalate is not None:
        escalate.only(("to", "at"))
    return Step(
        code=node.code("code"), title=node.words("title"), role=role,
        office=node.one_of("office", OFFICES), acts=node.some_of("acts", STEP_ACTS),
        next=node.code("next", required=False), promise=_promise(node),
        document=node.code("document", required=False),
        escalate_to=_role(escalate, "to", required=True) if escalate else "",
        escalate_at=escalate.share("at", 1.0) if escalate else 1.0,
    )  # fmt: skip


def _role(node: Node, key: str, *, required: bool) -> str:
    role = node.text(key, required=required)
    if role and not ROLE.fullmatch(role):
        node.fault(key, "is not a role", "Write it as programme.role, such as cases.officer")
    return role


def _ground(node: Node) -> Ground:
    node.only(("code", "text", "article"))
    return Ground(code=node.code("code"), text=node.words("text"),
                  article=node.text("article", required=True))  # fmt: skip


def _fee(node: Node) -> Fee:
    node.only(("code", "title", "amount", "article"))
    return Fee(code=node.code("code"), title=node.words("title"),
               amount=node.whole("amount", 1, 10**12),
               article=node.text("article", required=True))  # fmt: skip
