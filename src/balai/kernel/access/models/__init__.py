"""Accounts, the roles they hold, their API tokens, the audit, and what requests leave behind."""

from balai.kernel.access.models.accounts import User
from balai.kernel.access.models.answers import KeptAnswer
from balai.kernel.access.models.audit import AuditEntry
from balai.kernel.access.models.grants import RoleGrant
from balai.kernel.access.models.identities import Identity
from balai.kernel.access.models.sessions import SignedIn
from balai.kernel.access.models.throttles import Throttle
from balai.kernel.access.models.tokens import ApiCall, ApiToken

__all__ = [
    "ApiCall", "ApiToken", "AuditEntry", "Identity", "KeptAnswer", "RoleGrant", "SignedIn",
    "Throttle", "User",
]  # fmt: skip
