"""The simulator's page in a real browser, under axe's rules, on a phone and on a desk."""

from __future__ import annotations

import pytest

from .conftest import faults, sign_in

pytestmark = pytest.mark.browser
PAGE = "/jakarta/transit/officer/simulator/"


@pytest.mark.parametrize(("width", "by"), [(360, "home"), (1280, "distance")])
def test_a_comparison_fits_and_keeps_axes_rules(chromium, site, width, by):
    officer = sign_in(chromium, site, "transit")
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, locale="id-ID", storage_state=officer
    )
    page = context.new_page()
    page.goto(site + PAGE)
    page.goto(page.locator(f'#groups .tabs a[href*="by={by}"]').evaluate("link => link.href"))
    assert page.locator(".lead").count() == 2
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") == 0
    told = page.locator("#groups .chart svg").first.get_attribute("aria-label")
    rows = page.locator("#groups details table").first.locator("tbody tr")
    assert rows.count() == told.count(";") > 1
    context.close()
