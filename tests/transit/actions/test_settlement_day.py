"""A simulated day of Jakarta, from taps to operators' statements and the ledger at zero."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Sum
from django.test import override_settings

from balai.kernel import keys
from balai.kernel.access.origin import Origin
from balai.kernel.documents import actions as documents
from balai.kernel.documents import queries as papers
from balai.kernel.events.measures import MeasureQuery, read, records
from balai.kernel.jobs import run_waiting, start
from balai.kernel.ledger import queries as ledger
from balai.kernel.ledger.verification import check
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.regions.actions import install_cities
from balai.transit.actions.import_feed import Provenance, import_feed
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.settlement import payments, statements
from balai.transit.actions.settlement.books import payable_account
from balai.transit.actions.settlement.logs import import_log
from balai.transit.actions.settlement.operators import record_inspection, set_term
from balai.transit.actions.settlement.settle_day import settle_day
from balai.transit.actions.tariffs_in_force import put_in_force
from balai.transit.demo import operators, riders
from balai.transit.demo.days import closing
from balai.transit.demo.feed import demo_feed
from balai.transit.demo.network import network
from balai.transit.models import (
    FareShare,
    Journey,
    Operator,
    SettledDay,
    Statement,
    VerifiedRun,
)
from balai.transit.queries.settlement.days import reconciliation
from balai.transit.queries.settlement.facts import operators_joined, punctuality, subsidies

pytestmark = pytest.mark.django_db
LAST = date(2026, 11, 21)
DAY = LAST - timedelta(days=1)
ROUTES = {
    line.key
    for mode in ("brt", "mikrotrans", "bus", "mrt")
    for line in [line for line in network().lines if line.mode == mode][: 2 if mode == "brt" else 1]
}
ONE, OTHER = (Origin(actor=name, channel="cli") for name in ("one", "other"))


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    """Jakarta the morning after: its feed, the riders' taps of two days priced, the operators,
    and the first fifth of the day's runs as their vehicles reported them. Built once: each test
    works in a savepoint of this transaction.
    """
    home = tmp_path_factory.mktemp("day")
    there = override_settings(MEDIA_ROOT=home / "files", KEYS_ROOT=home / "keys")
    with django_db_blocker.unblock(), there, transaction.atomic():
        keys.make_master()
        _build(DAY)
        yield DAY
        transaction.set_rollback(True)


def _build(day: date) -> None:
    install_cities()
    put_in_force("jakarta", "jaklingko-integrated", date(2022, 8, 11))
    made = Provenance(region_code="31", generated=True)
    import_feed(demo_feed(), city="jakarta", provenance=made)
    rows = [row for row in riders.taps(LAST) if row["at"][:10] in (str(day), str(LAST))]
    receive_taps("jakarta", rows, place="31", now=closing(LAST), generated=True)
    price_pending("jakarta", as_of=closing(LAST))
    operators.engage(day, ROUTES)
    log = operators.log_of(day, 0.2, ROUTES)
    import_log("jakarta", log, name="day.csv", by=ONE, generated=True)


@pytest.fixture
def day(built, db):
    """The built day, to be settled."""
    return built


def approver():
    user = get_user_model().objects.create_user("other", password="a long password 3")
    return user


def assert_books_close(day: date) -> None:
    checks = reconciliation("jakarta", day)
    assert {each.name for each in checks} == {"statement", "fares", "payable", "ledger"}
    assert [each for each in checks if each.residual] == []
    verdict = check()
    assert verdict.holds, verdict.breaks
    assert all(total.debits == total.credits for total in verdict.totals)


def assert_every_rupiah_is_placed(day: date) -> None:
    """What each journey cost is what its parts sum to, journey by journey."""
    cost = Journey.objects.filter(day=day, void=False, charge__gt=0).values_list("id", "charge")
    parts = FareShare.objects.filter(day=day).values_list("journey").annotate(Sum("amount"))
    assert {journey: amount for journey, amount in parts if amount} == dict(cost)


def assert_kilometres_are_paid_by_contract(day: date) -> None:
    """Pay is verified kilometres at the contract's rate, and breaches are taken off it."""
    rates = {told["code"]: Decimal(told.get("rate", 0)) for told in operators.OPERATORS}
    for each in Statement.objects.filter(day=day).select_related("operator", "contract"):
        seen = each.settled.runs.filter(operator=each.operator)
        assert each.verified_m == sum(run.verified_m for run in seen)
        assert all(0 <= run.verified_m <= run.scheduled_m for run in seen)
        pay = rates[each.operator.code] * each.verified_m / 1000
        assert each.pay == int(pay.quantize(Decimal(1), ROUND_HALF_UP))
        kept = each.revenue + each.adjustments if each.contract.model == "share" else 0
        assert each.net == each.pay - each.penalties + kept
    assert Statement.objects.get(day=day, operator__code="koperasi-contoh").penalties > 0


