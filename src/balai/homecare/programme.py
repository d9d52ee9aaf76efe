"""Home Care's manifest."""

from balai.kernel.programmes import Programme

MANIFEST = Programme(
    name="homecare",
    title={"id": "Perawatan di rumah", "en": "Home Care"},
    summary={
        "id": "Tim puskesmas ke rumah, siang dan malam",
        "en": "Teams of the health centre at home, day and night",
    },
    icon="care",
    colour="care",
    commands="balai.homecare.commands:group",
)
