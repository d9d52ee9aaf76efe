# ruff: noqa: E501 - codes are not broken in two
"""QRIS codes: public ones are read, any changed character is refused, what is made is read again."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.payments.engine.qris import Account, Merchant, Tip, checksum, make, parse
from balai.kernel.problems import ProblemError

# Static codes of small shops, as they were published.
PUBLIC = (
    "00020101021126610014COM.GO-JEK.WWW01189360091430425684560210G0425684560303UMI51440014ID.CO.QRIS.WWW0215ID10254504507270303UMI5204866153033605802ID5912Ark Of Grace6005BOGOR61051614362070703A01630470DE",
    "00020101021126670016COM.NOBUBANK.WWW01189360050300000879140214703239147837910303UMI51440014ID.CO.QRIS.WWW0215ID20232709941630303UMI5204481253033605802ID5923GRANOOL STORE OK12295776006KEDIRI61056421262070703A0163047127",
    "00020101021126610014COM.GO-JEK.WWW01189360091434970566750210G4970566750303UMI51440014ID.CO.QRIS.WWW0215ID10254118460050303UMI5204899953033605802ID5925Scalify Panel, Digital & 6015JAKARTA SELATAN61051200062070703A016304CD45",
    "00020101021126610014COM.GO-JEK.WWW01189360091439738305930210G9738305930303UMI51440014ID.CO.QRIS.WWW0215ID10243394679450303UMI5204733353033605802ID5919LEV. SPACE, Jakarta6005TUBAN61056238262070703A0163049B3A",
    "00020101021126610014COM.GO-JEK.WWW01189360091432840999140210G2840999140303UMI51440014ID.CO.QRIS.WWW0215ID10253780771980303UMI5204549953033605802ID5916SIINMEDIA, PCNGN6006JEPARA61055946262070703A01630456FE",
)  # fmt: skip
# Published with checksums that were made up or damaged.
PUBLIC_BAD = (
    "00020101021126610014COM.GO-JEK.WWW01189360091234285490450210G6285936550303UMI51440014ID.CO.QRIS.WWW0215ID10253801632580303UMI5204504553033605802ID5910Misterdevs6007JAKARTA61051234562070703A016304M2B3",
    "00020101021126570011ID.DANA.WWW011893600915376904960002097690496000303UMI51440014ID.CO.QRIS.WWW0215ID10243512603270303UMI5204481453033605802ID5912NESTSIAN STORE6014JAKARTA SELATAN6105123456304",
)
MERCHANT = Merchant(
    name="PEMKOT MAKASSAR", city="MAKASSAR", postal_code="90111", nmid="ID1020200000001",
    accounts=(Account(tag="26", guid="ID.CO.CONTOH.WWW", pan="936000990000000017",
                      criteria="PSO"),),
)  # fmt: skip
PLAIN = string.ascii_letters + string.digits + " .,-&/#"


@pytest.mark.parametrize(
    ("text", "crc"),
    [("123456789", "29B1"), ("", "FFFF"), ("A", "B915")],
)
def test_the_checksum_is_crc16_ccitt_false(text, crc):
    assert checksum(text) == crc


@pytest.mark.parametrize("text", PUBLIC)
def test_public_codes_are_read(text):
    code = parse(text)
    assert code.value("53") == "360"
    assert code.value("51.00") == "ID.CO.QRIS.WWW"
    assert code.value("51.02").startswith("ID")
    assert not code.is_dynamic
    assert code.amount is None
    assert code.value("62.07") == "A01"


@pytest.mark.parametrize("text", PUBLIC_BAD)
def test_codes_with_a_made_up_checksum_are_refused(text):
    with pytest.raises(ProblemError, match="QRIS"):
        parse(text)


@pytest.mark.parametrize(
    "text", [PUBLIC[0], make(MERCHANT, amount=15_000, bill_number="B-1", tip=Tip("01"))]
)
def test_any_one_changed_character_is_refused(text):
    accepted = [
        (position, other)
        for position, own in enumerate(text)
        for other in string.printable + "éÀ字\x00"
        if other != own and _is_read(text[:position] + other + text[position + 1 :])
    ]
    assert accepted == []


def test_any_one_lost_doubled_or_exchanged_character_is_refused():
    text = PUBLIC[1]
    changed = {text[:n] + text[n + 1 :] for n in range(len(text))}
    changed |= {text[:n] + text[n] + text[n:] for n in range(len(text))}
    changed |= {text[:n] + text[n + 1] + text[n] + text[n + 2 :] for n in range(len(text) - 1)}
    assert [each for each in changed - {text} if _is_read(each)] == []


def _is_read(text: str) -> bool:
    try:
        parse(text)
    except ProblemError as error:
        refused = error
    else:
        return True
    assert refused.faults
    assert all("position" in fault.field for fault in refused.faults)
    return False


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused_with_its_place(text):
    _is_read(text)


@given(
    name=st.text(PLAIN, min_size=1, max_size=25),
    city=st.text(PLAIN, min_size=1, max_size=15),
    amount=st.none() | st.integers(1, 10**13 - 1),
    sen=st.sampled_from([Decimal(0), Decimal("0.5"), Decimal("0.25")]),
    labels=st.fixed_dictionaries({
        name: st.text(PLAIN, max_size=25)
        for name in ("bill_number", "reference_label", "terminal_label", "purpose")
    }),
    tip=st.sampled_from([None, Tip("01"), Tip("02", Decimal(1500)), Tip("03", Decimal("2.5"))]),
)  # fmt: skip
def test_what_is_made_is_read_again(name, city, amount, sen, labels, tip):
    merchant = Merchant(name=name, city=city, nmid="ID1020200000001", postal_code="90111")
    asked = amount + sen if amount is not None and amount < 10**10 else amount
    sizes = sum(len(value) + 4 for value in labels.values() if value)
    if sizes > 99:
        with pytest.raises(ProblemError):
            make(merchant, amount=asked, tip=tip, **labels)
        return
    code = parse(make(merchant, amount=asked, tip=tip, **labels))
    assert (code.value("59"), code.value("60")) == (name, city)
    assert code.amount == asked
    assert code.is_dynamic == (amount is not None)
    assert code.value("62.01") == labels["bill_number"]
    assert code.value("62.05") == labels["reference_label"]
    assert code.value("55") == (tip.kind if tip else "")


def test_lengths_are_counted_in_characters_not_bytes():
    text = make(MERCHANT, language=("su", "ᮕᮙᮨᮀᮘᮂ", "ᮙᮊᮞᮁ"))
    code = parse(text)
    assert code.value("64.01") == "ᮕᮙᮨᮀᮘᮂ"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "x" * 26}, "merchant name"),
        ({"city": "x" * 16}, "merchant city"),
        ({"name": ""}, "merchant name"),
        ({"name": "Kafé"}, "tag 59"),
        ({"category": "12"}, "tag 52"),
        ({"currency": "IDR"}, "tag 53"),
        ({"accounts": (Account(tag="51", guid="X"),)}, "account 51"),
        ({"accounts": (), "nmid": ""}, "account"),
    ],
)
def test_a_merchant_that_does_not_fit_is_refused_by_field(changes, field):
    told = {"name": "A", "city": "B", "nmid": "ID1", **changes}
    with pytest.raises(ProblemError) as caught:
        make(Merchant(**told))
    assert any(fault.field.startswith(field) for fault in caught.value.faults)


@pytest.mark.parametrize("amount", [0, -5, Decimal("1.234"), Decimal("NaN"), 10**14])
def test_an_amount_that_is_none_is_refused(amount):
    with pytest.raises(ProblemError, match="cannot be made"):
        make(MERCHANT, amount=amount)


def _with_crc(body: str) -> str:
    return f"{body}6304{checksum(body + '6304')}"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("01021152045045", "does not come first"),
        ("000201520450455204504553033605802ID", "stands twice"),
        ("000201520450455303360", "is missing"),
        ("0002019904", "ends after"),
        ("00020152X45045", "is not a length"),
        ("00020151040003", "ends after"),
    ],
)
def test_faults_of_structure_say_what_is_wrong(body, problem):
    with pytest.raises(ProblemError) as caught:
        parse(_with_crc(body))
    assert any(problem in fault.problem for fault in caught.value.faults)
