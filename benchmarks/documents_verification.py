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
from typing import Any


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
        "a signed file": times(uploaded(client), min(options.questions, 40)),
    }
    report(figures, as_json=options.json)
    return 0


def uploaded(client: Any) -> Callable[[int], None]:
    """Asks about the signed letter with the most signatures, as a file."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from balai.kernel.documents import sealing
    from balai.kernel.documents.models import File
    from balai.kernel.row_security import EVERYWHERE, rows_of
    from balai.shell.warming import warm

    warm().join()
    with rows_of(EVERYWHERE):
        last = File.objects.order_by("-step").first()
        assert last is not None
        content = sealing.open_file(bytes(last.sealed), last.document_id)

    def asked(number: int) -> None:
        file = SimpleUploadedFile("letter.pdf", content)
        answer = client.post("/api/v1/documents/verify", {"file": file},
                             REMOTE_ADDR=f"10.10.0.{number + 1}")  # fmt: skip
        assert answer.json()["valid"], answer.content

    return asked


def times(call: Callable[[int], None], count: int) -> list[tuple[float, float]]:
    """Milliseconds of each call on the clock and on the processor, after one to warm up."""
    call(count)
    taken = []
    for number in range(count):
        before = time.perf_counter(), time.process_time()
        call(number)
        taken.append(((time.perf_counter() - before[0]) * 1000,
                      (time.process_time() - before[1]) * 1000))  # fmt: skip
    return taken


def report(figures: dict[str, list[tuple[float, float]]], *, as_json: bool) -> None:
    """Median, 95th percentile and largest of each row; the processor's own share beside."""
    rows = {}
    for name, each in figures.items():
        clock, processor = [a for a, _ in each], [b for _, b in each]
        rows[name] = {
            "median_ms": round(statistics.median(clock), 1),
            "p95_ms": round(statistics.quantiles(clock, n=20)[-1], 1),
            "max_ms": round(max(clock), 1),
            "processor_p95_ms": round(statistics.quantiles(processor, n=20)[-1], 1),
        }
    if as_json:
        print(json.dumps(rows))
        return
    print(f"{'verification':24}{'median ms':>12}{'p95 ms':>10}{'max ms':>10}{'processor p95':>16}")
    for name, row in rows.items():
        print(f"{name:24}{row['median_ms']:>12}{row['p95_ms']:>10}{row['max_ms']:>10}"
              f"{row['processor_p95_ms']:>16}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
