"""`balai transit price` over a month: in batches, and where the law changes among the taps."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner, Result

from balai.kernel.laws import find_law, load_law
from balai.kernel.problems import ProblemError
from balai.runners import read
from balai.transit.commands import tariffs
from balai.transit.commands.price import price
from balai.transit.engine.fares import Mode

TARIFF = "ok-otrip-trial"
BEGIN = 1_519_837_200  # 1 March 2018, 00:00 in Jakarta
DAY = 86_400
CHANGE = date(2018, 3, 16)


def run(path: Path, *options: str, tariff: str = TARIFF) -> Result:
    return CliRunner().invoke(price, [str(path), "--tariff", tariff, *options])


def month(folder: Path, mode: Mode = Mode.BUS) -> Path:
    """A ride a day of each of three cards, from the first to the 31st."""
    card, day = np.repeat(np.arange(3), 31), np.tile(np.arange(31), 3)
    at = BEGIN + day * DAY + 7 * 3_600 + card
    n = len(card)
    both = np.concatenate
    table = pa.table(
        {
            "card": both((card, card)), "at": both((at, at + 900)),
            "direction": np.repeat(np.array([1, 0], np.int8), n),
            "mode": np.full(2 * n, int(mode), np.int8),
            "metres": both((np.full(n, -1), np.full(n, 5_000))).astype(np.int32),
            "tap": np.arange(2 * n),
        }
    )  # fmt: skip
    path = folder / "march.parquet"
    pq.write_table(table, path, row_group_size=40)
    return path


@pytest.fixture
def dearer_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial's law, with the bus at 4,000 from the middle of March 2018."""
    law = find_law(f"transit/tariff/{TARIFF}")
    source = Path(next(Path(tariffs.__file__).parents[1].glob(f"laws/tariffs/{TARIFF}.yaml")))
    told = yaml.safe_load(source.read_text())
    (value,) = told["parameters"]["mode_price"]["values"]
    dearer = {**value, "from": CHANGE, "value": {**value["value"], "bus": 4_000}}
    told["parameters"]["mode_price"]["values"] = [
        {**value, "to": CHANGE - timedelta(days=1)},
        dearer,
    ]
    changed = tmp_path / f"{TARIFF}.yaml"
    changed.write_text(yaml.safe_dump(told))
    assert load_law(changed).name == law.name
    monkeypatch.setattr(tariffs, "tariff_law", lambda name, **_: load_law(changed))


def test_a_month_is_priced_in_batches_and_published_whole(tmp_path: Path) -> None:
    path, out = month(tmp_path), tmp_path / "out"
    result = run(path, "--runner", "local", "--memory", "16", "--out", str(out), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    figures = [told[name] for name in ("taps", "boardings", "journeys", "revenue")]
    assert figures == [186, 93, 93, 93 * 3_500]
    assert read(Path(told["folder"]))["charge"].to_pylist() == [3_500] * 93
    again = run(path, "--runner", "local", "--out", str(out), "--json")
    assert json.loads(again.stdout)["folder"] == told["folder"]


@pytest.mark.usefixtures("dearer_bus")
def test_each_tap_of_a_month_pays_by_the_law_of_its_day(tmp_path: Path) -> None:
    path = month(tmp_path)
    result = run(path, "--runner", "local", "--out", str(tmp_path / "out"), "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["revenue"] == 3 * (15 * 3_500 + 16 * 4_000)
    assert "law of its day" in result.stderr


@pytest.mark.usefixtures("dearer_bus")
def test_a_file_of_taps_pays_by_the_law_of_each_day(tmp_path: Path) -> None:
    path = tmp_path / "taps.csv"
    path.write_text(
        "tap_id,card_id,at,direction,mode,km\n"
        "1,c1,2018-03-15T23:59:59,in,bus,\n"
        "2,c2,2018-03-16T00:00:00,in,bus,\n"
    )
    assert json.loads(run(path, "--json").stdout)["revenue"] == 3_500 + 4_000
    assert json.loads(run(path, "--json", "--on", str(CHANGE)).stdout)["revenue"] == 8_000


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--runner", "local"), "--out"),
        (("--runner", "local", "--out", "here", "--holdings", __file__), "--holdings"),
    ],
)
def test_a_month_asked_wrongly_is_told(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    result = run(month(tmp_path), *options)
    assert result.exit_code == 2
    assert told in result.output


def test_a_mode_without_a_price_is_told_before_anything_runs(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(month(tmp_path, Mode.MRT), "--runner", "local", "--out", str(out))
    assert isinstance(result.exception, ProblemError)
    assert [fault.value for fault in result.exception.faults] == ["mrt"]
    assert not out.exists()


def test_a_file_of_another_kind_is_told_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "taps.parquet"
    pq.write_table(pa.table({"card": [1], "at": [2]}), path)
    result = run(path, "--runner", "local", "--out", str(tmp_path / "out"))
    assert isinstance(result.exception, ProblemError)
    assert [fault.field for fault in result.exception.faults] == [
        "direction", "mode", "metres", "tap",
    ]  # fmt: skip
