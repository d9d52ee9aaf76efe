"""Documents: rendered and signed, beside bare pyHanko over a finished PDF.

No database: a letter with its claims, QR code, PDF/A-3a and one visible PAdES signature by a
certificate of a trial authority, made in a temporary folder of keys. Time on the processor is told
beside the time on the clock: the process is bound to one core, which others may be using too.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

VALUES = {
    "name": "Siti Aminah", "nik": "3510244505900001", "birth": "Banyuwangi, 5 Mei 1990",
    "address": "Dusun Krajan, Desa Tamansari", "statement": "benar warga desa kami.",
    "purpose": "pengajuan kredit usaha rakyat",
}  # fmt: skip
AT = datetime(2026, 11, 23, 5, 41, tzinfo=UTC)


class Figure(NamedTuple):
    """Milliseconds on the clock and on the processor."""

    clock: float
    processor: float


def main() -> int:
    """Print medians and rates, or JSON with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.settings")
    import django

    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(Path(folder), options.documents)
    report(figures, as_json=options.json)
    return 0


def measured(folder: Path, count: int) -> dict[str, Figure]:
    """What a document takes: rendering, signing, both, and the peer."""
    from django.conf import settings

    settings.KEYS_ROOT, settings.KEYS_MADE_AT_USE = folder, True
    letters = Letters()
    finished = letters.rendered(0)
    letters.signed(finished)
    bare(finished, letters.path)
    return {
        "render": median(letters.rendered, count),
        "sign": median(lambda n: letters.signed(finished), count),
        "render and sign": median(lambda n: letters.signed(letters.rendered(n)), count),
        "peer: bare pyHanko, sign": median(lambda n: bare(finished, letters.path), count),
    }


class Letters:
    """A kind, an office and a signer, all unsaved."""

    def __init__(self) -> None:
        from balai.kernel.documents import authority
        from balai.kernel.documents.kinds import find_kind
        from balai.kernel.documents.models import Office, Signatory

        self.kind = find_kind("surat-keterangan")
        self.office = Office(city="banyuwangi", code="429.509", name="Desa Tamansari",
                             place="Tamansari", parent="Kecamatan Licin")  # fmt: skip
        self.head = Signatory(title="Kepala Desa Tamansari", name="Kepala desa contoh")
        self.path = authority.officer_file("banyuwangi", "Banyuwangi", owner="bench",
                                           name=self.head.name, post=self.head.title)  # fmt: skip

    def rendered(self, number: int) -> Any:
        """A letter with a number of its own."""
        from balai.kernel.documents import composing, qr, rendering
        from balai.kernel.documents.engine.claims import Claims
        from balai.kernel.documents.models import Document

        document = Document(
            kind=self.kind.code, title=dict(self.kind.title), number=f"470/{number:04}/2026",
            office=self.office, code="7K4Q9D2XM5TA", day=date(2026, 11, 23), made_at=AT,
        )  # fmt: skip
        claims = Claims(
            city="banyuwangi", code=document.code, kind=document.kind, title="Surat Keterangan",
            number=document.number, office=self.office.name, day=document.day, holder="S*** A***",
            signers=(self.head.title,), digest=bytes(16), issued_at=int(AT.timestamp()),
        )  # fmt: skip
        text = qr.signed_text(claims)
        data = composing.composed(document, self.kind, VALUES, [self.head], text, "Asia/Jakarta")
        return rendering.render(self.kind, data, at=AT)

    def signed(self, letter: Any) -> bytes:
        """The letter with one visible signature."""
        from balai.kernel.documents import rendering
        from balai.kernel.documents.signers import Asked, LocalSigner
        from balai.kernel.documents.signers.base import Passphrase

        box = letter.boxes[0]
        data = {"title": "470", "lang": "id", "by": self.head.name,
                "text": "Ditandatangani secara elektronik 23 November 2026, 12.41 WIB"}  # fmt: skip
        asked = Asked(
            field="signature-1", fields=(("signature-1", box),), box=box, name=self.head.name,
            appearance=rendering.stamp(data, at=AT), reason="470", place="Tamansari", at=AT,
            first=True,
        )  # fmt: skip
        return LocalSigner(self.path).sign(letter.pdf, asked, Passphrase()).pdf


def bare(letter: Any, path: Path) -> None:
    """What the library's guide does: load the certificate, sign with its plain text box."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    from balai.kernel.documents import authority

    signer = signers.SimpleSigner.load_pkcs12_data(
        path.read_bytes(), other_certs=[], passphrase=authority.passphrase()
    )
    box = letter.boxes[0]
    signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(letter.pdf)),
        signers.PdfSignatureMetadata(field_name="s", subfilter=fields.SigSeedSubFilter.PADES),
        signer=signer,
        new_field_spec=fields.SigFieldSpec("s", box=(box.x0, box.y0, box.x1, box.y1)),
    )


def median(call: Callable[[int], object], count: int) -> Figure:
    """The median milliseconds of as many calls, on the clock and on the processor."""
    clock, processor = [], []
    for number in range(count):
        before = time.perf_counter(), time.process_time()
        call(number)
        clock.append((time.perf_counter() - before[0]) * 1000)
        processor.append((time.process_time() - before[1]) * 1000)
    return Figure(round(statistics.median(clock), 1), round(statistics.median(processor), 1))


def report(figures: dict[str, Figure], *, as_json: bool) -> None:
    """The table, with documents a second that one core makes."""
    if as_json:
        print(json.dumps({name: each._asdict() for name, each in figures.items()}))
        return
    print(f"{'one core, median ms':30}{'clock':>10}{'processor':>12}{'a second':>12}")
    for name, each in figures.items():
        print(f"{name:30}{each.clock:>10}{each.processor:>12}{1000 / each.processor:>12.1f}")


if __name__ == "__main__":
    sys.exit(main())
