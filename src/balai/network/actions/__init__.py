"""Everything that changes something in the network, a verb each."""

from balai.network.actions.install_facts import install_facts, install_plan
from balai.network.actions.publish import publish
from balai.network.actions.recompute import Recomputed, recompute, refresh

__all__ = ["Recomputed", "install_facts", "install_plan", "publish", "recompute", "refresh"]
