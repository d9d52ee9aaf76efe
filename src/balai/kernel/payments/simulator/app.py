"""The simulated bank as a small web service: SNAP BI both ways, payments on command, statements.

Standard library alone. It answers to its own machine; nothing of it is safe for real money.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from balai.kernel.payments.engine import qris
from balai.kernel.payments.engine.snap import messages as snap
from balai.kernel.payments.engine.snap.messages import Refusal
from balai.kernel.payments.engine.snap.signing import (
    Signed,
    SymmetricVerifier,
    read_timestamp,
    token_call_holds,
)
from balai.kernel.payments.simulator.bank import Fault, SimulatedBank
from balai.kernel.payments.simulator.carrier import Carrier
from balai.kernel.payments.simulator.wire import BankKeys, Wire
from balai.kernel.payments.snap_server import Reply

MOST_BYTES = 64 * 1024
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Simulated bank</title>
<h1>Simulated bank</h1><p>Nothing here is real money.</p>
<form method="post" action="/pay"><p><label>Virtual account, QRIS text or reference
<input name="account" required size="60"></label></p><p><label>Amount <input name="amount"
inputmode="numeric"></label></p><p><label>Fault <select name="fault">{faults}</select></label></p>
<button>Pay</button></form><h2>Paid</h2><ul>{paid}</ul></html>"""


@dataclass(slots=True)
class Service:
    """The bank with its keys. `partner_public_key` is the city's; `clock` tells the time."""

    bank: SimulatedBank
    keys: BankKeys
    partner_public_key: str
    prefix: str
    merchant: qris.Merchant
    send: Callable[[Wire, datetime], Reply]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    tokens: dict[str, datetime] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    carrier: Carrier = field(init=False)

    def __post_init__(self) -> None:
        self.carrier = Carrier(self.bank, self.keys, self.prefix, self.send)

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The bank's answer to a call of SNAP BI."""
        service = next((code for code, known in snap.PATHS.items() if known == path), "")
        try:
            if service == snap.TOKEN:
                return Reply(200, self._token(headers))
            self._check(path, headers, body)
            found = {
                snap.VA_CREATE: self._create,
                snap.QR_GENERATE: self._generate,
                snap.QR_QUERY: self._query,
                snap.BALANCE: self._balance,
            }.get(service)
            if found is None:
                raise snap.unknown_transaction()
            with self.lock:
                return Reply(200, found(snap.read_object(body)))
        except Refusal as refusal:
            code = refusal.code(service or "00")
            return Reply(refusal.status,
                         {"responseCode": code, "responseMessage": refusal.message})  # fmt: skip

    def pay(self, account: str, amount: int | None, fault: Fault) -> dict[str, Any]:
        """A payer pays a number, or a QRIS text as scanned; the city is told at once."""
        now = self.clock()
        channel: Any = "virtual_account"
        if account.startswith("000201"):
            code = qris.parse(account)
            channel, account = "qris", code.value("62.05")
            amount = amount or int(code.amount or 0)
        elif not account.isdigit():
            channel = "qris"
        with self.lock:
            paid = self.bank.pay(account, amount or self.numbers.get(account, 1), now,
                                 channel=channel, fault=fault)  # fmt: skip
            replies = [(notice.reference, self.carrier.tell(notice, now))
                       for notice in self.bank.due(now + timedelta(days=3))]  # fmt: skip
        return {"reference": paid.reference, "account": paid.account, "amount": paid.amount,
                "fault": paid.fault, "told": [reply.body for _, reply in replies]}  # fmt: skip

    def statement(self) -> bytes:
        """Close the day and give its statement."""
        with self.lock:
            now = self.clock()
            if self.bank.closed is not None:
                least = datetime.combine(self.bank.closed + timedelta(days=1), now.timetz())
                now = max(now, least)
            return self.carrier.statement(now)

    def _token(self, headers: Mapping[str, str]) -> dict[str, Any]:
        client, stamp = headers.get("x-client-key", ""), headers.get("x-timestamp", "")
        self._stamp(stamp)
        good = token_call_holds(client, stamp, headers.get("x-signature", ""),
                                self.partner_public_key)  # fmt: skip
        if client != self.keys.client_key or not good:
            raise snap.unauthorized("Signature")
        token = secrets.token_urlsafe(24)
        self.tokens[token] = self.clock() + timedelta(minutes=15)
        return snap.success(snap.TOKEN, accessToken=token, tokenType="Bearer",
                            expiresIn="900")  # fmt: skip

    def _check(self, path: str, headers: Mapping[str, str], body: bytes) -> None:
        token = headers.get("authorization", "").removeprefix("Bearer ")
        until = self.tokens.get(token)
        if until is None or until < self.clock():
            raise snap.bad_token()
        stamp = headers.get("x-timestamp", "")
        self._stamp(stamp)
        signed = Signed("POST", path, body, stamp, token)
        if not SymmetricVerifier(self.keys.client_secret)(signed, headers.get("x-signature", "")):
            raise snap.unauthorized("Signature")

    def _stamp(self, stamp: str) -> None:
        try:
            read_timestamp(stamp, now=self.clock())
        except ValueError:
            raise snap.bad_format("X-TIMESTAMP") from None

    def _create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        number = str(body.get("virtualAccountNo", "")).strip()
        amount = body.get("totalAmount")
        if not number.isdigit():
            raise snap.bad_format("virtualAccountNo")
        value = str(amount.get("value", "")) if isinstance(amount, dict) else ""
        if not value.partition(".")[0].isdigit():
            raise snap.bad_format("totalAmount.value")
        self.numbers[number] = int(value.partition(".")[0])
        return snap.success(snap.VA_CREATE, virtualAccountData=dict(body))

    def _generate(self, body: Mapping[str, Any]) -> dict[str, Any]:
        reference = str(body.get("partnerReferenceNo", ""))
        amount = body.get("amount")
        value = str(amount.get("value", "")) if isinstance(amount, dict) else ""
        if not 0 < len(reference) <= 25 or not value.partition(".")[0].isdigit():
            raise snap.bad_format("partnerReferenceNo")
        text = qris.make(self.merchant, amount=int(value.partition(".")[0]),
                         reference_label=reference)  # fmt: skip
        return snap.success(snap.QR_GENERATE, referenceNo=reference, qrContent=text,
                            partnerReferenceNo=reference)  # fmt: skip

    def _query(self, body: Mapping[str, Any]) -> dict[str, Any]:
        reference = str(body.get("originalPartnerReferenceNo", ""))
        paid = next((p for p in self.bank.payments if p.account == reference), None)
        told = {"latestTransactionStatus": "00" if paid else "03",
                "originalPartnerReferenceNo": reference}  # fmt: skip
        if paid is not None:
            told["originalReferenceNo"] = paid.reference
        return snap.success(snap.QR_QUERY, **told)

    def _balance(self, body: Mapping[str, Any]) -> dict[str, Any]:
        standing = self.bank.opening + sum(
            entry.amount for entries in self.bank.entries.values() for entry in entries
        )
        return snap.success(snap.BALANCE, accountNo=self.bank.account, accountInfos=[
            {"availableBalance": snap.money(standing, self.bank.currency)}])  # fmt: skip


