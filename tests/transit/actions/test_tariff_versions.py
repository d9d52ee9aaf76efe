"""Drawing a tariff up, publishing it by four eyes, and putting it in force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from balai.kernel.access.models import AuditEntry
from balai.kernel.access.origin import Origin
from balai.kernel.events.models import Event
from balai.kernel.problems import ConflictError, MissingError, ProblemError
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.tariff_versions import (
    change_version,
    discard_version,
    draft_version,
    publish_version,
    return_version,
    submit_version,
    withdraw_version,
)
from balai.transit.actions.tariffs_in_force import decide_in_force, plan_in_force, take_back
from balai.transit.engine.tariff_versions import entries_of
from balai.transit.models import Journey, TariffDecision, TariffPreview, TariffVersion
from balai.transit.queries.tariffs import (
    figures,
    tariff_for,
    tariff_from_draft,
    tariff_law,
    tariff_names,
    tariff_on,
    tariffs_in_force,
)

from ..conftest import MORNING, NOW

ANNA, BUDI = Origin("anna"), Origin("budi")
TITLE = {"id": "OK OTrip 2027", "en": "OK OTrip 2027"}


def parameters(**changed: Any) -> dict[str, Any]:
    law = tariff_law("ok-otrip-2018-10")
    found = {key: each.as_dict() for key, each in entries_of(law, date(2018, 10, 1)).items()}
    for key, value in changed.items():
        found[key] = {**found[key], "value": value, "from": "2020-01-01", "article": "pasal 2"}
    return found


def drafted(name: str = "ok-otrip-2027", **changed: Any) -> TariffVersion:
    return draft_version(
        "jakarta", name, title=TITLE, parameters=parameters(**changed),
        based_on="ok-otrip-2018-10", origin=ANNA,
    )  # fmt: skip


def seen(version: TariffVersion, who: str = "budi") -> None:
    version.refresh_from_db()
    TariffPreview.objects.create(
        id=uuid4(), version=version, digest=version.digest, start=date(2026, 11, 1),
        end=date(2026, 11, 2), cards=1, result={}, seen_by=[who], created_by=who,
        created_at=timezone.now(),
    )  # fmt: skip


def published(name: str = "ok-otrip-2027", **changed: Any) -> TariffVersion:
    version = drafted(name, **changed)
    submit_version("jakarta", name, origin=ANNA)
    seen(version)
    return publish_version("jakarta", name, origin=BUDI)


def test_a_published_version_is_a_tariff_like_those_of_law(jakarta: str) -> None:
    published(cap=6000)
    assert "ok-otrip-2027" in tariff_names(jakarta)
    assert tariff_on("ok-otrip-2027", date(2027, 1, 1)).rule.cap == 6000
    assert {figure.parameter: figure.value for figure in figures("ok-otrip-2027")}["cap"] == 6000
    with pytest.raises(ProblemError, match="did not hold"):
        tariff_on("ok-otrip-2027", date(2019, 1, 1))


def test_a_draft_is_no_tariff_yet(jakarta: str) -> None:
    drafted()
    assert "ok-otrip-2027" not in tariff_names()
    with pytest.raises(MissingError):
        tariff_law("ok-otrip-2027")
    assert tariff_from_draft("x", parameters(cap=1)).rule.cap == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"cap": -5}, "cap"),
        ({"mode_price": {"tram": 3}}, "mode_price"),
        ({"limit_inclusive": "yes"}, "limit_inclusive"),
        ({"capped_modes": ["mrt"]}, "mode_price"),
    ],
)
def test_figures_that_are_no_tariff_are_named(
    jakarta: str, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(ProblemError) as caught:
        drafted(**changed)
    assert [fault.field for fault in caught.value.faults] == [field]
    assert not TariffVersion.objects.exists()


def test_a_figure_without_its_source_or_day_is_refused(jakarta: str) -> None:
    figures_ = parameters()
    figures_["cap"] = {**figures_["cap"], "from": "soon", "source": " "}
    with pytest.raises(ProblemError) as caught:
        draft_version("jakarta", "x", title=TITLE, parameters=figures_, origin=ANNA)
    assert {fault.field for fault in caught.value.faults} == {"cap.from", "cap.source"}


def test_who_drew_it_up_does_not_publish_it(jakarta: str) -> None:
    version = drafted()
    submit_version("jakarta", version.name, origin=ANNA)
    seen(version, "anna")
    with pytest.raises(ProblemError) as caught:
        publish_version("jakarta", version.name, origin=ANNA)
    assert caught.value.status == 403


def test_nobody_publishes_what_they_saw_no_preview_of(jakarta: str) -> None:
    version = drafted()
    seen(version)
    change_version("jakarta", version.name, title=TITLE, parameters=parameters(cap=7000),
                   origin=ANNA)  # fmt: skip
    submit_version("jakarta", version.name, origin=ANNA)
    with pytest.raises(ProblemError, match="preview"):
        publish_version("jakarta", version.name, origin=BUDI)
    seen(version)
    assert publish_version("jakarta", version.name, origin=BUDI).state == "published"


def test_the_database_itself_keeps_a_published_version(jakarta: str) -> None:
    version = published()
    for statement in (
        "UPDATE transit_tariffversion SET parameters = '{}' WHERE id = %s",
        "UPDATE transit_tariffversion SET state = 'draft', published_at = NULL WHERE id = %s",
        "DELETE FROM transit_tariffversion WHERE id = %s",
    ):
        with (
            pytest.raises(DatabaseError, match="stays as it was"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [version.pk])
    with pytest.raises(ConflictError):
        change_version("jakarta", version.name, title=TITLE, parameters=parameters(cap=1),
                       origin=ANNA)  # fmt: skip


def test_a_returned_version_may_be_changed_and_two_at_once_conflict(jakarta: str) -> None:
    version = drafted()
    submit_version("jakarta", version.name, origin=ANNA)
    return_version("jakarta", version.name, reason="cap too high", origin=BUDI)
    change_version("jakarta", version.name, title=TITLE, parameters=parameters(cap=4000),
                   origin=ANNA, revision=1)  # fmt: skip
    with pytest.raises(ConflictError):
        change_version("jakarta", version.name, title=TITLE, parameters=parameters(cap=4500),
                       origin=BUDI, revision=1)  # fmt: skip
    told = Event.objects.filter(kind="transit.tariff-acted").order_by("id")
    acts = list(told.values_list("data", flat=True))
    assert [act["act"] for act in acts] == ["drafted", "submitted", "returned", "changed"]
    changed = AuditEntry.objects.get(action="transit.tariff-changed")
    assert list(changed.detail["after"]) == ["cap"]
    discard_version("jakarta", version.name, origin=ANNA)
    assert not TariffVersion.objects.exists()


def test_a_tariff_begins_tomorrow_and_may_be_taken_back_until_then(jakarta: str) -> None:
    published(cap=6000)
    tomorrow = timezone.localdate() + timedelta(days=3)
    placed = decide_in_force(jakarta, "ok-otrip-2027", tomorrow, origin=BUDI)
    assert not placed.correction
    assert tariff_for(tariffs_in_force(jakarta), tomorrow, jakarta) == "ok-otrip-2027"
    with pytest.raises(ConflictError):
        withdraw_version(jakarta, "ok-otrip-2027", reason="no", origin=BUDI)
    take_back(jakarta, tomorrow, reason="the council asked", origin=BUDI)
    assert tariff_for(tariffs_in_force(jakarta), tomorrow, jakarta) == "jaklingko-integrated"
    withdraw_version(jakarta, "ok-otrip-2027", reason="not wanted", origin=BUDI)
    assert "ok-otrip-2027" not in tariff_names()
    assert tariff_law("ok-otrip-2027").title["en"] == "OK OTrip 2027"
    acts = list(TariffDecision.objects.values_list("act", flat=True))
    assert acts == ["withdrawn", "put"]


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (date(2022, 8, 11), None, "start"),
        (date(2030, 1, 9), date(2030, 1, 1), "end"),
        (date(2030, 6, 1), None, "start"),
        (date(2030, 1, 1), date(2030, 6, 1), "end"),
    ],
)
def test_spans_that_run_into_each_other_are_refused(
    jakarta: str, start: date, end: date | None, field: str
) -> None:
    published()
    decide_in_force(jakarta, "ok-otrip-2027", date(2030, 5, 1), date(2030, 7, 1), origin=BUDI)
    with pytest.raises(ProblemError) as caught:
        plan_in_force(jakarta, "ok-otrip-2027", start, end)
    assert caught.value.faults[0].field == field


def test_a_correction_needs_a_reason_and_reprices_what_was_charged(jakarta: str, tap: Any) -> None:
    begin = MORNING - timedelta(days=1)
    rows = [
        tap("CARD-A", 0, "in", "brt", begin=begin),
        tap("CARD-A", 30, "out", "brt", km=9, begin=begin),
    ]
    receipt = receive_taps(jakarta, rows, place="31", now=NOW)
    assert receipt.count("accepted") == 2, receipt
    price_pending(jakarta, as_of=NOW)
    before = Journey.objects.get()
    published(mode_price={"brt": 4200, "bus": 3500, "angkot": 0, "mikrotrans": 0,
                          "royaltrans": 20000})  # fmt: skip
    first = before.tariff_day
    if first > timezone.localdate():  # The tests' day may lie ahead of the clock.
        first = timezone.localdate()
    assert plan_in_force(jakarta, "ok-otrip-2027", first).journeys == 1
    with pytest.raises(ProblemError) as caught:
        decide_in_force(jakarta, "ok-otrip-2027", first, origin=BUDI)
    assert caught.value.faults[0].field == "reason"
    decide_in_force(jakarta, "ok-otrip-2027", first, reason="decree came late", origin=BUDI)
    price_pending(jakarta, as_of=NOW)
    after = Journey.objects.get()
    assert (after.tariff, after.charge) == ("ok-otrip-2027", 4200)
    assert after.revision == before.revision + 1


def test_the_demonstrations_draft_is_drawn_up_once(jakarta: str) -> None:
    from balai.transit.demo.tariffs import build_tariffs

    build_tariffs()
    build_tariffs()
    version = TariffVersion.objects.get(city="jakarta")
    assert (version.state, len(version.examples)) == ("draft", 2)
    assert tariff_from_draft(version.name, version.parameters).rule.per_km == 300
