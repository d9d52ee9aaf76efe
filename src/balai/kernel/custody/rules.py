"""What is recorded of keys."""

from balai.kernel.access.kinds import register_actions

register_actions(
    "custody",
    {"custody.key-added": {"id": "Kunci induk baru dipakai", "en": "A newer master key is in use"}},
)