def server(service: Service, host: str, port: int) -> ThreadingHTTPServer:
    """The service behind a port; `serve_forever()` runs it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """The page on which one pretends to pay."""
            options = "".join(f"<option>{fault.value}</option>" for fault in Fault)
            paid = "".join(f"<li>{p.reference}: {p.amount} to {_safe(p.account)}</li>"
                           for p in service.bank.payments[-50:])  # fmt: skip
            self._give(200, PAGE.format(faults=options, paid=paid).encode(), "text/html")

        def do_POST(self) -> None:
            """SNAP BI, `/pay` and `/statement`."""
            length = self.headers.get("Content-Length", "0")
            size = int(length) if length.isdecimal() else MOST_BYTES + 1
            if size > MOST_BYTES:
                self._give(413, b"{}", "application/json")
                return
            body = self.rfile.read(size)
            if self.path == "/statement":
                self._give(200, service.statement(), "application/xml")
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = self._paid(body) if self.path == "/pay" else service.answer(
                self.path, headers, body)  # fmt: skip
            self._give(reply.status, json.dumps(reply.body).encode(), "application/json")

        def _paid(self, body: bytes) -> Reply:
            told = {name: values[0] for name, values in parse_qs(body.decode("utf-8")).items()}
            amount = told.get("amount", "")
            try:
                found = service.pay(told.get("account", ""), int(amount) if amount else None,
                                    Fault(told.get("fault", "none")))  # fmt: skip
            except ValueError as error:
                return Reply(400, {"error": str(error)})
            return Reply(200, found)

        def _give(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: the terminal is for what is paid."""

    return ThreadingHTTPServer((host, port), Handler)


def service_of(told: Mapping[str, Any], send: Callable[[Wire, datetime], Reply]) -> Service:
    """The service that a configuration file describes."""
    keys = BankKeys(**told["keys"])
    bank = SimulatedBank(
        told["account"], seed=int(told["seed"]), zone=ZoneInfo(told["zone"]),
        opening=int(told.get("opening", 0)), currency=told["currency"],
    )  # fmt: skip
    merchant = qris.Merchant(
        name=told["merchant"]["name"], city=told["merchant"]["city"],
        nmid=told["merchant"]["nmid"], criteria=told["merchant"]["criteria"],
        category=told["merchant"]["category"],
    )  # fmt: skip
    return Service(bank, keys, told["partner_public_key"], told["prefix"], merchant, send)


def over_http(address: str) -> Callable[[Wire, datetime], Reply]:
    """How notices reach the city: by POST to its address."""

    def send(wire: Wire, now: datetime) -> Reply:
        import requests

        try:
            reply = requests.post(f"{address.rstrip('/')}{wire.path}", data=wire.body,
                                  headers=wire.headers, timeout=10)  # fmt: skip
            return Reply(reply.status_code, reply.json())
        except (requests.RequestException, ValueError) as error:
            return Reply(0, {"error": type(error).__name__})

    return send


def _safe(text: str) -> str:
    from html import escape

    return escape(text)
