"""HTTP gateways described as data: the form of their requests, and where their number stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ImproperlyConfigured

from balai.kernel.notices.engine.wording import filled


@dataclass(frozen=True, slots=True)
class Gateway:
    """One form of gateway; see gateways.yaml."""

    headers: Mapping[str, str]
    body: Mapping[str, Any]
    number: Sequence[str | int]
    form: str = "json"
    plus: bool = True
    address: str = "phone"
    signature: str = "balai"

    def request(self, values: Mapping[str, str]) -> tuple[dict[str, str], Any]:
        """Headers and body with the values in their places."""
        headers = {name: filled(text, values, str) for name, text in self.headers.items()}
        return headers, _filled(self.body, values)

    def number_in(self, answer: Any) -> str:
        """The gateway's number of the message; empty where the answer has none."""
        found = answer
        for part in self.number:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                return ""
        return str(found)[:200] if isinstance(found, str | int) else ""


def gateway_named(name: str) -> Gateway:
    """The gateway's form; ImproperlyConfigured names those that exist."""
    known = _known()
    if name not in known:
        raise ImproperlyConfigured(f"No form of gateway {name!r}. Known: {', '.join(known)}.")
    return known[name]


@cache
def _known() -> dict[str, Gateway]:
    path = Path(__file__).parents[1] / "gateways.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: Gateway(**each) for name, each in data.items()}


def _filled(part: Any, values: Mapping[str, str]) -> Any:
    if isinstance(part, Mapping):
        return {name: _filled(each, values) for name, each in part.items()}
    return filled(part, values, str) if isinstance(part, str) else part