def test_a_day_from_taps_to_paid_statements_leaves_the_ledger_at_zero(day):
    done = settle_day("jakarta", day, by="one")
    assert done.statements == 5
    assert 0 < done.verified_m < 0.4 * done.scheduled_m
    assert VerifiedRun.objects.filter(state="full").count() > 50
    charged = sum(each.charge for each in Journey.objects.filter(day=day, void=False))
    assert charged > 0
    assert_every_rupiah_is_placed(day)
    assert_kilometres_are_paid_by_contract(day)
    assert_books_close(day)

    user = approver()
    for each in Statement.objects.all():
        with pytest.raises(ConflictError):
            statements.approve(each, user=user, by=ONE)
        statements.approve(each, user=user, by=OTHER)
    batch = payments.make_batch("jakarta", execution=day, bank="DEMOIDJA", account="1234567890",
                                by=ONE)  # fmt: skip
    with pytest.raises(ConflictError):
        payments.release(batch, by=ONE)
    batch = payments.release(batch, by=OTHER)
    written = ElementTree.fromstring(payments.bank_file(batch)).findall(".//{*}InstdAmt")
    owed = sum(each.net for each in Statement.objects.filter(net__gt=0))
    assert sum(int(Decimal(each.text)) for each in written) == batch.total == owed
    payments.book(batch, on=day + timedelta(days=1), bank_reference="B-1", by=ONE)
    for each in Operator.objects.all():
        assert ledger.balance(payable_account("jakarta", each.code)).amount == 0
    assert set(Statement.objects.values_list("state", flat=True)) == {"paid"}
    assert_books_close(day)


def test_taps_that_come_late_are_an_adjustment_on_the_next_statement(day):
    settle_day("jakarta", day, by="one")
    before = {(s.operator_id): s.net for s in Statement.objects.all()}
    rides = Journey.objects.filter(day=day, void=False, charge__gt=1000, boardings=1)
    victim = rides.filter(legs__boarding__route_id__in=ROUTES).first()
    from balai.transit.actions.adjust import refund_boarding

    refund_boarding(victim.legs.get().boarding_id, 1000, by="one", key="r", reason="Gate was shut")
    import_log("jakarta", operators.log_of(LAST, 0.05, ROUTES), name="n.csv", by=ONE)
    done = settle_day("jakarta", LAST, by="one")
    assert done.adjusted == 1
    [line] = [line for each in Statement.objects.filter(day=LAST)
              for line in each.lines.filter(kind="adjustment")]  # fmt: skip
    assert (line.code, line.quantity, line.amount) == (str(day), 1, -1000)
    assert {s.operator_id: s.net for s in Statement.objects.filter(day=day)} == before
    assert_books_close(day)
    assert_books_close(LAST)


def test_a_corrected_day_is_another_version_that_posts_only_the_difference(day):
    operator = Operator.objects.get(code="koperasi-contoh")
    wide = {"start": day, "article": "Annex 2", "by": ONE}
    set_term(operator.contracts.get(), "penalty_cap", "0.9", **wide)
    settle_day("jakarta", day, by="one")
    record_inspection(operator, "uniform", day=day, by=ONE, kinds=("uniform",))
    again = settle_day("jakarta", day, by="one")
    first, second = Statement.objects.filter(operator=operator, day=day).order_by("version")
    assert again.statements == 1
    assert second.replaces == first
    assert second.change == second.net - first.net < 0
    assert_books_close(day)
    statements.withdraw(second, reason="The inspector took it back", by=OTHER)
    assert_books_close(day)
    assert ledger.balance(payable_account("jakarta", operator.code)).amount == first.net


