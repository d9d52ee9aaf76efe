"""Checkpoints: what the ledger holds, in one hash, signed by the cities that keep books in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection, transaction

from balai.kernel import keys
from balai.kernel.ledger import tree
from balai.kernel.ledger.actions.filing import file_transfers
from balai.kernel.ledger.engine.leaves import canonical
from balai.kernel.ledger.engine.merkle import Frontier, leaf_hash
from balai.kernel.ledger.models import Checkpoint, Subtree
from balai.kernel.ledger.queries.checkpoints import PURPOSE, CheckpointView, last_checkpoint
from balai.kernel.ledger.queries.rows import fetch
from balai.kernel.problems import ConflictError

FORM = "balai-ledger-checkpoint/1"
LOCK = 0x1ED6E9
KEPT_AT_ONCE = 500


def make_checkpoint(*, now: datetime) -> CheckpointView | None:
    """Seal every transfer whose transaction, and all before it, have ended.

    One tree holds the whole ledger; each city that keeps accounts in it (the first part of their
    codes) signs the checkpoint. None where nothing is new. ConflictError where what the last
    checkpoint sealed is no longer what it was.
    """
    resume()
    file_transfers()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = last_checkpoint()
        horizon = tree.current_horizon()
        grown = _grow(last, horizon)
        if grown.size == (last.tree_size if last else 0):
            return None
        number = last.number + 1 if last else 1
        return _seal(number, grown, horizon, last, now)


def resume() -> bool:
    """After a restore into a new server, let its transactions count on; whether that was needed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_resume()")
        return bool(cursor.fetchone()[0])


def signers() -> list[str]:
    """The cities that keep accounts: the first parts of their codes that can name a key."""
    rows = fetch(
        "SELECT DISTINCT split_part(code, '/', 1) COLLATE \"C\" FROM ledger_account"
        " WHERE split_part(code, '/', 1) ~ '^[a-z0-9][a-z0-9-]*$' ORDER BY 1",
        {},
    )
    return [city for (city,) in rows]


def _grow(last: CheckpointView | None, horizon: int) -> Frontier:
    """The tree up to the horizon; subtrees that became complete are kept."""
    grown, after = _kept_subtrees()
    fresh: list[Subtree] = []
    part = Frontier()
    if last and grown.size == last.tree_size:
        _refuse_change(last, grown)
    for found in tree.leaves(after, horizon):
        if last and grown.size >= last.tree_size and found.place[0] < last.horizon:
            raise _changed(last, f"transfer {found.place[1]} was written in afterwards")
        hashed = leaf_hash(found.data)
        grown.add(hashed)
        part.add(hashed)
        if last and grown.size == last.tree_size:
            _refuse_change(last, grown)
        if part.size == tree.SUBTREE:
            number = grown.size // tree.SUBTREE - 1
            fresh.append(Subtree(number=number, hash=part.root(), last_recorded_in=found.place[0],
                                 last_id=found.place[1]))  # fmt: skip
            part = Frontier()
    if last and grown.size < last.tree_size:
        _refuse_change(last, grown)
    Subtree.objects.bulk_create(fresh, batch_size=KEPT_AT_ONCE)
    return grown


def _kept_subtrees() -> tuple[Frontier, tuple[int, UUID]]:
    grown, after = Frontier(), tree.FIRST
    for kept in Subtree.objects.order_by("number").iterator():
        grown.add(bytes(kept.hash), tree.SUBTREE)
        after = kept.last_recorded_in, kept.last_id
    return grown, after


def _refuse_change(last: CheckpointView, grown: Frontier) -> None:
    if (grown.size, grown.root()) != (last.tree_size, last.root):
        raise _changed(last, f"its {last.tree_size} transfers have another hash now")


def _changed(last: CheckpointView, how: str) -> ConflictError:
    return ConflictError(
        "The ledger is not what the last checkpoint sealed",
        detail=f"Checkpoint {last.number}: {how}. See: balai ledger verify",
    )


def _seal(
    number: int, grown: Frontier, horizon: int, last: CheckpointView | None, now: datetime
) -> CheckpointView:
    cities = signers()
    made_at = now.astimezone(UTC)
    body = canonical(
        {
            "form": FORM, "number": number, "tree_size": grown.size, "root": grown.root().hex(),
            "previous": last.digest if last else "", "horizon": horizon,
            "made_at": made_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "cities": cities,
        }
    )  # fmt: skip
    Checkpoint.objects.create(
        number=number, tree_size=grown.size, root=grown.root(), horizon=horizon, made_at=made_at,
        body=body, signatures=_signatures(cities, body),
    )  # fmt: skip
    made = last_checkpoint()
    assert made is not None
    return made


def _signatures(cities: Sequence[str], body: str) -> list[dict[str, str]]:
    found = ((city, keys.city_key(city, PURPOSE)) for city in cities)
    return [
        {"city": city, "key_id": key.key_id, "signature": key.sign(body.encode()).hex()}
        for city, key in found
    ]
