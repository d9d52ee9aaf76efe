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


# The worked example of EMVCo's specification (Merchant-Presented Mode 1.1, section 5).
EMVCO = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN"
    "5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***"
    "0708A60086670902ME91320016A0112233449988770708123456786304A13A"
)


def test_the_specifications_own_example_is_read():
    code = parse(EMVCO)
    assert (code.amount, code.value("64.01"), code.value("55")) == (
        Decimal("23.72"),
        "最佳运输",
        "01",
    )
    assert (code.value("62.06"), code.value("62.09"), code.is_dynamic) == ("***", "ME", True)
    assert code.value("91.00") == "A011223344998877"
    told = {warning.field.partition(",")[0] for warning in code.warnings}
    assert told == {"tag 53", "tag 58", "tag 51", "tag 61"}


GOOD = {
    "00": "01", "01": "11", "26": "0014COM.GO-JEK.WWW", "52": "9399", "53": "360", "54": "15000",
    "58": "ID", "59": "WARUNG", "60": "MAKASSAR", "61": "90111",
}  # fmt: skip


def code_with(**changes: str | None) -> str:
    """A good code with some tags changed, added or (None) left out; keywords are t54 and so on."""
    values = {**GOOD, **{name[1:]: value for name, value in changes.items()}}
    order = sorted((tag for tag, value in values.items() if value is not None), key=int)
    return _with_crc("".join(f"{tag}{len(values[tag]):02}{values[tag]}" for tag in order))


def template(*parts: tuple[str, str]) -> str:
    return "".join(f"{tag}{len(value):02}{value}" for tag, value in parts)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"t01": None},
        {"t01": "12"},
        {"t54": None},
        {"t54": "0.01"},
        {"t54": "98."},
        {"t54": "98.73"},
        {"t54": "9" * 13},
        {"t55": "01"},
        {"t55": "02", "t56": "1000"},
        {"t55": "02", "t56": "0.5"},
        {"t55": "03", "t57": "0.01"},
        {"t55": "03", "t57": "00.01"},
        {"t55": "03", "t57": "99.99"},
        {"t55": "03", "t57": "5"},
        {"t58": "SG", "t53": "702"},
        {"t61": None},
        {"t26": None, "t02": "4000000000000002"},
        {"t62": template(("01", "x" * 25), ("07", "***"), ("09", "AME"))},
        {"t62": template(("10", "x" * 20), ("11", "0A1"), ("50", "whatever"))},
        {"t64": template(("00", "su"), ("01", "ᮕᮙ"))},
        {"t80": template(("00", "ID.CO.X"), ("01", "1"))},
        {"t65": "reserved"},
    ],
)
def test_what_the_specification_allows_is_read(changes):
    assert parse(code_with(**changes))


