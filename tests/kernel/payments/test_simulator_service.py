"""The simulated bank on a port of its own: our client's calls, its notices, its statement."""

from __future__ import annotations

import itertools
import threading
from dataclasses import asdict

import pytest
import requests
from django.utils import timezone

from balai.kernel.payments import queries
from balai.kernel.payments.actions import request_payment, take_statement
from balai.kernel.payments.client import BankRefusedError, SnapClient
from balai.kernel.payments.engine import qris
from balai.kernel.payments.models import Bill, Request
from balai.kernel.payments.simulator.app import server, service_of
from balai.kernel.payments.simulator.bank import Fault
from balai.kernel.payments.simulator.carrier import in_process
from balai.kernel.payments.simulator.wire import Wire

from .conftest import PREFIX, bank_keys, owe, rsa_pair


@pytest.fixture
def service(bank):
    """Runs on a thread; its notices wait for the test, whose database no other thread sees."""
    told = {
        "account": bank.account_number, "currency": "IDR", "zone": "Asia/Makassar", "seed": 3,
        "prefix": PREFIX, "partner_public_key": rsa_pair()[1], "keys": asdict(bank_keys(bank)),
        "merchant": {"name": "PEMKOT", "city": "MAKASSAR", "nmid": "ID1", "criteria": "PSO",
                     "category": "9399"},
    }  # fmt: skip
    made = service_of(told, in_process)
    running = server(made, "127.0.0.1", 0)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    bank.base_url = f"http://127.0.0.1:{running.server_address[1]}"
    bank.save()
    yield made
    running.shutdown()
    running.server_close()
    thread.join(5)


def client(bank) -> SnapClient:
    return SnapClient(bank, itertools.count(1).__next__)


def asked(method: str, bank) -> Request:
    view = request_payment(owe(f"S-{method}", 45_000), method, bank=bank)
    return Request.objects.get(pk=view.id)


def test_the_client_speaks_to_the_bank(bank, service):
    snap = client(bank)
    number, code = asked("virtual_account", bank), asked("qris", bank)
    assert snap.create_va(number)["responseCode"] == "2002700"
    assert qris.parse(snap.generate_qr(code)).value("62.05") == code.account
    assert snap.query_qr(code)["latestTransactionStatus"] == "03"
    service.pay(code.qris, None, Fault.NONE)
    assert snap.query_qr(code)["latestTransactionStatus"] == "00"
    assert snap.balance() == 45_000
    assert Bill.objects.get(reference="S-qris").state == "paid"


def test_what_is_paid_is_on_the_statement(bank, service):
    number = asked("virtual_account", bank)
    service.pay(number.account, 45_000, Fault.NONE)
    content = requests.post(f"{bank.base_url}/statement", timeout=10).content
    take_statement(bank, content)
    lines = queries.books(bank)
    assert {line.place: line.ledger for line in lines} == {"bank": 45_000}
    assert not [line for line in lines if line.residual]


def test_the_bank_refuses_who_it_does_not_know(bank, service):
    bank.client_key = "somebody"
    with pytest.raises((BankRefusedError, ValueError)):
        client(bank).access_token()
    reply = requests.post(f"{bank.base_url}/v1.0/balance-inquiry", data=b"{}", timeout=10)
    assert reply.json()["responseCode"] == "4011101"


def test_its_page_shows_and_bad_payments_are_refused(bank, service):
    assert "Simulated bank" in requests.get(bank.base_url, timeout=10).text
    bad = requests.post(f"{bank.base_url}/pay", data={"account": "1", "amount": "x"}, timeout=10)
    assert bad.status_code == 400


def test_times_are_told_with_their_zone(bank, service):
    sent: list[Wire] = []
    service.carrier.send = lambda wire, now: sent.append(wire) or in_process(wire, now)
    number = asked("virtual_account", bank)
    service.pay(number.account, 45_000, Fault.NONE)
    assert all("+" in wire.headers["x-timestamp"] for wire in sent)
    assert timezone.now().tzinfo is not None
