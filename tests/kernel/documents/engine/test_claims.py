"""Claims survive the QR code; one changed claim, key or letter is refused."""

from __future__ import annotations

import dataclasses
import zlib
from datetime import date

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.kernel import keys
from balai.kernel.documents import qr
from balai.kernel.documents.engine import base32, claims

CLAIMS = claims.Claims(
    city="banyuwangi", code="7K4Q9D2XM5TA", kind="surat-keterangan", title="Surat Keterangan",
    number="470/0147/429.509/2026", office="Desa Tamansari", day=date(2026, 11, 23),
    holder="S*** A***", signers=("Kepala Desa Tamansari",), digest=bytes(range(16)),
    issued_at=1_795_000_000, expires=1_810_000_000,
)  # fmt: skip
texts = st.text(st.characters(codec="utf-8"), max_size=40)


@pytest.fixture(autouse=True)
def own_keys(keys_root):
    return keys_root


def signed() -> str:
    return qr.signed_text(CLAIMS)


def test_what_was_said_is_read_and_verified():
    message = qr.check(f"https://balai.example/verify/#{signed()}")
    assert message is not None
    assert message.claims == CLAIMS


def test_another_library_verifies_the_message():
    from cwt import COSE, COSEKey

    text = signed()
    public = keys.public_keys("banyuwangi", "claims")[0]
    x, y = public.point
    key = COSEKey.new({1: 2, -1: 1, -2: x, -3: y, 3: -7, 2: bytes.fromhex(public.key_id)})
    payload = COSE.new().decode(zlib.decompress(base32.decode(text)), key)
    assert cbor2.loads(payload)[claims.DOCUMENT][4] == CLAIMS.number


@pytest.mark.parametrize("field", range(1, 10))
def test_one_changed_claim_is_refused(field):
    message = cbor2.loads(zlib.decompress(base32.decode(signed())))
    protected, unprotected, payload, signature = message.value
    body = cbor2.loads(payload)
    old = body[claims.DOCUMENT][field]
    body[claims.DOCUMENT][field] = (
        old + 1 if isinstance(old, int) else [*old, "x"] if isinstance(old, list)
        else old[:-1] + (b"\xff" if isinstance(old, bytes) else "x")
    )  # fmt: skip
    forged = cbor2.CBORTag(18, [protected, unprotected, cbor2.dumps(body), signature])
    assert qr.check(base32.encode(zlib.compress(cbor2.dumps(forged)))) is None


def test_a_city_that_signs_for_another_is_refused():
    foreign = keys.city_key("jakarta", "claims")
    text = claims.encode(CLAIMS, foreign.key_id, foreign.sign)
    assert qr.check(text) is None


def test_a_renewed_key_leaves_older_papers_genuine():
    text = signed()
    keys.renew("banyuwangi", "claims")
    assert qr.check(text) is not None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_one_changed_letter_is_never_another_claim(place, letter):
    text = signed()
    place %= len(text)
    changed = text[:place] + letter + text[place + 1 :]
    try:
        found = qr.check(changed)
    except ValueError:
        return
    assert found is None or found.claims == CLAIMS


@settings(max_examples=60, deadline=None)
@given(
    texts,
    st.lists(texts, max_size=3),
    st.binary(min_size=16, max_size=16),
    st.none() | st.integers(0, 2**40),
)
def test_any_claims_survive(title, signers, digest, expires):
    said = dataclasses.replace(
        CLAIMS, title=title, signers=tuple(signers), digest=digest, expires=expires
    )
    message = qr.check(qr.signed_text(said))
    assert message is not None
    assert message.claims == said


@pytest.mark.parametrize("text", ["", "A", "####", "7K4Q", "A" * 400, base32.encode(b"\x78\x9c00")])
def test_what_is_no_message_is_told_as_such(text):
    with pytest.raises(ValueError, match=r"."):
        qr.check(text)


@pytest.mark.parametrize("hostile", [2**33, True, "x", None, [1]])
@pytest.mark.parametrize("place", ["key", "digest", "day", "city"])
def test_a_claim_of_another_type_is_refused_at_once(place, hostile):
    tag = cbor2.loads(zlib.decompress(base32.decode(signed())))
    protected, unprotected, payload, signature = tag.value
    header, body = cbor2.loads(protected), cbor2.loads(payload)
    if place == "key":
        header[claims.KEY_ID] = hostile
    elif place == "city":
        body[claims.ISSUER] = hostile if hostile != "x" else 1
    else:
        body[claims.DOCUMENT][9 if place == "digest" else 6] = (
            2**70 if (place, hostile) == ("day", 2**33) else hostile
        )
    forged = [cbor2.dumps(header), unprotected, cbor2.dumps(body), signature]
    with pytest.raises(ValueError, match=r"."):
        claims.decode(base32.encode(zlib.compress(cbor2.dumps(cbor2.CBORTag(18, forged)))))


def test_a_message_that_swells_is_refused():
    with pytest.raises(ValueError, match="longer"):
        claims.decode(base32.encode(zlib.compress(b"\x00" * 10_000_000)))
