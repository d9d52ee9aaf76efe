"""The room's part of the demonstration: some notices to the resident, one that cannot be sent."""

from __future__ import annotations

from collections.abc import Callable

from balai.kernel.access.models import User
from balai.kernel.access.rows import rows_open_to
from balai.kernel.notices import Message, Recipient, send
from balai.kernel.notices.channels import find_channel

CITIES = ("jakarta", "makassar", "banyuwangi")
WORDS = {
    "id": (
        ("Permohonan Anda diterima", "Permohonan surat keterangan usaha Anda kami terima."),
        ("Surat Anda siap", "Surat keterangan domisili Anda siap diunduh."),
        ("Jadwal kunjungan berubah", "Perawat datang besok pukul 09.00, bukan pukul 10.00."),
    ),
    "en": (
        ("Your request was received", "We received your request for a proof of business."),
        ("Your letter is ready", "Your proof of residence is ready to download."),
        ("Your visit has moved", "The nurse comes tomorrow at 9 am, not at 10 am."),
    ),
}


def build(progress: Callable[[str], None]) -> None:
    """Store a few notices in each city; again: changes nothing. Nothing leaves the machine where
    no gateway is set up.
    """
    resident = User.objects.filter(username="resident").first()
    if resident is None:
        return
    language = resident.language if resident.language in WORDS else "id"
    new = 0
    for city in CITIES:
        for number, (subject, text) in enumerate(WORDS[language]):
            to = Recipient(
                person_id=rows_open_to(resident).person, account_id=resident.pk,
                name=resident.get_full_name(), language=language, channels=_addresses(number),
            )  # fmt: skip
            told = Message(
                kind="notices.plain", to=to, city=city, subject=subject, text=text,
                link=f"/{city}/",
            )  # fmt: skip
            new += not send(told, key=f"demo/notices/{city}/{number}").repeated
    progress(f"Notices: {new} new in {len(CITIES)} cities")


def _addresses(number: int) -> dict[str, str]:
    # RFC 2606 keeps this domain from everybody. A number might be somebody's, so it is given only
    # where it cannot be rung; every third is none, so that the outbox has a fault to show.
    mail = {"email": "sari@example.org"}
    if find_channel("sms").is_set_up():
        return mail
    return {**mail, "sms": "0812" if number == 2 else "0812-3456-7890"}
