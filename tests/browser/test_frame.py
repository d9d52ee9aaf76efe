"""The frame at phone and desk width, light and dark: accessible, without sideways scroll."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from browser.conftest import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAGES = {
    "front": "/",
    "city": "/jakarta/",
    "components": "/components/",
    "sign-in": "/account/login/",
    "accessibility": "/accessibility/",
    "not-found": "/no-such-page/",
}


@pytest.fixture(params=[(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")],
                ids=lambda given: f"{given[0]}-{given[1]}")  # fmt: skip
def window(request, chromium, site):
    width, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale="id-ID"
    )
    yield context, width, scheme
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_fits_its_window(name, window, site, shots):
    context, width, scheme = window
    page = context.new_page()
    refused, foreign = [], []
    page.on("console", lambda m: refused.append(m.text) if "Content Security" in m.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.on("request", lambda r: foreign.append(r.url)
            if urlsplit(r.url).scheme.startswith("http") and not r.url.startswith(site)
            else None)  # fmt: skip
    page.goto(site + PAGES[name], wait_until="networkidle")
    if name == "components":
        page.locator("#example-map[data-state=ready]").wait_for(timeout=20_000)
    page.screenshot(path=shots / f"{name}-{width}-{scheme}.png", full_page=True)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert refused == []
    assert foreign == []
    assert faults(page) == []


def test_first_page_weighs_less_than_150_kilobytes(chromium, site):
    page = chromium.new_page()
    sizes = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(site + "/jakarta/", wait_until="networkidle")
    # Uncompressed here; over the wire text is a quarter of this.
    assert sum(sizes) < 300_000
    page.close()


def test_theme_and_language_are_kept_without_javascript(chromium, site):
    context = chromium.new_context(java_script_enabled=False, locale="id-ID")
    page = context.new_page()
    page.goto(site + "/about/")
    assert page.locator("h1").inner_text() == "Tentang Balai"
    page.get_by_role("button", name="EN").click()
    assert page.locator("h1").inner_text() == "About Balai"
    page.get_by_role("button", name="Dark").click()
    assert page.url == site + "/about/"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()


def test_map_highlights_the_option_that_is_pointed_at(chromium, site):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(site + "/components/")
    page.locator("#example-map[data-state=ready]").wait_for(timeout=20_000)
    assert page.locator("#example-map .mk").count() == 7
    page.evaluate(
        """() => { window.heard = null;
            document.addEventListener("balai:map-select", e => { window.heard = e.detail; });
            document.getElementById("example-map").dispatchEvent(
                new CustomEvent("balai:map-show", {detail: {group: "cheap"}})); }"""
    )
    page.locator("#example-map .mk").first.dispatch_event("click")
    assert page.evaluate("() => window.heard !== null")
    page.close()


def test_map_that_cannot_be_drawn_says_so_and_leaves_the_table(chromium, site):
    page = chromium.new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    page.goto(site + "/components/")
    page.locator("#example-map[data-state=failed]").wait_for(timeout=20_000)
    assert page.locator("#example-map [data-map-failed]").is_visible()
    assert page.locator("#table table").is_visible()
    page.close()
