"""What the application's role may never rewrite here, and which rows policies guard."""

from balai.kernel.keys import SealedColumn

APPEND_ONLY = ("people_accessentry", "people_consent", "people_rightsentry")
ROW_SECURED = (
    "people_accessentry",
    "people_accessquestion",
    "people_address",
    "people_asiderow",
    "people_candidatepair",
    "people_consent",
    "people_contact",
    "people_household",
    "people_householdnumber",
    "people_identifier",
    "people_importeffect",
    "people_importissue",
    "people_linkagerun",
    "people_member",
    "people_merge",
    "people_namekey",
    "people_person",
    "people_personsecret",
    "people_relation",
    "people_residentimport",
    "people_rightsentry",
    "people_rightsrequest",
)
SEALED = (
    SealedColumn("people_identifier", "sealed", "'people.' || scheme", fixed=True),
    SealedColumn("people_householdnumber", "sealed", "'people.kk'", fixed=True),
    SealedColumn(
        "people_contact", "sealed",
        "'people.contact/' || (SELECT encode(own.secret, 'hex') FROM people_personsecret AS own"
        " WHERE own.person_id = people_contact.person_id)",
    ),
    SealedColumn("people_asiderow", "sealed", "'people.aside'"),
)  # fmt: skip
