"""The forms in which a batch of taps may be posted: JSON, JSON lines, or an Arrow stream."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    import pyarrow as pa

JSON, LINES = "application/json", "application/x-ndjson"
ARROW = "application/vnd.apache.arrow.stream"
HEADER, COMPRESSION = 2, 3
"""Places of a message's header and of a record batch's compression in their tables (Arrow's
Message.fbs).
"""


def taps_of(request: HttpRequest) -> list[Any] | pa.Table:
    """The batch in a request's body, by its content type; JSON where none is given.

    ProblemError (400, 415, 422) where it cannot be read.
    """
    kind = request.content_type or JSON
    read = READERS.get(kind)
    if read is None:
        raise ProblemError(
            "The content type is not known", status=415, kind="unsupported-media-type",
            detail=f"Send one of {', '.join(READERS)}.",
        )  # fmt: skip
    return read(request.body)


def is_compact(request: HttpRequest) -> bool:
    """Whether the batch came in a form other than JSON, which is answered shortly."""
    return request.content_type in (LINES, ARROW)


def _json(body: bytes) -> list[Any]:
    found = _parsed(body)
    taps = found.get("taps") if isinstance(found, dict) else None
    if not isinstance(taps, list):
        raise _refused("taps", "is not a list", 'Send {"taps": [...]}')
    return taps


def _lines(body: bytes) -> list[Any]:
    rows: list[Any] = []
    for line in body.splitlines():
        if line.strip():
            try:
                rows.append(json.loads(line))
            except (ValueError, RecursionError):
                rows.append(line.decode(errors="replace"))
    return rows


def _arrow(body: bytes) -> pa.Table:
    import pyarrow as pa

    remedy = "Send an Arrow IPC stream of plain columns, uncompressed, without dictionaries"
    try:
        _refuse_packed(body)
        table = pa.ipc.open_stream(pa.py_buffer(body)).read_all()
        table.validate(full=True)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, struct.error, EOFError) as error:
        raise _refused("", "cannot be read as an Arrow stream", remedy) from error
    return table


def _refuse_packed(body: bytes) -> None:
    """Raise pa.ArrowInvalid for what may grow beyond the body's own size when it is read."""
    import pyarrow as pa

    for message in pa.ipc.MessageReader.open_stream(pa.py_buffer(body)):
        if message.type == "dictionary" or (
            message.type == "record batch" and _compressed(message.metadata.to_pybytes())
        ):
            raise pa.ArrowInvalid("packed")


def _compressed(metadata: bytes) -> bool:
    """Whether a record batch's message says that its buffers are compressed.

    A flatbuffer's table begins with the distance back to its vtable: two lengths, then the place
    of each field, 0 where it is left out.
    """
    root = struct.unpack_from("<I", metadata)[0]
    header = root + _place(metadata, root, HEADER)
    header += struct.unpack_from("<I", metadata, header)[0]
    return _place(metadata, header, COMPRESSION) != 0


def _place(metadata: bytes, table: int, number: int) -> int:
    vtable = table - struct.unpack_from("<i", metadata, table)[0]
    size = struct.unpack_from("<H", metadata, vtable)[0]
    at = 4 + 2 * number
    return int(struct.unpack_from("<H", metadata, vtable + at)[0]) if at < size else 0


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProblemError(
            "The body is not JSON", status=400, kind="malformed",
            detail=f"It cannot be read: {str(error)[:200]}",
        ) from error  # fmt: skip


def _refused(field: str, problem: str, remedy: str) -> ProblemError:
    fault = Fault(field=field, problem=problem, remedy=remedy)
    return ProblemError("The batch cannot be taken", faults=(fault,))


READERS: dict[str, Callable[[bytes], Any]] = {JSON: _json, LINES: _lines, ARROW: _arrow}
