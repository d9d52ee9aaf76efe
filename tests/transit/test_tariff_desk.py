"""The officers' desk for tariffs, as pages: drawn up, changed, tried, published, in force."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from balai.kernel.access.actions.demo import ensure_demo_users
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.jobs import run_waiting
from balai.transit.actions.receive_taps import receive_taps
from balai.transit.actions.tariff_versions import change_version
from balai.transit.models import Card, Entitlement, TariffInForce, TariffPreview, TariffVersion

from .conftest import NOW

ROOT = "/jakarta/transit/officer/tariffs/"


@pytest.fixture
def desk(jakarta: str) -> dict[str, Client]:
    """The officer who drafts and the one who publishes, signed in."""
    ensure_demo_users()
    clients = {}
    for name in ("transit", "tarif"):
        clients[name] = Client()
        clients[name].force_login(User.objects.get(username=name))
    return clients


def fields_of(page: bytes) -> dict[str, Any]:
    """What a browser would post of the editor's form as it was drawn."""
    text = page.decode()
    begin = text.index('name="revision"') - 100
    form = text[begin : text.index("</form>", begin)]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is None or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    for name, body in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = [chosen[1] if chosen else ""]
    return found


def drafted(client: Client, name: str = "jakarta-2027", base: str = "jaklingko-integrated") -> str:
    answer = client.post(f"{ROOT}new/", {"base": base, "name": name, "title_id": "Tarif 2027",
                                         "title_en": "Tariff 2027"})  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return f"{ROOT}{name}/"


def test_a_copy_is_changed_in_the_editor_and_told_side_by_side(desk: dict[str, Client]) -> None:
    client = desk["transit"]
    url = drafted(client)
    page = client.get(f"{url}edit/")
    assert "11 Agustus 2022, Kepgub 733/2022, menurut pemberitaan" in page.content.decode()
    given = fields_of(page.content)
    given |= {"cap": ["9.000"], "mode_price:brt": ["4000"], "stamp.from": ["2026-01-01"],
              "stamp.article": ["Kepgub 1/2026"], "stamp.source": ["jdih"]}  # fmt: skip
    assert client.post(f"{url}edit/", given).status_code == 302
    kept = TariffVersion.objects.get().parameters
    assert kept["cap"] == {"value": 9000, "from": "2026-01-01", "article": "Kepgub 1/2026",
                           "source": "jdih", "verified": False}  # fmt: skip
    assert kept["mode_price"]["value"]["brt"] == 4000
    assert kept["base"]["from"] == "2022-08-11"
    shown = client.get(url).content.decode()
    assert "10.000" in shown
    assert "9.000" in shown


def test_the_form_as_drawn_changes_nothing(desk: dict[str, Client]) -> None:
    client = desk["transit"]
    for name, base in (
        ("a", "jaklingko-integrated"),
        ("b", "ok-otrip-trial"),
        ("c", "transjakarta"),
    ):
        url = drafted(client, name, base)
        before = TariffVersion.objects.get(name=name).digest
        answer = client.post(f"{url}edit/", fields_of(client.get(f"{url}edit/").content))
        assert answer.status_code == 302, answer.content.decode()[:2000]
        assert TariffVersion.objects.get(name=name).digest == before


def test_rows_are_added_and_removed_without_script(desk: dict[str, Client]) -> None:
    client = desk["transit"]
    url = drafted(client)
    given = fields_of(client.get(f"{url}edit/").content)
    added = client.post(f"{url}edit/", {**given, "add": "timed_price"})
    assert 'name="timed_price:1:price"' in added.content.decode()
    removed = client.post(f"{url}edit/", {**given, "remove": "timed_price:0"})
    assert "timed_price:0:price" not in removed.content.decode()
    saved = client.post(f"{url}edit/", fields_of(removed.content))
    assert saved.status_code == 302
    assert "timed_price" not in TariffVersion.objects.get().parameters


