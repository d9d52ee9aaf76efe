"""The resident, and what names, identifies and reaches one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length, Now
from django.utils.translation import gettext_lazy as _

from balai.kernel.people.models.columns import filled, id_column, region_column, validity

models.TextField.register_lookup(Length)
LONGEST_NAME = 200
"""Letters: a longer name would not fit an index."""


class Sex(models.TextChoices):
    """As on the family card; empty where it is not known."""

    MALE = "m", _("male")
    FEMALE = "f", _("female")


class LifeStatus(models.TextChoices):
    """Whether somebody lives, and lives here."""

    ALIVE = "alive", _("lives here")
    DEAD = "dead", _("died")
    MOVED = "moved", _("moved away")
    UNKNOWN = "unknown", _("not known")


class Person(models.Model):
    """A resident, as the family card has one.

    `name` is kept as it was given, never taken apart; `sort_name` is drawn from it by the
    database. `religion`, `marital_status`, `education`, `occupation` and `blood_type` are the
    codes of `codes.yaml`; `citizenship` is ISO 3166-1's two letters. `region_code` is the village
    of residence, or of the last one here. `moved_to` is a region code or another country's words.
    A record that was found to be somebody else's twice points to the one kept by `merged_into`.
    """

    id = id_column()
    region_code = region_column()
    name = models.TextField()
    sort_name = models.GeneratedField(
        expression=Func(F("name"), function="people_sort_name", output_field=models.TextField()),
        output_field=models.TextField(),
        db_persist=True,
    )
    sex = models.TextField(choices=Sex.choices, blank=True, default="")
    birth_date = models.DateField(null=True, blank=True)
    birth_place = models.TextField(blank=True, default="")
    life_status = models.TextField(choices=LifeStatus.choices, default=LifeStatus.ALIVE)
    died_on = models.DateField(null=True, blank=True)
    moved_on = models.DateField(null=True, blank=True)
    moved_to = models.TextField(blank=True, default="")
    citizenship = models.CharField(max_length=2, default="ID")
    religion = models.SmallIntegerField(null=True, blank=True)
    marital_status = models.SmallIntegerField(null=True, blank=True)
    education = models.SmallIntegerField(null=True, blank=True)
    occupation = models.SmallIntegerField(null=True, blank=True)
    blood_type = models.SmallIntegerField(null=True, blank=True)
    father_name = models.TextField(blank=True, default="")
    mother_name = models.TextField(blank=True, default="")
    is_generated = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged"
    )
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            filled("people_person_filled", "name", "region_code"),
            models.CheckConstraint(
                name="people_person_name_length", condition=Q(name__length__lte=LONGEST_NAME)
            ),
            models.CheckConstraint(
                name="people_person_sex", condition=Q(sex__in=["", *Sex.values])
            ),
            models.CheckConstraint(
                name="people_person_status", condition=Q(life_status__in=LifeStatus.values)
            ),
            models.CheckConstraint(
                name="people_person_died",
                condition=Q(died_on=None) | Q(life_status=LifeStatus.DEAD),
            ),
            models.CheckConstraint(
                name="people_person_lived",
                condition=Q(died_on=None) | Q(birth_date=None) | Q(birth_date__lte=F("died_on")),
            ),
            models.CheckConstraint(
                name="people_person_citizenship", condition=Q(citizenship__regex=r"^[A-Z]{2}$")
            ),
            models.CheckConstraint(
                name="people_person_not_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
        ]
        indexes = [
            models.Index(name="people_person_place", fields=["region_code", "sort_name", "id"]),
            models.Index(name="people_person_name", fields=["sort_name", "id"]),
            models.Index(name="people_person_birth", fields=["birth_date", "sort_name", "id"]),
        ]

    def __str__(self) -> str:
        return str(self.id)


class NameKey(models.Model):
    """A word of a name, then the whole name: found by a range, which a row policy lets through.

    Written by the database alone, from `Person.name`.
    """

    key = models.TextField()
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, db_constraint=False, related_name="name_keys"
    )
    region_code = region_column()

    class Meta:
        indexes = [
            models.Index(name="people_namekey_key", fields=["key", "person"],
                         include=["region_code"]),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.person_id)


class Identifier(models.Model):
    """A number somebody bears: NIK, BPJS, NISN, passport. Sealed; `index` finds it by equality.

    `sealed` is bound to this row's id (see `numbers`). A NIK is borne by one
    person and never changes; the others may end.
    """

    id = id_column()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers")
    region_code = region_column()
    scheme = models.TextField()
    index = models.BinaryField(max_length=16)
    sealed = models.BinaryField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            filled("people_identifier_filled", "scheme"),
            validity("people_identifier_validity"),
            models.UniqueConstraint(
                name="people_identifier_nik", fields=["index"], condition=Q(scheme="nik")
            ),
            models.UniqueConstraint(
                name="people_identifier_one_nik", fields=["person"], condition=Q(scheme="nik")
            ),
            models.UniqueConstraint(
                name="people_identifier_current",
                fields=["scheme", "index"],
                condition=Q(valid_to=None) & ~Q(scheme="nik"),
            ),
            models.CheckConstraint(
                name="people_identifier_nik_lasts", condition=~Q(scheme="nik") | Q(valid_to=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} of {self.person_id}"


class PersonSecret(models.Model):
    """What a person's contacts are sealed with, beside the master key. Without it they are lost:
    that is how they are erased, in every copy of the table of contacts.
    """

    person = models.OneToOneField(
        Person, primary_key=True, on_delete=models.PROTECT, related_name="secret"
    )
    region_code = region_column()
    secret = models.BinaryField(max_length=32)
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"secret of {self.person_id}"


class Contact(models.Model):
    """A phone number (E.164) or mail address, sealed under the person's own secret."""

    id = id_column()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts")
    region_code = region_column()
    channel = models.TextField(choices=[("phone", _("phone")), ("email", _("e-mail"))])
    index = models.BinaryField(max_length=16)
    sealed = models.BinaryField()
    verified_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_contact_channel", condition=Q(channel__in=["phone", "email"])
            ),
            models.UniqueConstraint(
                name="people_contact_once",
                fields=["person", "channel", "index"],
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.person_id}"
