"""Every link that somebody meets leads somewhere: the demonstration is walked as each account."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.test import Client

from browser.conftest import shown

START = ["/", "/banyuwangi/", "/makassar/", "/jakarta/", "/banyuwangi/me/", "/makassar/me/"]
ACCOUNTS = [
    "", "admin", "bendahara", "dokumen", "kasir", "leader", "pdp", "penyelia", "perencana",
    "petugas", "petugas.desa", "transit", "warga",
]  # fmt: skip
PUBLIC: set[tuple[str, ...]] = set()
"""What the visitor met: walked once, for it is the same page to everybody but for its header."""
# It asks the identity provider, another host.
ELSEWHERE = "/account/identity/begin/"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|(?<=/)\d+(?=/|$)")


class Links(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


@pytest.fixture(params=ACCOUNTS, ids=lambda name: name or "visitor")
def visitor(request, demonstration, django_db_blocker) -> Iterator[Client]:
    """A client signed in as an account of the demonstration."""
    from balai.kernel.access.models import User

    with django_db_blocker.unblock(), shown(demonstration):
        client = Client(raise_request_exception=False)
        if request.param:
            client.force_login(User.objects.get(username=request.param))
        yield client


def test_every_link_met_leads_to_a_page_or_a_file(visitor, request):
    met: set[tuple[str, ...]] = set()
    broken = [f"{page} -> {link}: {status}" for page, link, status in walked(visitor, met)]
    assert broken == []
    if request.node.callspec.params["visitor"] == "":
        PUBLIC.update(met)


def walked(client: Client, met: set[tuple[str, ...]]) -> Iterator[tuple[str, str, int]]:
    """The links that fail, with the page they stand on; one of each kind is followed."""
    ahead = deque(("", start) for start in START)
    while ahead:
        page, link = ahead.popleft()
        if (kind := kind_of(link)) in met or (kind in PUBLIC and link not in START):
            continue
        met.add(kind)
        answer = client.get(link)
        if answer.status_code >= 400:
            yield page, link, answer.status_code
        elif answer.status_code in (301, 302, 303):
            ahead.append((page, urljoin(link, answer["Location"])))
        elif answer["Content-Type"].startswith("text/html"):
            here = (urljoin(link, each) for each in Links(answer.content.decode()).found)
            ahead.extend((link, each.split("#")[0]) for each in here if is_ours(each))
        answer.close()


def is_ours(link: str) -> bool:
    return link.startswith("/") and not link.startswith(ELSEWHERE)


def kind_of(link: str) -> tuple[str, ...]:
    """Links that differ in an id or in the values asked for are of one kind."""
    parts = urlsplit(link)
    return (ID.sub("*", parts.path), *sorted(name for name, _ in parse_qsl(parts.query)))