def test_what_is_wrong_stands_in_the_summary_and_at_its_field(desk: dict[str, Client]) -> None:
    client = desk["transit"]
    url = drafted(client)
    given = fields_of(client.get(f"{url}edit/").content)
    answer = client.post(f"{url}edit/", {**given, "cap": "much", "mode_price:mrt": "-3"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#f-cap"' in text
    assert 'id="f-cap-error"' in text
    assert 'value="much"' in text
    assert TariffVersion.objects.get().revision == 1


def test_a_figure_that_the_draft_lacks_is_added_where_it_differs(desk: dict[str, Client]) -> None:
    client = desk["transit"]
    url = drafted(client)
    given = fields_of(client.get(f"{url}edit/").content)
    assert given["percent_rounding"] in (["down"], [""])
    given["percent_rounding"] = ["down"]
    client.post(f"{url}edit/", given)
    assert "percent_rounding" not in TariffVersion.objects.get().parameters
    given = fields_of(client.get(f"{url}edit/").content)
    given |= {"percent_rounding": ["up"], "stamp.from": ["2026-01-01"], "stamp.article": ["a"],
              "stamp.source": ["s"]}  # fmt: skip
    assert client.post(f"{url}edit/", given).status_code == 302
    assert TariffVersion.objects.get().parameters["percent_rounding"]["value"] == "up"


def test_a_preview_charges_what_cards_hold(desk: dict[str, Client], tap: Any) -> None:
    other = desk["tarif"]
    rows = [tap("CARD-A", 0, "in", "brt"), tap("CARD-A", 30, "out", "brt", km=9)]
    receive_taps("jakarta", rows, place="31", now=NOW)
    url = drafted(desk["transit"])
    version = TariffVersion.objects.get()
    free = {"code": "donors", "title_id": "Donor darah", "title_en": "Blood donors",
            "modes": ["brt"], "percent_off": 100}  # fmt: skip
    told = {"value": [free], "from": "2026-01-01", "article": "a", "source": "s", "verified": False}
    change_version("jakarta", version.name, title=version.title, origin=Origin("transit"),
                   parameters={**version.parameters, "concessions": told})  # fmt: skip
    day = NOW - timedelta(days=30)
    Entitlement.objects.create(
        city="jakarta", card=Card.objects.get(), kind=Entitlement.Kind.CONCESSION, code="donors",
        start=day, end=NOW + timedelta(days=30), key="test",
    )  # fmt: skip
    other.post(f"{url}previews/", {"start": "2026-11-23", "end": "2026-11-23", "cards": "9"})
    run_waiting()
    result = TariffPreview.objects.get().result
    assert result is not None
    assert (result["revenue_now"], result["revenue_then"], result["cheaper"]) == (3500, 0, 1)


def test_a_stale_form_does_not_undo_what_another_saved(desk: dict[str, Client]) -> None:
    client = desk["transit"]
    url = drafted(client)
    given = fields_of(client.get(f"{url}edit/").content)
    stamp = {"stamp.from": "2026-01-01", "stamp.article": "a", "stamp.source": "s"}
    assert client.post(f"{url}edit/", {**given, **stamp, "cap": "9000"}).status_code == 302
    assert client.post(f"{url}edit/", {**given, **stamp, "cap": "8000"}).status_code == 422
    assert TariffVersion.objects.get().parameters["cap"]["value"] == 9000


def test_from_draft_to_in_force_by_four_eyes(desk: dict[str, Client], tap: Any) -> None:
    client, other = desk["transit"], desk["tarif"]
    rows = [tap("CARD-A", 0, "in", "brt"), tap("CARD-A", 30, "out", "brt", km=9),
            tap("CARD-A", 40, "in", "mrt"), tap("CARD-A", 55, "out", "mrt", km=7)]  # fmt: skip
    receive_taps("jakarta", rows, place="31", now=NOW)
    url = drafted(client)
    given = fields_of(client.get(f"{url}edit/").content)
    given |= {"per_km": ["500"], "stamp.from": ["2026-01-01"], "stamp.article": ["a"],
              "stamp.source": ["s"]}  # fmt: skip
    client.post(f"{url}edit/", given)
    client.post(f"{url}examples/", {"name": "Blok M", "rides": "brt 07:10 25 6\nmrt 07:40 10 12"})
    assert "Blok M" in client.get(url).content.decode()
    assert client.get(f"{url}examples/")["Location"] == url
    assert client.post(f"{url}draft/submit/").status_code == 302
    assert other.post(f"{url}act/publish/").status_code == 422
    began = other.post(
        f"{url}previews/", {"start": "2026-11-23", "end": "2026-11-23", "cards": "9"}
    )
    run_waiting()
    preview = TariffPreview.objects.get()
    assert preview.result is not None, preview.problem
    # 2,500 + 16 km x 250 = 6,500 becomes 2,500 + 16 km x 500, capped at 10,000.
    assert (preview.result["revenue_now"], preview.result["revenue_then"]) == (6500, 10000)
    seen = other.get(began.url)
    assert "10.000" in seen.content.decode()
    assert client.post(f"{url}act/publish/").status_code == 403
    assert other.post(f"{url}act/publish/").status_code == 302
    day = (timezone.localdate() + timedelta(days=5)).isoformat()
    asked = other.post(f"{ROOT}in-force/", {"tariff": "jakarta-2027", "start": day})
    assert 'name="confirm"' in asked.content.decode()
    assert not TariffInForce.objects.filter(tariff="jakarta-2027").exists()
    done = other.post(
        f"{ROOT}in-force/", {"tariff": "jakarta-2027", "start": day, "confirm": "yes"}
    )
    assert done.status_code == 302
    assert TariffInForce.objects.filter(tariff="jakarta-2027").exists()
    assert b"jakarta-2027" in client.get("/jakarta/transit/tariffs/").content


def test_the_list_is_searched_and_handed_out(desk: dict[str, Client]) -> None:
    client = desk["transit"]
    drafted(client, "first")
    drafted(client, "second")
    assert b"second" not in client.get(f"{ROOT}?text=first&state=draft").content
    answer = client.get(f"{ROOT}?format=csv&state=draft")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [line.split(",")[0] for line in lines[1:]] == ["second", "first"]


def test_a_stranger_sees_nothing_of_the_desk(jakarta: str, client: Client) -> None:
    assert client.get(ROOT).status_code == 302
    client.force_login(User.objects.create_user("nobody"))
    assert client.get(ROOT).status_code == 403
