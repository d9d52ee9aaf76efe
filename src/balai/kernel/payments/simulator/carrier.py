"""Carrying the simulated bank's notices to our own door in process, signatures and all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from balai.kernel.payments.engine import camt053
from balai.kernel.payments.simulator.bank import Notice, SimulatedBank
from balai.kernel.payments.simulator.wire import BankKeys, Wire, notice_call, token_call
from balai.kernel.payments.snap_server import Call, Reply, answer

TOKEN_LIFE = timedelta(minutes=14)
Send = Callable[[Wire, datetime], Reply]


def in_process(wire: Wire, now: datetime) -> Reply:
    """Our endpoint's answer without a network."""
    headers = {name.lower(): value for name, value in wire.headers.items()}
    return answer(Call(wire.service, "POST", wire.path, headers, wire.body), now=now)


class Carrier:
    """Takes notices off the bank's desk and delivers them, with a token while it is good."""

    def __init__(
        self, bank: SimulatedBank, keys: BankKeys, prefix: str, send: Send = in_process
    ) -> None:
        self.bank, self.keys, self.prefix, self.send = bank, keys, prefix, send
        self.token, self.until = "", None  # type: tuple[str, datetime | None]
        self.serial = 0

    def deliver(self, now: datetime) -> list[tuple[Notice, Reply]]:
        """Deliver what is due; an honest bank gives a payer back what we refused with a reason."""
        done = []
        for notice in self.bank.due(now):
            reply = self.tell(notice, now)
            is_refused = notice.is_signed_well and reply.status == 404
            self.bank.settle(notice.reference, refused=is_refused and not self._is_told(notice))
            done.append((notice, reply))
        return done

    def tell(self, notice: Notice, now: datetime) -> Reply:
        """Deliver one notice now."""
        wire = notice_call(notice, self.keys, token=self._fresh(now), now=now,
                           external_id=self._next(), prefix=self.prefix)  # fmt: skip
        return self.send(wire, now)

    def statement(self, day_end: datetime) -> bytes:
        """The day's statement as camt.053."""
        day = day_end.astimezone(self.bank.zone).date()
        closed = self.bank.close(day)
        return camt053.write([closed], message=closed.identifier, at=day_end)

    def _is_told(self, notice: Notice) -> bool:
        # A second, contradicting notice is refused too, but its money has come.
        return any(
            paid.reference == notice.reference and paid.amount != notice.amount
            for paid in self.bank.payments
        )

    def _next(self) -> str:
        self.serial += 1
        return f"{self.bank.seed % 10**9:09}{self.serial:012}"

    def _fresh(self, now: datetime) -> str:
        if self.until is None or now >= self.until:
            reply = self.send(token_call(self.keys, now), now)
            self.token = str(reply.body.get("accessToken", ""))
            self.until = now + TOKEN_LIFE
        return self.token
