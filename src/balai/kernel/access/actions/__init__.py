"""Everything that changes accounts, roles and tokens; each is written to the audit."""

from balai.kernel.access.actions.audit import record, record_change
from balai.kernel.access.actions.delegations import delegate_role, end_delegation
from balai.kernel.access.actions.demo import ensure_demo_users
from balai.kernel.access.actions.grants import grant_role, revoke_role
from balai.kernel.access.actions.identities import account_of_identity
from balai.kernel.access.actions.services import add_service
from balai.kernel.access.actions.tokens import (
    Principal,
    authenticate_token,
    issue_token,
    renew_token,
    revoke_token,
)
from balai.kernel.access.actions.users import add_user
from balai.kernel.access.kinds import register_actions

__all__ = [
    "Principal",
    "account_of_identity",
    "add_service",
    "add_user",
    "authenticate_token",
    "delegate_role",
    "end_delegation",
    "ensure_demo_users",
    "grant_role",
    "issue_token",
    "record",
    "record_change",
    "register_actions",
    "renew_token",
    "revoke_role",
    "revoke_token",
]
