"""What the application's role may never rewrite here, and which rows policies guard."""

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
