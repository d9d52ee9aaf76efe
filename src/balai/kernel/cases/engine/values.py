"""One answer, read by the kind of its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from balai.kernel.cases.engine.definition import Field

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
REGION = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
NIK = re.compile(r"\d{16}", re.ASCII)
WHOLE = re.compile(r"[+-]?\d{1,15}", re.ASCII)
THOUSANDS = re.compile(r"(Rp\.?\s*)?(-?\d{1,3}(\.\d{3})+|-?\d{1,15})(,00|,-)?", re.I | re.ASCII)
LOCAL_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
EMAIL = re.compile(r"[^@\s<>\",;:]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
PHONE = re.compile(r"\+?\d{8,15}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
YES, NO = frozenset({"yes", "ya", "true", "on", "1"}), frozenset({"no", "tidak", "false", "0"})


class AnswerError(ValueError):
    """Why an answer cannot be taken: a code of `words.SAYINGS`, and what is put into the mend."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def read_value(field: Field, value: Any, *, today: date) -> Any:
    """The answer as it is kept (text, int, bool, list of text), None where none is given.

    AnswerError where it cannot be taken.
    """
    if isinstance(value, str):
        value = value.strip()
    if value is None or value in ("", [], ()):
        if field.required:
            raise AnswerError("missing")
        return None
    return READERS[field.kind](field, value, today)


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise AnswerError("not_text")
    text = value.replace("\r\n", "\n").strip()
    if CONTROL.search(text) or (field.kind != "long_text" and "\n" in text):
        raise AnswerError("control")
    if len(text) > field.limits.longest:
        raise AnswerError("longest", limit=field.limits.longest)
    return text


def _free_text(field: Field, value: Any, _today: date) -> str:
    text = _text(field, value)
    if len(text) < field.limits.shortest:
        raise AnswerError("shortest", limit=field.limits.shortest)
    if field.limits.pattern and not re.fullmatch(field.limits.pattern, text):
        raise AnswerError("pattern")
    return text


def _whole(field: Field, value: Any, _today: date) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise AnswerError("not_number")
    if isinstance(value, str) and not WHOLE.fullmatch(value):
        raise AnswerError("not_number")
    return _bounded(field, int(value))


def _money(field: Field, value: Any, _today: date) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise AnswerError("not_money")
    if isinstance(value, int):
        return _bounded(field, value)
    found = THOUSANDS.fullmatch(value)
    if not found:
        raise AnswerError("not_money")
    return _bounded(field, int(found.group(2).replace(".", "")))


def _bounded(field: Field, number: int) -> int:
    low, high = field.limits.low, field.limits.high
    if low is not None and number < int(low):
        raise AnswerError("low", limit=low)
    if high is not None and number > int(high):
        raise AnswerError("high", limit=high)
    if abs(number) >= 10**15:
        raise AnswerError("high", limit=10**15 - 1)
    return number


def _date(field: Field, value: Any, today: date) -> str:
    day = _day(value)
    low, high = (_limit(each, today) for each in (field.limits.low, field.limits.high))
    if low and day < low:
        raise AnswerError("too_early", limit=low.isoformat())
    if high and day > high:
        raise AnswerError("too_late", limit=high.isoformat())
    return day.isoformat()


def _day(value: Any) -> date:
    if type(value) is date:
        return value
    text = value if isinstance(value, str) else ""
    try:
        if found := LOCAL_DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text) if len(text) == 10 else _no_day()
    except ValueError:
        raise AnswerError("not_date") from None


def _no_day() -> date:
    raise ValueError("not a date")


def _limit(limit: int | str | None, today: date) -> date | None:
    if limit is None:
        return None
    return today if limit == "today" else date.fromisoformat(str(limit))


def _choice(field: Field, value: Any, _today: date) -> str:
    known = [option.value for option in field.options]
    if not isinstance(value, str) or value not in known:
        raise AnswerError("not_option", limit=", ".join(known))
    return value


def _choices(field: Field, value: Any, today: date) -> list[str]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        raise AnswerError("not_option", limit=", ".join(each.value for each in field.options))
    taken = {_choice(field, each, today) for each in given}
    if len(taken) != len(given):
        raise AnswerError("twice")
    if field.limits.low is not None and len(taken) < int(field.limits.low):
        raise AnswerError("few", limit=field.limits.low)
    if field.limits.high is not None and len(taken) > int(field.limits.high):
        raise AnswerError("many", limit=field.limits.high)
    return [option.value for option in field.options if option.value in taken]


def _yes_no(_field: Field, value: Any, _today: date) -> bool:
    if isinstance(value, bool):
        return value
    text = value.lower() if isinstance(value, str) else ""
    if text not in YES | NO:
        raise AnswerError("not_yes_no")
    return text in YES


def _matching(pattern: re.Pattern[str], code: str) -> Callable[[Field, Any, date], str]:
    def read(_field: Field, value: Any, _today: date) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise AnswerError(code)
        return value

    return read


def _person(_field: Field, value: Any, _today: date) -> str:
    if isinstance(value, UUID):
        return str(value)
    text = value.replace(" ", "") if isinstance(value, str) else ""
    if NIK.fullmatch(text):
        return text
    try:
        return str(UUID(text))
    except ValueError:
        raise AnswerError("not_person") from None


def _phone(_field: Field, value: Any, _today: date) -> str:
    text = re.sub(r"[\s().-]", "", value) if isinstance(value, str) else ""
    if not PHONE.fullmatch(text):
        raise AnswerError("not_phone")
    return "+62" + text[1:] if text.startswith("0") else text


READERS: Mapping[str, Callable[[Field, Any, date], Any]] = {
    "text": _free_text,
    "long_text": _free_text,
    "integer": _whole,
    "money": _money,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "region": _matching(REGION, "not_region"),
    "person": _person,
    "phone": _phone,
    "email": _matching(EMAIL, "not_email"),
    "file": _matching(DIGEST, "not_file"),
}
