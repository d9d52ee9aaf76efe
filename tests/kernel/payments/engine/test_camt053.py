"""Bank statements: read as written, refused where they do not add up, safe from hostile XML."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.payments.engine.camt053 import Balance, Entry, Statement, read, write
from balai.kernel.payments.engine.camt053.statement import VERSIONS
from balai.kernel.problems import ProblemError

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ENTRIES = (
    Entry(number="1", amount=15_000, reference="A1", booked=DAY, valued=DAY, account="880880001",
          code="PMNT/RCDT/VCOM", payer="Sari & Co", remittance="PBB <2026>"),
    Entry(number="2.1", amount=20_000, reference="Q1", booked=DAY, code="PMNT/MCRD/POSP"),
    Entry(number="2.2", amount=5_000, reference="Q2", booked=DAY, end_to_end="E2E",
          code="PMNT/MCRD/POSP"),
    Entry(number="3", amount=-15_000, reference="R1", booked=DAY, reversal=True, reverses="A1"),
    Entry(number="4", amount=-2_500, reference="F1", booked=DAY, code="FEE"),
)  # fmt: skip


def statement(entries: tuple[Entry, ...] = ENTRIES, **changes: object) -> Statement:
    opening = 100_000
    told = {
        "identifier": "S1", "account": "0170001234", "currency": "IDR", "sequence": 7,
        "opening": Balance(opening, DAY), "entries": entries,
        "closing": Balance(opening + sum(each.amount for each in entries), DAY),
    }  # fmt: skip
    return Statement(**{**told, **changes})  # type: ignore[arg-type]


def written(*statements: Statement) -> bytes:
    return write(statements, message="M1", at=AT)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_written_is_read_again(version):
    given = statement(version=version)
    assert read(written(given)) == (given,)


TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=0x24F), max_size=30)


@given(
    amounts=st.lists(st.integers(-(10**12), 10**12).filter(bool), max_size=8),
    texts=st.lists(st.tuples(TEXT, TEXT), min_size=8, max_size=8),
    version=st.sampled_from(VERSIONS),
    currency=st.sampled_from(["IDR", "PHP"]),
    opening=st.integers(-(10**12), 10**12),
)
def test_any_statement_survives_the_round_trip(amounts, texts, version, currency, opening):
    entries = tuple(
        Entry(number=str(n), amount=amount, reference=f"R{n}", booked=DAY, remittance=told,
              payer=payer, reversal=amount < 0)
        for n, (amount, (told, payer)) in enumerate(zip(amounts, texts, strict=False), 1)
    )  # fmt: skip
    given = statement(entries, version=version, currency=currency, opening=Balance(opening, DAY),
                      closing=Balance(opening + sum(amounts), DAY))  # fmt: skip
    assert read(written(given)) == (given,)


def test_several_statements_come_in_one_file():
    other = replace(statement(), identifier="S2", account="2")
    assert [each.identifier for each in read(written(statement(), other))] == ["S1", "S2"]


def faults_of(content: bytes) -> list[str]:
    with pytest.raises(ProblemError) as caught:
        read(content)
    return caught.value.lines()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (b'"IDR">15000.00', b'"IDR">15001.00', "which make 122501"),
        (b"122500.00", b"122501.00", "which make 122500"),
        (b'"IDR">15000.00', b'"IDR">1e5', "entry 1, Amt"),
        (b'"IDR">15000.00', b'"IDR">x', "entry 1, Amt"),
        (b'"IDR">15000.00', b'"IDR">15000.005', "entry 1, Amt"),
        (b'"IDR">15000.00', b'"USD">15000.00', "entry 1, Ccy"),
        (b"<CdtDbtInd>DBIT", b"<CdtDbtInd>D", "entry 3, CdtDbtInd"),
        (b"<Cd>BOOK", b"<Cd>MAYBE", "entry 1, Sts"),
        (b"<Cd>CLBD", b"<Cd>XPCD", "CLBD"),
        (b"053.001.08", b"053.001.01", "namespace"),
        (b"053.001.08", b"053.001.14", "namespace"),
        (b"053.001.08", b"052.001.08", "namespace"),
    ],
)
def test_a_fault_names_its_entry(old, new, named):
    content = written(statement())
    assert old in content
    lines = faults_of(content.replace(old, new, 1))
    assert any(named in line for line in lines), lines


HOSTILE = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>',
    b'<!DOCTYPE d SYSTEM "http://127.0.0.1/x.dtd"><d/>',
    b"", b"<a>", b"\xff\xfe", b"PK\x03\x04", b"<Document/>", b"[]",
    b'<?xml version="1.0" encoding="nonsense"?><a/>',
)  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE)
def test_hostile_or_other_files_are_refused_in_words(content):
    assert faults_of(content)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(content):
    assert faults_of(content)


def test_pending_entries_are_not_in_the_balances():
    content = written(statement())
    one = content.index(b"<Ntry>")
    pending = content[one : content.index(b"</Ntry>") + 7].replace(b"BOOK", b"PDNG")
    assert len(read(content[:one] + pending + content[one:])[0].entries) == len(ENTRIES)
