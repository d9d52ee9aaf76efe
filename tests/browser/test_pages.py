"""Every page at phone and desk width, light and dark: accessible, alone, and within its window."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from browser.conftest import RULES, faults

pytestmark = pytest.mark.browser

TRIP = "start=Cipete+Raya+%28MRT%29&end=Monumen+Nasional&on=2026-11-23&at=07%3A30"
INDICATOR = "/network/plans/jakarta/indicators/integrated-fare-share/"
PAGES = {
    "front": "/",
    "city": "/jakarta/",
    "components": "/components/",
    "sign-in": "/account/login/",
    "accessibility": "/accessibility/",
    "not-found": "/no-such-page/",
    "trip-form": "/jakarta/transit/",
    "trip": f"/jakarta/transit/?{TRIP}",
    "stop": "/jakarta/transit/stops/monas/",
    "line": "/jakarta/transit/lines/1/",
    "reach": "/jakarta/transit/reach/?start=Monumen+Nasional&on=2026-11-23&minutes=30&most=",
    "tariffs": "/jakarta/transit/tariffs/",
    "network": "/network/",
    "network-city": "/network/cities/jakarta/",
    "action-plan": "/network/plans/jakarta/",
    "indicator": INDICATOR,
}
DESK = {
    "roles": "/account/roles/",
    "tokens": "/account/tokens/",
    "password": "/account/password/change/",
    "desk": "/jakarta/transit/officer/",
    "desk-journeys": "/jakarta/transit/officer/journeys/",
    "desk-taps": "/jakarta/transit/officer/taps/",
    "desk-quarantine": "/jakarta/transit/officer/quarantine/",
    "desk-feeds": "/jakarta/transit/officer/feeds/",
    "desk-realtime": "/jakarta/transit/officer/realtime/",
}
MAPS = {"components": "#example-map", "trip": "#trip-map"}
WINDOWS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture(scope="module", params=WINDOWS, ids=lambda given: f"{given[0]}-{given[1]}")
def window(request):
    return request.param


@pytest.fixture(scope="module")
def visitor(window, chromium, site):
    """A window of someone who has not signed in."""
    yield from opened(chromium, window, None)


@pytest.fixture(scope="module")
def officer(window, chromium, signed_in):
    """A window of Jakarta's travel officer."""
    yield from opened(chromium, window, signed_in["transit"])


def opened(chromium, window, cookies):
    width, scheme = window
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale="id-ID",
        storage_state=cookies,
    )  # fmt: skip
    yield context
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_fits_its_window(name, visitor, window, site, shots):
    look(visitor, name, site + PAGES[name], window, shots)


@pytest.mark.parametrize("name", DESK)
def test_officers_page_is_accessible_and_fits_its_window(name, officer, window, site, shots):
    page = look(officer, name, site + DESK[name], window, shots)
    assert page == DESK[name]


def test_a_record_is_accessible_and_fits_its_window(visitor, window, site, shots):
    page = visitor.new_page()
    page.goto(site + INDICATOR)
    address = page.locator("#records th[scope=row] a").first.get_attribute("href")
    page.close()
    assert "/records/" in address
    look(visitor, "record", site + address, window, shots)


def look(context, name, address, window, shots):
    """Open a page, put its picture aside, and hold it to what every page promises."""
    width, scheme = window
    page = context.new_page()
    refused, foreign = [], []
    home = f"{urlsplit(address).scheme}://{urlsplit(address).netloc}"
    page.on("console", lambda m: refused.append(m.text) if "Content Security" in m.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.on("request", lambda r: foreign.append(r.url)
            if urlsplit(r.url).scheme.startswith("http") and not r.url.startswith(home)
            else None)  # fmt: skip
    answer = page.goto(address, wait_until="load")
    assert answer.status == (404 if name == "not-found" else 200)
    if name in MAPS:
        page.locator(f"{MAPS[name]}[data-state=ready]").wait_for(timeout=20_000)
    if shots:
        page.screenshot(path=shots / f"{name}-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert refused == []
    assert foreign == []
    # Only colours differ in the dark.
    assert faults(page, RULES if scheme == "light" else ["color-contrast"]) == []
    path = urlsplit(page.url).path
    page.close()
    return path
