"""The form of the PDF: what PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) ask of its structure,
read out of the file itself, for every kind, before and after signing.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from lxml import etree
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from kernel.documents.conftest import Hall
from kernel.documents.test_signing import pdf_of

pytestmark = pytest.mark.django_db
PDFA, PDFUA = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"
FORBIDDEN = ("/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData")


@pytest.fixture(params=["surat-keterangan", "surat-pengantar-bersama"])
def kind(request: Any) -> str:
    return str(request.param)


@pytest.fixture(params=[False, True], ids=["unsigned", "signed"])
def reader(hall: Hall, kind: str, request: Any) -> PdfFileReader:
    document = hall.issue(kind)
    if request.param:
        hall.sign(document)
    return PdfFileReader(BytesIO(pdf_of(document)))


def objects_of(reader: PdfFileReader) -> list[Any]:
    """Every dictionary that is reached from the trailer."""
    found: list[Any] = []
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.trailer_view["/Root"]]
    while waiting:
        each = waiting.pop()
        if isinstance(each, generic.IndirectObject):
            if (each.idnum, each.generation) in seen:
                continue
            seen.add((each.idnum, each.generation))
            each = each.get_object()
        if isinstance(each, generic.DictionaryObject):
            found.append(each)
            waiting.extend(each.raw_get(key) for key in each)
        elif isinstance(each, generic.ArrayObject):
            waiting.extend(each.raw_get(place) for place in range(len(each)))
    return found


def xmp_of(reader: PdfFileReader) -> dict[str, str]:
    tree = etree.fromstring(reader.root["/Metadata"].data)
    told = {each.tag: (each.text or "") for each in tree.iter() if isinstance(each.tag, str)}
    for each in tree.iter():
        told |= {str(name): str(value) for name, value in each.attrib.items()}
    return told


def test_it_says_what_it_is(reader):
    told = xmp_of(reader)
    assert (told[f"{PDFA}part"], told[f"{PDFA}conformance"]) == ("3", "A")
    assert told[f"{PDFUA}part"] == "1"
    assert "/Filter" not in reader.root["/Metadata"], "the metadata stand in clear bytes"
    assert not reader.encrypted


def test_it_is_tagged_titled_and_in_a_language(reader):
    root = reader.root
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("id")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/ParentTree" in root["/StructTreeRoot"]
    pages = [each for each in objects_of(reader) if each.get("/Type") == "/Page"]
    assert pages
    assert all("/StructParents" in each and each["/Tabs"] == "/S" for each in pages)


def test_colours_have_their_profile(reader):
    intents = reader.root["/OutputIntents"]
    assert len(intents) == 1
    intent = intents[0]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].data[36:40] == b"acsp"


def test_fonts_are_embedded_and_their_text_can_be_read_out(reader):
    every = objects_of(reader)
    descriptors = [each for each in every if each.get("/Type") == "/FontDescriptor"]
    assert descriptors
    for each in descriptors:
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(each), each["/FontName"]
    composite = [each for each in every if each.get("/Subtype") == "/Type0"]
    assert composite
    assert all("/ToUnicode" in each for each in composite)


def test_pictures_are_described_or_mere_ornament(reader):
    figures = [each for each in objects_of(reader) if each.get("/S") == "/Figure"]
    assert figures, "the QR code is one"
    assert all(str(each.get("/Alt", "")).strip() for each in figures)


def test_what_is_attached_says_what_it_is_for(reader):
    (spec,) = [each for each in objects_of(reader) if each.get("/Type") == "/Filespec"]
    assert spec["/AFRelationship"] == "/Source"
    assert spec["/UF"] == "content.json"
    assert spec["/EF"]["/F"]["/Subtype"] in {"/application/json", "/application#2Fjson"}
    assert any("/AF" in each for each in objects_of(reader))


def test_nothing_in_it_acts_or_shows_from_elsewhere(reader):
    every = objects_of(reader)
    assert not [each for each in every if each.get("/S") in FORBIDDEN]
    assert "/OpenAction" not in reader.root
    if "/AcroForm" in reader.root:
        assert "/NeedAppearances" not in reader.root["/AcroForm"]
    annotations = [each for each in every if each.get("/Type") == "/Annot"]
    for each in annotations:
        hidden = int(each.get("/F", 0)) & 0b10
        assert not hidden
        if "/Rect" in each and list(each["/Rect"]) != [0, 0, 0, 0] and each.get("/V"):
            assert "/AP" in each, "a signature that shows has its appearance"
