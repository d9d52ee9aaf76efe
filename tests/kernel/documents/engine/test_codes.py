"""A code's check symbol sees one wrong symbol and two exchanged ones, wherever they stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.documents.engine.codes import (
    ALPHABET,
    LENGTH,
    RANDOM_BITS,
    code_of,
    grouped,
    read_code,
)

numbers = st.integers(0, (1 << RANDOM_BITS) - 1)
places = st.integers(0, LENGTH - 1)


@given(numbers)
def test_a_code_is_read_as_it_was_printed_or_typed_carelessly(number):
    code = code_of(number)
    assert read_code(grouped(code)) == code
    assert read_code(f" {grouped(code).lower()} ".replace("0", "o").replace("1", "l")) == code


@given(numbers, places, st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_seen(number, place, symbol):
    code = code_of(number)
    changed = code[:place] + symbol + code[place + 1 :]
    assert read_code(changed) == (code if changed == code else "")


@given(numbers, places, places)
def test_two_exchanged_symbols_are_seen(number, one, other):
    code = list(code_of(number))
    before = "".join(code)
    code[one], code[other] = code[other], code[one]
    after = "".join(code)
    assert read_code(after) == (before if after == before else "")
