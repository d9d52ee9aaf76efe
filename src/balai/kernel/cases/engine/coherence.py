"""Whether the parts of a service fit each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from balai.kernel.cases.engine.definition import OFFICES, PASSING, Field, Service, Step
from balai.kernel.problems import Fault


def incoherences(service: Service) -> tuple[Fault, ...]:
    """What does not fit, by path; empty where the service can be used."""
    return (
        *_repeated(service),
        *_faults_of_fields(service.fields),
        *_faults_of_order(service),
        *(fault for n, step in enumerate(service.steps) for fault in _faults_of(service, step, n)),
        *_faults_of_whole(service),
    )


def _repeated(service: Service) -> Iterator[Fault]:
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("fields", (field.name for field in service.fields)),
        ("papers", (paper.code for paper in service.papers)),
        ("steps", (step.code for step in service.steps)),
        ("grounds", (ground.code for ground in service.grounds)),
        ("fees", (fee.code for fee in service.fees)),
    )
    for path, codes in groups:
        for code, times in Counter(codes).items():
            if times > 1:
                yield Fault(field=path, value=code, problem="is there twice", remedy="Rename one")
    for field in service.fields:
        if any(paper.code == field.name for paper in service.papers):
            yield Fault(field="papers", value=field.name, problem="is also a field's name",
                        remedy="Rename one: files are kept under it")  # fmt: skip


def _faults_of_fields(fields: tuple[Field, ...]) -> Iterator[Fault]:
    earlier: dict[str, Field] = {}
    for number, field in enumerate(fields):
        path = f"fields[{number}]"
        yield from _faults_of_shown_if(field, earlier, path)
        for value, times in Counter(option.value for option in field.options).items():
            if times > 1:
                yield Fault(field=f"{path}.options", value=value, problem="is there twice",
                            remedy="Rename one")  # fmt: skip
        if field.limits.shortest > field.limits.longest:
            yield Fault(field=f"{path}.limits", value=str(field.limits.shortest),
                        problem="asks for more than it allows",
                        remedy="Make shortest at most longest")  # fmt: skip
        low, high = field.limits.low, field.limits.high
        if isinstance(low, int) and isinstance(high, int) and low > high:
            yield Fault(field=f"{path}.limits", value=str(low), problem="is above high",
                        remedy="Make low at most high")  # fmt: skip
        earlier[field.name] = field


def _faults_of_shown_if(field: Field, earlier: dict[str, Field], path: str) -> Iterator[Fault]:
    if field.shown_if is None:
        return
    name, wanted = field.shown_if
    asked = earlier.get(name)
    if asked is None:
        yield Fault(field=f"{path}.shown_if.field", value=name, problem="is no earlier field",
                    remedy="Name a field that is asked before this one")  # fmt: skip
        return
    values = {option.value for option in asked.options}
    if (values and wanted not in values) or (asked.kind == "yes_no") != isinstance(wanted, bool):
        yield Fault(field=f"{path}.shown_if.is", value=str(wanted),
                    problem="is no answer of that field",
                    remedy="Name one of its options, or true or false of a yes_no")  # fmt: skip


def _faults_of_order(service: Service) -> Iterator[Fault]:
    known = {step.code: step for step in service.steps}
    code, seen = service.steps[0].code, set[str]()
    while code:
        if code in seen:
            yield Fault(field="steps", value=code, problem="comes round to itself",
                        remedy="Let the last step have no next")  # fmt: skip
            return
        seen.add(code)
        following = known[code].next
        if following and following not in known:
            yield Fault(field="steps.next", value=following, problem="is no step",
                        remedy=f"Name one of {', '.join(known)}")  # fmt: skip
            return
        code = following
    for code in known:
        if code not in seen:
            yield Fault(field="steps", value=code, problem="is never reached",
                        remedy="Name it as the next of another step, or leave it out")  # fmt: skip


def _faults_of(service: Service, step: Step, number: int) -> Iterator[Fault]:
    path = f"steps[{number}]"
    if len(step.acts & PASSING) != 1:
        yield Fault(field=f"{path}.acts", value=", ".join(sorted(step.acts & PASSING)),
                    problem="does not end the step in one way",
                    remedy="Give exactly one of check, approve and sign")  # fmt: skip
    if ("sign" in step.acts) != bool(step.document):
        yield Fault(field=f"{path}.document", value=step.document,
                    problem="goes with the act sign, and sign with a document",
                    remedy="Give both or neither")  # fmt: skip
    if "refuse" in step.acts and not service.grounds:
        yield Fault(field=f"{path}.acts", value="refuse", problem="needs a legal ground",
                    remedy="List the grounds of refusal with their articles")  # fmt: skip
    if "send_back" in step.acts and number == 0:
        yield Fault(field=f"{path}.acts", value="send_back", problem="has no step before it",
                    remedy="Leave it out here; return goes to the resident")  # fmt: skip
    if step.escalate_to and step.promise is None:
        yield Fault(field=f"{path}.escalate", value=step.escalate_to,
                    problem="needs a promised time of the step", remedy="Give promise")  # fmt: skip
    if _longer(step, service):
        yield Fault(field=f"{path}.promise", problem="is longer than the service's promise",
                    remedy="Shorten it, or promise more in all")  # fmt: skip


def _longer(step: Step, service: Service) -> bool:
    if step.promise is None:
        return False
    mine, whole = step.promise, service.promise
    if mine.hours is not None and whole.hours is not None:
        return mine.hours > whole.hours
    return mine.days is not None and whole.days is not None and mine.days > whole.days


def _faults_of_whole(service: Service) -> Iterator[Fault]:
    first = service.steps[0]
    if first.office != service.office_level:
        yield Fault(field="office", value=service.office_level,
                    problem="is not where the first step is taken",
                    remedy=f"Write {first.office}")  # fmt: skip
    if service.appeal_step and not service.has_step(service.appeal_step):
        yield Fault(field="appeal.step", value=service.appeal_step, problem="is no step",
                    remedy="Name the step that looks at an appeal")  # fmt: skip
    if "anyone" in service.applicants and service.personal:
        yield Fault(field="personal", value="true",
                    problem="does not go with applicants who give no name",
                    remedy="Write personal: false, or leave anyone out")  # fmt: skip
    if any(step.office not in OFFICES for step in service.steps):
        yield Fault(field="steps.office", problem="is not known", remedy="See the levels")
