"""Files of routing problems and solutions, and what is said of one that is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from balai.homecare.engine.routing.problem import InstanceRefusedError
from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

Read = TypeVar("Read")


def read_file(path: Path, read: Callable[[Any], Read]) -> Read:
    """What `read` makes of a JSON file. Raises ProblemError with a line for all that is wrong."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        place = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        fault = Fault(
            problem=f"is not JSON{place}", value=path.name, remedy="Give a JSON file in UTF-8"
        )
        raise ProblemError("The file cannot be read", faults=(fault,)) from None
    try:
        return read(document)
    except InstanceRefusedError as refused:
        faults = tuple(
            Fault(problem=each.problem, field=each.field, value=each.value, remedy=each.remedy)
            for each in refused.shortcomings
        )
        raise ProblemError(f"{path.name} cannot be used", faults=faults) from None
