"""Laws are read whole, looked up as of a day, and a gap is named."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.laws import LawError, LawGap, find_law, laws_under, load_law, read_law

TEXT = """
law: test/tariff/example
title: {id: Contoh, en: Example}
region: "31"
parameters:
  cap:
    title: {id: Batas, en: Cap}
    unit: IDR
    values:
      - {from: 2020-01-01, value: 7000, article: art. 2, source: decree 2, verified: true}
      - {from: 2018-01-15, to: 2018-09-30, value: 5000, article: art. 1, source: decree 1,
         verified: false}
  prices:
    title: {id: Harga, en: Prices}
    values:
      - {from: 2018-01-15, value: {brt: 3500, list: [1, 2]}, article: art. 3,
         source: decree 1, verified: false}
"""


def test_a_value_comes_with_its_article_unit_and_span() -> None:
    law = read_law(TEXT)
    found = law.value("cap", date(2018, 9, 30))
    assert (found.value, found.unit, found.article) == (5000, "IDR", "art. 1")
    assert (found.start, found.end, found.verified) == (
        date(2018, 1, 15),
        date(2018, 9, 30),
        False,
    )
    assert law.value("cap", date(2099, 1, 1)).value == 7000
    assert (law.short_name, law.region) == ("example", "31")


def test_a_day_without_a_value_names_the_gap_and_the_nearest_days() -> None:
    with pytest.raises(LawGap) as caught:
        read_law(TEXT).value("cap", date(2018, 10, 2))
    gap = caught.value
    assert (gap.law, gap.parameter, gap.on) == ("test/tariff/example", "cap", date(2018, 10, 2))
    assert (gap.before, gap.after) == (date(2018, 9, 30), date(2020, 1, 1))
    assert gap.nearest == date(2018, 9, 30)
    assert "2018-09-30" in str(gap)
    assert "2020-01-01" in str(gap)
    with pytest.raises(LawGap) as caught:
        read_law(TEXT).on(date(2017, 1, 1))
    assert (caught.value.before, caught.value.nearest) == (None, date(2018, 1, 15))


@given(days=st.integers(0, 3000))
def test_every_day_has_one_value_or_a_gap(days: int) -> None:
    law, day = read_law(TEXT), date(2017, 1, 1) + timedelta(days)
    covering = [value for value in law.parameters["cap"].values if value.covers(day)]
    assert len(covering) <= 1
    if covering:
        assert law.value("cap", day) is covering[0]
    else:
        with pytest.raises(LawGap):
            law.value("cap", day)


def test_a_shared_law_cannot_be_changed() -> None:
    prices = read_law(TEXT).value("prices", date(2020, 1, 1)).value
    assert prices["list"] == (1, 2)
    with pytest.raises(TypeError):
        prices["brt"] = 0


def test_an_unknown_parameter_names_those_there_are() -> None:
    with pytest.raises(KeyError, match="cap, prices"):
        read_law(TEXT).value("capp", date(2020, 1, 1))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("law: test/tariff/example", ""), "law is missing"),
        (("from: 2020-01-01", "from: 2018-09-30"), "still holds on 2018-09-30"),
        (("to: 2018-09-30", "to: 2017-09-30"), "before it begins"),
        (("from: 2020-01-01", "from: soon"), "must be a date"),
        (("verified: true", "verified: maybe"), "verified must be true or false"),
        (("article: art. 2, ", ""), "article is missing"),
        (("value: 7000", "valeu: 7000"), "unknown key valeu"),
        (("{id: Batas, en: Cap}", "Cap"), "needs `id` and `en`"),
        (("parameters:", "parameters: ["), "not YAML"),
    ],
)
def test_a_faulty_file_is_refused_with_what_is_wrong(
    change: tuple[str, str], problem: str, tmp_path: Path
) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(TEXT.replace(*change))
    with pytest.raises(LawError, match=problem) as caught:
        load_law(path)
    assert "faulty.yaml" in str(caught.value)


def test_shipped_laws_are_found_by_name_and_by_prefix() -> None:
    names = [law.name for law in laws_under("transit/tariff")]
    assert "transit/tariff/ok-otrip-trial" in names
    assert names == sorted(names)
    assert find_law("transit/tariff/ok-otrip-trial").short_name == "ok-otrip-trial"
    assert laws_under("transit/tar") == ()


def test_a_law_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(LookupError, match="jaklingko-integrated"):
        find_law("transit/tariff/free")
    with pytest.raises(LookupError, match="none"):
        find_law("../etc/free")
