"""Tables of the register of residents; the rules of the workflows stand in `actions`."""

from balai.kernel.people.models.access import AccessEntry, AccessQuestion
from balai.kernel.people.models.accounts import AccountLink
from balai.kernel.people.models.household import (
    Address,
    Household,
    HouseholdNumber,
    Member,
    Relation,
)
from balai.kernel.people.models.person import (
    Contact,
    Identifier,
    LifeStatus,
    NameKey,
    Person,
    PersonSecret,
    Sex,
)
from balai.kernel.people.models.rights import Consent, RightsEntry, RightsRequest

__all__ = [
    "AccessEntry",
    "AccessQuestion",
    "AccountLink",
    "Address",
    "Consent",
    "Contact",
    "Household",
    "HouseholdNumber",
    "Identifier",
    "LifeStatus",
    "Member",
    "NameKey",
    "Person",
    "PersonSecret",
    "Relation",
    "RightsEntry",
    "RightsRequest",
    "Sex",
]
