"""Adding a bank, with the ledger accounts its money passes through, and ranges of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from balai.kernel.keys import seal
from balai.kernel.ledger import actions as ledger
from balai.kernel.ledger.postings import Kind, NewAccount
from balai.kernel.payments.engine.reconcile import Place
from balai.kernel.payments.models import Bank, NumberRange
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug

KINDS: dict[Place, tuple[Kind, str, str]] = {
    Place.BANK: ("asset", "Bank account", "Rekening bank"),
    Place.TILL: ("asset", "Cash in the till", "Uang tunai di loket"),
    Place.CLEARING: ("asset", "Announced by the bank, in transit",
                     "Dikabarkan bank, belum masuk"),
    Place.NEVER_CREDITED: ("asset", "Announced by the bank, never credited",
                           "Dikabarkan bank, tidak pernah masuk"),
    Place.PARTIAL: ("liability", "Suspense: less than the bill",
                    "Penampungan: kurang dari tagihan"),
    Place.OVER: ("liability", "Suspense: more than the bill", "Penampungan: lebih dari tagihan"),
    Place.DOUBLE: ("liability", "Suspense: the bill was paid already",
                   "Penampungan: tagihan sudah lunas"),
    Place.LATE: ("liability", "Suspense: after the bill's time",
                 "Penampungan: lewat waktu tagihan"),
    Place.UNKNOWN: ("liability", "Suspense: for no known bill",
                    "Penampungan: tagihan tidak dikenal"),
    Place.REVERSED: ("asset", "Suspense: reversed by the bank",
                     "Penampungan: ditarik kembali bank"),
    Place.WITHDRAWN: ("asset", "Suspense: withdrawn, unexplained",
                      "Penampungan: keluar, belum jelas"),
    Place.REFUNDS: ("liability", "Refunds to be sent", "Pengembalian yang akan dikirim"),
    Place.CHARGES: ("expense", "Bank charges", "Biaya bank"),
    Place.OPENING: ("equity", "Balance before the first statement",
                    "Saldo sebelum rekening koran pertama"),
    Place.WRITTEN_OFF: ("income", "Written off, gains less losses",
                        "Dihapusbukukan, untung dikurangi rugi"),
}  # fmt: skip
"""Each place's kind of account and its title, in English and as an Indonesian city reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Keys of both sides. `client_key` and `client_secret` are shared; `private_key` (PEM) is
    ours, `public_key` (PEM) the bank's.
    """

    client_key: str
    client_secret: str
    private_key: str
    public_key: str


@transaction.atomic
def add_bank(
    city: str, slug: str, *, name: str, account_number: str, account_holder: str,
    signing: Literal["hmac", "rsa"], keys: Keys, partner_id: str, **more: Any,
) -> Bank:  # fmt: skip
    """Add the city's account at a bank and open its ledger accounts; again returns the same.

    `more` are further columns (base_url, grace_days, qris_*, is_simulator). ConflictError where
    the slug stands for another account number.
    """
    place = city_by_slug(city)
    known = Bank.objects.filter(city=city, slug=slug).first()
    if known is not None:
        if known.account_number != account_number:
            raise ConflictError("Another account has this short name", detail=known.account_number)
        return known
    bank = Bank.objects.create(
        city=city, slug=slug, region_code=place.region_code, name=name,
        account_number=account_number, account_holder=account_holder, currency=place.currency,
        signing=signing, client_key=keys.client_key, partner_id=partner_id,
        client_secret=seal("payments.client-secret", keys.client_secret, about=keys.client_key),
        private_key=seal("payments.private-key", keys.private_key, about=keys.client_key),
        public_key=keys.public_key, **more,
    )  # fmt: skip
    open_places(bank, *KINDS)
    return bank


def open_places(bank: Bank, *places: Place) -> None:
    """Open the ledger accounts of places at a bank, where they are not open yet."""
    indonesian = city_by_slug(bank.city).country == "ID"
    ledger.open_accounts([
        NewAccount(code=account_code(bank, place), currency=bank.currency, kind=kind,
                   title=f"{own if indonesian else title}, {bank.name}"[:200],
                   region_code=bank.region_code)
        for place, (kind, title, own) in ((each, KINDS[each]) for each in places)
    ])  # fmt: skip


def add_range(
    bank: Bank, *, title: str, prefix: str, digits: int, first: int, last: int,
    kind: Literal["closed", "open"] = "closed", hours: int = 24,
) -> NumberRange:  # fmt: skip
    """Add a range of account numbers; ProblemError where it overlaps one or does not fit."""
    faults = []
    if not (prefix.isascii() and prefix.isdigit() and len(prefix) <= 8):
        faults.append(
            Fault(
                field="prefix",
                value=prefix,
                problem="is not 1 to 8 digits",
                remedy="The bank calls it partner service ID or company code",
            )
        )
    if not 1 <= digits <= 18:
        faults.append(Fault(field="digits", value=str(digits), problem="is not 1 to 18"))
    elif not 0 <= first <= last < 10**digits:
        faults.append(
            Fault(
                field="last",
                value=str(last),
                problem=f"does not lie between the first and {'9' * digits}",
            )
        )
    if not 1 <= hours <= 24 * 366:
        faults.append(Fault(field="hours", value=str(hours), problem="is not 1 to 8784"))
    with transaction.atomic():
        # One after the other: two ranges added at once must not overlap either.
        Bank.objects.select_for_update().get(pk=bank.pk)
        for other in NumberRange.objects.filter(bank=bank):
            if not faults and _overlap(other, prefix, digits, first, last):
                faults.append(
                    Fault(
                        field="first",
                        value=str(first),
                        problem=f"overlaps the range {other.title}",
                        remedy="Begin after its last number",
                    )
                )
        if faults:
            raise ProblemError("The range cannot be added", faults=tuple(faults))
        return NumberRange.objects.create(
            bank=bank, title=title, prefix=prefix, digits=digits, first=first, last=last,
            next=first, kind=kind, hours=hours,
        )  # fmt: skip


def account_code(bank: Bank, place: Place) -> str:
    """The ledger account of a place at a bank."""
    return f"{bank.city}/payments/{bank.slug}/{place.value}"


def _overlap(other: NumberRange, prefix: str, digits: int, first: int, last: int) -> bool:
    if len(other.prefix) + other.digits != len(prefix) + digits:
        return False
    low, high = int(f"{prefix}{first:0{digits}}"), int(f"{prefix}{last:0{digits}}")
    return low <= int(other.number(other.last)) and int(other.number(other.first)) <= high
