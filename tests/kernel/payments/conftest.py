"""A city with a bank, its keys, and bills to be paid."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from balai.kernel.ledger import actions as ledger
from balai.kernel.ledger.postings import Posting
from balai.kernel.payments.actions import add_bank, add_range, present_bill
from balai.kernel.payments.actions.banks import Keys
from balai.kernel.payments.models import Bank, Bill
from balai.kernel.payments.payable import PayableBill
from balai.kernel.payments.simulator.wire import BankKeys
from balai.kernel.regions.actions import install_cities

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RECEIVABLE, REVENUE = "makassar/levy/receivable", "makassar/levy/revenue"
PREFIX = "88088"


@cache
def rsa_pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, public.decode()


def make_bank(signing: str = "hmac", slug: str = "bank-contoh") -> Bank:
    private, public = rsa_pair()
    bank = add_bank(
        "makassar", slug, name="Bank Contoh", account_number="0170001234",
        account_holder="RKUD Makassar", signing=signing, partner_id=f"partner-{slug}",
        keys=Keys(client_key=f"client-{slug}", client_secret="s3cret-shared",
                  private_key=private, public_key=public),
        qris_guid="ID.CO.CONTOH.WWW", qris_pan="936000990000000017", qris_nmid="ID1020200000001",
        qris_name="PEMKOT MAKASSAR", qris_city="MAKASSAR", qris_postal_code="90111",
        is_simulator=True,
    )  # fmt: skip
    for kind, prefix in (("closed", PREFIX), ("open", "88099")):
        if not bank.ranges.filter(prefix=prefix).exists():
            add_range(bank, title=kind, prefix=prefix, digits=10, first=1, last=10**6, kind=kind,
                      hours=24 * 30)  # fmt: skip
    bank.refresh_from_db()
    return bank


def bank_keys(bank: Bank) -> BankKeys:
    return BankKeys(bank.client_key, "s3cret-shared", rsa_pair()[0], bank.partner_id, bank.signing)


def payable(reference: str, amount: int = 150_000, **changes: object) -> PayableBill:
    told = {
        "city": "makassar", "programme": "levy", "reference": reference, "amount": amount,
        "purpose": {"id": "Retribusi sampah", "en": "Waste levy"}, "currency": "IDR",
        "receivable": RECEIVABLE, "region_code": "73.71.01.1001",
    }  # fmt: skip
    return PayableBill(**{**told, **changes})  # type: ignore[arg-type]


def owe(reference: str, amount: int = 150_000, **changes: object) -> Bill:
    """A bill as its programme makes it: the receivable is debited, the revenue credited."""
    bill = present_bill(payable(reference, amount, **changes))
    ledger.post(Posting(debit=RECEIVABLE, credit=REVENUE, amount=amount, currency="IDR", at=NOW,
                        key=f"levy:{reference}", reason="levy billed"))  # fmt: skip
    return bill


def prepare() -> Bank:
    install_cities()
    ledger.open_account(RECEIVABLE, currency="IDR", kind="asset", title="Levies owed")
    ledger.open_account(REVENUE, currency="IDR", kind="income", title="Levies")
    return make_bank()


@pytest.fixture
def bank(db) -> Bank:
    return prepare()
