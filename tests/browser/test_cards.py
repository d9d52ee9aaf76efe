"""A rider's cards in a real browser on a phone, under axe's rules, without JavaScript."""

from __future__ import annotations

import re

import pytest

from .conftest import faults, sign_in

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 800}
CARDS = "/jakarta/transit/cards/"


@pytest.fixture(scope="module")
def rider(chromium, site):
    """Cookies of a resident with a card."""
    return sign_in(chromium, site, "resident")


@pytest.fixture
def phone(chromium, rider):
    """A page of the rider on a phone; scripts run only where the test asks for them."""
    contexts = []

    def opened(script: bool):
        context = chromium.new_context(
            viewport=PHONE, locale="id-ID", storage_state=rider, java_script_enabled=script
        )
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def test_the_riders_pages_fit_a_phone_and_keep_axes_rules(phone, site):
    page = phone(script=True)
    page.goto(site + CARDS)
    card = re.search(rf"{CARDS}\d+/", page.content()).group()
    for address in (CARDS, card, f"{card}load/", f"{card}statement/", f"{card}concessions/"):
        page.goto(site + address)
        assert faults(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") == 0


def test_a_charge_is_disputed_and_taken_back_without_javascript(phone, site):
    page = phone(script=False)
    page.goto(site + CARDS)
    page.locator("main h2 a").first.click()
    page.locator('main a[href*="/rides/"]').first.click()
    assert page.locator("main article").count() == 1
    page.check("[name=why][value=too-much]")
    page.locator("main form .btn").click()
    page.wait_for_load_state()
    assert "/disputes/" in page.url
    page.locator("main form .btn").click()
    page.wait_for_load_state()
    assert page.locator("main form .btn").count() == 0
