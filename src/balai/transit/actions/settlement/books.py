"""Where settlement's money stands in the ledger, and the transfers of a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from balai.kernel.ledger.actions import open_accounts, post_many
from balai.kernel.ledger.postings import NewAccount, Posting
from balai.kernel.regions.queries import City
from balai.transit.models import Operator, Statement


def payable_account(city: str, operator: str) -> str:
    """What the city owes an operator."""
    return f"{city}/transit/operator/{operator}/payable"


def subsidy_account(city: str) -> str:
    """What kilometres cost the city."""
    return f"{city}/transit/subsidy"


def shares_account(city: str) -> str:
    """Fares that operators keep by their contracts."""
    return f"{city}/transit/fare-shares"


def penalties_account(city: str) -> str:
    """What breaches of the service standard brought back."""
    return f"{city}/transit/penalties"


def treasury_account(city: str) -> str:
    """What the city's treasury paid for transit by bank files."""
    return f"{city}/transit/due-to-treasury"


def open_books(facts: City, operators: Iterable[Operator]) -> None:
    """Open what settlement needs; again: changes nothing."""
    city, common = facts.slug, {"currency": facts.currency, "region_code": facts.region_code}
    kinds = (
        (subsidy_account(city), "expense", "Subsidy: kilometres of transit operators"),
        (shares_account(city), "expense", "Fares that transit operators keep"),
        (penalties_account(city), "income", "Penalties of transit operators"),
        (treasury_account(city), "liability", "Paid for transit by the treasury"),
    )
    open_accounts(
        [
            *(NewAccount(code=code, kind=kind, title=title, **common)  # type: ignore[arg-type]
              for code, kind, title in kinds),
            *(NewAccount(code=payable_account(city, each.code), kind="liability",
                         title=f"Owed to {each.name}"[:200], **common) for each in operators),
        ]
    )  # fmt: skip


def post_statement(
    facts: City, statement: Statement, before: Statement | None, *, at: datetime
) -> None:
    """Bring the ledger from what the statement before had to what this one has."""
    post_many(list(_postings(facts, statement, before, at)))


def _postings(
    facts: City, now: Statement, before: Statement | None, at: datetime
) -> Iterator[Posting]:
    payable = payable_account(facts.slug, now.operator.code)
    parts = (
        ("kilometres", subsidy_account(facts.slug), now.pay, before.pay if before else 0,
         "Kilometres of a service day"),
        ("penalties", penalties_account(facts.slug), -now.penalties,
         -before.penalties if before else 0, "Penalties under the service standard"),
        ("fares", shares_account(facts.slug), kept(now), kept(before) if before else 0,
         "Share of fares of a service day"),
    )  # fmt: skip
    for name, account, amount, had, reason in parts:
        change = amount - had
        if change:
            debit, credit = (account, payable) if change > 0 else (payable, account)
            yield Posting(
                debit=debit, credit=credit, amount=abs(change), currency=facts.currency, at=at,
                key=f"transit:statement:{now.pk}:{name}", reason=reason, source=source_of(now),
            )  # fmt: skip


def kept(statement: Statement) -> int:
    """What of fares the operator keeps by a statement: nothing where it is paid by the km."""
    return statement.net - statement.pay + statement.penalties


def source_of(statement: Statement) -> str:
    """How transfers name the statement they come from."""
    return f"transit.statement:{statement.pk}"
