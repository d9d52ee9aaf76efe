"""What clients do to a Balai under fire, and what must hold of it afterwards."""

from __future__ import annotations

import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from crash.case_deeds import CaseDeeds
from crash.installation import Installation

PATIENCE_SECONDS = 90.0
SEED = """
import json
from balai.kernel.access.actions import grant_role, issue_token
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.cases.actions import publish_builtin
from balai.kernel.documents import actions as documents
from balai.kernel.ledger import actions as ledger
from balai.kernel.regions.models import Region
from balai.kernel.row_security import EVERYWHERE, rows_of
from uuid import uuid4
origin = Origin("crash", None, "test")
with rows_of(EVERYWHERE):
    for name, kind in (("cash", "asset"), ("fees", "income")):
        ledger.open_account(f"banyuwangi/{name}", currency="IDR", kind=kind, title=name)
    user = User.objects.create_user("crash")
    for role in ("treasury.officer", "documents.officer", "cases.officer"):
        grant_role(user, role, place="banyuwangi", origin=origin)
    publish_builtin(origin=origin)
    above = Region.objects.get(code="35.10.19")
    Region.objects.create(code="35.10.19.2004", name="Kampung", level="village", kind="desa",
        parent=above, path=f"{above.path}/35.10.19.2004", scheme=above.scheme)
    office = documents.ensure_office("banyuwangi", "429", region_code="35.10", name="Kantor",
        parent="Kab", address="Jalan", place="Banyuwangi", head_title="Kepala")
    documents.ensure_signatory(office, "head", title="Kepala", name="Kepala", user=user)
    token, secret = issue_token(user, "crash", scopes=["treasury:post", "treasury:read",
        "documents:issue", "documents:read", "cases:read", "cases:work"], place="banyuwangi",
        origin=origin, by=user, request_key=uuid4())
print(json.dumps(secret))
"""


@dataclass
class Deeds:
    """Clients that post with keys and repeat until they are answered; and what they were told."""

    installation: Installation
    token: str
    transfers: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    cases: CaseDeeds = field(default_factory=CaseDeeds)
    refusals: list[tuple[str, int, Any]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    @classmethod
    def seeded(cls, installation: Installation) -> Deeds:
        """Deeds on a fresh installation: its accounts, an office, and a token for them."""
        return cls(installation, json.loads(installation.python(SEED).splitlines()[-1]))

    def begin(self, clients: int) -> None:
        """Let this many clients act until `end`."""
        for number in range(clients):
            thread = threading.Thread(target=self._act, args=(number,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def end(self) -> None:
        """Let each client finish the request at hand."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(timeout=PATIENCE_SECONDS * 2)
            assert not thread.is_alive(), "a client was never answered"

    def _act(self, number: int) -> None:
        chance = random.Random(number)
        count = 0
        while not self.stopping.is_set():
            count += 1
            key, lot = f"deed-{number}-{count}", chance.random()
            if lot < 0.7:
                self._note(self.transfers, key, "treasury/banyuwangi/transfers", TRANSFER)
            elif lot < 0.85:
                self._note(self.documents, key, "documents/documents", LETTER)
            else:
                self.cases.work(self._post, key)

    def _note(self, told: dict[str, str], key: str, path: str, body: Any) -> None:
        if answer := self._post(f"/api/v1/{path}", body, key):
            told[key] = answer["id"]

    def _post(self, path: str, body: Any, key: str) -> Any:
        """Ask until there is an answer; what was acknowledged must be there for ever."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            status, answer = self.installation.post(path, body, token=self.token, key=key)
            if status in {200, 201} and answer:
                return answer
            if 400 <= status < 500 and not asks_to_wait(status, answer):
                self.refusals.append((key, status, answer))
                return None
            time.sleep(0.2)
        self.refusals.append((key, 0, "never answered"))
        return None


def asks_to_wait(status: int, answer: Any) -> bool:
    """Whether the answer is to ask again later: too many, or the first is still worked on."""
    return status == 429 or "in-progress" in str((answer or {}).get("type", ""))


TRANSFER = {
    "debit": "banyuwangi/cash", "credit": "banyuwangi/fees", "amount": 1000, "currency": "IDR",
    "at": "2026-11-23T08:00:00+07:00", "reason": "Retribusi",
}  # fmt: skip
LETTER = {
    "kind": "surat-keterangan", "city": "banyuwangi", "office": "429",
    "data": {"name": "Contoh", "address": "Jalan", "statement": "Benar", "purpose": "Uji"},
}  # fmt: skip

CENSUS = """
import json
from django.db import connection
from balai.kernel.documents.models import Document
from balai.kernel.row_security import EVERYWHERE, rows_of
with rows_of(EVERYWHERE), connection.cursor() as cursor:
    cursor.execute("SELECT id::text FROM ledger_transfer")
    transfers = [row[0] for row in cursor.fetchall()]
    documents = [(str(each.id), each.no) for each in Document.objects.order_by("no")]
print(json.dumps({"transfers": transfers, "documents": documents}))
"""


def census(installation: Installation) -> tuple[list[UUID], list[tuple[str, int]]]:
    """Every transfer's id, and every document's id and number, as the database has them."""
    told = json.loads(installation.python(CENSUS).splitlines()[-1])
    return [UUID(each) for each in told["transfers"]], [tuple(each) for each in told["documents"]]
