"""Keys: the installation's master keys, data keys drawn from them, a signing key per city."""

from balai.kernel.keys.city import CityKey, PublicKey, city_key, public_keys, renew, verify
from balai.kernel.keys.columns import SealedColumn
from balai.kernel.keys.master import (
    MasterKeyMissingError,
    blind_index,
    blind_indexes,
    data_key,
    fingerprint,
    make_master,
    newest_version,
    open_sealed,
    seal,
    seal_many,
)

__all__ = [
    "CityKey", "MasterKeyMissingError", "PublicKey", "SealedColumn", "blind_index",
    "blind_indexes", "city_key", "data_key", "fingerprint", "make_master", "newest_version",
    "open_sealed", "public_keys", "renew", "seal", "seal_many", "verify",
]  # fmt: skip
