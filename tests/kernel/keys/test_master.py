"""What is sealed opens again, only unaltered, only in its place."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.keys import blind_index, data_key, open_sealed, seal
from balai.kernel.keys.files import keep


@given(st.text(max_size=40), st.text(max_size=20))
def test_a_sealed_text_opens_to_itself(text: str, about: str) -> None:
    assert open_sealed("trial", seal("trial", text, about=about), about=about) == text


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_an_altered_byte_does_not_open(place: int, change: int) -> None:
    sealed = bytearray(seal("trial", "3510194107900001"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(ValueError, match="altered"):
        open_sealed("trial", bytes(sealed))


def test_a_value_moved_to_another_row_does_not_open() -> None:
    with pytest.raises(ValueError, match="altered"):
        open_sealed("trial", seal("trial", "x", about="row 1"), about="row 2")


def test_two_seals_of_one_text_differ_but_its_index_is_one() -> None:
    assert seal("trial", "x") != seal("trial", "x")
    assert blind_index("trial", "x") == blind_index("trial", "x") != blind_index("other", "x")


def test_each_purpose_has_its_own_key() -> None:
    assert data_key("a") == data_key("a", 1) != data_key("b")
    with pytest.raises(LookupError, match="version 2"):
        data_key("a", 2)


def test_another_master_key_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal("trial", "x")
    monkeypatch.setenv("BALAI_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    with pytest.raises(ValueError, match="master key"):
        open_sealed("trial", sealed)


@pytest.mark.parametrize("text", ["short", "c2hvcnQ=", "!" * 44])
def test_a_wrong_master_key_is_told_in_words(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("BALAI_MASTER_KEY", text)
    with pytest.raises(ImproperlyConfigured, match="32 bytes"):
        data_key("trial")


def test_threads_that_come_at_once_agree_on_one_key(tmp_path: Path) -> None:
    for trial in range(40):
        path, start = tmp_path / f"{trial}.key", Barrier(8)

        def made(number: int, path: Path = path, start: Barrier = start) -> bytes:
            start.wait()
            return keep(path, bytes([number]) * 64)

        with ThreadPoolExecutor(8) as pool:
            answers = set(pool.map(made, range(8)))
        assert answers == {path.read_bytes()}
        assert len(path.read_bytes()) == 64
    assert len(list(tmp_path.iterdir())) == 40
