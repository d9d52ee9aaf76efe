"""A grant holds from a moment to a moment: a day alone depends on whose clock is asked."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("access", "0002_guards")]

    operations = [
        migrations.RemoveConstraint("rolegrant", "access_grant_validity"),
        migrations.RemoveConstraint("rolegrant", "access_grant_once"),
        migrations.RenameField("rolegrant", "valid_from", "starts_at"),
        migrations.RenameField("rolegrant", "valid_to", "ends_at"),
        migrations.AlterField("rolegrant", "starts_at", models.DateTimeField()),
        migrations.AlterField("rolegrant", "ends_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "rolegrant",
            models.CheckConstraint(
                name="access_grant_validity",
                condition=Q(ends_at=None) | Q(starts_at__lt=F("ends_at")),
            ),
        ),
        migrations.AddConstraint(
            "rolegrant",
            models.UniqueConstraint(
                name="access_grant_once",
                fields=["user", "role", "region_code"],
                condition=Q(revoked_at=None),
            ),
        ),
    ]
