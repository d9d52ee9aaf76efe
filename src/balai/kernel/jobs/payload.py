"""Arguments, cursors and results as they stand in the database: plain JSON."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


def plain(value: Any) -> Any:
    """The value as JSON keeps it: dates, decimals and UUIDs become text.

    TypeError for what JSON has no form for; ValueError for not-a-number.
    """
    text = json.dumps(value, cls=DjangoJSONEncoder, allow_nan=False)
    return json.loads(text.replace("\\u0000", ""))
