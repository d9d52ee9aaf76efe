"""A resident's requests in a real browser: on a phone, with and without JavaScript."""

from __future__ import annotations

import pytest

from .conftest import faults, sign_in

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 800}
SERVICE = "/banyuwangi/cases/new/surat-keterangan-domisili/"


@pytest.fixture(scope="module")
def wargo(chromium, site):
    """Cookies of a resident with a record."""
    return sign_in(chromium, site, "wargo")


@pytest.fixture
def phone(chromium, wargo):
    """Opens a page of the resident on a phone."""
    contexts = []

    def opened(script: bool):
        context = chromium.new_context(
            viewport=PHONE, locale="id-ID", storage_state=wargo, java_script_enabled=script
        )
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def fill(page):
    page.fill("[name=since]", "2010-02-03")
    page.check("[name=same_as_card][value=yes]")
    page.check("[name=purpose][value=other]")


def go_on(page):
    page.locator("main form button[value=go]").click()
    page.wait_for_load_state()


def test_a_request_is_made_without_javascript_in_two_rounds(phone, site):
    page = phone(script=False)
    page.goto(site + SERVICE)
    assert page.input_value("[name=name]")
    assert not page.locator("[name=other_purpose]").is_visible()
    fill(page)
    go_on(page)
    assert page.locator("[role=status]").is_visible()
    page.fill("[name=other_purpose]", "Pendaftaran beasiswa")
    go_on(page)
    assert "/check/" in page.url
    page.locator("main form button").click()
    page.wait_for_load_state()
    assert "PM-" in page.locator(".kept-promise").inner_text()


def test_questions_come_up_and_leave_with_javascript(phone, site):
    page = phone(script=True)
    page.goto(site + SERVICE)
    fill(page)
    assert page.locator("[name=other_purpose]").is_visible()
    page.check("[name=purpose][value=bank]")
    assert not page.locator("[name=other_purpose]").is_visible()
    page.check("[name=purpose][value=other]")
    page.fill("[name=other_purpose]", "Pendaftaran beasiswa")
    go_on(page)
    assert "/check/" in page.url
    assert "Pendaftaran beasiswa" in page.locator("main").inner_text()


def test_the_summary_leads_to_the_first_choice_of_a_question(phone, site):
    page = phone(script=True)
    page.goto(site + SERVICE)
    go_on(page)
    page.locator(".errsum a[href='#id_purpose_0']").click()
    assert page.evaluate("document.activeElement.name") == "purpose"


def test_pages_fit_a_phone_and_have_no_barriers(phone, site):
    page = phone(script=True)
    page.goto(site + SERVICE)
    found = {}
    for look in ("form", "faults"):
        found[look] = (overflow(page), faults(page))
        go_on(page)
    page.goto(site + "/banyuwangi/cases/mine/")
    mine = page.locator("h2 a").evaluate_all("links => links.map(link => link.href)")
    assert mine
    paths = [site + "/banyuwangi/cases/new/", site + "/banyuwangi/cases/mine/", *mine[:4]]
    paths.append(site + "/banyuwangi/cases/new/pengaduan/?place=other")
    for path in paths:
        page.goto(path)
        found[path] = (overflow(page), faults(page))
    assert found == dict.fromkeys(found, (0, []))
