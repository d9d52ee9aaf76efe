"""Writing the audit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from balai.kernel.access.kinds import find_action
from balai.kernel.access.models import AuditEntry
from balai.kernel.access.origin import Origin


def record(
    action: str, origin: Origin, *, subject: str = "", region: str = "", **detail: Any
) -> None:
    """Write who did what to whom, and in which region (a code; empty: the installation).

    The action must be registered (`register_actions`). `detail` must be JSON and hold no secret.
    """
    find_action(action)
    told = {"region": region, **detail} if region else detail
    AuditEntry.objects.create(
        action=action, actor=origin.actor, subject=subject, detail=told,
        address=origin.address, channel=origin.channel, region_code=region,
    )  # fmt: skip


def record_change(
    action: str,
    origin: Origin,
    *,
    subject: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    region: str = "",
    private: Collection[str] = (),
    **detail: Any,
) -> bool:
    """Write what an officer changed: only the fields that differ, as they were and as they are.

    Fields that the action registered as private, those named here, and bytes are named among what
    changed and not shown. Nothing is written where nothing differs; returns whether it was.
    """
    hidden = find_action(action).private | set(private)
    changed = sorted(
        name for name in {*before, *after} if _plain(before.get(name)) != _plain(after.get(name))
    )
    if not changed:
        return False
    sealed = {name for name in changed if _is_sealed(before.get(name), after.get(name))}
    shown = [name for name in changed if name not in hidden | sealed]
    record(
        action, origin, subject=subject, region=region,
        before={name: _plain(before[name]) for name in shown if name in before},
        after={name: _plain(after[name]) for name in shown if name in after},
        private=[name for name in changed if name not in shown], **detail,
    )  # fmt: skip
    return True


def _is_sealed(*values: Any) -> bool:
    return any(isinstance(value, bytes | memoryview) for value in values)


def _plain(value: Any) -> Any:
    """The value as JSON can hold it; bytes stay, for they are only compared."""
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, set | frozenset):
        return sorted(str(each) for each in value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
