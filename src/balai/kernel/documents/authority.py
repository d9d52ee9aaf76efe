"""A city's certificate authority for trying out: root, issuing authority, officers' certificates.

It is made at first use: keys in the installation's folder of keys, encrypted under the master key.
What it signs is told as trusted by this installation and by nobody else; a city that goes live has
its officers' certificates from BSrE or another authority, by PKCS #12 or the BSrE signer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from balai.kernel import keys
from balai.kernel.keys.files import folder, keep

FOLDER = "documents"
YEARS = {"root": 20, "issuing": 10, "officer": 5}
BEFORE = timedelta(minutes=5)
"""Clocks differ a little; a certificate holds from shortly before it was made."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def ensure(city: str, title: str) -> Authority:
    """The city's issuing authority; it and its root are made where they are not there."""
    root = _kept(city, "root", f"{title} root (trial)", None)
    return _kept(city, "issuing", f"{title} issuing (trial)", root)


def officer_file(city: str, title: str, *, owner: str, name: str, post: str) -> Path:
    """The PKCS #12 file of an officer, made at first use; `passphrase()` opens it."""
    path = folder() / city / FOLDER / f"officer-{owner}.p12"
    if not path.exists():
        issuing = ensure(city, title)
        root = _kept(city, "root", title, None)
        subject = _name(name, title, post)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _issued(subject, key, issuing, "officer")
        keep(path, serialize_key_and_certificates(
            name.encode(), key, certificate, [issuing.certificate, root.certificate],
            BestAvailableEncryption(passphrase()),
        ))  # fmt: skip
    return path


def passphrase() -> bytes:
    """What this installation encrypts the trial authority's files with."""
    return keys.data_key("documents.authority").hex().encode()


def trusted_roots() -> list[x509.Certificate]:
    """The roots that a verification trusts: every city's own, and what stands in `trust/` among
    the keys (PEM or DER files, for example BSrE's root).
    """
    found = []
    for path in sorted(folder().glob(f"*/{FOLDER}/root.crt")):
        found.append(x509.load_pem_x509_certificate(path.read_bytes()))
    for path in sorted(folder().glob("trust/*")):
        content = path.read_bytes()
        read = (
            x509.load_pem_x509_certificates
            if b"-----BEGIN" in content
            else lambda der: [x509.load_der_x509_certificate(der)]
        )
        found.extend(read(content))
    return found


def _kept(city: str, what: str, common: str, issuer: Authority | None) -> Authority:
    place = folder() / city / FOLDER
    key_path, certificate_path = place / f"{what}.pem", place / f"{what}.crt"
    if not key_path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        keep(key_path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8,
                                          BestAvailableEncryption(passphrase())))  # fmt: skip
    key = load_pem_private_key(key_path.read_bytes(), passphrase())
    assert isinstance(key, ec.EllipticCurvePrivateKey), key_path
    if not certificate_path.exists():
        certificate = _issued(_name(common, common, ""), key, issuer, what)
        keep(certificate_path, certificate.public_bytes(Encoding.PEM))
    return Authority(x509.load_pem_x509_certificate(certificate_path.read_bytes()), key)


def _issued(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, issuer: Authority | None, what: str
) -> x509.Certificate:
    """A certificate; without an issuer it is its own."""
    now = datetime.now(UTC)
    signer = issuer or Authority(None, key)  # type: ignore[arg-type]
    issuer_name = issuer.certificate.subject if issuer else subject
    is_authority = what != "officer"
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + timedelta(days=365 * YEARS[what]))
        .add_extension(x509.BasicConstraints(is_authority, 0 if what == "issuing" else None), True)
        .add_extension(_usage(is_authority), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), False
        )
    )
    return builder.sign(signer.key, SHA256())


def _usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority, content_commitment=not is_authority,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=is_authority, crl_sign=is_authority, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip


def _name(common: str, organisation: str, post: str) -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
        x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
    ]
    return x509.Name([*parts, x509.NameAttribute(NameOID.TITLE, post[:64])] if post else parts)
