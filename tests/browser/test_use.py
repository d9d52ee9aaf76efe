"""The site in use: without JavaScript, in either language, and with a map that cannot be drawn."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(chromium, site):
    """A page without JavaScript."""
    context = chromium.new_context(java_script_enabled=False, locale="id-ID")
    yield context.new_page()
    context.close()


def test_first_page_weighs_less_than_150_kilobytes(chromium, site):
    page = chromium.new_page()
    sizes = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(site + "/jakarta/", wait_until="networkidle")
    # Uncompressed here; over the wire text is a quarter of this.
    assert sum(sizes) < 300_000
    page.close()


def test_theme_and_language_are_kept_without_javascript(plain, site):
    plain.goto(site + "/about/")
    assert plain.locator("h1").inner_text() == "Tentang Balai"
    plain.get_by_role("button", name="EN").click()
    assert plain.locator("h1").inner_text() == "About Balai"
    plain.get_by_role("button", name="Dark").click()
    assert plain.url == site + "/about/"
    assert plain.locator("html").get_attribute("data-theme") == "dark"


def test_a_trip_is_planned_without_javascript(plain, site):
    plain.goto(site + "/jakarta/transit/")
    plain.fill("[name=start]", "Cipete Raya (MRT)")
    plain.fill("[name=end]", "Monumen Nasional")
    plain.fill("[name=on]", "2026-11-23")
    plain.fill("[name=at]", "07:30")
    plain.get_by_role("button", name="Tampilkan pilihan").click()
    options = plain.locator(".opts .opt")
    assert options.count() >= 2
    fares = [int("".join(filter(str.isdigit, text)))
             for text in options.locator(".f").all_inner_texts()]  # fmt: skip
    assert fares[-1] < fares[0]
    options.last.click()
    assert (
        plain.locator(".opts .opt[aria-current=true] .f")
        .inner_text()
        .endswith(f"{fares[-1]:,}".replace(",", "."))
    )
    assert f"{fares[-1]:,}".replace(",", ".") in plain.locator("#why").inner_text()


def test_a_stop_that_is_none_is_named_at_its_field(plain, site):
    plain.goto(site + "/jakarta/transit/?start=Nowhere+at+all&end=Monumen+Nasional")
    assert plain.locator("#start-error").is_visible()
    assert plain.locator("[name=end]").input_value() == "Monumen Nasional"


def test_the_trip_page_speaks_the_language_chosen(plain, site):
    plain.goto(site + "/jakarta/transit/")
    assert plain.locator("html").get_attribute("lang") == "id"
    plain.get_by_role("button", name="EN").click()
    assert plain.url == site + "/jakarta/transit/"
    assert plain.locator("html").get_attribute("lang") == "en"
    assert plain.locator("h1").inner_text() == "Plan a trip"


def test_account_menu_opens_without_javascript(chromium, site, signed_in):
    context = chromium.new_context(
        java_script_enabled=False, locale="id-ID", storage_state=signed_in["transit"]
    )
    page = context.new_page()
    page.goto(site + "/jakarta/")
    menu = page.locator("details.account")
    assert not menu.get_by_role("link", name="Token API").is_visible()
    menu.locator("summary").click()
    menu.get_by_role("link", name="Token API").click()
    assert page.locator("h1").inner_text() == "Token API"
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
