"""Taps accepted through the API of a real server, beside a bare COPY of the same rows.

    python benchmarks/taps_intake.py [--taps N] [--batch N] [--form json|arrow|lines] [--json]

Two client processes, each with one connection, make batches and post them to `balai serve` with
the embedded PostgreSQL in a home of its own; the answer to each comes when its taps are on disk.
Each batch holds the taps of 300 validators, a fifth of a percent sent twice; most cards are new.
They are priced by a job (`price=later`) that begins half a minute after the first batch and works
beside the intake from then on. Clients, server, job and PostgreSQL share the machine's processors.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import multiprocessing
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent.parent / "build" / "benchmarks-taps"
FORMS = {
    "json": "application/json",
    "lines": "application/x-ndjson",
    "arrow": "application/vnd.apache.arrow.stream",
}
CLIENTS, CARDS, VALIDATORS, TWICE = 2, 400_000, 3_000, 0.002
BEGIN = datetime(2025, 11, 1, 22, 0, tzinfo=UTC)


def main() -> None:
    options = arguments()
    os.environ["BALAI_HOME"] = str(HOME)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.settings")
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    try:
        figures = measure(options)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    print(json.dumps(figures, indent=2) if options.json else table(figures))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--taps", type=int, default=1_000_000)
    parser.add_argument("--batch", type=int, default=10_000)
    parser.add_argument("--form", choices=FORMS, default="json")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def measure(options: argparse.Namespace) -> dict[str, float]:
    subprocess.run([sys.executable, "-m", "balai", "migrate"], check=True, capture_output=True)
    port = free_port()
    command = [sys.executable, "-m", "balai", "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        secret = token()
        await_answer(port)
        share = options.taps // CLIENTS
        work = [(n, share, options.batch, options.form, port, secret) for n in range(CLIENTS)]
        warm = [(90 + n, 2 * options.batch, options.batch, options.form, port, secret)
                for n in range(CLIENTS)]  # fmt: skip
        with multiprocessing.get_context("spawn").Pool(CLIENTS) as pool:
            pool.starmap(send, warm)
            copied = bare(options.taps, options.batch)
            before, started = processor(server.pid), time.perf_counter()
            told = pool.starmap(send, work)
            took, after = time.perf_counter() - started, processor(server.pid)
        priced = verify(told)
    finally:
        server.terminate()
        server.wait(60)
    seconds = sorted(second for each in told for second in each["seconds"])
    accepted = sum(each["accepted"] for each in told)
    spent = {
        "the clients": sum(each["processor"] for each in told),
        **{name: after[name] - before[name] for name in after},
    }
    return {
        "accepted taps a minute": accepted / took * 60,
        "bare COPY, rows a minute": copied * 60,
        "accepted / bare COPY": accepted / took / copied,
        "request, median, ms": seconds[len(seconds) // 2] * 1e3,
        "request, p95, ms": seconds[int(len(seconds) * 0.95)] * 1e3,
        **{f"processor of {name}, s a million": spent[name] / accepted * 1e6 for name in spent},
        "processor in all, s a million": sum(spent.values()) / accepted * 1e6,
        "taps in a batch": options.batch,
        "accepted": accepted,
        "priced meanwhile": priced,
    }


def processor(server: int) -> dict[str, float]:
    """Seconds of a processor used so far by the server, the job that prices, and PostgreSQL (for
    both of them).
    """
    from balai.shell import postgres

    database = int((postgres.data_folder() / "postmaster.pid").read_text().split()[0])
    used = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = stat.read_text().partition(" ")
            command = stat.with_name("cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        told = rest.rpartition(")")[2].split()
        ticks = int(told[11]) + int(told[12])
        prices = b"worker" in command
        used[int(pid)] = (int(told[1]), ticks / os.sysconf("SC_CLK_TCK"), prices)
    spent = dict.fromkeys(("the server", "the job that prices", "PostgreSQL"), 0.0)
    for pid, (_, seconds, prices) in used.items():
        line = line_of(pid, used)
        if server in line:
            spent["the job that prices" if prices else "the server"] += seconds
        elif database in line:
            spent["PostgreSQL"] += seconds
    return spent


def line_of(pid: int, used: dict[int, tuple[int, float, bool]]) -> list[int]:
    """The process and those it descends from."""
    line = []
    while pid in used:
        line.append(pid)
        pid = used[pid][0]
    return line


def send(client: int, taps: int, batch: int, form: str, port: int, secret: str) -> dict[str, Any]:
    """Post the taps of one client, batch after batch."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    accepted, seconds, rng = 0, [], random.Random(client)
    sequence = client * 10_000_000
    spent = time.process_time()
    for number in range(taps // batch):
        rows = make(rng, client, sequence, batch)
        sequence += batch
        body = written(rows, form)
        headers = {
            "Authorization": f"Bearer {secret}", "Content-Type": FORMS[form],
            "Idempotency-Key": f"bench-{client}-{number}",
        }  # fmt: skip
        started = time.perf_counter()
        connection.request("POST", "/api/v1/transit/jakarta/taps?price=later", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        seconds.append(time.perf_counter() - started)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {content[:500]!r}")
        told = json.loads(content)
        if told["rejected"] or told["accepted"] + told["duplicates"] != batch:
            raise RuntimeError(f"not all were taken: {content[:500]!r}")
        accepted += told["accepted"]
    return {"accepted": accepted, "seconds": seconds, "processor": time.process_time() - spent}


def make(rng: random.Random, client: int, sequence: int, count: int) -> list[dict[str, Any]]:
    """The taps of one upload, as a concentrator of 300 validators holds them."""
    rows = []
    base = BEGIN + timedelta(seconds=sequence % 10_000_000 // 20)
    for at in range(count):
        row = {
            "validator": f"V-{client:02}-{(sequence // 10_000 * 300 + at % 300) % VALIDATORS:05}",
            "sequence": sequence + at,
            "card": f"6032{rng.randrange(CARDS):012}",
            "at": (base + timedelta(seconds=at // 20)).isoformat(),
            "direction": "in" if at % 2 else "out",
            "mode": "brt",
            "route_id": "1",
            "stop_id": f"S{at % 400}",
        }
        if not at % 2:
            row["km"] = rng.randrange(250) / 10
        rows.append(row)
    for at in rng.sample(range(1, count), int(count * TWICE)):
        rows[at] = rows[at - 1]
    return rows


def written(rows: list[dict[str, Any]], form: str) -> bytes:
    if form == "json":
        return json.dumps({"taps": rows}).encode()
    if form == "lines":
        return "\n".join(map(json.dumps, rows)).encode()
    import pyarrow as pa

    names = (
        "validator",
        "sequence",
        "card",
        "at",
        "direction",
        "mode",
        "route_id",
        "stop_id",
        "km",
    )
    columns = {name: [row.get(name) for row in rows] for name in names}
    columns["at"] = [datetime.fromisoformat(at) for at in columns["at"]]
    table, sink = pa.table(columns), io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def bare(taps: int, batch: int) -> float:
    """Rows a second of COPY into a table without key, constraint or index, commit by commit."""
    from django.db.utils import ConnectionHandler

    from balai.shell import postgres

    settings = {"ENGINE": "django.db.backends.postgresql", **postgres.address(owner=True)}
    connection = ConnectionHandler({"default": settings})["default"]
    count = min(taps, 300_000) // batch
    lines = []
    for number in range(count):
        rows = make(random.Random(number), 0, number * batch, batch)
        lines.append(
            "".join(
                f"jakarta\t{r['validator']}\t{r['sequence']}\t{r['card']}\t{r['at']}"
                f"\t{r['direction']}\t{r['mode']}\t{r['route_id']}\t{r['stop_id']}\n"
                for r in rows
            )
        )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(
            "CREATE TABLE bare (city text, validator text, sequence bigint, card text,"
            " at timestamptz, direction text, mode text, route_id text, stop_id text)"
        )
        started = time.perf_counter()
        for part in lines:
            with cursor.copy("COPY bare FROM STDIN") as copy:
                copy.write(part)
        return count * batch / (time.perf_counter() - started)


def verify(told: list[dict[str, Any]]) -> int:
    """What was answered as accepted is in the database, each tap once; returns how many of all
    taps are priced.
    """
    from balai.transit.models import PendingTap, Tap

    kept = Tap.objects.filter(validator__code__lt="V-90").count()
    assert kept == sum(each["accepted"] for each in told), kept
    return Tap.objects.count() - PendingTap.objects.count()


def token() -> str:
    """A token that may send taps to Jakarta."""
    import django

    django.setup()
    from balai.kernel.access.actions.grants import grant_role
    from balai.kernel.access.actions.tokens import issue_token
    from balai.kernel.access.models import User
    from balai.kernel.access.origin import Origin
    from balai.kernel.regions.actions import install_cities
    from balai.transit.actions.tariffs_in_force import put_in_force

    install_cities()
    put_in_force("jakarta", "jaklingko-integrated", date(2022, 8, 11))
    user = User.objects.create_user("concentrator")
    origin = Origin(channel="benchmark")
    grant_role(user, "transit.validator", place="jakarta", origin=origin)
    _, secret = issue_token(user, "benchmark", scopes=["transit:taps"], origin=origin,
                            place="jakarta")  # fmt: skip
    return secret


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_answer(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/livez")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server does not answer")


def table(figures: dict[str, float]) -> str:
    return "\n".join(
        f"{name:<48} {figure:>14,.2f}" if figure < 100 else f"{name:<48} {figure:>14,.0f}"
        for name, figure in figures.items()
    )


if __name__ == "__main__":
    main()
