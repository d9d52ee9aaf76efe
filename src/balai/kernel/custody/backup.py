"""A backup of the folder of keys: one file, opened by a passphrase.

`BALAIKEYS1`, salt (16), nonce (12), then a tar archive under AES-256-GCM. The key comes from the
passphrase by scrypt (RFC 7914: N = 2^17, r = 8, p = 1, 128 MiB), so that guessing is dear.
"""

from __future__ import annotations

import io
import secrets
import tarfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from balai.kernel.problems import Fault, ProblemError

MARK = b"BALAIKEYS1"
SALT_BYTES, NONCE_BYTES = 16, 12
COST = 2**17
SHORTEST = 12


def packed(files: Mapping[str, bytes], passphrase: str) -> bytes:
    """The backup of these files; ProblemError where the passphrase is short."""
    if len(passphrase) < SHORTEST:
        raise _bad(f"has fewer than {SHORTEST} letters", "Choose a longer one: words do well")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o600
            archive.addfile(entry, io.BytesIO(content))
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    return MARK + salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, out.getvalue(), MARK)


def unpacked(content: bytes, passphrase: str) -> dict[str, bytes]:
    """The files of a backup by name; ProblemError where it is none, was altered, or the passphrase
    is another.
    """
    start = len(MARK) + SALT_BYTES + NONCE_BYTES
    if not content.startswith(MARK) or len(content) <= start:
        fault = Fault(field="file", problem="does not begin as one")
        raise ProblemError("The file is no backup of keys", faults=(fault,))
    salt, nonce = content[len(MARK) : len(MARK) + SALT_BYTES], content[start - NONCE_BYTES : start]
    try:
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, content[start:], MARK)
    except InvalidTag as error:
        raise _bad("does not open the file, or the file was altered", "Try again") from error
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        return {each.name: _read(archive, each) for each in archive.getmembers()}


def _read(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    path = PurePosixPath(entry.name)
    file = archive.extractfile(entry) if entry.isreg() else None
    if file is None or path.is_absolute() or ".." in path.parts:
        raise ProblemError("The backup names what is no key file", detail=entry.name)
    return file.read()


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt, 32, COST, 8, 1).derive(passphrase.encode())


def _bad(problem: str, remedy: str) -> ProblemError:
    fault = Fault(field="passphrase", problem=problem, remedy=remedy)
    return ProblemError("The passphrase does not serve", faults=(fault,))
