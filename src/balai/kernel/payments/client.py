"""Calling a bank by SNAP BI: tokens, virtual accounts, QRIS codes, balances."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from balai.kernel.payments.engine.snap import messages as snap
from balai.kernel.payments.engine.snap.signing import (
    Signed,
    minify,
    sign_symmetric,
    sign_token_call,
    timestamp_of,
)
from balai.kernel.payments.models import Bank, Request
from balai.kernel.payments.snap_server import private_key_of, secret_of
from balai.kernel.problems import ProblemError
from balai.kernel.regions.queries import city_by_slug

TIMEOUT_SECONDS = 10
EARLY = timedelta(seconds=30)


class BankRefusedError(ProblemError):
    """The bank answered other than success; `code` is its responseCode."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__("The bank refused", detail=f"{code} {message}", kind="bank-refused",
                         status=502)  # fmt: skip
        self.code = code


class SnapClient:
    """One bank's services. A token is asked for when needed and kept while it is good.

    `external_id` gives a numeric id of at most 36 digits, new for each call of a day. Errors:
    BankRefusedError, or ProblemError where the bank cannot be reached.
    """

    def __init__(self, bank: Bank, external_id: Any) -> None:
        self.bank, self.external_id = bank, external_id
        self.zone: ZoneInfo = city_by_slug(bank.city).zone
        self.token, self.until = "", timezone.now()

    def access_token(self) -> str:
        """A B2B access token (service 73)."""
        now = timezone.now()
        if self.token and now < self.until:
            return self.token
        stamp = timestamp_of(now.astimezone(self.zone))
        signature = sign_token_call(self.bank.client_key, stamp, private_key_of(self.bank))
        answer = self._send(snap.TOKEN, {"grantType": "client_credentials"}, {
            "X-CLIENT-KEY": self.bank.client_key, "X-TIMESTAMP": stamp, "X-SIGNATURE": signature,
        })  # fmt: skip
        self.token = str(answer["accessToken"])
        self.until = now + timedelta(seconds=int(answer.get("expiresIn", 900))) - EARLY
        return self.token

    def create_va(self, request: Request) -> dict[str, Any]:
        """Register a virtual account that we numbered (service 27)."""
        prefix = request.numbers.prefix if request.numbers else ""
        customer = request.account.removeprefix(prefix)
        return self.call(snap.VA_CREATE, {
            "partnerServiceId": f"{prefix:>8}", "customerNo": customer,
            "virtualAccountNo": f"{prefix:>8}{customer}",
            "virtualAccountName": request.bill.reference, "trxId": str(request.pk),
            "totalAmount": snap.money(request.amount, request.bill.currency),
            "virtualAccountTrxType": "C" if not request.bill.takes_parts else "O",
            "expiredDate": self._time(request.expires_at),
        })  # fmt: skip

    def generate_qr(self, request: Request) -> str:
        """The text of a dynamic QRIS code for a request (service 47)."""
        answer = self.call(snap.QR_GENERATE, {
            "partnerReferenceNo": request.account,
            "amount": snap.money(request.amount, request.bill.currency),
            "merchantId": self.bank.qris_nmid,
            "validityPeriod": self._time(request.expires_at),
        })  # fmt: skip
        return str(answer["qrContent"])

    def query_qr(self, request: Request) -> dict[str, Any]:
        """Whether a code was paid (service 51): `latestTransactionStatus` 00 says so."""
        return self.call(snap.QR_QUERY, {
            "originalPartnerReferenceNo": request.account, "serviceCode": snap.QR_GENERATE,
            "merchantId": self.bank.qris_nmid,
        })  # fmt: skip

    def balance(self) -> int:
        """The account's available balance in whole units (service 11)."""
        answer = self.call(snap.BALANCE, {"accountNo": self.bank.account_number})
        found = answer["accountInfos"][0]["availableBalance"]["value"]
        return int(found.partition(".")[0])

    def call(self, service: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Any service, signed with the shared secret."""
        token = self.access_token()
        stamp = timestamp_of(timezone.now().astimezone(self.zone))
        content = _content(body)
        signed = Signed("POST", snap.PATHS[service], content, stamp, token)
        return self._send(service, body, {
            "Authorization": f"Bearer {token}", "X-TIMESTAMP": stamp,
            "X-SIGNATURE": sign_symmetric(signed, secret_of(self.bank)),
            "X-PARTNER-ID": self.bank.partner_id, "X-EXTERNAL-ID": str(self.external_id()),
            "CHANNEL-ID": "95221",
        })  # fmt: skip

    def _send(
        self, service: str, body: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        import requests

        address = f"{self.bank.base_url.rstrip('/')}{snap.PATHS[service]}"
        try:
            reply = requests.post(
                address, data=_content(body), timeout=TIMEOUT_SECONDS, allow_redirects=False,
                headers={**headers, "Content-Type": "application/json"},
            )  # fmt: skip
            answer = reply.json()
        except (requests.RequestException, ValueError) as error:
            raise ProblemError("The bank does not answer", detail=f"{type(error).__name__}",
                               kind="bank-unreachable", status=502) from error  # fmt: skip
        code = str(answer.get("responseCode", "")) if isinstance(answer, dict) else ""
        if not code.startswith("2"):
            raise BankRefusedError(
                code or str(reply.status_code),
                str(answer)[:200] if not code else answer["responseMessage"],
            )
        found: dict[str, Any] = answer
        return found

    def _time(self, at: datetime) -> str:
        return timestamp_of(at.astimezone(self.zone))


def _content(body: Mapping[str, Any]) -> bytes:
    return minify(json.dumps(body).encode())
