"""The formula language of indicators: text to tree, tree to text, tree to an exact value.

    100 * {transit.journeys_integrated} / {transit.journeys_paid}

Grammar, loosest first::

    or          a or b          (also ||)
    and         a and b         (also &&)
    not         not a           (also !)
    comparison  a < b           <  <=  >  >=  ==  !=
    sum         a + b - c
    product     a * b / c
    sign        -a
    primary     12  12.5  {programme.measure}  #{element}  f(a, b)  (a)

A reference names a measure (`{...}`) or, as DHIS2 writes it, a data element (`#{...}`). Functions:
`if`, `sum`, `average`, `last`, `min`, `max`, `isNull`, `firstNonNull`; their names, and `and`,
`or`, `not`, ignore case.

Arithmetic is exact (fractions). What is missing is not zero: it makes the result *no data*. A
division by zero makes it *undefined*, with the place.
"""

from balai.network.engine.formula.evaluate import Outcome, Series, State, evaluate
from balai.network.engine.formula.parse import parse
from balai.network.engine.formula.syntax import (
    Binary,
    Call,
    FormulaError,
    Node,
    Number,
    Ratio,
    Reference,
    Unary,
    as_ratio,
    references,
    to_text,
)

__all__ = [
    "Binary",
    "Call",
    "FormulaError",
    "Node",
    "Number",
    "Outcome",
    "Ratio",
    "Reference",
    "Series",
    "State",
    "Unary",
    "as_ratio",
    "evaluate",
    "parse",
    "references",
    "to_text",
]
