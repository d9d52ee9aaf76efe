"""Definitions of services: what is read, and each fault with path, value and mend."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.kernel.cases.engine import DefinitionError, read_service
from balai.kernel.cases.services import register_services, shipped_service, shipped_services
from balai.kernel.problems import MissingError
from kernel.cases.engine.desk import LETTER


def faults_of(text: str):
    with pytest.raises(DefinitionError) as refused:
        read_service(text, "letter")
    assert all(fault.problem and fault.remedy for fault in refused.value.faults)
    return {fault.field: fault for fault in refused.value.faults}


def changed(**members) -> str:
    return yaml.safe_dump(yaml.safe_load(LETTER) | members)


def with_step(number: int, **members) -> str:
    definition = yaml.safe_load(LETTER)
    definition["steps"][number] |= members
    return yaml.safe_dump(definition)


def test_the_shipped_services_can_be_read():
    assert set(shipped_services()) >= {
        "surat-keterangan-domisili", "permintaan-perbaikan-data", "pengaduan",
    }  # fmt: skip
    letter = shipped_service("surat-keterangan-domisili").service
    assert [(s.office, s.document != "") for s in letter.steps] == [
        ("village", False), ("village", True), ("district", True),
    ]  # fmt: skip
    assert "anyone" in shipped_service("pengaduan").service.applicants
    with pytest.raises(MissingError, match="pengaduan"):
        shipped_service("nothing")


def test_a_programme_registers_its_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("balai.kernel.cases.services._folders", [])
    (tmp_path / "letter.yaml").write_text(LETTER)
    register_services(tmp_path)
    register_services(tmp_path)
    assert list(shipped_services()) == ["letter"]
    (tmp_path / "other.yaml").write_text(LETTER)
    with pytest.raises(DefinitionError) as refused:
        shipped_services()
    assert "already defined in letter.yaml" in refused.value.lines()[0]
    with pytest.raises(NotADirectoryError):
        register_services(tmp_path / "none")


def test_all_faults_are_told_at_once_with_path_and_value():
    found = faults_of(changed(version=0, colour="red", applicants=["self", "cat"], promise={}))
    assert set(found) == {"version", "colour", "applicants[1]", "promise"}
    assert found["applicants[1]"].value == "cat"
    assert "officer" in found["applicants[1]"].remedy


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (with_step(0, office="moon"), "steps[0].office"),
        (with_step(0, role="Officer"), "steps[0].role"),
        (with_step(0, acts=["check", "sign"]), "steps[0].acts"),
        (with_step(0, acts=["return"]), "steps[0].acts"),
        (with_step(1, document=""), "steps[1].document"),
        (with_step(0, promise={"hours": 13}), "steps[0].promise"),
        (with_step(0, promise={"hours": 1, "days": 1}), "steps[0].promise"),
        (with_step(0, escalate={"to": "cases.supervisor", "at": 1.5}), "steps[0].escalate.at"),
        (with_step(2, escalate={"to": "cases.supervisor"}), "steps[2].escalate"),
        (with_step(2, next="check"), "steps"),
        (with_step(0, next="nowhere"), "steps.next"),
        (with_step(0, next=""), "steps"),
        (with_step(1, code="check"), "steps"),
        (changed(grounds=[]), "steps[0].acts"),
        (changed(appeal={"days": 5, "step": "none"}), "appeal.step"),
        (changed(applicants=["anyone"]), "personal"),
        (changed(office="city"), "office"),
        (changed(title={"id": "Surat"}), "title.en"),
        (changed(title="Surat"), "title"),
        (changed(steps=[]), "steps"),
        (changed(steps="check"), "steps"),
        (changed(fields=[1]), "fields[0]"),
        (LETTER.replace("kind: text", "kind: text, limits: {pattern: '('}"),
         "fields[0].limits.pattern"),
        (LETTER.replace("kind: text", "kind: text, limits: {pattern: '(a+)+'}"),
         "fields[0].limits.pattern"),
        (LETTER.replace("kind: text", "kind: choice"), "fields[0].options"),
        (LETTER.replace("kind: text", "kind: text, prefill: person.shoe"), "fields[0].prefill"),
        (LETTER.replace("kind: text", "kind: person, personal: false"), "fields[0].personal"),
        (LETTER.replace("kind: text", "kind: text, shown_if: {field: x, is: 1}"),
         "fields[0].shown_if.field"),
        (LETTER.replace("code: card", "code: purpose"), "papers"),
        ("[]", ""),
        ("x" * 200_001, ""),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_its_path(text, path):
    assert path in faults_of(text)


def test_yaml_that_cannot_be_read_names_its_line():
    (fault,) = faults_of(
        LETTER.replace("office: village\napp", "office: {village\napp", 1)
    ).values()
    assert fault.row is not None
    assert "is not YAML" in fault.problem


@pytest.mark.parametrize(
    "text", ["a: 1\na: 2", "a: &x 1\nb: *x", "a: !!python/object:os.x 1", "? [a]"]
)
def test_yaml_says_each_thing_once_and_starts_nothing(text):
    faults_of(text)


@settings(deadline=None, max_examples=40)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["service", "version", "title", "steps", "fields", "promise", "acts", "code", "x"]
    ), inner, max_size=4), max_leaves=12,
))  # fmt: skip
def test_whatever_is_given_is_read_or_refused_in_words(value):
    definition = yaml.safe_load(LETTER)
    for name in ("fields", "steps", "promise", "title", "papers", "grounds", "appeal"):
        try:
            read_service(yaml.safe_dump(definition | {name: value}), "letter")
        except DefinitionError as refused:
            assert refused.faults  # noqa: PT017
