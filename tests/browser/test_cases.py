"""The officers' pages of cases in a browser: keys, the pane, claiming, a phone, and axe."""

from __future__ import annotations

import pytest
from tests.browser.conftest import faults, sign_in

pytestmark = pytest.mark.browser
QUEUE = "/banyuwangi/cases/"
PAGES = (
    "", "workload/", "services/", "services/surat-keterangan-domisili/",
    "services/surat-keterangan-domisili/1/", "services/publish/",
    "services/surat-keterangan-domisili/move/",
)  # fmt: skip


@pytest.fixture(scope="module")
def supervisor(chromium, site):
    """The supervisor's cookies."""
    return sign_in(chromium, site, "penyelia")


@pytest.fixture(scope="module")
def clerk(chromium, site):
    """The cookies of an officer of a village."""
    return sign_in(chromium, site, "petugas.desa")


@pytest.fixture
def desk(chromium, site, clerk):
    """The queue at the width of a desk."""
    context = chromium.new_context(
        locale="id-ID", storage_state=clerk, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto(site + QUEUE, wait_until="networkidle")
    yield page
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways_or_fails_axe(chromium, site, supervisor, width):
    context = chromium.new_context(
        locale="id-ID", storage_state=supervisor, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    for path in PAGES:
        page.goto(site + QUEUE + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert faults(page) == [], path
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_desk_of_a_case_and_its_acts_stand_at_every_width(chromium, site, clerk, width):
    context = chromium.new_context(
        locale="id-ID", storage_state=clerk, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    page.goto(site + QUEUE + "?state=mine")
    page.locator("table.queue tbody th a").first.click()
    if width >= 1000:
        page.locator("#pane .btn").first.click()
    page.wait_for_selector(".acts")
    address = page.url
    for path in ("", "acts/note/", "acts/attach/", "answers/", "print/"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert faults(page) == [], path
    context.close()


def test_keys_move_show_beside_and_open(desk):
    desk.keyboard.press("j")
    chosen = desk.locator("tr[data-selected]")
    first = chosen.locator("th").inner_text()
    desk.wait_for_selector("#pane .history")
    desk.keyboard.press("j")
    assert chosen.count() == 1
    assert chosen.locator("th").inner_text() != first
    desk.keyboard.press("k")
    assert chosen.locator("th").inner_text() == first
    assert faults(desk) == []
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".acts, #acts")
    assert "/cases/" in desk.url
    assert desk.url.rstrip("/") != QUEUE


def test_c_claims_the_chosen_row_and_it_is_released_again(desk, site):
    desk.goto(site + QUEUE + "?state=free", wait_until="networkidle")
    before = desk.locator("table.queue tbody tr").count()
    desk.keyboard.press("j")
    desk.wait_for_selector("tr[data-selected] [data-claim]")
    number = desk.locator("tr[data-selected] .nw").inner_text()
    desk.keyboard.press("c")
    desk.wait_for_selector(".note.ok")
    assert desk.locator("table.queue tbody tr").count() == before - 1
    desk.goto(site + QUEUE + f"?state=mine&q={number}")
    desk.get_by_role("button", name="Lepas").click()
    desk.wait_for_selector(".note.ok")


def test_c_types_a_letter_while_somebody_searches(desk):
    desk.keyboard.press("j")
    desk.keyboard.press("/")
    desk.keyboard.type("cj")
    assert desk.locator("#q").input_value() == "cj"
    assert desk.url.endswith(QUEUE)


def test_a_case_is_claimed_and_released_without_javascript(chromium, site, clerk):
    context = chromium.new_context(java_script_enabled=False, locale="id-ID", storage_state=clerk)
    page = context.new_page()
    page.goto(site + QUEUE + "?state=free")
    page.locator("table.queue tbody tr", has=page.locator("[data-claim]")).last.locator(
        "th a"
    ).click()
    page.get_by_role("button", name="Ambil").click()
    assert "Anda memegang permohonan ini" in page.locator("main").inner_text()
    page.get_by_role("button", name="Lepas").click()
    assert "Dilepas" in page.locator("main").inner_text()
    context.close()
