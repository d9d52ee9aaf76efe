"""Accounts in Django's admin; grants, tokens and the audit are only shown there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from balai.kernel.access.models import ApiToken, AuditEntry, RoleGrant, User

if TYPE_CHECKING:
    AccountBase = UserAdmin[User]
    ShownBase = admin.ModelAdmin[Any]
else:
    AccountBase, ShownBase = UserAdmin, admin.ModelAdmin


@admin.register(User)
class AccountAdmin(AccountBase):
    """Accounts by user name; a person's name is one field."""

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("display_name", "email", "language")}),
        (_("Access"), {"fields": ("is_active", "is_service", "is_staff", "is_superuser")}),
    )
    list_display = ("username", "display_name", "is_active", "is_service", "is_superuser")
    list_filter = ("is_active", "is_service", "is_superuser")
    search_fields = ("username", "display_name", "email")


class Shown(ShownBase):
    """Rows to look at: what changes them is an action that writes the audit."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False


@admin.register(RoleGrant)
class RoleGrantAdmin(Shown):
    """Who holds which role where."""

    list_display = ("user", "role", "region_code", "starts_at", "ends_at", "revoked_at")
    list_filter = ("role",)
    search_fields = ("user__username", "region_code")


@admin.register(ApiToken)
class ApiTokenAdmin(Shown):
    """Tokens, without their digest."""

    exclude = ("digest",)
    list_display = ("name", "owner", "prefix", "expires_at", "last_used_at", "revoked_at")
    search_fields = ("name", "owner__username", "prefix")


@admin.register(AuditEntry)
class AuditEntryAdmin(Shown):
    """The audit, newest first."""

    list_display = ("at", "actor", "action", "subject", "address", "channel")
    list_filter = ("action", "channel")
    search_fields = ("actor", "subject")
    ordering = ("-at",)
