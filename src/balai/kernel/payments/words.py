"""What places, outcomes and differences are called on the pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PLACES = {
    "bank": _("Bank account"),
    "till": _("Cash in the till"),
    "clearing": _("Announced, in transit"),
    "bill": _("Bill"),
    "suspense/never-credited": _("Announced, never credited"),
    "suspense/partial": _("Suspense: less than the bill"),
    "suspense/over": _("Suspense: more than the bill"),
    "suspense/double": _("Suspense: paid already"),
    "suspense/late": _("Suspense: after the bill's time"),
    "suspense/unknown": _("Suspense: for no known bill"),
    "suspense/reversed": _("Suspense: reversed by the bank"),
    "suspense/withdrawn": _("Suspense: withdrawn, unexplained"),
    "refunds-due": _("Refunds to be sent"),
    "bank-charges": _("Bank charges"),
    "opening": _("Balance before the first statement"),
    "written-off": _("Written off, gains less losses"),
}
OUTCOMES = {
    "announced": _("announced by the bank"),
    "repeated": _("said again, changed nothing"),
    "contradicted": _("said again with another amount"),
    "settled": _("found on the statement"),
    "corrected": _("corrected by the statement"),
    "credited": _("received"),
    "reversed": _("reversed by the bank"),
    "reversal-unmatched": _("a reversal of no known payment"),
    "charged": _("bank charge"),
    "refunded": _("refund sent"),
    "withdrawn": _("withdrawn, unexplained"),
    "overdue": _("not credited in time"),
    "opening": _("opening balance"),
    "undone": _("undone"),
    "match": _("matched by hand"),
    "refund": _("set aside for a refund"),
    "take-back": _("taken back from the bill"),
    "deposit": _("cash paid into the bank"),
    "reverse": _("matched to the payment it takes back"),
    "write-off": _("written off"),
    "refund-returned": _("a refund that came back"),
    "not-paid": _("the payment failed at the bank"),
    "notice-refused": _("refused: the signature is wrong"),
}
KINDS = {
    "partial": (_("Less than the bill"), _("The bill takes no part payments, so the money waits.")),
    "over": (_("More than the bill"), _("The bill took what it was owed; the rest waits.")),
    "double": (_("Paid already"), _("The bill was paid before this money came.")),
    "late": (_("After the bill's time"), _("The bill had expired or was cancelled.")),
    "unknown": (_("For no known bill"), _("No number or code of ours stands on it.")),
    "without-notice": (
        _("Credited without notice"),
        _("The statement shows it, and the bank had not told us. It was booked all the same."),
    ),
    "wrong-amount": (
        _("Another amount"),
        _("The bank announced one amount and credited another. The statement was followed."),
    ),
    "never-credited": (
        _("Never credited"),
        _("The bank announced it, and its statements do not show it. Ask the bank."),
    ),
    "credited-after-all": (
        _("Credited after all"),
        _("It was given up as never credited, and then came."),
    ),
    "reversed": (_("Reversed"), _("The bank took it back. The bill is to be paid again.")),
    "reversal-unmatched": (
        _("Reversal of no known payment"),
        _("The bank took money back, and no payment fits."),
    ),
    "withdrawn": (_("Withdrawn"), _("Money left the account, and we did not order it.")),
    "notice-refused": (
        _("Notice refused"),
        _("Its signature was wrong. Nothing was booked; the statement will tell."),
    ),
    "notice-contradicts": (
        _("Notice contradicts"),
        _("The bank told of the same payment twice, with different amounts."),
    ),
}
STATES = {
    "in-transit": "wait", "settled": "ok", "never-credited": "late", "reversed": "late",
    "taken-back": "mute", "open": "wait", "part": "info", "paid": "ok", "cancelled": "mute",
    "waiting": "wait", "expired": "mute", "kept": "info", "resolved": "ok",
}  # fmt: skip
METHODS = {
    "qris": _("QRIS"),
    "virtual_account": _("Virtual account"),
    "counter": _("Counter"),
    "card": _("Card (simulated)"),
    "transfer": _("Bank transfer"),
}
