"""Checkpoints of any shape are read, or refused by their reader: nothing else ever happens."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balai.kernel.ledger.engine.leaves import canonical
from balai.kernel.ledger.queries.checkpoints import FORM
from balai.kernel.ledger.verification import published
from balai.kernel.ledger.verification.sealed import read_body, read_signatures
from balai.kernel.problems import ProblemError

BODY = {
    "form": FORM, "number": 1, "tree_size": 3, "root": "ab" * 32, "previous": "", "horizon": 900,
    "made_at": "2025-09-01T00:00:00.000000Z", "cities": ["solo"],
}  # fmt: skip
SIGNATURES = [{"city": "solo", "key_id": "0011", "signature": "cd" * 64}]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["", "00", "zz", "../..", "solo", "\ud800", 2**70, -1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def handed_out():
    """A file as it is exported, signed with a key of its own."""
    key = generate_private_key(SECP256R1())
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key_id = sha256(spki).hexdigest()[:16]
    body = canonical(BODY)
    r, s = decode_dss_signature(key.sign(body.encode(), ECDSA(SHA256())))
    signed = {"city": "solo", "key_id": key_id, "signature": f"{r:064x}{s:064x}"}
    return {
        "form": FORM,
        "keys": [{"city": "solo", "key_id": key_id, "spki": spki.hex()}],
        "checkpoints": [{"body": body, "signatures": [signed]}],
        "subtrees": ["ef" * 32],
    }


FILE = handed_out()


def places(value, path=()):
    """The paths to everything in a value of JSON."""
    yield path
    if isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*path, name))


def replaced(value, path, other):
    """The value with another at a place."""
    if not path:
        return other
    changed = deepcopy(value)
    target = changed
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = other
    return changed


def test_what_is_whole_is_read(tmp_path):
    path = tmp_path / "checkpoints.json"
    path.write_text(json.dumps(FILE), encoding="utf-8")
    found = published.read(path)
    assert found.breaks == []
    assert (found.roots, found.horizons) == ({3: bytes.fromhex("ab" * 32)}, {3: 900})
    assert read_body(canonical(BODY)).cities == ("solo",)
    assert read_signatures(SIGNATURES)[0].raw == bytes.fromhex("cd" * 64)


@given(path=st.sampled_from(list(places(BODY))), other=JSON)
def test_a_text_is_read_or_refused(path, other):
    with suppress(ValueError):
        read_body(json.dumps(replaced(BODY, path, other)))


@given(text=st.text() | JSON)
def test_any_text_is_read_or_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        read_body(text)


@given(path=st.sampled_from(list(places(SIGNATURES))), other=JSON)
def test_signatures_are_read_or_refused(path, other):
    with suppress(ValueError):
        read_signatures(replaced(SIGNATURES, path, other))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(path=st.sampled_from(list(places(FILE))), other=JSON)
def test_a_file_of_any_shape_is_read_or_refused(tmp_path, path, other):
    file = tmp_path / "checkpoints.json"
    file.write_text(json.dumps(replaced(FILE, path, other)), encoding="utf-8")
    with suppress(ProblemError):
        published.read(file)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=60), cut=st.integers(0, 400))
def test_a_file_of_any_bytes_is_refused(tmp_path, data, cut):
    file = tmp_path / "checkpoints.json"
    file.write_bytes(json.dumps(FILE).encode()[:cut] + data)
    with pytest.raises(ProblemError):
        published.read(file)
