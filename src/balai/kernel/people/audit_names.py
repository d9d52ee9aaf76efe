"""The global names of what this room writes to the audit."""

from __future__ import annotations

TITLES = {
    "people.account-linked": {
        "id": "Akun digabung dengan penduduk",
        "en": "Account joined to a resident",
    },
    "people.account-unlinked": {
        "id": "Akun dilepas dari penduduk",
        "en": "Account taken apart from a resident",
    },
    "people.address-set": {"id": "Alamat ditetapkan", "en": "Address set"},
    "people.arrival-recorded": {"id": "Kedatangan dicatat", "en": "Arrival recorded"},
    "people.card-number-changed": {"id": "Nomor KK diganti", "en": "Family card number changed"},
    "people.consent-given": {"id": "Persetujuan diberikan", "en": "Consent given"},
    "people.consent-withdrawn": {"id": "Persetujuan ditarik", "en": "Consent withdrawn"},
    "people.contact-removed": {"id": "Kontak dihapus", "en": "Contact removed"},
    "people.contact-set": {"id": "Kontak ditetapkan", "en": "Contact set"},
    "people.contact-verified": {"id": "Kontak diverifikasi", "en": "Contact verified"},
    "people.death-recorded": {"id": "Kematian dicatat", "en": "Death recorded"},
    "people.departure-recorded": {"id": "Kepindahan dicatat", "en": "Departure recorded"},
    "people.household-founded": {"id": "Keluarga dibentuk", "en": "Household founded"},
    "people.household-joined": {"id": "Anggota keluarga masuk", "en": "Household joined"},
    "people.household-left": {"id": "Anggota keluarga keluar", "en": "Household left"},
    "people.list-exported": {"id": "Daftar penduduk diunduh", "en": "List of residents downloaded"},
    "people.look-answered": {
        "id": "Pertanyaan akses dijawab",
        "en": "Question about a look answered",
    },
    "people.look-questioned": {"id": "Akses dipertanyakan", "en": "Look questioned"},
    "people.looks-limited": {
        "id": "Akun melewati batas pencarian data penduduk",
        "en": "Account passed the limit of looks at residents",
    },
    "people.number-added": {"id": "Nomor identitas ditambahkan", "en": "Number added"},
    "people.number-ended": {"id": "Nomor identitas diakhiri", "en": "Number ended"},
    "people.parts-erased": {"id": "Sebagian data dihapus", "en": "Parts of a record erased"},
    "people.person-changed": {"id": "Data penduduk diubah", "en": "Resident's record changed"},
    "people.person-registered": {"id": "Penduduk didaftarkan", "en": "Resident registered"},
    "people.relation-added": {"id": "Hubungan keluarga ditambahkan", "en": "Relation added"},
    "people.relations-set": {
        "id": "Hubungan dalam keluarga ditetapkan",
        "en": "Relations in a household set",
    },
    "people.request-received": {
        "id": "Permintaan hak data diterima",
        "en": "Request about data received",
    },
    "people.request-checked": {
        "id": "Permintaan hak data diperiksa",
        "en": "Request about data checked",
    },
    "people.request-done": {
        "id": "Permintaan hak data dilaksanakan",
        "en": "Request about data carried out",
    },
    "people.request-done-partly": {
        "id": "Permintaan hak data dilaksanakan sebagian",
        "en": "Request about data carried out in part",
    },
    "people.request-refused": {
        "id": "Permintaan hak data ditolak",
        "en": "Request about data refused",
    },
    "people.request-withdrawn": {
        "id": "Permintaan hak data ditarik",
        "en": "Request about data withdrawn",
    },
}
PRIVATE = (
    "name", "birth_date", "birth_place", "father_name", "mother_name", "sex", "religion",
    "blood_type",
)  # fmt: skip
"""Fields of which the audit tells that they changed, never from what to what."""
