"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Programme

MANIFEST = Programme(
    name="people",
    title={"id": "Penduduk", "en": "Residents"},
    summary={
        "id": "Siapa warga kota, dan siapa yang membuka datanya.",
        "en": "Who lives in the city, and who opened their records.",
    },
    icon="people",
    colour="kampung",
)
