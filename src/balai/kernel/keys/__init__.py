"""Keys: one master key of the installation, data keys drawn from it, a signing key per city."""

from balai.kernel.keys.city import CityKey, PublicKey, city_key, public_keys, renew, verify
from balai.kernel.keys.master import (
    blind_index,
    blind_indexes,
    data_key,
    open_sealed,
    seal,
    seal_many,
)

__all__ = [
    "CityKey", "PublicKey", "blind_index", "blind_indexes", "city_key", "data_key",
    "open_sealed", "public_keys", "renew", "seal", "seal_many", "verify",
]  # fmt: skip
