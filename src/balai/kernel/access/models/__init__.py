"""Accounts, the roles they hold, their API tokens, the audit, and what requests leave behind."""

from balai.kernel.access.models.accounts import User
from balai.kernel.access.models.answers import KeptAnswer
from balai.kernel.access.models.audit import AuditEntry
from balai.kernel.access.models.grants import RoleGrant
from balai.kernel.access.models.tokens import ApiToken

__all__ = ["ApiToken", "AuditEntry", "KeptAnswer", "RoleGrant", "User"]
