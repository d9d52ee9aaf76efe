"""Talking to gateways over HTTP: what may be tried again, what never, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from balai.kernel.jobs import TransientError
from balai.kernel.notices.channels.base import PermanentError

if TYPE_CHECKING:
    from requests import Response

CONNECT_S, READ_S = 5.0, 15.0
LONGEST_WAIT_S = 6 * 3600
LATER = {408, 425, 429}
LARGEST_ANSWER = 100_000


def post(url: str, *, headers: Mapping[str, str], json: Any = None, form: Any = None,
         content: bytes | None = None) -> Any:  # fmt: skip
    """Post to a gateway; returns its answer as JSON (None where it is none).

    Redirects are not followed: a token would go along. TransientError where it may work later,
    PermanentError where it never will; neither holds the address or the text.
    """
    import requests

    try:
        with requests.post(
            url, headers=dict(headers), json=json, data=content if content is not None else form,
            timeout=(CONNECT_S, READ_S), allow_redirects=False, stream=True,
        ) as answer:  # fmt: skip
            body = answer.raw.read(LARGEST_ANSWER, decode_content=True)
            judge(answer)
    except requests.RequestException as error:
        raise TransientError(f"The gateway does not answer ({type(error).__name__})") from None
    except OSError as error:
        raise TransientError(f"The gateway broke off ({type(error).__name__})") from None
    return _json(body)


def judge(answer: Response) -> None:
    """Nothing for a 2xx; TransientError or PermanentError for anything else."""
    status = answer.status_code
    if 200 <= status < 300:
        return
    if status in LATER or status >= 500:
        raise TransientError(
            f"The gateway is busy ({status})",
            retry_after=wait_of(answer.headers.get("Retry-After", ""), datetime.now(UTC)),
        )
    raise PermanentError(f"The gateway refused it ({status})")


def wait_of(header: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3), at most six hours."""
    if header.isdecimal():
        return float(min(int(header[:9]), LONGEST_WAIT_S))
    try:
        wait = (parsedate_to_datetime(header) - now).total_seconds()
    except (TypeError, ValueError):
        return None
    return min(max(0.0, wait), float(LONGEST_WAIT_S))


def _json(body: bytes) -> Any:
    import json

    try:
        return json.loads(body)
    except ValueError:
        return None
