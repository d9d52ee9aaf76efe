"""A notice is stored with its act, goes one way after another, and reaches nobody twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Barrier
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation

from balai.kernel.access.models import User
from balai.kernel.events.models import Event
from balai.kernel.jobs import TransientError, run_waiting
from balai.kernel.jobs.models import Job
from balai.kernel.notices import Message, Recipient, actions, queries, sealed, send
from balai.kernel.notices.channels import Accepted, Channel, find_channel, register_channel
from balai.kernel.notices.engine.choice import Wish
from balai.kernel.notices.engine.receipts import Told
from balai.kernel.notices.models import Delivery, Notice, Preference, State
from balai.kernel.notices.policy import policy_of
from balai.kernel.notices.telling import SENTENCES, told
from balai.kernel.problems import ProblemError
from balai.kernel.row_security import EVERYWHERE, rows_of
from kernel.notices.conftest import EMPTY, SARI

pytestmark = pytest.mark.django_db
MAKASSAR = ZoneInfo("Asia/Makassar")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=MAKASSAR)
NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=MAKASSAR)
ADDRESSES = {"email": "sari@contoh.id", "sms": "0812 3456 7890"}
ORDINARY = {"kind": "cases.ready", "values": {}, "subject": "Surat siap", "text": "Ambil surat."}


class Fake(Channel):
    """A channel that is set up, keeps what it takes, and fails as it is told."""

    title = {"id": "Uji", "en": "Test"}

    def __init__(self, real: Channel) -> None:
        self.name, self.real, self.disturbs = real.name, real, real.disturbs  # type: ignore[misc]
        self.taken: list = []
        self.errors: list[Exception] = []

    def is_set_up(self) -> bool:
        return True

    def normalised(self, address: str, *, country: str) -> str:
        return self.real.normalised(address, country=country)

    def hand_over(self, parcel) -> Accepted:
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(parcel)
        return Accepted(f"{self.name}-{len(self.taken)}")


@pytest.fixture
def fakes(gateways):
    real = {name: find_channel(name) for name in ("webpush", "chat", "sms", "email")}
    made = {name: Fake(each) for name, each in real.items()}
    for each in made.values():
        register_channel(each)
    yield made
    for each in real.values():
        register_channel(each)


def all_due(now: datetime = NOON) -> int:
    """Everything is due; hand it over as of `now`."""
    Delivery.objects.filter(state="waiting").update(due_at=now)
    count = 0
    while actions.deliver_next(now):
        count += 1
    return count


def states() -> list[tuple[str, str]]:
    rows = Delivery.objects.values_list("channel", "state")
    return sorted(rows, key=lambda row: ("webpush", "chat", "sms", "email").index(row[0]))


def test_one_way_that_works_is_enough(message, fakes) -> None:
    stored = send(message(ADDRESSES), key="a")
    all_due()
    assert states() == [("sms", "sent")]
    (parcel,) = fakes["sms"].taken
    assert parcel.address == "+6281234567890"
    assert not fakes["email"].taken
    assert send(message(ADDRESSES), key="a") == type(stored)(stored.id, repeated=True)
    assert all_due() == 0


def test_the_notice_belongs_to_the_act(message, fakes) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        send(message(ADDRESSES), key="a")
        1 / 0  # noqa: B018
    assert not Notice.objects.exists()
    assert not Job.objects.exists()


def test_the_worker_sends_what_is_due(message, fakes) -> None:
    send(message(ADDRESSES), key="a")
    assert Job.objects.count() == 1
    send(message(ADDRESSES), key="b")
    assert Job.objects.count() == 1, "one job sends all that is due"
    run_waiting()
    assert Job.objects.get().result == {"handed_over": 2}
    assert len(fakes["sms"].taken) == 2


def test_without_a_gateway_nothing_leaves_the_machine(message, gateways, monkeypatch) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("something went out")

    monkeypatch.setattr("socket.socket.connect", no_network)
    gateways.update(EMPTY)
    send(message(ADDRESSES), key="a")
    now = timezone.now()
    assert actions.deliver_next(now)
    assert states() == [("sms", "kept")]


def test_the_next_way_is_tried_where_one_is_refused(message, fakes) -> None:
    from balai.kernel.notices.channels import PermanentError

    fakes["sms"].errors = [PermanentError("The gateway refused it (400)")]
    send(message(ADDRESSES), key="a")
    all_due()
    assert states() == [("sms", "failed"), ("email", "sent")]


def test_an_address_that_is_none_is_told_and_the_next_way_taken(message, fakes) -> None:
    send(message({"sms": "12", "email": "sari@contoh.id"}), key="a")
    all_due()
    assert states() == [("sms", "failed"), ("email", "sent")]
    assert "is no telephone number" in Delivery.objects.get(channel="sms").problem


def test_a_busy_gateway_is_tried_later_and_later_and_then_given_up(message, fakes) -> None:
    tries = policy_of("makassar").retry.tries
    fakes["sms"].errors = [TransientError("busy")] * tries
    send(message({"sms": ADDRESSES["sms"]}), key="a")
    waits = []
    for _ in range(tries - 1):
        all_due()
        found = Delivery.objects.get()
        assert (found.state, found.problem) == ("waiting", "busy")
        waits.append(found.due_at - NOON)
    assert all(2 * shorter > longer / 2 for shorter, longer in pairwise(waits))
    assert waits[-1] > 20 * waits[0]
    all_due()
    assert (Delivery.objects.get().state, Delivery.objects.get().tries) == ("failed", tries)


def test_a_gateways_own_wait_is_kept(message, fakes) -> None:
    fakes["sms"].errors = [TransientError("429", retry_after=3600)]
    send(message(ADDRESSES), key="a")
    all_due()
    assert Delivery.objects.get().due_at == NOON + timedelta(hours=1)


def test_a_fault_of_a_channel_stops_nothing_else(message, fakes, caplog) -> None:
    fakes["sms"].errors = [KeyError("+6281234567890")]
    send(message(ADDRESSES), key="a")
    send(message({"email": "sari@contoh.id"}), key="b")
    all_due()
    assert states() == [("sms", "waiting"), ("email", "sent")]
    assert "+62812" not in caplog.text + Delivery.objects.get(channel="sms").problem


def test_a_worker_that_died_while_sending_is_followed_by_another_under_the_same_number(
    message, fakes
) -> None:
    send(message(ADDRESSES), key="a")
    lost = Delivery.objects.get()
    Delivery.objects.update(state="sending", tries=1, due_at=NOON + timedelta(minutes=5))
    assert not actions.deliver_next(NOON)
    assert actions.deliver_next(NOON + timedelta(minutes=6))
    assert [each.id for each in fakes["sms"].taken] == [lost.pk]
    assert states() == [("sms", "sent")]


def test_quiet_hours_put_off_what_rings_but_not_what_is_urgent_or_waits_in_a_box(
    message, fakes
) -> None:
    six = datetime(2026, 11, 24, 6, tzinfo=MAKASSAR)
    send(message({"sms": ADDRESSES["sms"]}, **ORDINARY), key="ordinary")
    all_due(NIGHT)
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.due_at, waiting.tries) == ("waiting", six, 0)
    assert not fakes["sms"].taken
    assert actions.deliver_next(six)
    assert len(fakes["sms"].taken) == 1
    send(message({"sms": ADDRESSES["sms"]}), key="urgent")
    send(message({"email": "sari@contoh.id"}, **ORDINARY), key="box")
    all_due(NIGHT)
    assert (len(fakes["sms"].taken), len(fakes["email"].taken)) == (2, 1)


def test_nobody_is_rung_more_often_than_the_limit(message, fakes) -> None:
    most = policy_of("makassar").an_hour
    for number in range(most + 2):
        send(message({"sms": ADDRESSES["sms"]}, **ORDINARY), key=str(number))
    all_due()
    assert len(fakes["sms"].taken) == most
    assert set(Delivery.objects.filter(state="waiting").values_list("due_at", flat=True)) == {
        NOON + timedelta(hours=1)
    }
    send(message({"sms": ADDRESSES["sms"]}, **ORDINARY, person_id=uuid4()), key="another")
    assert actions.deliver_next(timezone.now() + timedelta(days=1)), "another person's own limit"


def test_wishes_are_kept_and_the_law_is_not_switched_off(message, fakes) -> None:
    actions.set_preferences(SARI, {"": Wish(channels=("email",))})
    send(message(ADDRESSES, **ORDINARY), key="a")
    all_due()
    assert states() == [("email", "sent")]
    actions.set_preferences(SARI, {"": Wish(off=True)})
    send(message(ADDRESSES, **ORDINARY), key="b")
    assert Delivery.objects.count() == 1, "it is only in the inbox"
    legal = {"kind": "notices.address-changed", "values": {"name": "Sari", "at": NOON}}
    send(message(ADDRESSES, **legal), key="c")
    assert Delivery.objects.count() == 2
    with pytest.raises(ProblemError, match=r"."):
        actions.set_preferences(SARI, {"notices.address-changed": Wish(off=True)})
    assert queries.letters(SARI)[0] == 3
    actions.set_preferences(SARI, {"": Wish()})
    assert not Preference.objects.exists()


def test_a_person_reads_it_in_their_language(message, fakes) -> None:
    send(message({"email": "a@b.id"}, language="en"), key="a")
    all_due()
    assert fakes["email"].taken[0].subject == "Trial notice"


def test_values_are_made_safe_for_where_they_stand(message, fakes) -> None:
    name = "Sari\r\nBcc: x@y.id <b>*tebal*</b>"
    send(message({"email": "a@b.id"}, values={"name": name}), key="a")
    all_due()
    parcel = fakes["email"].taken[0]
    assert "&lt;b&gt;" in parcel.html
    assert "<b>" not in parcel.html
    assert "\r" not in parcel.text


def test_a_notice_that_lacks_a_value_is_refused_by_name(message) -> None:
    with pytest.raises(ProblemError) as found:
        send(message(values={"nama": "Sari"}), key="a")
    assert {fault.field for fault in found.value.faults} == {"nama", "name"}
    with pytest.raises(ProblemError, match=r"."):
        send(message(link="//elsewhere.example"), key="b")
    with pytest.raises(ProblemError, match=r"."):
        send(Message(kind="notices.trial", to=Recipient(name="X"), values={"name": "X"}), key="c")


def test_addresses_and_texts_are_sealed_at_rest(message, fakes) -> None:
    send(message(ADDRESSES), key="a")
    with connection.cursor() as cursor:
        cursor.execute("SELECT n::text, d::text FROM notices_notice n, notices_delivery d")
        rest = "".join(cursor.fetchone())
        cursor.execute("SELECT encode(sealed_content || sealed_addresses, 'escape') "
                       "FROM notices_notice")  # fmt: skip
        rest += cursor.fetchone()[0]
    for secret in ("81234567890", "sari@contoh.id", "Sari", "Uji coba"):
        assert secret not in rest


def test_events_tell_what_went_without_telling_of_anybody(message, fakes) -> None:
    send(message(ADDRESSES), key="a")
    all_due()
    found = [(event.kind, event.data) for event in Event.objects.order_by("recorded_at", "id")]
    assert [kind for kind, _ in found] == ["notices.stored", "notices.delivery-ended"]
    assert found[1][1] == {"kind": "notices.trial", "channel": "sms", "state": "sent"}


def test_receipts_end_a_delivery_once_and_a_failure_takes_the_next_way(message, fakes) -> None:
    send(message(ADDRESSES), key="a")
    all_due()
    sent = Delivery.objects.get()
    assert actions.note_receipts("sms", [Told("unknown", "delivered")]) == 0
    assert actions.note_receipts("email", [Told(sent.number, "failed")]) == 0
    assert actions.note_receipts("sms", [Told(str(sent.pk), "failed", "Absent")]) == 1
    assert actions.note_receipts("sms", [Told(sent.number, "delivered")]) == 0
    all_due()
    assert states() == [("sms", "failed"), ("email", "sent")]
    mail = Delivery.objects.get(channel="email")
    assert actions.note_receipts("email", [Told(mail.number, "delivered")] * 2) == 1
    assert states()[1] == ("email", State.DELIVERED)


def test_an_account_without_a_person_has_an_inbox_too(city, fakes) -> None:
    user = User.objects.create_user("officer", password="x", email="o@kota.id", language="en")
    to = Recipient(account_id=user.pk, name="Officer")
    send(Message(kind="notices.trial", to=to, city="makassar", values={"name": "O"}), key="a")
    all_due()
    assert fakes["email"].taken[0].address == "o@kota.id"
    (letter,) = queries.letters(queries.reader_of(user))[1]
    assert letter.subject == "Trial notice"


def test_only_the_reader_and_the_regions_officers_see_it(message, fakes, as_application) -> None:
    stored = send(message(ADDRESSES, region_code="73.71.01"), key="a")
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()
    for rows, seen in (
        (rows_of("73.71"), True), (rows_of("73.71.02"), False), (rows_of("31"), False),
        (rows_of(person=SARI), True), (rows_of(person=uuid4()), False),
        (rows_of(EVERYWHERE), True),
    ):  # fmt: skip
        with rows:
            assert Notice.objects.filter(pk=stored.id).exists() is seen
            assert Delivery.objects.exists() is seen
    assert queries.letter(SARI, stored.id).subject == "Uji coba pemberitahuan"
    assert queries.letters(uuid4()) == (0, [])
    assert actions.deliver_next(timezone.now() + timedelta(days=1))
    with rows_of(EVERYWHERE):
        assert Delivery.objects.get().state == "sent"


def test_a_resident_may_cause_a_notice_to_an_officer(message, as_application, gateways) -> None:
    with rows_of(person=SARI):
        send(message(person_id=uuid4(), region_code="73.71.05"), key="a")
    with rows_of("73.71.05"):
        assert Notice.objects.count() == 1


def test_reading_is_the_readers_own(message) -> None:
    stored = send(message(), key="a")
    assert actions.mark_read(uuid4(), [stored.id]) == 0
    assert queries.unread(SARI) == 1
    assert actions.mark_read(SARI, [stored.id]) == 1
    assert (queries.unread(SARI), queries.letters(SARI, which="read")[0]) == (0, 1)
    assert actions.mark_unread(SARI, stored.id) == 1


def test_the_same_key_from_many_at_once_is_one_notice(city, gateways, message) -> None:
    """In threads, with connections and transactions of their own; swept away afterwards."""

    def in_thread(work):
        def run():
            try:
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(run).result()

    start_line, to = Barrier(8), Recipient(person_id=SARI, channels={"email": "sari@contoh.id"})
    words = Message(kind="x.y", to=to, subject="S", text="T")

    def one(_: int) -> UUID:
        try:
            start_line.wait(timeout=30)
            return send(words, key="at once").id
        finally:
            connection.close()

    def sweep() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in ("notices_delivery", "notices_notice", "events_event", "jobs_pulse",
                          "jobs_job"):  # fmt: skip
                cursor.execute(f"DELETE FROM {table}")

    try:
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(one, range(8)))
        counted = in_thread(lambda: (Notice.objects.count(), Delivery.objects.count()))
    finally:
        in_thread(sweep)
    assert len(found) == 1
    assert counted == (1, 1)


def test_every_problem_is_told_in_the_visitors_language() -> None:
    with translation.override("id"):
        for sentence in SENTENCES:
            assert told(f"{sentence} (429)") not in {sentence, f"{sentence} (429)"}, sentence
        assert told("Something a gateway said") == "Something a gateway said"
    with translation.override("en"):
        assert told("The gateway is busy (429)") == "The gateway is busy (429)"


def test_masked_addresses_tell_two_apart_and_no_more() -> None:
    assert sealed.masked("sari.wulandari@contoh.id") == "s…@contoh.id"
    assert sealed.masked("+6281234567890") == "+62…890"
