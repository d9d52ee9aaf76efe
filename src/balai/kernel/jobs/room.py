"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Programme

MANIFEST = Programme(
    name="jobs",
    title={"id": "Pekerjaan", "en": "Jobs"},
    summary={"id": "Pekerjaan panjang dan kemajuannya.", "en": "Long work and its progress."},
    icon="jobs",
    colour="kampung",
)
