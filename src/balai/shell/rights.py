"""What the application's role may do: read and write, but own nothing and rewrite no history.

A table's owner can switch its triggers off, so the role that serves requests owns no table, and
on append-only tables it may only read and insert.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate
from psycopg import sql

from balai.shell.postgres import APPLICATION


def connect() -> None:
    """Grant the application's rights at the end of each migration run."""
    post_migrate.connect(_after_migrate, dispatch_uid="balai.shell.rights")


def append_only_tables() -> tuple[str, ...]:
    """The tables that installed apps declare append-only, in their module `rights`."""
    return _declared("APPEND_ONLY")


def executable_functions() -> tuple[str, ...]:
    """The functions that the application runs with their owner's rights."""
    return _declared("EXECUTABLE")


def _declared(name: str) -> tuple[str, ...]:
    return tuple(
        each
        for app in apps.get_app_configs()
        if app.name.startswith("balai.")
        and app.label != "shell"
        and find_spec(f"{app.name}.rights")
        for each in getattr(import_module(f"{app.name}.rights"), name, ())
    )


def grant(role: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Give `role` the application's rights on every table of the public schema."""
    name = sql.Identifier(role)
    with connections[using].cursor() as cursor:
        run = cursor.connection.execute
        run(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        run(
            sql.SQL(
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}"
            ).format(name)
        )
        run(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))
        run(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(
            sql.Identifier(connections[using].settings_dict["NAME"]), name))  # fmt: skip
        for function in executable_functions():
            cursor.execute("SELECT to_regprocedure(%s) IS NOT NULL", [function])
            if cursor.fetchone()[0]:
                run(sql.SQL(f"GRANT EXECUTE ON FUNCTION public.{function} TO {{}}").format(name))
        present = set(connections[using].introspection.table_names(cursor))
        for table in append_only_tables():
            if table in present:
                run(
                    sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(
                        sql.Identifier(table), name
                    )
                )


def _after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    # The signal comes once for each app that has models; the last one finds every table made.
    if sender is not [app for app in apps.get_app_configs() if app.models_module][-1]:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [APPLICATION]
        )
        found = cursor.fetchone()
    if found:
        grant(APPLICATION, using=using)
