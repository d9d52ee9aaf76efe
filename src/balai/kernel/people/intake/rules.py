"""What officers do with imports and duplicates, by the names under which the audit keeps it."""

from __future__ import annotations

from balai.kernel.access.kinds import register_actions
from balai.kernel.access.scopes import ScopeSpec, register_scopes

register_actions(
    "people",
    {
        "people.import-begun": {"id": "Impor penduduk dimulai", "en": "Import of residents begun"},
        "people.import-mended": {
            "id": "Baris tertahan diunggah lagi", "en": "Rows kept aside uploaded again"
        },
        "people.import-row-mended": {"id": "Baris impor diperbaiki", "en": "Import row mended"},
        "people.import-row-dropped": {"id": "Baris impor dibuang", "en": "Import row dropped"},
        "people.import-exported": {
            "id": "Baris tertahan diunduh", "en": "Rows kept aside downloaded"
        },
        "people.import-undone": {"id": "Impor dibatalkan", "en": "Import undone"},
        "people.linkage-begun": {
            "id": "Pencarian data ganda dimulai", "en": "Search for duplicates begun"
        },
        "people.pair-decided": {"id": "Pasangan dinilai", "en": "Pair judged"},
        "people.pairs-exported": {
            "id": "Daftar pasangan diunduh", "en": "List of pairs downloaded"
        },
        "people.records-merged": {"id": "Data digabung", "en": "Records merged"},
        "people.merge-undone": {"id": "Penggabungan dibatalkan", "en": "Merge undone"},
    },
)  # fmt: skip
register_scopes(
    "people",
    [
        ScopeSpec(
            name="people:import",
            title={"id": "Mengimpor penduduk", "en": "Import residents"},
            permission="people.import",
        )
    ],
)
