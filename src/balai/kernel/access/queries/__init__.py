"""Who may do what where, what was done, and from where."""

from balai.kernel.access.queries.audit import AuditSearch, audit_of, search_audit
from balai.kernel.access.queries.holding import (
    Held,
    capacity_of,
    current_grants,
    find_token,
    find_user,
    forget_held,
    has_role,
    holds,
    holds_anywhere,
    holds_role_anywhere,
    holds_within,
    is_officer,
    permissions_in,
    region_code_of,
    region_name,
    resident_offices,
    resident_regions,
    roles_of,
    scopes_open_to,
    tokens_of,
)

__all__ = [
    "AuditSearch", "Held", "audit_of", "capacity_of", "current_grants", "find_token", "find_user",
    "forget_held", "has_role", "holds", "holds_anywhere", "holds_role_anywhere",
    "holds_within", "is_officer", "permissions_in",
    "region_code_of", "region_name", "resident_offices", "resident_regions", "roles_of",
    "scopes_open_to", "search_audit", "tokens_of",
]  # fmt: skip
