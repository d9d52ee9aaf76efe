"""The signed list of what no longer stands: read back as it was, refused where a byte differs."""

from __future__ import annotations

from datetime import date

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.documents.engine import claims, revocations
from balai.kernel.documents.engine.codes import RANDOM_BITS, code_of
from balai.kernel.documents.engine.revocations import Revocation, RevocationList

ENTRIES = st.lists(
    st.builds(Revocation, st.integers(0, 2**RANDOM_BITS - 1).map(code_of),
              st.sampled_from(("void", "replaced")), st.dates(date(1900, 1, 1), date(2200, 1, 1))),
    max_size=8,
)  # fmt: skip
KEY = "00" * 8


def signed(message: bytes) -> bytes:
    return message[-64:].rjust(64, b"\0")


@given(ENTRIES, st.integers(0, 2**40))
def test_a_list_is_read_back_as_it_was_said(entries, at):
    said = RevocationList("banyuwangi", at, at + 86_400, tuple(entries))
    found = revocations.decode(revocations.encode(said, KEY, signed))
    assert found.said == said
    assert found.signature == signed(found.signed)
    for each in entries:
        assert said.find(each.code) is not None


@given(st.binary(max_size=200))
def test_any_other_bytes_are_told_as_such(content):
    with pytest.raises(ValueError):  # noqa: PT011 - nothing else may come out
        revocations.decode(content)


@pytest.mark.parametrize("rows", [[["A", 3, 1]], [[1, 1, 1]], [["A", 1]], 7, [["A", 1, "x"]]])
def test_an_entry_of_another_form_is_refused(rows):
    body = cbor2.dumps({1: "x", 6: 1, 4: 2, revocations.REVOKED: rows})
    head = cbor2.dumps({1: -7, 4: b"k" * 8})
    with pytest.raises(ValueError, match=r"form|list"):
        revocations.decode(cbor2.dumps(cbor2.CBORTag(18, [head, {}, body, b"s" * 64])))


def test_a_list_is_never_taken_for_the_claims_of_a_document():
    import zlib

    from balai.kernel.documents.engine import base32

    content = revocations.encode(RevocationList("x", 1, 2, ()), KEY, signed)
    with pytest.raises(ValueError, match="no claims"):
        claims.decode(base32.encode(zlib.compress(content)))
