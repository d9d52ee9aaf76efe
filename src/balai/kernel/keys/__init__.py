"""Keys: one master key of the installation, data keys drawn from it, a signing key per city."""

from balai.kernel.keys.city import CityKey, PublicKey, city_key, public_keys, renew, verify
from balai.kernel.keys.master import blind_index, data_key, open_sealed, seal

__all__ = [
    "CityKey", "PublicKey", "blind_index", "city_key", "data_key", "open_sealed", "public_keys",
    "renew", "seal", "verify",
]  # fmt: skip
