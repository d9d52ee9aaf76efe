"""Let only who is named run what runs with the owner's rights: the application's role is, by its
grants at the end of each migration run.
"""

from django.db import migrations

FUNCTIONS = (
    "ledger_summarise()", "ledger_resume()", "ledger_open_standing()", "ledger_keep_standings()",
)  # fmt: skip


def _said(statement: str) -> str:
    return "\n".join(statement.format(name=f"public.{name}") for name in FUNCTIONS)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_filing")]

    operations = [
        migrations.RunSQL(
            _said("REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC;"),
            _said("GRANT EXECUTE ON FUNCTION {name} TO PUBLIC;"),
        )
    ]
