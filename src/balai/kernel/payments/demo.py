"""The demonstration: made-up levies paid through a simulated bank, and bills of the residents
that one may sign in as.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from balai.kernel.access.rows import person_behind
from balai.kernel.ledger import actions as ledger
from balai.kernel.ledger.postings import Posting
from balai.kernel.payments import queries
from balai.kernel.payments.actions import (
    add_bank,
    add_range,
    present_bill,
    record_credit,
    request_payment,
    take_statement,
)
from balai.kernel.payments.actions.banks import Keys
from balai.kernel.payments.models import Bank, Bill, SimulatedPayment, Statement
from balai.kernel.payments.payable import PayableBill
from balai.kernel.payments.simulator.bank import Fault, SimulatedBank
from balai.kernel.payments.simulator.carrier import Carrier
from balai.kernel.payments.simulator.pretend import keys_of
from balai.kernel.regions.queries import City, city_by_slug, find_city
from balai.kernel.row_security import rows_of

CITY, BANK, SEED = "makassar", "bank-contoh", 73_71
RECEIVABLE = f"{CITY}/levy/receivable"
PREFIX, OPEN_PREFIX = "88088", "88099"
FIRST = datetime(2026, 11, 18, 0, 0, tzinfo=UTC)
"""Eight in the morning in Makassar on the first day."""
VILLAGES = ("73.71.01.1001", "73.71.09.1003", "73.71.13.1005", "73.71.02.1002")


@dataclass(frozen=True, slots=True)
class Line:
    """A bill of the demonstration: on which day it is paid, how, and what the bank does."""

    day: int | None
    amount: int
    channel: str = "qris"
    paid: int | None = None
    fault: Fault = Fault.NONE
    parts: bool = False


LINES = (
    Line(0, 25_000), Line(0, 40_000, "virtual_account"), Line(0, 15_000),
    Line(0, 60_000, "counter"),
    Line(0, 35_000, fault=Fault.REPEAT), Line(0, 120_000, "virtual_account", fault=Fault.REVERSED),
    Line(1, 25_000, paid=30_000), Line(1, 75_000, paid=50_000), Line(1, 45_000),
    Line(1, 90_000, fault=Fault.WRONG_AMOUNT), Line(1, 30_000, fault=Fault.WRONG_SIGNATURE),
    Line(1, 55_000, "virtual_account", fault=Fault.NEVER_CREDITED),
    Line(1, 200_000, "virtual_account", paid=80_000, parts=True),
    Line(2, 25_000), Line(2, 65_000, "virtual_account", fault=Fault.NO_NOTICE),
    Line(2, 20_000), Line(2, 35_000, fault=Fault.CONTRADICT),
    Line(None, 25_000), Line(None, 40_000), Line(None, 110_000, parts=True),
)  # fmt: skip
PURPOSE = {"id": "Retribusi kebersihan (contoh)", "en": "Cleaning levy (example)"}


@dataclass(frozen=True, slots=True)
class Own:
    """A bill of a resident one may sign in as; `paid` at the counter, or still open."""

    reference: str
    amount: int
    purpose: dict[str, str]
    parts: bool = False
    paid: bool = False


OWN = (
    Own("RKB-2026-10", 25_000, paid=True,
        purpose={"id": "Retribusi kebersihan, Oktober 2026 (contoh)",
                 "en": "Cleaning levy, October 2026 (example)"}),
    Own("RKB-2026-11", 25_000,
        purpose={"id": "Retribusi kebersihan, November 2026 (contoh)",
                 "en": "Cleaning levy, November 2026 (example)"}),
    Own("RKP-2026", 360_000, parts=True,
        purpose={"id": "Retribusi kios pasar, 2026, dapat dicicil (contoh)",
                 "en": "Market stall levy, 2026, in parts (example)"}),
)  # fmt: skip
RESIDENTS = {"makassar": "warga", "banyuwangi": "wargo", "jakarta": "resident"}
"""Accounts of the demonstration that are linked to a generated resident."""
PAYEES = {
    "makassar": ("PEMKOT MAKASSAR CONTOH", "MAKASSAR", "90111", "RKUD Kota Makassar"),
    "banyuwangi": ("PEMKAB BANYUWANGI CONTOH", "BANYUWANGI", "68411", "RKUD Kab. Banyuwangi"),
    "jakarta": ("PEMPROV DKI CONTOH", "JAKARTA", "10110", "RKUD Provinsi DKI Jakarta"),
}
"""By city: the name and city in its QRIS codes, the postal code, whose account it is."""


def build(progress: Callable[[str], None]) -> None:
    """Build what is missing; again, it changes nothing. Every bill and payment is generated."""
    _levies(progress)
    for slug, username in RESIDENTS.items():
        city = find_city(slug)
        account = get_user_model().objects.filter(username__iexact=username).first()
        person = person_behind(account) if city and account else None
        if city is not None and person is not None:
            _bills_of_resident(city, person, progress)


def _bills_of_resident(city: City, person: UUID, progress: Callable[[str], None]) -> None:
    with rows_of(city.region_code), transaction.atomic():
        if Bill.objects.filter(city=city.slug, person_id=person, programme="levy").exists():
            return
        bank = _bank(city)
        for own in OWN:
            payable = PayableBill(
                city=city.slug, programme="levy", reference=own.reference,
                purpose=own.purpose, amount=own.amount, currency=city.currency, person=person,
                receivable=_account(city, "receivable"), region_code=city.region_code,
                takes_parts=own.parts, generated=True,
            )  # fmt: skip
            bill = _owed(payable, f"demo:levy:{city.slug}:{own.reference}")
            if own.paid:
                record_credit(bill, own.amount, method="counter", bank=bank, at=FIRST,
                              reference=f"KWT-{bill.reference}", generated=True)  # fmt: skip
        progress(f"{city.name}: {len(OWN)} bills of the resident of the demonstration")


def _levies(progress: Callable[[str], None]) -> None:
    city = find_city(CITY)
    if city is None:
        return
    with rows_of(city.region_code), transaction.atomic():
        bank = _bank(city)
        if Bill.objects.filter(
            city=CITY, programme="levy", reference__startswith="RET-"
        ).count() >= len(LINES):
            return
        progress(f"{city.name}: {len(LINES)} made-up levies, paid through a simulated bank")
        bills = [_bill(number, line) for number, line in enumerate(LINES, 1)]
        _pay(bank, bills)
    residual = sum(abs(line.residual) for line in _books(bank))
    count = Statement.objects.filter(bank=bank).count()
    progress(f"{city.name}: {count} statements reconciled, residual Rp{residual}")


def _books(bank: Bank):  # type: ignore[no-untyped-def]
    with rows_of(bank.region_code):
        return queries.books(bank)


def _account(city: City, name: str) -> str:
    return f"{city.slug}/levy/{name}"


def _bank(city: City) -> Bank:
    for name, kind, title in (
        ("receivable", "asset", "Piutang retribusi (contoh)"),
        ("revenue", "income", "Pendapatan retribusi (contoh)"),
    ):
        ledger.open_account(_account(city, name), currency=city.currency, kind=kind, title=title,  # type: ignore[arg-type]
                            region_code=city.region_code)  # fmt: skip
    known = Bank.objects.filter(city=city.slug, slug=BANK).first()
    if known is not None:
        return known
    private, public = new_keys()
    name, place, postal_code, holder = PAYEES[city.slug]
    bank = add_bank(
        city.slug, BANK, name="Bank Contoh (simulasi)", account_number="0170001234",
        account_holder=holder, signing="hmac", partner_id=f"{BANK}-{city.slug}",
        keys=Keys(client_key=f"{BANK}-{city.slug}", client_secret=_secret(), private_key=private,
                  public_key=public),
        qris_guid="ID.CO.CONTOH.WWW", qris_pan="936000990000000017", qris_nmid="ID1020200000001",
        qris_criteria="PSO", qris_name=name, qris_city=place, qris_postal_code=postal_code,
        is_simulator=True,
    )  # fmt: skip
    bank.refresh_from_db()
    add_range(bank, title="Retribusi", prefix=PREFIX, digits=10, first=1, last=99_999, hours=72)
    add_range(bank, title="Retribusi, dapat dicicil", prefix=OPEN_PREFIX, digits=10, first=1,
              last=9_999, kind="open", hours=720)  # fmt: skip
    return bank


def new_keys() -> tuple[str, str]:
    """A new RSA pair as PEM, private and public."""
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    key = generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def _secret() -> str:
    import secrets

    return secrets.token_urlsafe(32)


def _bill(number: int, line: Line) -> Bill:
    return _owed(
        PayableBill(
            city=CITY, programme="levy", reference=f"RET-2026-{number:04}", purpose=PURPOSE,
            amount=line.amount, currency="IDR", receivable=RECEIVABLE,
            region_code=VILLAGES[number % len(VILLAGES)], takes_parts=line.parts, generated=True,
        ),
        f"demo:levy:{number}",
    )  # fmt: skip


def _owed(payable: PayableBill, key: str) -> Bill:
    """The bill, and what it asks as the city's revenue."""
    bill = present_bill(payable)
    revenue = payable.receivable.removesuffix("receivable") + "revenue"
    ledger.post(Posting(
        debit=payable.receivable, credit=revenue, amount=payable.amount, currency=bill.currency,
        at=FIRST - timedelta(days=10), key=key, reason="retribusi ditetapkan (contoh)",
        source=f"payments.bill:{bill.pk}",
    ))  # fmt: skip
    return bill


