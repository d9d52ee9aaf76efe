"""A condition over many values finds what `__in` finds, with one parameter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from balai.kernel.any_of import AnyOf
from balai.kernel.ledger.actions import open_account
from balai.kernel.ledger.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts(db):
    for code in ("a", "b", "c"):
        open_account(code, currency="IDR", kind="asset", title=code)


@pytest.mark.parametrize("codes", [[], ["b"], ["a", "c", "c", "none"], [f"{n}" for n in range(9)]])
def test_it_finds_what_in_finds(accounts, codes):
    found = Account.objects.filter(AnyOf("code", codes)).order_by("code")
    assert list(found) == list(Account.objects.filter(code__in=codes).order_by("code"))


def test_it_takes_numbers_and_uuids_and_other_conditions_beside_it(accounts):
    first = Account.objects.get(code="a")
    ids = {first.pk, *Account.objects.filter(code="b").values_list("pk", flat=True)}
    assert Account.objects.filter(AnyOf("id", ids), code="a").get() == first
    assert Account.objects.exclude(AnyOf("id", ids)).get().code == "c"


def test_its_statement_does_not_grow_with_the_values(accounts):
    def lengths(count):
        with CaptureQueriesContext(connection) as told:
            list(Account.objects.filter(AnyOf("code", ["x"] * count)))
        return told[0]["sql"].count("ANY("), told[0]["sql"].count(" IN ")

    assert lengths(1) == lengths(1000) == (1, 0)
