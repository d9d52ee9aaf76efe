"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Programme

MANIFEST = Programme(
    name="documents",
    title={"id": "Dokumen", "en": "Documents"},
    summary={
        "id": "Surat bernomor, bertanda tangan, dan dapat diperiksa siapa pun.",
        "en": "Numbered, signed letters that anyone can check.",
    },
    icon="documents",
    colour="kampung",
)
