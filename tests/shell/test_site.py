"""The site's own pages and their frame."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.translation import override

from balai.kernel.regions.actions import install_cities
from balai.shell.views import components, errors

pytestmark = pytest.mark.django_db

PAGES = ["/", "/components/", "/about/", "/accessibility/", "/open-data/", "/privacy/", "/help/",
         "/account/login/", "/jakarta/", "/no-such-page/"]  # fmt: skip


@pytest.fixture
def cities():
    return install_cities()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_need_no_inline_style_or_script(path, language, client, cities):
    client.cookies["language"] = language
    answer = client.get(path)
    body = answer.content.decode()
    assert answer.status_code == (404 if path == "/no-such-page/" else 200)
    assert f'<html lang="{language}"' in body
    assert not re.search(r"<[^>]+\sstyle=", body)
    assert not re.search(r"<[^>]+\son\w+=", body)
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", body, re.S)
    assert all("src=" in given or "application/json" in given for given, _ in scripts)
    assert body.count("<h1") == 1
    assert 'href="#main"' in body


def test_city_wears_its_band_and_its_clock(client, cities):
    assert b"m-tumpal" in client.get("/jakarta/").content
    assert b"m-sulapa-eppa" in client.get("/makassar/").content
    assert b"m-anyaman" in client.get("/").content


def test_unknown_city_and_network_address_are_not_cities(client, cities):
    assert client.get("/atlantis/").status_code == 404
    from django.urls import NoReverseMatch, reverse

    with pytest.raises(NoReverseMatch):
        reverse("city", args=["network"])


def test_preferences_are_kept_and_lead_back(client):
    answer = client.post("/preferences/", {"theme": "dark", "next": "/about/?a=1"})
    assert answer["Location"] == "/about/?a=1"
    assert b'data-theme="dark"' in client.get("/about/").content
    client.post("/preferences/", {"theme": "system", "next": "/"})
    assert b"data-theme" not in client.get("/about/").content
    client.post("/preferences/", {"shortcuts": "off", "language": "en", "next": "/"})
    assert b'lang="en" data-shortcuts="off"' in client.get("/about/").content


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_preferences_lead_to_no_other_host(client, target):
    assert client.post("/preferences/", {"theme": "dark", "next": target})["Location"] == "/"


@pytest.mark.parametrize("given", [{"theme": "neon"}, {"language": "xx"}, {"shortcuts": "?"}])
def test_unknown_preferences_are_not_kept(client, given):
    assert not client.post("/preferences/", given).cookies


def test_preferences_are_not_changed_by_following_a_link(client):
    assert client.get("/preferences/?theme=dark").status_code == 405


def test_error_pages_are_drawn():
    request = RequestFactory().get("/")
    request.user = type("Nobody", (), {"is_authenticated": False})()
    for view, status in ((errors.bad_request, 400), (errors.forbidden, 403),
                         (errors.not_found, 404), (errors.csrf_failure, 403),
                         (errors.server_error, 500)):  # fmt: skip
        answer = view(request)
        assert answer.status_code == status
        assert b"<h1" in answer.content


def test_error_page_survives_a_broken_frame(monkeypatch):
    def broken(name):
        raise RuntimeError(name)

    monkeypatch.setattr(errors, "render_to_string", broken)
    answer = errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert b"500" in answer.content


def test_every_example_is_on_the_sheet_with_its_snippet(client):
    body = client.get("/components/").content.decode()
    for example in components.EXAMPLES:
        assert f'id="{example.name}"' in body
    assert body.count("<pre") == len(components.EXAMPLES)


def test_every_icon_used_in_a_template_is_in_the_sprite():
    from pathlib import Path

    source = Path(components.__file__).parents[2]
    used = {
        name
        for path in source.rglob("templates/**/*.html")
        for name in re.findall(r'\{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert used <= set(components.icon_names())


def test_every_programmes_icon_and_colour_exist():
    from balai.kernel import programmes
    from balai.shell.views.examples import PROGRAMMES

    colours = {each["name"] for each in PROGRAMMES}
    for programme in programmes.installed():
        assert programme.icon in components.icon_names()
        assert programme.colour in colours


def test_component_sees_only_what_it_is_given():
    drawn = Template(
        '{% component "card" title="T" %}<p>{{ outside }}</p>{% endcomponent %}'
    ).render(Context({"outside": "<seen>", "id": "leaked"}))
    assert "<p>&lt;seen&gt;</p>" in drawn
    assert "leaked" not in drawn
    with pytest.raises(TemplateSyntaxError):
        Template('{% component "card" title %}{% endcomponent %}')


def test_filters_write_in_the_visitors_language():
    page = Template(
        "{{ a|rupiah }} {{ b|percent }} {{ c|distance }} {{ d|duration }} {{ n|number }}"
    )
    data = Context({"a": 5750, "b": 0.384, "c": 1300, "d": 2700, "n": None})
    with override("id"):
        assert page.render(data) == "Rp5.750 38,4% 1,3\u00a0km 45 menit "
    with override("en"):
        assert page.render(data) == "Rp5,750 38.4% 1.3\u00a0km 45 minutes "
