"""Counting, counting again, and what stays of the first count."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from balai.kernel.problems import ConflictError, MissingError, ProblemError
from balai.network import actions, models
from balai.network.engine.periods import Period
from balai.network.queries import lineage, values

from ..conftest import CODE, INTEGRATED, PAID

pytestmark = pytest.mark.django_db
MONTH = Period.parse("2026-10")
FIRST, SECOND = date(2026, 10, 1), date(2026, 10, 2)


def count(period=MONTH, **given):
    (done,) = actions.recompute("jakarta", period, **given)
    return done


def test_the_value_is_the_exact_share_of_the_records(plan, trips):
    trips.add(FIRST, paid=7, integrated=2)
    trips.add(SECOND, paid=5, integrated=1)
    done = count()
    assert done.new
    assert values.exact(done.value) == Fraction(100 * 3, 12)
    assert (done.value.cause, done.value.through) == ("first", SECOND)


def test_counting_again_with_the_same_records_changes_nothing(plan, trips):
    trips.add(FIRST, paid=7, integrated=2)
    first = count()
    again = count()
    assert not again.new
    assert again.value.pk == first.value.pk
    assert models.IndicatorValue.objects.count() == 1


def test_late_data_make_a_restatement_that_names_the_days(plan, trips):
    trips.add(FIRST, paid=4, integrated=2)
    trips.add(SECOND, paid=4, integrated=2)
    first = count().value
    actions.publish(first, by=None)
    trips.add(FIRST, paid=2, integrated=0)
    second = count(note="A garage sent its taps late").value
    figure = values.figure("jakarta", CODE, MONTH)
    assert figure.restated
    assert second.cause == "late-data"
    assert second.follows_id == first.pk
    assert second.note == "A garage sent its taps late"
    assert second.changes == [{"measure": PAID, "day": "2026-10-01", "before": "4", "after": "6"}]
    assert values.exact(figure.first_published) == 50
    assert values.exact(figure.value) == 40
    assert not figure.is_published


def test_a_period_that_goes_on_is_no_restatement(plan, trips):
    trips.add(FIRST, paid=4, integrated=2)
    actions.publish(count().value, by=None)
    trips.add(SECOND, paid=4, integrated=4)
    assert count().value.cause == "continued"
    figure = values.figure("jakarta", CODE, MONTH)
    assert not figure.restated
    assert values.exact(figure.value) == 75


def test_a_new_definition_restates_its_periods_and_leaves_earlier_ones(plan, trips, new_definition):
    trips.add(date(2026, 9, 5), paid=4, integrated=1)
    trips.add(FIRST, paid=4, integrated=2)
    september, october = Period.parse("2026-09"), MONTH
    count(september)
    count(october)
    new_definition(2, date(2026, 10, 1), f"1000 * {{{INTEGRATED}}} / {{{PAID}}}")
    assert not count(september).new
    done = count(october)
    assert done.value.cause == "definition"
    assert values.exact(done.value) == 500


def test_without_records_there_is_no_data_not_zero(plan, trips):
    done = count()
    assert done.value.state == "no-data"
    assert done.value.numerator is None
    assert "no data" in done.value.why_none


def test_a_day_on_which_nothing_was_integrated_is_zero(plan, trips):
    trips.add(FIRST, paid=4, integrated=0)
    assert values.exact(count().value) == 0


def test_a_city_without_a_plan_is_refused(plan, trips):
    with pytest.raises(MissingError):
        actions.recompute("dili", MONTH)
    with pytest.raises(MissingError):
        actions.recompute("jakarta", MONTH, indicator="another")


def test_a_month_refreshed_counts_each_of_its_days(plan, trips):
    trips.add(FIRST, paid=4, integrated=1)
    trips.add(SECOND, paid=4, integrated=3)
    done = actions.refresh("jakarta", MONTH)
    assert [each.value.period for each in done] == ["2026-10", "2026-10-01", "2026-10-02"]
    trips.add(SECOND, paid=4, integrated=0)
    assert [each.value.period for each in actions.refresh("jakarta", MONTH) if each.new] == [
        "2026-10",
        "2026-10-02",
    ]


@pytest.mark.parametrize("name", [PAID, INTEGRATED])
def test_the_records_add_up_to_the_input(plan, trips, name):
    trips.add(FIRST, paid=130, integrated=31)
    trips.add(SECOND, paid=75, integrated=70)
    value = count().value
    (line,) = [each for each in lineage.input_lines(value) if each.measure == name]
    pages = list(lineage.every_record(value, name))
    rows = [each for page in pages for each in page.shown]
    assert len(rows) == line.total == line.records == pages[0].total
    assert len({each.id for each in rows}) == len(rows)


def test_records_come_page_by_page_without_gap_or_repeat(plan, trips):
    trips.add(FIRST, paid=23, integrated=0)
    value = count().value
    seen, after = [], None
    while True:
        page = lineage.records(value, PAID, after=after, limit=10)
        seen += [each.id for each in page.shown]
        after = page.next
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 23


def test_a_single_record_is_found_with_and_without_its_page(plan, trips):
    trips.add(FIRST, paid=120, integrated=0)
    value = count().value
    page = lineage.records(value, PAID, limit=100)
    last = lineage.records(value, PAID, after=page.next).shown[-1]
    assert lineage.record(value, PAID, last.id, after=page.next).id == last.id
    assert lineage.record(value, PAID, last.id).address == last.address
    with pytest.raises(MissingError):
        lineage.record(value, PAID, "nobody")
    with pytest.raises(MissingError):
        lineage.records(value, "transit.journeys_paid")


def test_records_that_came_later_are_seen(plan, trips):
    trips.add(FIRST, paid=4, integrated=1)
    value = count().value
    assert lineage.newer_records(value) == ()
    trips.latest = datetime(2100, 1, 1, tzinfo=UTC)
    assert {each.measure for each in lineage.newer_records(value)} == {PAID, INTEGRATED}


def test_generated_records_are_told_of(plan, trips):
    trips.add(FIRST, paid=4, integrated=1)
    assert not count().value.generated
    trips.add(SECOND, paid=4, integrated=1, generated=True)
    assert count().value.generated


def test_only_the_value_that_stands_is_published(plan, trips):
    trips.add(FIRST, paid=4, integrated=1)
    first = count().value
    trips.add(FIRST, paid=1, integrated=1)
    second = count().value
    with pytest.raises(ConflictError):
        actions.publish(first, by=None)
    assert actions.publish(second, by=None).pk == actions.publish(second, by=None).pk


def test_what_has_no_value_is_not_published(plan, trips):
    value = count().value
    with pytest.raises(ProblemError):
        actions.publish(value, by=None)


def test_publishing_needs_the_role(plan, trips, django_user_model):
    trips.add(FIRST, paid=4, integrated=1)
    value = count().value
    somebody = django_user_model.objects.create_user("somebody")
    with pytest.raises(PermissionDenied):
        actions.publish(value, by=somebody)
    assert not models.Publication.objects.exists()


@pytest.mark.parametrize("table", ["network_indicatorvalue", "network_publication"])
def test_what_was_counted_cannot_be_rewritten(plan, trips, table):
    from django.db import connection

    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="what was counted stays"), transaction.atomic():
            connection.cursor().execute(statement)


def test_installing_the_facts_again_changes_nothing(plan):
    before = (models.NetworkCity.objects.count(), models.Project.objects.count())
    actions.install_facts()
    assert actions.install_plan("jakarta").pk == plan.pk
    assert (models.NetworkCity.objects.count(), models.Project.objects.count()) == before
    assert before == (38, 5)


def test_a_definition_in_force_is_not_edited(plan):
    definition = models.IndicatorDefinition.objects.get(indicator="integrated-fare-share")
    definition.formula = "1 + 1"
    definition.save()
    with pytest.raises(ProblemError, match="cannot change"):
        actions.install_facts()
