"""The bank's file has the structure of pain.001.001.09, and its sums are its transfers'."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from balai.transit.engine.settlement.pain001 import NAMESPACE, Party, Transfer, payment_file

CITY = Party("Transit Jakarta", "1234567890", "DEMOIDJA")
SPACE = f"{{{NAMESPACE}}}"


def written(transfers, currency="IDR") -> bytes:
    return payment_file(reference="T-1", made_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
                        execution=date(2026, 11, 21), debtor=CITY, transfers=transfers,
                        currency=currency)  # fmt: skip


def transfer(amount=1000, name="Koperasi Contoh", account="0000123", bank="DEMOIDJAXXX"):
    return Transfer(Party(name, account, bank), amount, "T-1-001", "km 2026-11-20")


def names(element) -> list[str]:
    return [child.tag.removeprefix(SPACE) for child in element]


def test_elements_stand_in_the_order_of_the_schema():
    root = fromstring(written([transfer()]))
    [initiation] = root
    assert names(initiation) == ["GrpHdr", "PmtInf"]
    header, block = initiation
    assert names(header) == ["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"]
    assert names(block) == ["PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum",
                            "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt", "ChrgBr",
                            "CdtTrfTxInf"]  # fmt: skip
    assert names(block[-1]) == ["PmtId", "Amt", "CdtrAgt", "Cdtr", "CdtrAcct", "RmtInf"]


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=9))
def test_count_and_control_sum_are_those_of_the_transfers(amounts):
    root = fromstring(written([transfer(amount) for amount in amounts]))
    for block in ("GrpHdr", "PmtInf"):
        found = root.find(f".//{SPACE}{block}")
        assert found.findtext(f"{SPACE}NbOfTxs") == str(len(amounts))
        assert found.findtext(f"{SPACE}CtrlSum") == str(sum(amounts))
    each = [int(amount.text) for amount in root.iter(f"{SPACE}InstdAmt")]
    assert each == amounts


def test_amounts_are_in_the_currencys_major_unit():
    root = fromstring(written([transfer(1050)], "SGD"))
    amount = root.find(f".//{SPACE}InstdAmt")
    assert (amount.text, amount.get("Ccy")) == ("10.50", "SGD")


def test_names_keep_to_the_letters_that_banks_take():
    root = fromstring(written([transfer(name="Koperasi <Ñandú> & Co")]))
    name = root.find(f".//{SPACE}Cdtr/{SPACE}Nm").text
    assert "<" not in name
    assert "&" not in name


@pytest.mark.parametrize(
    "bad", [{"amount": 0}, {"account": "12 34"}, {"bank": "BANK"}, {"name": " "}]
)
def test_a_transfer_that_no_bank_would_take_is_named(bad):
    with pytest.raises(ValueError, match="transfer 1"):
        written([transfer(**bad)])


def test_an_empty_file_is_refused():
    with pytest.raises(ValueError, match="nothing to pay"):
        written([])
