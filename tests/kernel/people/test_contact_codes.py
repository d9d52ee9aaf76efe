"""A contact is used once its owner gave back the code that was sent to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from balai.kernel.access.models import AuditEntry
from balai.kernel.access.origin import Origin
from balai.kernel.access.throttle import ThrottledError
from balai.kernel.notices import sealed
from balai.kernel.notices.models import Notice
from balai.kernel.people import actions
from balai.kernel.people.actions import link_account
from balai.kernel.people.actions.verification import code_of
from balai.kernel.people.queries.record import contacts_of
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.row_security import rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(person, origin, as_application):
    with rows_of(person=person):
        yield actions.set_contact(person, "phone", "0812 3456 7890", origin=origin)


def test_the_code_goes_to_the_contact_alone_and_proves_it(person, contact, origin):
    actions.send_code(contact, origin=origin)
    assert contacts_of(person) == {}
    code = code_of(contact, timezone.now())
    with rows_of("73.71"):
        notice = Notice.objects.get(kind="people.phone-code")
    assert notice.reader != person  # in the own inbox it would prove nothing
    assert code in str(sealed.opened(sealed.CONTENT, notice.sealed_content, notice.pk))
    assert (notice.channels, notice.urgent) == (["sms"], True)
    actions.confirm_code(contact, f" {code[:3]} {code[3:]} ", origin=origin)
    actions.confirm_code(contact, "000000", origin=origin)
    assert contacts_of(person) == {"phone": "+6281234567890"}
    assert AuditEntry.objects.filter(action="people.contact-verified").count() == 1
    with pytest.raises(ConflictError):
        actions.send_code(contact, origin=origin)


def test_old_codes_and_those_of_others_do_not_fit(person, contact, origin):
    now = timezone.now()
    for wrong in (code_of(contact, now - timedelta(minutes=31)), code_of(person, now), "", "x"):
        with pytest.raises(ProblemError) as refused:
            actions.confirm_code(contact, wrong, origin=origin)
        assert refused.value.faults[0].field == "code"
    assert contacts_of(person) == {}


def test_codes_are_few_to_send_and_few_to_try(contact, origin):
    for _ in range(3):
        actions.send_code(contact, origin=origin)
    with pytest.raises(ThrottledError):
        actions.send_code(contact, origin=origin)
    for _ in range(5):
        with pytest.raises(ProblemError):
            actions.confirm_code(contact, "1", origin=origin)
    with pytest.raises(ThrottledError):
        actions.confirm_code(contact, code_of(contact, timezone.now()), origin=origin)


def test_the_page_sends_and_takes_the_code(client, person, contact, django_user_model):
    user = django_user_model.objects.create_user("warga", display_name="Andi")
    with rows_of("73.71", person=person):
        link_account(user, person, method="identity-card", origin=Origin("petugas"))
    client.force_login(user)
    client.cookies["language"] = "en"
    page = reverse("people:contact_code", args=["makassar", contact])
    assert page in client.get(reverse("people:mine", args=["makassar"])).content.decode()
    assert client.post(page, {"send": "1"}).headers["Location"] == page
    wrong = client.post(page, {"code": "000 001"})
    assert "Is not the code that holds now" in wrong.content.decode()
    done = client.post(page, {"code": code_of(contact, timezone.now())})
    assert done.headers["Location"] == reverse("people:mine", args=["makassar"])
    assert "is verified" in client.get(page).content.decode()
    away = reverse("people:contact_code", args=["makassar", person])
    assert client.get(away).status_code == 404
