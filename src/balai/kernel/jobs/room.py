"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Entry, Programme

MANIFEST = Programme(
    name="jobs",
    title={"id": "Pekerjaan", "en": "Jobs"},
    summary={"id": "Pekerjaan panjang dan kemajuannya.", "en": "Long work and its progress."},
    icon="jobs",
    colour="net",
    home="jobs:list",
    urls="balai.kernel.jobs.urls",
    api="balai.kernel.jobs.api:router",
    commands="balai.kernel.jobs.commands:group",
    navigation=(
        Entry(title={"id": "Pekerjaan", "en": "Jobs"}, url="jobs:list", face="officer",
              permission="jobs.view", within=True),
    ),
)  # fmt: skip