def _pay(bank: Bank, bills: list[Bill]) -> None:
    zone = city_by_slug(CITY).zone
    simulated = SimulatedBank(bank.account_number, seed=SEED, zone=zone, opening=12_500_000)
    random = Random(SEED)  # noqa: S311 - made-up times
    carriers = {prefix: Carrier(simulated, keys_of(bank), prefix)
                for prefix in (PREFIX, OPEN_PREFIX)}  # fmt: skip
    carriers[OPEN_PREFIX].serial = 500_000
    for day in range(5):
        morning = FIRST + timedelta(days=day)
        for bill, line in zip(bills, LINES, strict=True):
            if line.day == day:
                at = morning + timedelta(minutes=random.randrange(5, 480))
                _pay_one(bank, bill, line, at, simulated, carriers)
        content = carriers[PREFIX].statement(morning + timedelta(hours=15))
        take_statement(bank, content, by="demonstration")
    for paid in simulated.payments:
        # So that the pretended payments of visitors take up where these end.
        SimulatedPayment.objects.create(
            bank=bank, reference=paid.reference, account=paid.account, channel=paid.channel,
            amount=paid.amount, credited=paid.credited, at=paid.at, fault=paid.fault,
            booked_on=paid.at.astimezone(zone).date(), reversed_on=FIRST.date(),
        )  # fmt: skip


def _pay_one(
    bank: Bank, bill: Bill, line: Line, at: datetime, simulated: SimulatedBank,
    carriers: dict[str, Carrier],
) -> None:  # fmt: skip
    amount = line.paid or line.amount
    if line.channel == "counter":
        record_credit(bill, amount, method="counter", reference=f"KWT-{bill.reference}",
                      bank=bank, at=at, generated=True)  # fmt: skip
        return
    asked = request_payment(bill, line.channel, bank=bank, at=at)  # type: ignore[arg-type]
    simulated.pay(asked.account, amount, at, channel=line.channel, fault=line.fault)  # type: ignore[arg-type]
    carrier = carriers[OPEN_PREFIX if line.parts else PREFIX]
    for notice in simulated.due(at + timedelta(hours=6)):
        carrier.tell(notice, at)
