"""Statements as banks write them: foreign money, charges, batches, reversals, other versions.

What an entry's details say never keeps its booked amount out, nor the entries beside it.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.payments.engine.camt053 import Refused, Statement, read, read_each
from balai.kernel.payments.engine.camt053.statement import VERSIONS
from balai.kernel.problems import ProblemError


def amount(value: object, currency: str = "IDR") -> str:
    return f'<Amt Ccy="{currency}">{value}</Amt>'


def balance(code: str, value: int, day: str = "2026-11-23") -> str:
    side = "CRDT" if value >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{amount(abs(value))}"
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def entry(
    value: object,
    details: str = "",
    *,
    side: str = "CRDT",
    more: str = "",
    currency: str = "IDR",
    reference: str = "E1",
    status: str = "<Cd>BOOK</Cd>",
) -> str:
    inner = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return (
        f"<Ntry>{amount(value, currency)}<CdtDbtInd>{side}</CdtDbtInd>{more}"
        f"<Sts>{status}</Sts><BookgDt><Dt>2026-11-23</Dt></BookgDt>"
        f"<AcctSvcrRef>{reference}</AcctSvcrRef>{inner}</Ntry>"
    )


def detail(inner: str, reference: str = "T1", side: str = "CRDT", more: str = "") -> str:
    return (
        f"<TxDtls><Refs><AcctSvcrRef>{reference}</AcctSvcrRef></Refs>{inner}"
        f"<CdtDbtInd>{side}</CdtDbtInd>{more}</TxDtls>"
    )


def statement(
    *entries: str,
    closing: int,
    opening: int = 0,
    more: str = "",
    identifier: str = "S1",
    account: str = "0170001234",
) -> str:
    return (
        f"<Stmt><Id>{identifier}</Id>{more}<Acct><Id><Othr><Id>{account}</Id></Othr></Id>"
        f"<Ccy>IDR</Ccy></Acct>{balance('OPBD', opening)}{balance('CLBD', closing)}"
        f"{''.join(entries)}</Stmt>"
    )


def file(*statements: str, version: str = "08") -> bytes:
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    return (
        f'<?xml version="1.0"?><Document xmlns="{space}"><BkToCstmrStmt><GrpHdr><MsgId>M'
        f"</MsgId></GrpHdr>{''.join(statements)}</BkToCstmrStmt></Document>"
    ).encode()


def only(content: bytes) -> Statement:
    (found,) = read(content)
    return found


def amounts(found: Statement) -> list[tuple[str, int]]:
    return [(each.number, each.amount) for each in found.entries]


CONVERTED = (
    "<AmtDtls><InstdAmt>"
    + amount("10.00", "USD")
    + "</InstdAmt><CntrValAmt>"
    + amount(158_000)
    + "<CcyXchg><SrcCcy>USD</SrcCcy><XchgRate>15800</XchgRate></CcyXchg></CntrValAmt></AmtDtls>"
)
FOREIGN = amount("10.00", "USD")


@pytest.mark.parametrize(
    "inner",
    [FOREIGN, CONVERTED, "<AmtDtls><TxAmt>" + FOREIGN + "</TxAmt></AmtDtls>", amount(52_000), ""],
)
def test_one_transaction_is_all_that_was_booked_whatever_it_says(inner):
    other = entry(7, reference="E2")
    found = only(file(statement(entry(50_000, detail(inner)), other, closing=50_007)))
    assert amounts(found) == [("1", 50_000), ("2", 7)]
    assert found.entries[0].reference == "T1"
    assert found.remarks == ()


def test_foreign_money_and_charges_are_noted_for_who_matches():
    charged = amount(52_000) + "<Chrgs><Rcrd>" + amount(2_000) + "</Rcrd></Chrgs>"
    found = only(
        file(
            statement(
                entry(50_000, detail(charged)), entry(158_000, detail(CONVERTED)), closing=208_000
            )
        )
    )
    assert found.entries[0].note == "charges 2000"
    assert found.entries[1].note == "USD 10.00 at 15800"
    said = only(file(statement(entry(50_000, detail(amount(52_000))), closing=50_000)))
    assert said.entries[0].note == "the transaction says 52000"


def test_a_batch_takes_each_transactions_counter_value():
    batch = entry(178_000, detail(amount(20_000)) + detail(CONVERTED, "T2"))
    assert amounts(only(file(statement(batch, closing=178_000)))) == [
        ("1.1", 20_000),
        ("1.2", 158_000),
    ]


def test_one_foreign_transaction_of_a_batch_takes_what_the_others_leave():
    batch = entry(178_000, detail(amount(20_000)) + detail(FOREIGN, "T2"))
    found = only(file(statement(batch, closing=178_000)))
    assert amounts(found) == [("1.1", 20_000), ("1.2", 158_000)]
    assert (found.entries[1].reference, found.entries[1].note) == ("T2", "USD 10.00")
    assert not found.entries[1].is_rest


def test_several_foreign_transactions_leave_one_rest_and_lose_no_good_one():
    batch = entry(300_000, detail(amount(20_000)) + detail(FOREIGN, "T2") + detail(FOREIGN, "T3"))
    found = only(file(statement(batch, entry(9, reference="E2"), closing=300_009)))
    assert amounts(found) == [("1.1", 20_000), ("1.4", 280_000), ("2", 9)]
    assert [each.is_rest for each in found.entries] == [False, True, False]
    (remark,) = found.remarks
    assert remark.field == "entry 1, TxDtls"
    assert remark.value == "1.2, 1.3"
    assert "CntrValAmt" in remark.remedy


def test_transactions_after_charges_add_up_to_the_entry():
    kept = "<Chrgs><Rcrd>" + amount(500) + "</Rcrd></Chrgs>"
    batch = entry(39_000, detail(amount(20_000) + kept) + detail(amount(20_000) + kept, "T2"))
    assert amounts(only(file(statement(batch, closing=39_000)))) == [
        ("1.1", 19_500),
        ("1.2", 19_500),
    ]


@pytest.mark.parametrize("version", ["02", "08"])
def test_the_charge_of_a_whole_batch_is_an_entry_of_its_own(version):
    record = amount(1_000) if version == "02" else f"<Rcrd>{amount(1_000)}</Rcrd>"

    def told(n: int) -> str:
        return amount(n) if version == "08" else f"<AmtDtls><TxAmt>{amount(n)}</TxAmt></AmtDtls>"

    status = "BOOK" if version == "02" else "<Cd>BOOK</Cd>"
    batch = entry(
        39_000,
        detail(told(20_000)) + detail(told(20_000), "T2"),
        status=status,
        more=f"<Chrgs>{record}</Chrgs>",
    )
    found = only(file(statement(batch, closing=39_000), version=version))
    assert amounts(found) == [("1.1", 20_000), ("1.2", 20_000), ("1.3", -1_000)]
    assert found.entries[2].code == "ACMT/MDOP/CHRG"


@pytest.mark.parametrize("values", [(20_000, 20_000), (20_000, 50_000)])
def test_details_that_contradict_the_entry_leave_it_whole(values):
    batch = entry(39_999, "".join(detail(amount(v), f"T{n}") for n, v in enumerate(values)))
    found = only(file(statement(batch, entry(5, reference="E2"), closing=40_004)))
    assert amounts(found) == [("1", 39_999), ("2", 5)]
    assert found.entries[0].is_rest
    assert found.remarks[0].field == "entry 1, TxDtls"


@pytest.mark.parametrize("given_count", [1, 2])
def test_a_batch_that_tells_some_of_its_transactions_keeps_them(given_count):
    details = "".join(detail(amount(10_000), f"T{n}") for n in range(given_count))
    batch = entry(30_000, f"<Btch><NbOfTxs>3</NbOfTxs></Btch>{details}")
    found = only(file(statement(batch, closing=30_000)))
    assert sum(each.amount for each in found.entries) == 30_000
    assert [each.amount for each in found.entries[:-1]] == [10_000] * given_count
    assert found.entries[-1].is_rest
    assert "NbOfTxs" in found.remarks[0].field


def test_a_batch_without_details_is_one_entry():
    batch = entry(30_000, "<Btch><NbOfTxs>3</NbOfTxs></Btch>")
    assert amounts(only(file(statement(batch, closing=30_000)))) == [("1", 30_000)]


def test_a_transaction_of_the_other_side_lowers_its_batch():
    batch = entry(15_000, detail(amount(20_000)) + detail(amount(5_000), "T2", "DBIT"))
    assert amounts(only(file(statement(batch, closing=15_000)))) == [
        ("1.1", 20_000),
        ("1.2", -5_000),
    ]


@pytest.mark.parametrize("flag", ["true", "1"])
@pytest.mark.parametrize("side", ["CRDT", "DBIT"])
def test_a_reversal_is_told_by_its_indicator(flag, side):
    taken = entry(100, side=side, more=f"<RvslInd>{flag}</RvslInd>")
    (found,) = only(file(statement(taken, closing=100 if side == "CRDT" else -100))).entries
    assert found.reversal
    assert (
        not only(file(statement(entry(1, more="<RvslInd>false</RvslInd>"), closing=1)))
        .entries[0]
        .reversal
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_read(version):
    status = "<Cd>BOOK</Cd>" if version >= "08" else "BOOK"
    name = "<Pty><Nm>Sari</Nm></Pty>" if version >= "08" else "<Nm>Sari</Nm>"
    own = amount(5) if version >= "04" else f"<AmtDtls><TxAmt>{amount(5)}</TxAmt></AmtDtls>"
    one = entry(5, detail(own, more=f"<RltdPties><Dbtr>{name}</Dbtr></RltdPties>"), status=status)
    found = only(file(statement(one, closing=5), version=version))
    assert (found.version, found.entries[0].payer) == (version, "Sari")


def test_one_bad_statement_keeps_no_other_out():
    good = statement(entry(5), closing=5, identifier="GOOD")
    bad = statement(entry(5), closing=6, identifier="BAD")
    first, second, third = read_each(file(bad, good, bad))
    assert isinstance(second, Statement)
    assert isinstance(first, Refused)
    assert first.identifier == "BAD"
    assert first == third
    with pytest.raises(ProblemError):
        read(file(bad, good))


def summary(name: str, count: object = "", total: object = "") -> str:
    told = f"<NbOfNtries>{count}</NbOfNtries>" if count != "" else ""
    told += f"<Sum>{total}</Sum>" if total != "" else ""
    return f"<TxsSummry><{name}>{told}</{name}></TxsSummry>"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (summary("TtlCdtNtries", 2), "TtlCdtNtries NbOfNtries"),
        (summary("TtlCdtNtries", 1, "6.00"), "TtlCdtNtries Sum"),
        (summary("TtlDbtNtries", 1), "TtlDbtNtries NbOfNtries"),
        (summary("TtlDbtNtries", "x"), "TtlDbtNtries NbOfNtries"),
        (summary("TtlCdtNtries", "", "NaN"), "TtlCdtNtries Sum"),
    ],
)
def test_a_summary_tells_of_entries_that_are_missing(told, field):
    with pytest.raises(ProblemError) as caught:
        read(file(statement(told, entry(5), closing=5)))
    assert [fault.field for fault in caught.value.faults] == [f"statement, TxsSummry {field}"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_summary_may_count_pending_entries_or_not(count):
    pending = entry(7, status="<Cd>PDNG</Cd>", reference="E2")
    told = summary("TtlCdtNtries", count, "5.00" if count == 1 else "12")
    assert amounts(only(file(statement(told, entry(5), pending, closing=5)))) == [("1", 5)]


def test_the_entrys_own_amount_must_be_of_the_account():
    with pytest.raises(ProblemError) as caught:
        read(file(statement(entry("10.00", currency="USD"), closing=5)))
    assert caught.value.faults[0].field == "entry 1, Ccy"


@pytest.mark.parametrize("text", ["+5", "5.", "05.00", " 5 "])
def test_a_decimal_is_read_as_xml_schema_writes_it(text):
    assert amounts(only(file(statement(entry(text), closing=5)))) == [("1", 5)]


@pytest.mark.parametrize("text", ["-5", "5e0", "5,00", "0x5", "", "5.5", "Infinity", "٥", "1" * 40])
def test_what_is_no_amount_is_refused_by_its_entry(text):
    with pytest.raises(ProblemError) as caught:
        read(file(statement(entry(text), closing=5)))
    assert caught.value.faults[0].field == "entry 1, Amt"


def test_an_entry_without_a_day_is_of_the_closing_day():
    bare = entry(5).replace("<BookgDt><Dt>2026-11-23</Dt></BookgDt>", "")
    odd = entry(5).replace("<BookgDt><Dt>2026-11-23", "<BookgDt><Dt>23/11/2026")
    found = only(file(statement(bare, odd, closing=10)))
    assert {str(each.booked) for each in found.entries} == {"2026-11-23"}
    assert [each.field for each in found.remarks] == ["entry 2, BookgDt"]


def test_a_page_of_a_statement_is_refused_as_such():
    paged = statement(
        entry(5),
        closing=5,
        more="<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>",
    )
    with pytest.raises(ProblemError) as caught:
        read(file(paged.replace(">CLBD<", ">ITBD<")))
    assert "one piece" in caught.value.lines()[0]


def test_the_balance_before_may_be_the_closing_of_the_day_before():
    found = only(file(statement(entry(5), closing=5).replace(">OPBD<", ">PRCD<")))
    assert found.opening.amount == 0


PART = st.tuples(st.integers(1, 10**9), st.sampled_from(["own", "foreign", "net", "none"]))


@given(
    parts=st.lists(PART, min_size=0, max_size=6),
    beside=st.integers(1, 10**6),
    booked=st.integers(1, 10**10),
    count=st.integers(0, 8),
)
def test_whatever_the_details_say_the_parts_are_the_booked_amount(parts, beside, booked, count):
    inner = {
        "own": amount,
        "foreign": lambda n: amount("1.50", "USD"),
        "net": lambda n: amount(n) + f"<Chrgs><Rcrd>{amount(1)}</Rcrd></Chrgs>",
        "none": lambda n: "",
    }
    details = "".join(detail(inner[kind](n), f"T{k}") for k, (n, kind) in enumerate(parts))
    told = f"<Btch><NbOfTxs>{count}</NbOfTxs></Btch>{details}" if count else details
    content = file(
        statement(entry(booked, told), entry(beside, reference="E2"), closing=booked + beside)
    )
    found = only(content)
    own = [each for each in found.entries if each.number.partition(".")[0] == "1"]
    assert sum(each.amount for each in own) == booked
    assert found.entries[-1].amount == beside
    assert len({each.number for each in found.entries}) == len(found.entries)
    assert len({each.reference for each in found.entries}) == len(found.entries)