@pytest.mark.parametrize(
    ("changes", "tag"),
    [
        ({"t00": "02"}, "00"),
        ({"t00": None}, "00"),
        ({"t01": "13"}, "01"),
        ({"t26": None}, "26-51"),
        ({"t26": template(("01", "9360"), ("00", "ID.CO.X"))}, "26.00"),
        ({"t51": template(("02", "ID1020200000001"))}, "51.00"),
        ({"t26": template(("00", "x" * 33))}, "26.00"),
        ({"t52": None}, "52"),
        ({"t52": "939"}, "52"),
        ({"t52": "93A9"}, "52"),
        ({"t53": None}, "53"),
        ({"t53": "IDR"}, "53"),
        ({"t54": "0"}, "54"),
        ({"t54": "00000"}, "54"),
        ({"t54": "0.00"}, "54"),
        ({"t54": "."}, "54"),
        ({"t54": ".5"}, "54"),
        ({"t54": "1,5"}, "54"),
        ({"t54": "-5"}, "54"),
        ({"t54": "1.234"}, "54"),
        ({"t54": "1" * 14}, "54"),
        ({"t55": "04"}, "55"),
        ({"t55": "01", "t56": "1000"}, "56"),
        ({"t55": "01", "t57": "5"}, "57"),
        ({"t56": "1000"}, "56"),
        ({"t57": "5"}, "57"),
        ({"t55": "02"}, "56"),
        ({"t55": "02", "t57": "5"}, "57"),
        ({"t55": "02", "t56": "0"}, "56"),
        ({"t55": "03"}, "57"),
        ({"t55": "03", "t57": "0"}, "57"),
        ({"t55": "03", "t57": "00.00"}, "57"),
        ({"t55": "03", "t57": "100"}, "57"),
        ({"t55": "03", "t57": "5.123"}, "57"),
        ({"t58": None}, "58"),
        ({"t58": "id"}, "58"),
        ({"t58": "IDN"}, "58"),
        ({"t59": None}, "59"),
        ({"t60": None}, "60"),
        ({"t61": "9" * 11}, "61"),
        ({"t62": template(("01", "x" * 26))}, "62.01"),
        ({"t62": template(("09", "AA"))}, "62.09"),
        ({"t62": template(("09", "X"))}, "62.09"),
        ({"t62": template(("10", "x" * 21))}, "62.10"),
        ({"t62": template(("11", "0A"))}, "62.11"),
        ({"t62": "01"}, "62.01"),
        ({"t64": template(("00", "su"))}, "64.01"),
        ({"t64": template(("01", "x"))}, "64.00"),
        ({"t64": template(("00", "sun"), ("01", "x"))}, "64.00"),
        ({"t64": template(("00", "su"), ("01", "x" * 26))}, "64.01"),
        ({"t64": template(("00", "su"), ("01", "x"), ("02", "x" * 16))}, "64.02"),
        ({"t80": template(("01", "1"))}, "80.00"),
        ({"t59": "Kafé"}, "59"),
        ({"t62": template(("02", "081２"))}, "62.02"),
    ],
)
def test_what_it_forbids_is_refused_at_its_tag(changes, tag):
    with pytest.raises(ProblemError) as caught:
        parse(code_with(**changes))
    assert any(fault.field.startswith(f"tag {tag},") for fault in caught.value.faults)
    assert all(fault.remedy for fault in caught.value.faults)


QRIS = template(("00", "ID.CO.QRIS.WWW"), ("02", "ID1020200000001"), ("03", "PSO"))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, "no account is of ID.CO.QRIS.WWW"),
        ({"t51": template(("00", "ID.CO.QRIS.WWW"), ("03", "UMI"))}, "National Merchant ID"),
        ({"t51": QRIS.replace("ID1020200000001", "XX1020200000001")}, "National Merchant ID"),
        ({"t51": QRIS.replace("PSO", "XXX")}, "merchant criteria"),
        ({"t51": QRIS, "t61": None}, "postal code"),
        ({"t51": QRIS, "t53": "840"}, "rupiah"),
        ({"t51": QRIS, "t58": "SG"}, "Indonesia"),
        ({"t51": QRIS, "t59": "x" * 26}, "longer than 25"),
        ({"t51": QRIS, "t60": "x" * 16}, "longer than 15"),
        ({"t51": QRIS, "t01": "12", "t54": None}, "no amount"),
    ],
)
def test_departures_from_the_national_standard_are_told_and_do_not_keep_it_from_being_paid(
    changes, problem
):
    (warning,) = parse(code_with(**changes)).warnings
    assert problem in warning.problem


@pytest.mark.parametrize("criteria", ["UMI", "UKE", "UME", "UBE", "URE", "PSO"])
def test_a_whole_national_code_has_no_warnings(criteria):
    assert parse(code_with(t51=QRIS.replace("PSO", criteria))).warnings == ()


def test_a_checksum_in_small_letters_is_told_as_such():
    small = PUBLIC[3][:-4] + PUBLIC[3][-4:].lower()
    with pytest.raises(ProblemError) as caught:
        parse(small)
    (refused,) = caught.value.faults
    assert "capitals" in refused.problem
    assert "9B3A" in refused.remedy


@pytest.mark.parametrize(
    "tip",
    [
        Tip("02"),
        Tip("03"),
        Tip("01", Decimal(5)),
        Tip("02", Decimal(0)),
        Tip("03", Decimal(100)),
        Tip("03", Decimal("0.001")),
        Tip("02", Decimal("NaN")),
    ],
)
def test_a_tip_that_does_not_fit_is_refused_before_a_code_is_made(tip):
    with pytest.raises(ProblemError) as caught:
        make(MERCHANT, amount=15_000, tip=tip)
    assert [fault.field for fault in caught.value.faults] == ["tip"]