def test_settling_again_without_news_changes_nothing(day):
    settle_day("jakarta", day, by="one")
    again = settle_day("jakarta", day, by="one")
    assert (again.statements, again.change, again.adjusted) == (0, 0, 0)


def test_the_job_settles_in_steps_and_once(day):
    made = start("transit.settle-day", city="jakarta", arguments={"day": str(day)}, key="k")
    assert start("transit.settle-day", city="jakarta", arguments={"day": str(day)}, key="k") == made
    run_waiting()
    assert SettledDay.objects.get().done
    assert Statement.objects.count() == 5
    assert_books_close(day)


def test_a_statement_is_a_document_that_verifies_once_signed(day):
    settle_day("jakarta", day, by="one")
    statement = Statement.objects.filter(verified_m__gt=0).first()
    user = approver()
    approved = statements.approve(statement, user=user, by=OTHER)
    documents.sign(approved.document, user=user, by=OTHER, proved=True)
    document = papers.one(approved.document)
    pdf = papers.file_of(document, by=OTHER)
    assert papers.verdict_of(pdf).valid


def test_bad_rows_of_a_log_are_named_and_good_ones_kept(day):
    text = (
        "vehicle,at,lat,lon,trip_start\n"
        "v1,2026-11-20T07:00:00+07:00,-6.2,106.8,07:00:00\n"
        "v1,yesterday,-6.2,106.8,\n"
        ",2026-11-20T07:00:00+07:00,-6.2,106.8,\n"
        "v1,2026-11-20T07:00:00,-96.2,106.8,\n"
        "v1,2026-11-20T07:00:00,-6.2,106.8,7h\n"
    )
    log = import_log("jakarta", text.encode(), name="bad.csv", by=ONE).log
    assert (log.rows, log.refused) == (1, 4)
    assert [(each["row"], each["field"]) for each in log.faults] == [
        (3, "at"), (4, "vehicle"), (5, "lat"), (6, "trip_start"),
    ]  # fmt: skip
    assert all(each["remedy"] for each in log.faults)
    assert import_log("jakarta", text.encode(), name="again.csv", by=ONE).repeated
    with pytest.raises(ProblemError):
        import_log("jakarta", b"a,b\n1,2\n", name="no.csv", by=ONE)


def test_a_day_that_is_not_over_cannot_be_settled(day):
    with pytest.raises(ProblemError):
        settle_day("jakarta", date(2199, 1, 1))


def test_facts_for_indicators_follow_from_the_statements(day):
    settle_day("jakarta", day, by="one")
    [fact] = subsidies("jakarta", day, day)
    fares = sum(each.charge for each in Journey.objects.filter(day=day, void=False))
    assert fact.rupiah == sum(each.net for each in Statement.objects.all()) - fares
    on_time = punctuality("jakarta", day, day)
    assert 0 < sum(each.on_time for each in on_time) <= sum(each.seen for each in on_time)
    assert [each.code for each in operators_joined("jakarta", day)] == ["koperasi-contoh"]


def test_measures_of_a_settled_day_list_what_they_are_made_of(day):
    settle_day("jakarta", day, by="one")
    query = MeasureQuery(city="jakarta", start=day, end=day)
    total = {
        name: read(f"transit.{name}", query).total
        for name in ("runs_due", "runs_punctual", "owed_to_operators", "fares_of_settled_days",
                     "journeys_of_settled_days", "angkot_operators")
    }  # fmt: skip
    [fact] = subsidies("jakarta", day, day)
    assert total["owed_to_operators"] - total["fares_of_settled_days"] == fact.rupiah
    assert total["journeys_of_settled_days"] == fact.journeys
    assert 0 < total["runs_punctual"] < total["runs_due"]
    assert total["runs_due"] == records("transit.runs_due", query).total
    assert total["angkot_operators"] == records("transit.angkot_operators", query).total == 1
    settle_day("jakarta", day, by="one")
    assert read("transit.runs_due", query).total == total["runs_due"], "the last version alone"
