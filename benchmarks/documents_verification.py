"""The page of verification at the server: by code, beside the API's answer, and a whole file.

Needs the demonstration (`balai demo`). Each question comes from an address of its own, for many
from one are refused.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable


def main() -> int:
    """Print medians, or JSON with `--json`; 1 where the demonstration is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ["BALAI_DEMO"] = "1"
    from balai.shell import start

    start.django()
    from django.test import Client

    from balai.kernel.documents.models import PublicRecord

    codes = list(PublicRecord.objects.values_list("code", flat=True))
    if not codes:
        print("Build the demonstration first: balai demo", file=sys.stderr)
        return 1
    client = Client()

    def ask(address: str) -> Callable[[int], None]:
        def asked(number: int) -> None:
            where = f"10.9.{number // 250}.{number % 250 + 1}"
            answer = client.get(address.format(codes[number % len(codes)]), REMOTE_ADDR=where)
            assert answer.status_code == 200, answer.status_code

        return asked

    figures = {
        "page by code": times(ask("/verify/{}/"), options.questions),
        "answer of the API": times(ask("/api/v1/documents/standing/{}"), options.questions),
    }
    report(figures, as_json=options.json)
    return 0


def times(call: Callable[[int], None], count: int) -> list[float]:
    """Milliseconds of each call, after one to warm up."""
    call(count)
    taken = []
    for number in range(count):
        before = time.perf_counter()
        call(number)
        taken.append((time.perf_counter() - before) * 1000)
    return taken


def report(figures: dict[str, list[float]], *, as_json: bool) -> None:
    """Median, 95th percentile and largest of each row."""
    rows = {
        name: {"median_ms": round(statistics.median(each), 1),
               "p95_ms": round(statistics.quantiles(each, n=20)[-1], 1),
               "max_ms": round(max(each), 1)}
        for name, each in figures.items()
    }  # fmt: skip
    if as_json:
        print(json.dumps(rows))
        return
    print(f"{'verification':24}{'median ms':>12}{'p95 ms':>10}{'max ms':>10}")
    for name, row in rows.items():
        print(f"{name:24}{row['median_ms']:>12}{row['p95_ms']:>10}{row['max_ms']:>10}")


if __name__ == "__main__":
    sys.exit(main())
