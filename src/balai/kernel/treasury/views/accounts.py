"""Accounts with their balances, the statement of one, and the trial balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, day_of, wants_csv
from balai.kernel.ledger import queries
from balai.kernel.ledger.currencies import decimal
from balai.kernel.ledger.postings import KINDS
from balai.kernel.ledger.queries import AccountKind, AccountView, Balance
from balai.kernel.problems import MissingError, ProblemError
from balai.kernel.treasury import books
from balai.kernel.treasury.rules import VIEW

PAGE_ROWS = 50
EXPORTED = 100_000
WORDS = 100


@dataclass(frozen=True, slots=True)
class Row:
    """An account in the list, with what it stands at."""

    account: AccountView
    balance: Balance
    kind: str


@require_safe
@needs(VIEW)
def listing(request: HttpRequest, city: str) -> HttpResponseBase:
    """The city's accounts, searched and filtered, with their balances on a day."""
    words = _plain(request.GET.get("q", ""))
    kind, currency = request.GET.get("kind", ""), _plain(request.GET.get("currency", ""))
    kind = kind if kind in KINDS else ""
    on = _kept_day(request, "on")
    chosen = {"words": words, "kind": kind, "currency": currency}
    if wants_csv(request):
        rows = _rows(queries.find_accounts(city, **chosen, limit=EXPORTED), on)
        header = ("account", "title", "kind", "currency", "balance", "pending", "available")
        return as_csv("accounts", header, rows, _account_cells)
    after = _plain(request.GET.get("after", ""))
    found = queries.find_accounts(city, **chosen, after=after, limit=PAGE_ROWS + 1)
    context = {
        **chosen, "on": on, "rows": _rows(found[:PAGE_ROWS], on), "csv": csv_url(request),
        "kinds": AccountKind.choices, "currencies": queries.currencies(city), "after": after,
        "next": found[PAGE_ROWS - 1].code if len(found) > PAGE_ROWS else "",
    }  # fmt: skip
    return render(request, "treasury/accounts.html", context)


@require_safe
@needs(VIEW)
def statement(request: HttpRequest, city: str, code: str) -> HttpResponseBase:
    """An account's transfers of a period, with what it stood at after each."""
    try:
        found = books.account_of(city, code)
        zone = timezone.get_current_timezone()
        start, end = books.period_of(_kept_day(request, "start"), _kept_day(request, "end"),
                                     timezone.localdate(), zone)  # fmt: skip
        if wants_csv(request):
            header = ("at", "transfer", "counterpart", "reason", "debit", "credit", "balance",
                      "source")  # fmt: skip
            lines = queries.statement_lines(code, start, end)
            return as_csv("statement", header, lines,
                          lambda line: _line_cells(line, found.currency))  # fmt: skip
        after = request.GET.get("after") or None
        page = queries.statement(code, start, end, limit=PAGE_ROWS, after=after)
    except (MissingError, ProblemError) as error:
        raise Http404(str(error)) from error
    context = {
        "account": found, "kind": AccountKind(found.kind).label, "page": page, "start": start,
        "end": end - timedelta(days=1), "csv": csv_url(request), "after": after,
        "balance": queries.balance(code),
    }  # fmt: skip
    return render(request, "treasury/statement.html", context)


@require_safe
@needs(VIEW)
def trial_balance(request: HttpRequest, city: str) -> HttpResponseBase:
    """Every account on the side where it stands on a day, and the sums by currency."""
    on = _kept_day(request, "on")
    found = queries.trial_balance(city, on, zone=timezone.get_current_timezone())
    if wants_csv(request):
        header = ("account", "title", "kind", "currency", "debit", "credit")
        return as_csv("trial-balance", header, found.lines, _trial_cells)
    lines = [line for line in found.lines if line.debit or line.credit]
    context = {
        "on": on, "csv": csv_url(request), "totals": found.totals, "groups": _groups(lines),
        "even": all(total.debit == total.credit for total in found.totals),
    }  # fmt: skip
    return render(request, "treasury/trial_balance.html", context)


def _groups(lines: list[queries.TrialLine]) -> list[dict[str, Any]]:
    """Accounts by kind and currency; of many that are alike, only the sum."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        group = groups.setdefault(
            (line.kind, line.currency),
            {"kind": AccountKind(line.kind).label, "value": line.kind, "currency": line.currency,
             "debit": 0, "credit": 0, "count": 0, "largest": []},
        )  # fmt: skip
        group["debit"] += line.debit
        group["credit"] += line.credit
        group["count"] += 1
        group["largest"].append(line)
    for group in groups.values():
        group["largest"] = sorted(
            group["largest"], key=lambda line: (-(line.debit + line.credit), line.account)
        )[:PAGE_ROWS]
    return [groups[key] for key in sorted(groups, key=lambda key: (key[1], KINDS.index(key[0])))]


def _rows(accounts: list[AccountView], on: date | None) -> list[Row]:
    found = queries.balances_of(
        [account.id for account in accounts], on, zone=timezone.get_current_timezone()
    )
    by_code = {balance.account: balance for balance in found}
    return [Row(account, by_code[account.code], str(AccountKind(account.kind).label))
            for account in accounts]  # fmt: skip


def _kept_day(request: HttpRequest, name: str) -> date | None:
    day = day_of(request, name)
    return min(max(day, books.FIRST), books.LAST) if day else None


def _plain(text: str) -> str:
    return text.replace("\0", "")[:200].strip()


def _account_cells(row: Row) -> tuple[Any, ...]:
    account, balance = row.account, row.balance
    figures = (balance.amount, balance.pending, balance.available)
    return (account.code, account.title, account.kind, account.currency,
            *(decimal(figure, account.currency) for figure in figures))  # fmt: skip


def _line_cells(line: queries.StatementLine, currency: str) -> tuple[Any, ...]:
    figures = (decimal(figure, currency) for figure in (line.debit, line.credit, line.balance))
    return (timezone.localtime(line.at).isoformat(), line.transfer, line.counterpart, line.reason,
            *figures, line.source)  # fmt: skip


def _trial_cells(line: queries.TrialLine) -> tuple[Any, ...]:
    return (line.account, line.title, line.kind, line.currency,
            decimal(line.debit, line.currency), decimal(line.credit, line.currency))  # fmt: skip
