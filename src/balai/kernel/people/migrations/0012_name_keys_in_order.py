"""Add the keys of a batch of names in their own order.

A batch brings 150,000 keys in the order of its people. Entered so, each falls on another page of
the index, and a million names read and write the whole index again for every batch. In order, a
page is entered once a batch.
"""

from importlib import import_module

from django.db import migrations

before = import_module("balai.kernel.people.migrations.0002_guards")

ADD = "CREATE FUNCTION people_add_name_keys()"
FROM, ORDERED = (
    "WHERE fresh.merged_into_id IS NULL AND word <> '';",
    ("WHERE fresh.merged_into_id IS NULL AND word <> ''\n   ORDER BY 1;"),
)


def function(text):
    """The statement that replaces the function, out of the migration that made it."""
    whole = before.DERIVE
    begin = whole.index(ADD)
    end = whole.index("END $$;", begin) + len("END $$;")
    return (
        whole[begin:end]
        .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        .replace(FROM, text)
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0011_merged_records")]

    operations = [migrations.RunSQL(function(ORDERED), function(FROM))]
