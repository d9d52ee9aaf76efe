"""The pages of cards as riders and officers use them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from balai.kernel.people.models import AccessEntry
from balai.kernel.row_security import rows_of
from balai.transit.actions.adjust import refund_boarding
from balai.transit.actions.cards.loading import load_with_cash
from balai.transit.models import CardAccount, ConcessionClaim, Dispute, Journey, Leg
from balai.transit.queries.cards import balance_of
from transit.conftest import NOW

from .conftest import CODE, DESK, NUMBER

pytestmark = pytest.mark.django_db


def at(name, *more):
    return reverse(f"transit:{name}", args=["jakarta", *more])


@pytest.fixture(autouse=True)
def _served(card, person, rider, desk, bank, ride, client, settings):
    """A card with money and a journey; from here on acts the role that serves, in English."""
    load_with_cash(card, 50_000, key="cash", by=DESK, now=NOW)
    ride()
    client.cookies["language"] = "en"


@pytest.fixture
def served(as_application):
    return None


@pytest.fixture
def mine(card, client, rider, served):
    """The rider, signed in, with the card added."""
    client.force_login(rider)
    client.post(at("card-add"), {"number": NUMBER, "issuer": "JakLingko", "proof": CODE})
    return card


def text(answer) -> str:
    return answer.content.decode()


def test_a_stranger_is_sent_to_sign_in(client):
    assert "/login" in client.get(at("cards")).headers["Location"]


def test_a_rider_adds_a_card_by_its_last_load_and_not_by_a_guess(client, rider, card, served):
    client.force_login(rider)
    wrong = client.post(at("card-add"), {"number": NUMBER, "issuer": "Flazz", "proof": "49999"})
    assert wrong.status_code == 422
    assert "Does not fit" in text(wrong)
    unknown = client.post(at("card-add"), {"number": "999900001111", "issuer": "Flazz",
                                           "proof": "1"})  # fmt: skip
    assert "Does not fit" in text(unknown)
    right = client.post(at("card-add"), {"number": NUMBER, "issuer": "Flazz", "proof": "50.000"})
    assert right.headers["Location"] == at("card", card.pk)
    assert "•••• 0417" in text(client.get(at("cards")))


def test_nobody_adds_anothers_card_or_sees_it(client, mine, django_user_model):
    client.force_login(django_user_model.objects.create_user("lain"))
    assert client.get(at("card", mine.pk)).status_code == 200  # the page for the unlinked
    assert "0417" not in text(client.get(at("card", mine.pk)))


def test_the_card_tells_balance_and_journeys_leg_by_leg(client, mine):
    page = text(client.get(at("card", mine.pk)))
    assert "Rp44,250" in page
    assert "one package of 180 minutes, opened 07:19" in page
    assert NUMBER not in page
    rows = b"".join(client.get(at("card", mine.pk) + "?format=csv").streaming_content).decode()
    assert rows.count("2026-11-23") == 2
    assert "No journey on these days" in text(client.get(at("card", mine.pk) + "?end=2026-01-01"))


def test_the_statement_adds_up(client, mine):
    page = text(client.get(at("card-statement", mine.pk) + "?month=2026-11"))
    assert "Rp50,000" in page
    assert "Rp5,750" in page
    assert "Rp44,250" in page


def test_a_load_leads_to_a_code_and_is_asked_for_once(client, mine):
    form = {"amount": "20000", "key": uuid4().hex}
    first, again = (client.post(at("card-load", mine.pk), form) for _ in range(2))
    assert first.status_code == 302
    assert first.headers["Location"] == again.headers["Location"]
    assert client.get(first.headers["Location"]).status_code == 200
    small = client.post(at("card-load", mine.pk), {"amount": "500", "key": "k"})
    assert small.status_code == 422
    assert "not an amount this card may take" in text(small)


def test_a_rider_blocks_and_opens_the_card_but_not_what_the_desk_blocked(client, mine, desk):
    assert client.get(at("card-block", mine.pk)).status_code == 200
    client.post(at("card-block", mine.pk), {"wanted": "block"})
    assert CardAccount.objects.get(pk=mine.pk).block == "rider"
    client.post(at("card-block", mine.pk), {"wanted": "unblock"})
    assert CardAccount.objects.get(pk=mine.pk).state == "active"
    client.force_login(desk)
    client.post(at("card-act", mine.pk, "block"), {"reason": "Investigation"})
    client.logout()
    client.force_login(type(desk).objects.get(username="penumpang"))
    answer = client.post(at("card-block", mine.pk), {"wanted": "unblock"})
    assert answer.status_code == 409
    assert CardAccount.objects.get(pk=mine.pk).state == "blocked"


def test_a_dispute_goes_round_and_the_money_comes_back(client, mine, desk, rider):
    leg = Leg.objects.get(number=1)
    type(leg.boarding).objects.filter(pk=leg.boarding_id)
    page = client.get(at("dispute-file", mine.pk, leg.pk))
    assert page.status_code == 200
    sent = client.post(at("dispute-file", mine.pk, leg.pk), {"why": "not-ridden", "words": "No"})
    with rows_of("31"):
        dispute = Dispute.objects.get()
    assert sent.headers["Location"] == at("dispute", dispute.pk)
    assert "Answered by" in text(client.get(at("dispute", dispute.pk)))
    assert "My disputes" in text(client.get(at("cards")))
    client.force_login(desk)
    assert "I did not make this trip" in text(client.get(at("disputes")))
    evidence = text(client.get(at("dispute-desk", dispute.pk)))
    assert "V-mrt" in evidence
    refused = client.post(at("dispute-desk", dispute.pk),
                          {"decision": "refund", "amount": "999999", "answer": "x"})  # fmt: skip
    assert refused.status_code == 422
    client.post(at("dispute-desk", dispute.pk),
                {"decision": "refund", "amount": "2000", "answer": "Granted."})  # fmt: skip
    assert balance_of("jakarta", mine.card.reference) == 46_250
    client.force_login(rider)
    assert "Rp2,000 was given back" in text(client.get(at("dispute", dispute.pk)))
    with rows_of("31"):
        looks = set(AccessEntry.objects.values_list("purpose", "parts__0"))
    assert ("travel-card", "travel-card") in looks


def test_a_concession_is_applied_for_decided_and_revoked(client, mine, desk, rider):
    young = client.post(at("card-concessions", mine.pk), {"group": "elderly"})
    assert list(young.context["form"].errors) == ["group"]
    assert young.status_code == 422
    assert "outside the ages" in text(young)
    asked = {"group": "disabled", "paper": "KPD 31/2026"}
    assert client.post(at("card-concessions", mine.pk), asked).status_code == 302
    assert client.post(at("card-concessions", mine.pk), asked).status_code == 422
    with rows_of("31"):
        claim = ConcessionClaim.objects.get()
    client.force_login(desk)
    assert "Disabled people" in text(client.get(at("concessions")))
    assert "look at the paper" in text(client.get(at("concession", claim.pk)))
    client.post(at("concession", claim.pk), {"decision": "grant", "reason": "Card seen."})
    client.force_login(rider)
    page = text(client.get(at("card", mine.pk)))
    assert "Disabled people" in page
    client.force_login(desk)
    client.post(at("concession", claim.pk), {"reason": "The paper was withdrawn."})
    with rows_of("31"):
        claim.refresh_from_db()
        assert claim.state == "revoked"
        assert claim.entitlement.end <= timezone.now() + timedelta(seconds=1)


def test_the_desk_finds_issues_loads_and_replaces(client, mine, desk):
    client.force_login(desk)
    found = client.post(at("card-find"), {"number": "6032 9811 0000 0417"})
    assert found.headers["Location"] == at("card-desk-card", mine.pk)
    assert "Sari Wulandari" in text(client.get(at("card-desk-card", mine.pk)))
    issued = client.post(at("card-issue"), {"number": "6032000011112222", "issuer": "Flazz"})
    assert issued.status_code == 302
    again = client.post(at("card-issue"), {"number": "6032000011112222", "issuer": "Flazz"})
    assert "issued before" in text(again)
    key = {"amount": "30000", "key": "once"}
    for _ in range(2):
        client.post(at("card-act", mine.pk, "cash"), key)
    assert balance_of("jakarta", mine.card.reference) == 74_250
    client.post(at("card-act", mine.pk, "lost"), {"lost_on": "2026-11-20"})
    client.post(at("card-act", mine.pk, "replace"), {"number": "6032000033334444"})
    new = CardAccount.objects.get(replaces=mine.card)
    assert balance_of("jakarta", new.card.reference) == 74_250
    assert "Latest journeys" in text(client.get(at("card-desk-card", new.pk)))
    listed = b"".join(client.get(at("card-desk") + "?format=csv").streaming_content).decode()
    assert "replaced" in listed
    assert NUMBER not in listed


def test_the_desk_gives_a_card_to_a_resident_for_a_reason(client, mine, desk, person):
    client.force_login(desk)
    blank = {"number": "6032000055556666", "issuer": "Flazz", "nik": "3171015708900001"}
    assert "Say why you look them up." in text(client.post(at("card-issue"), blank))
    wrong = client.post(at("card-issue"), {**blank, "nik": "123", "reason": "New card"})
    assert "Copy it from the identity card" in text(wrong)
    assert CardAccount.objects.count() == 1
    made = client.post(at("card-issue"), {"number": "6032000055556666", "issuer": "Flazz"})
    url = made.headers["Location"]
    assert "Enter the holder" in text(client.get(url))
    given = {"nik": "3171 0157 0890 0001", "reason": "Came to the desk with KTP"}
    assert client.post(f"{url}holder/", given).headers["Location"] == url
    page = text(client.get(url))
    assert "Sari Wulandari" in page
    assert "Enter the holder" not in page
    with rows_of("31"):
        assert AccessEntry.objects.filter(person_id=person, reason=given["reason"]).exists()
    assert "The card has a holder" in text(client.post(f"{url}holder/", given))


def test_the_desk_is_closed_to_riders(client, mine):
    for name in ("card-desk", "disputes", "concessions"):
        assert client.get(at(name)).status_code == 403


def test_acts_and_refunds_are_told_in_words(client, mine, desk, rider, card):
    client.post(at("card-block", mine.pk), {"wanted": "block"})
    client.force_login(desk)
    page = text(client.get(at("card-desk-card", mine.pk)))
    assert "Blocked: by its holder" in page
    leg = Leg.objects.get(number=1)
    refund_boarding(leg.pk, leg.charge, by="7", key="words", reason="not ridden")
    page = text(client.get(at("card-desk-card", mine.pk)))
    assert "Charged anew since it was first charged" in page
    ride = Journey.objects.get(void=False)
    left = ride.full_price - 5750
    assert f"You saved <b>Rp{left:,}</b>" in page
