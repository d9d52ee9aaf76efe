"""The network's pages: figures that open, in both languages, without script."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.utils import timezone

from balai.kernel.access.actions import grant_role
from balai.kernel.access.origin import Origin
from balai.kernel.regions.actions import install_cities
from balai.network import actions, models
from balai.network.engine.periods import Period
from balai.network.queries import lineage, values

from ..conftest import CODE, INTEGRATED, PAID

pytestmark = pytest.mark.django_db
MONTH = Period.parse("2026-10")
DAY = date(2026, 10, 1)
INDICATOR = f"/network/plans/jakarta/indicators/{CODE}/"


@pytest.fixture(autouse=True)
def october_20th(monkeypatch):
    """The pages are read on 20 October 2026."""
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 10, 20))


@pytest.fixture
def english(client):
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def counted(plan, trips):
    trips.add(DAY, paid=70, integrated=27, generated=True)
    actions.refresh("jakarta", MONTH)
    return values.figure("jakarta", CODE, MONTH)


def text(answer) -> str:
    """The page's words, without mark-up."""
    assert answer.status_code == 200, answer.content[:500]
    words = re.sub(r"<(script|style|title)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words))


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_every_city_is_on_the_map_and_in_the_table(counted, english):
    answer = english.get("/network/")
    body = answer.content.decode()
    assert "38 cities, one way of counting" in text(answer)
    for city in models.NetworkCity.objects.all():
        links = re.findall(rf'href="/network/cities/{city.slug}/"', body)
        assert len(links) >= 2, city.slug


def test_cities_filter_by_country_year_status_and_words(counted, english):
    def shown(query: str) -> set[str]:
        page = english.get(f"/network/?{query}").content.decode()
        table = page[page.index("<table") : page.index("</table>")]
        return set(re.findall(r'<th scope="row"><a href="/network/cities/([^/]+)/"', table))

    assert shown("country=MY&joined=2025") == {"ipoh", "putrajaya", "seberang-perai"}
    assert shown("q=viet") == {"da-nang", "hanoi", "ho-chi-minh-city"}
    assert shown("joined=2026") == {"dili"}
    assert shown("status=reported") == {"jakarta"}
    assert shown("status=late") == set()
    assert len(shown("joined=nonsense&country=")) == 38
    assert shown("q=nowhere") == set()


def test_the_indicator_shows_its_figure_and_what_it_is_made_of(counted, english):
    words = text(english.get(f"{INDICATOR}?period=2026-10"))
    assert "38.6 %" in words  # 27 of 70
    assert "October 2026" in words
    for piece in ("Formula", "Inputs", "Records", "integrated trips", "Definition 1", "70", "27"):
        assert piece in words


def test_indonesian_writes_the_comma(counted, client):
    client.cookies["language"] = "id"
    words = text(client.get(f"{INDICATOR}?period=2026-10"))
    assert "38,6 %" in words
    assert "Oktober 2026" in words


def test_generated_data_are_told_on_the_page(counted, english):
    assert "Demonstration data." in text(english.get(INDICATOR))


def test_each_record_listed_opens_to_its_own_page(counted, english):
    page = english.get(f"{INDICATOR}?period=2026-10&measure={INTEGRATED}").content.decode()
    links = re.findall(rf'href="({INDICATOR}records/[^"]+)"', page)
    assert len(links) == 27
    opened = english.get(links[3].replace("&amp;", "&"))
    assert "Open at its programme" in text(opened)
    assert "38.6%" in text(opened)


def test_a_restated_figure_shows_both_and_the_comparison(counted, trips, english):
    actions.publish(counted.value, by=None)
    trips.add(DAY, paid=30, integrated=0)
    actions.refresh("jakarta", MONTH, note="One operator was late")
    answer = english.get(f"{INDICATOR}?period=2026-10")
    assert "<s>38.6</s>" in answer.content.decode()
    words = text(answer)
    for piece in ("27.0", "Counted again on", "One operator was late", "First published and now"):
        assert piece in words


def test_the_chart_keeps_the_first_published_value_hollow(plan, trips, english):
    for month, integrated in ((7, 10), (8, 12), (9, 15)):
        trips.add(date(2026, month, 3), paid=40, integrated=integrated)
        actions.refresh("jakarta", Period(date(2026, month, 1), "month"))
    figure = values.figure("jakarta", CODE, Period.parse("2026-09"))
    actions.publish(figure.value, by=None)
    trips.add(date(2026, 9, 3), paid=10, integrated=0)
    actions.refresh("jakarta", Period.parse("2026-09"))
    page = english.get(f"{INDICATOR}?period=2026-09").content.decode()
    assert 'class="first"' in page
    assert "first published 37.5%" in page
    assert "target 46%" in page


def test_the_plan_says_where_each_project_stands(counted, english):
    words = text(english.get("/network/plans/jakarta/"))
    assert "JakLingko (OK OTrip)" in words
    assert words.count("No data yet") == 4
    assert "three quarters" in words


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/network/cities/atlantis/", 404),
        ("/network/plans/dili/", 404),
        ("/network/plans/jakarta/indicators/nothing/", 404),
        (f"{INDICATOR}?period=2031-01", 404),
        (f"{INDICATOR}?period=October", 400),
        (f"{INDICATOR}?period=2026-10&measure=transit.journeys_paid", 404),
        (f"{INDICATOR}?period=2026-10&after=%00bad", 400),
        (f"{INDICATOR}records/nobody/?period=2026-10", 404),
    ],
)
def test_what_is_not_there_is_refused_plainly(counted, english, path, status):
    assert english.get(path).status_code == status


