"""QRIS, SNAP signatures and statements: how many a second, beside their floor in one run.

    python benchmarks/payments.py [--entries N] [--json]

Peers: the checksum beside binascii's crc_hqx (C, the same polynomial), a verified HMAC beside the
bare digest, camt.053 beside defusedxml's parse alone, and a statement taken in (decided, posted to
the ledger, listed) beside reading it. It works in a database of its own, which it drops.
"""

from __future__ import annotations

import argparse
import binascii
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from statistics import median
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.test_settings")

import django

from balai.shell import database, postgres

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 15, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    django.setup()
    figures = {**codes(), **signatures(), **statements(options.entries)}
    print(json.dumps(figures, indent=2) if options.json else table(figures))


def codes() -> dict[str, Any]:
    from balai.kernel.payments.engine import qris

    merchant = qris.Merchant(name="PEMKOT MAKASSAR", city="MAKASSAR", nmid="ID1020200000001")
    text = qris.make(merchant, amount=15_000, bill_number="RET-1", reference_label="ABCDEFGH")
    return {
        "qris_parse_per_s": rate(lambda: qris.parse(text)),
        "qris_make_per_s": rate(lambda: qris.make(merchant, amount=15_000)),
        "crc_per_s": rate(lambda: qris.checksum(text)),
        "crc_hqx_per_s": rate(lambda: binascii.crc_hqx(text.encode(), 0xFFFF)),
    }


def signatures() -> dict[str, Any]:
    from balai.kernel.payments.engine.snap.signing import Signed, SymmetricVerifier, sign_symmetric

    body = json.dumps({"paidAmount": {"value": "15000.00", "currency": "IDR"}, "x": "y" * 300})
    signed = Signed("POST", "/v1.0/transfer-va/payment", body.encode(), "2026-11-23T10:00:00Z", "t")
    check, signature = SymmetricVerifier("secret"), sign_symmetric(signed, "secret")
    digest = hashlib.sha256(body.encode()).digest
    return {
        "snap_verify_per_s": rate(lambda: check(signed, signature)),
        "bare_hmac_per_s": rate(lambda: hmac.digest(b"secret", digest(), "sha512")),
    }


def statements(entries: int) -> dict[str, Any]:
    from defusedxml.ElementTree import fromstring

    from balai.kernel.payments.engine import camt053
    from balai.kernel.payments.engine.camt053 import Balance, Entry, Statement

    rows = tuple(
        Entry(number=str(n), amount=1000 + n, reference=f"R{n}", booked=DAY, code="PMNT/RCDT/VCOM")
        for n in range(1, entries + 1)
    )
    closing = Balance(sum(row.amount for row in rows), DAY)
    whole = Statement(identifier="S", account="0170001234", currency="IDR",
                      opening=Balance(0, DAY), closing=closing, entries=rows)  # fmt: skip
    content = camt053.write([whole], message="M", at=AT)
    parsed = once(lambda: fromstring(content, forbid_dtd=True))
    read = once(lambda: camt053.read(content))
    taken, processor = taken_in(content)
    return {
        "statement_entries": entries,
        "parse_only_s": round(parsed, 4),
        "read_and_check_s": round(read, 4),
        "taken_in_s": round(taken, 3),
        "taken_in_processor_s": round(processor, 3),
        "entries_taken_in_per_s": round(entries / taken),
        "entries_per_processor_s": round(entries / processor),
    }


def taken_in(content: bytes) -> tuple[float, float]:
    """Seconds by the wall and of this process, the ledger's closing included."""
    from django.db import connection

    if database.is_embedded():
        postgres.ensure_running()
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        from balai.kernel.payments.actions import add_bank, take_statement
        from balai.kernel.payments.actions.banks import Keys
        from balai.kernel.regions.actions import install_cities

        install_cities()
        bank = add_bank("makassar", "bench", name="Bench", account_number="0170001234",
                        account_holder="Bench", signing="hmac", partner_id="b",
                        keys=Keys(client_key="b", client_secret="s", private_key="",
                                  public_key=""))  # fmt: skip
        bank.refresh_from_db()
        began, used = time.perf_counter(), time.process_time()
        take_statement(bank, content)
        return time.perf_counter() - began, time.process_time() - used
    finally:
        connection.close()
        connection.creation.destroy_test_db("", verbosity=0)
        postgres.release()


def rate(call: Callable[[], object]) -> int:
    """Calls a second: the median of five runs of a tenth of a second."""
    found = []
    for _ in range(5):
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < 0.1:
            call()
            count += 1
        found.append(count / (time.perf_counter() - began))
    return round(median(found))


def once(call: Callable[[], object]) -> float:
    """Seconds of a call: the median of three."""
    found = []
    for _ in range(3):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return median(found)


def table(figures: dict[str, Any]) -> str:
    return "\n".join(f"{name:26} {value:>12,}" for name, value in figures.items())


if __name__ == "__main__":
    main()
