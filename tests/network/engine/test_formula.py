"""The formula language: reading, printing, exact values, errors that help."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.network.engine.formula import (
    Binary,
    Call,
    FormulaError,
    Number,
    Reference,
    Unary,
    as_ratio,
    evaluate,
    parse,
    references,
    to_text,
)

SHARE = "100 * {transit.journeys_integrated} / {transit.journeys_paid}"

numbers = st.builds(Number, st.decimals("0", "9999", places=2))
names = st.sampled_from(["transit.journeys_paid", "a", "b-2.c_d"])
leaves = numbers | st.builds(Reference, names, st.sampled_from(["measure", "element"]))


def sums(inner):
    arithmetic = st.builds(Binary, st.sampled_from("+-*/"), inner, inner)
    signed = st.builds(Unary, st.just("-"), inner)
    functions = st.builds(
        Call,
        st.sampled_from(["sum", "average", "min", "max", "firstNonNull"]),
        st.lists(inner, min_size=1, max_size=3).map(tuple),
    )
    choice = st.builds(lambda c, a, b: Call("if", (c, a, b)), truths(inner), inner, inner)
    return arithmetic | signed | functions | choice


def truths(inner):
    comparison = st.builds(
        Binary, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner, inner
    )
    return st.recursive(
        comparison,
        lambda t: (
            st.builds(Binary, st.sampled_from(["and", "or"]), t, t)
            | st.builds(Unary, st.just("not"), t)
        ),
        max_leaves=3,
    )


trees = st.recursive(leaves, sums, max_leaves=12)


@given(trees)
def test_what_is_printed_reads_back_as_the_same_tree(tree):
    assert parse(to_text(tree)) == tree


@given(
    st.recursive(
        st.integers(0, 10**12).map(str) | st.sampled_from(["{a}", "{b}"]),
        lambda inner: (
            st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join)
            | inner.map("({})".format)
            | inner.map("-({})".format)
        ),
        max_leaves=15,
    ),
    st.fractions(),
    st.fractions(),
)
def test_arithmetic_equals_python_fractions(text, a, b):
    outcome = evaluate(parse(text), {"a": a, "b": b})
    try:
        expected = evaluated_by_python(text, a, b)
    except ZeroDivisionError:
        assert outcome.state == "undefined"
        assert "division by zero" in outcome.reason
        return
    assert outcome.value == expected


def evaluated_by_python(text: str, a: Fraction, b: Fraction) -> Fraction:
    exact = [
        f"Fraction({piece})" if piece.isdigit() else piece
        for piece in text.replace("(", " ( ").replace(")", " ) ").split()
    ]
    source = " ".join(exact).replace("{a}", "a").replace("{b}", "b")
    return eval(source, {"Fraction": Fraction, "a": a, "b": b})


def test_the_share_of_integrated_journeys_is_exact():
    outcome = evaluate(
        parse(SHARE),
        {"transit.journeys_integrated": 9_412_806, "transit.journeys_paid": 24_512_514},
    )
    assert outcome.value == Fraction(100 * 9_412_806, 24_512_514)


def test_missing_is_not_zero():
    outcome = evaluate(parse("{a} + {b}"), {"a": 5, "b": None})
    assert (outcome.state, outcome.value, outcome.missing) == ("no-data", None, ("b",))
    assert evaluate(parse("sum({a}, {b})"), {"a": 5}).state == "no-data"
    assert evaluate(parse("{a} + {b}"), {"a": 5, "b": 0}).value == 5


def test_division_by_zero_is_undefined_and_names_the_divisor():
    outcome = evaluate(parse("{a} / ({b} - 2)"), {"a": 5, "b": 2})
    assert outcome.state == "undefined"
    assert outcome.reason == "division by zero: {b} - 2 is 0"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{days}", 6),
        ("sum({days})", 6),
        ("average({days})", Fraction(2)),
        ("last({days})", 1),
        ("max({days}) - min({days})", 2),
        ("average(1, 2, 6)", 3),
        ("min(4, {days}, 9)", 4),
    ],
)
def test_a_series_leaves_out_the_days_without_data(text, value):
    assert evaluate(parse(text), {"days": [2, None, 3, 1]}).value == value


def test_a_series_without_any_day_is_missing():
    assert evaluate(parse("average({days})"), {"days": [None, None]}).state == "no-data"
    assert evaluate(parse("{days}"), {"days": []}).state == "no-data"


@pytest.mark.parametrize(
    ("text", "state", "value"),
    [
        ("if({a} > 2, 10, 20)", "value", 10),
        ("if({a} = 3 and not {a} < 3, 10, 20)", "value", 10),
        ("IF({a} > 2 || {none} > 2, 10, 20)", "value", 10),
        ("if({none} > 2 or {a} > 2, 10, 20)", "value", 10),
        ("if({none} > 2 and {a} < 2, 10, 20)", "value", 20),
        ("if({none} > 2 and {a} > 2, 10, 20)", "no-data", None),
        ("if({a} > 2, 10, 1 / 0)", "value", 10),
        ("if(isNull({none}), 1, {none})", "value", 1),
        ("firstNonNull({none}, {a}, 9)", "value", 3),
        ("firstNonNull({none}, {gone})", "no-data", None),
        ("#{none} + 1", "no-data", None),
        ("#{el.x1} + 1", "value", Fraction(5, 2)),
    ],
)
def test_conditions_know_missing_data(text, state, value):
    outcome = evaluate(parse(text), {"a": 3, "none": None, "el.x1": Decimal("1.5")})
    assert (outcome.state, outcome.value) == (state, value)


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "ends too early"),
        ("1 +", 3, "ends too early"),
        ("2 * (1 + 3", 4, "not closed"),
        ("1)", 1, "closes nothing"),
        ("3 + {open", 4, "not closed"),
        ("{a b}", 0, "not a name"),
        ("journeys / 2", 0, "{journeys}"),
        ("1 2", 2, "does not follow"),
        ("3 $ 4", 2, "no meaning"),
        ("if(1, 2, 3)", 3, "comparison"),
        ("1 < 2", 2, "if(condition"),
        ("1 < 2 < 3", 6, "do not chain"),
        ("if({a} > 1, 2)", 0, "takes 3"),
        ("last(1 + 2)", 0, "one reference"),
        ("1 * * 2", 4, "missing before"),
        ("1 + (2 > 1)", 7, "comparison"),
    ],
)
def test_errors_name_the_place_and_the_mend(text, position, words):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.position == position
    assert words in str(caught.value)
    assert caught.value.remedy


@given(st.text(alphabet="{}()+-*/<=>!&|#,. ab01ifsumnot", max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text):
    tree, error = read(text)
    if error is None:
        assert parse(to_text(tree)) == tree
    else:
        assert 0 <= error.position <= len(text)


def read(text):
    try:
        return parse(text), None
    except FormulaError as error:
        return None, error


@pytest.mark.parametrize("text", ["(" * 500 + "1", "-" * 3999 + "1", "1" + "+1" * 1999, "1" * 5000])
def test_a_huge_formula_is_refused_not_a_crash(text):
    with pytest.raises(FormulaError):
        parse(text)


@pytest.mark.parametrize("text", [SHARE, "{n} / {d} * 1000", "1000 * ({n} / {d})", "{n} / {d}"])
def test_a_ratio_is_known_with_its_factor(text):
    tree = parse(text)
    ratio = as_ratio(tree)
    values = {each.name: 7 + i for i, each in enumerate(references(tree))}
    parts = [evaluate(part, values).value for part in (ratio.numerator, ratio.denominator)]
    assert evaluate(tree, values).value == ratio.factor * parts[0] / parts[1]


def test_what_is_no_ratio_is_not_read_as_one():
    assert as_ratio(parse("{a} + {b}")) is None


def test_references_come_once_in_order():
    found = references(parse("{b} + {a} / {b} + #{a}"))
    assert [(each.name, each.kind) for each in found] == [
        ("b", "measure"),
        ("a", "measure"),
        ("a", "element"),
    ]


def test_floats_are_refused_for_they_are_not_exact():
    with pytest.raises(TypeError, match="not an exact number"):
        evaluate(parse("{a}"), {"a": 0.1})
