"""`balai_fares.json`: beside the files of the standard, the tariff whole, as its figures stand.

A feed may hold files the standard does not know; readers pass them by. Documented in
docs/reference/fares-v2.md.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

FILE = "balai_fares.json"
FORMAT = "balai-fares/1"
MOST_BYTES = 2**20
# The earliest date a zip can hold keeps the bytes free of the clock.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class ExtensionError(ValueError):
    """The file of the extension cannot be read; says why."""


def with_extension(packed: bytes, content: Mapping[str, Any]) -> bytes:
    """The zipped feed with the file of the extension added."""
    whole = io.BytesIO(packed)
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        entry = zipfile.ZipInfo(FILE, _EPOCH)
        entry.external_attr = 0o644 << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        text = json.dumps({"format": FORMAT, **content}, ensure_ascii=False, indent=2)
        archive.writestr(entry, text + "\n")
    return whole.getvalue()


def extension_of(packed: bytes) -> dict[str, Any] | None:
    """What the file of the extension says, or None where the feed has none.

    Raises ExtensionError where it is too large, no JSON, or of another format.
    """
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        if FILE not in archive.namelist():
            return None
        with archive.open(FILE) as file:
            text = file.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise ExtensionError(f"{FILE} is over {MOST_BYTES} bytes")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExtensionError(f"{FILE} is not JSON") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ExtensionError(f"{FILE} is not of the format {FORMAT}")
    return content
