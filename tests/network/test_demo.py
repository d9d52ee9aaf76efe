"""The demonstration's part: built once, and again without a change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from balai.network import demo, models
from balai.network.queries import values

from .conftest import CODE

pytestmark = pytest.mark.django_db


def told() -> tuple[int, ...]:
    lines: list[str] = []
    demo.build(lines.append)
    assert lines
    return (
        models.NetworkCity.objects.count(),
        models.Project.objects.count(),
        models.IndicatorValue.objects.count(),
        models.Publication.objects.count(),
    )


@pytest.fixture
def yesterday() -> date:
    return datetime.now(ZoneInfo("Asia/Jakarta")).date() - timedelta(days=1)


def test_it_counts_and_publishes_what_the_services_recorded(plan, trips, yesterday):
    trips.add(yesterday, paid=10, integrated=4, generated=True)
    assert told() == (38, 5, 2, 2)
    figure = values.latest_figure("jakarta", CODE)
    assert figure is not None
    assert str(figure.number) == "40.0"
    assert figure.value.generated


def test_building_again_changes_nothing(plan, trips, yesterday):
    trips.add(yesterday, paid=10, integrated=4)
    assert told() == told()


def test_records_that_came_in_are_counted_but_not_published(plan, trips, yesterday):
    trips.add(yesterday, paid=10, integrated=4)
    told()
    trips.add(yesterday, paid=10, integrated=0)
    assert told() == (38, 5, 4, 2)
    figure = values.latest_figure("jakarta", CODE)
    assert figure is not None
    assert figure.restated
    assert not figure.is_published


def test_without_any_service_the_plan_stands_alone(db, trips):
    assert told() == (38, 5, 0, 0)


@pytest.mark.parametrize("generated", [True, False])
@pytest.mark.parametrize(
    "page", ["/network/", "/network/cities/jakarta/", "/network/plans/jakarta/"]
)
def test_pages_say_when_their_figures_count_generated_records(
    client, plan, trips, yesterday, page, generated
):
    trips.add(yesterday, paid=10, integrated=4, generated=generated)
    told()
    assert ("Data peragaan" in client.get(page).content.decode()) is generated