def test_before_the_first_count_the_page_says_so(plan, english):
    assert "Nothing was computed yet" in text(english.get(INDICATOR))


def test_records_download_whole_and_without_the_address(counted, client):
    answer = client.get(f"{INDICATOR}records.csv?period=2026-10&measure={PAID}")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "record,charge,integrated,generated"
    assert len(lines) == 71


def test_values_download_with_their_history(counted, trips, client):
    trips.add(DAY, paid=1, integrated=1)
    actions.refresh("jakarta", MONTH)
    answer = client.get(f"{INDICATOR}values.csv")
    rows = b"".join(answer.streaming_content).decode().splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["2026-10"] * 2 + ["2026-10-01"] * 2
    assert [row.split(",")[5] for row in rows] == ["false", "true"] * 2


def test_no_page_carries_inline_style_or_script(counted, english):
    record = lineage.records(counted.value, PAID).shown[0].id
    for path in (
        "/network/",
        "/network/cities/jakarta/",
        "/network/plans/jakarta/",
        INDICATOR,
        f"{INDICATOR}records/{record}/?period=2026-10",
    ):
        tags = Tags(english.get(path).content.decode()).found
        assert not any("style" in attributes for _, attributes in tags), path
        assert not any(
            tag == "style" or (tag == "script" and not a.get("src")) for tag, a in tags
        ), path


def test_publishing_needs_the_role_of_the_city(counted, client, django_user_model):
    install_cities()
    cache.clear()
    officer = django_user_model.objects.create_user("officer")
    client.force_login(officer)
    path = f"{INDICATOR}publish/"
    assert client.post(path, {"value": counted.value.pk}).status_code == 403
    assert not models.Publication.objects.exists()
    grant_role(officer, "network.plan_officer", place="jakarta", origin=Origin(channel="test"))
    client.force_login(django_user_model.objects.get(pk=officer.pk))
    assert "form" in client.get(INDICATOR).content.decode()
    assert client.post(path, {"value": counted.value.pk}).status_code == 302
    assert models.Publication.objects.get().by == officer


def test_counting_again_needs_the_role(counted, client):
    assert client.post(f"{INDICATOR}recount/", {"period": "2026-10"}).status_code == 302
    assert models.IndicatorValue.objects.count() == 2
