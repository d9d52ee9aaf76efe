"""A city's keys: made once, renewed without orphaning what was signed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.keys import city_key, public_keys, renew, verify


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path: Path) -> None:
    settings.KEYS_ROOT = tmp_path


def test_the_key_is_made_once() -> None:
    assert city_key("jakarta", "claims").key_id == city_key("jakarta", "claims").key_id
    assert city_key("jakarta", "claims").key_id != city_key("makassar", "claims").key_id


def test_a_signature_holds_for_its_message_and_key_alone() -> None:
    key, other = city_key("jakarta", "claims"), city_key("makassar", "claims")
    signature = key.sign(b"a letter")
    assert verify(key.public, b"a letter", signature)
    assert not verify(key.public, b"another letter", signature)
    assert not verify(other.public, b"a letter", signature)
    assert not verify(key.public, b"a letter", signature[:-1])


@given(st.integers(0, 63), st.integers(1, 255))
def test_an_altered_signature_is_refused(place: int, change: int) -> None:
    key = city_key("jakarta", "claims")
    signature = bytearray(key.sign(b"a letter"))
    signature[place] ^= change
    assert not verify(key.public, b"a letter", bytes(signature))


def test_a_renewed_key_signs_and_the_former_still_verifies() -> None:
    former = city_key("jakarta", "claims")
    signature = former.sign(b"a letter")
    fresh = renew("jakarta", "claims")
    assert city_key("jakarta", "claims").key_id == fresh.key_id != former.key_id
    assert [key.key_id for key in public_keys("jakarta", "claims")] == [former.key_id, fresh.key_id]
    assert verify(public_keys("jakarta", "claims")[0], b"a letter", signature)


def test_the_private_half_is_not_readable_on_disk(tmp_path: Path) -> None:
    city_key("jakarta", "claims")
    file = next(tmp_path.glob("jakarta/*.pem"))
    assert b"ENCRYPTED PRIVATE KEY" in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["../etc", "", "Jakarta", "a/b"])
def test_a_key_cannot_be_named_out_of_its_folder(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a key"):
        city_key(name, "claims")
