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
from balai.kernel.people.models.intake import (
    AsideRow,
    ImportEffect,
    ImportIssue,
    ImportState,
    ResidentImport,
)
from balai.kernel.people.models.linkage import CandidatePair, Decision, LinkageRun, Merge
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
    "AsideRow",
    "CandidatePair",
    "Consent",
    "Contact",
    "Decision",
    "Household",
    "HouseholdNumber",
    "Identifier",
    "ImportEffect",
    "ImportIssue",
    "ImportState",
    "LifeStatus",
    "LinkageRun",
    "Member",
    "Merge",
    "NameKey",
    "Person",
    "PersonSecret",
    "Relation",
    "ResidentImport",
    "RightsEntry",
    "RightsRequest",
    "Sex",
]
