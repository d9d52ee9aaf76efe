"""Everything that changes the register; each verb is one transaction, audited, told as an event."""

from balai.kernel.people.actions.accounts import link_account, unlink_account
from balai.kernel.people.actions.contacts import remove_contact, set_contact, verify_contact
from balai.kernel.people.actions.households import (
    change_card_number,
    found_household,
    join_household,
    leave_household,
    relate,
    set_address,
)
from balai.kernel.people.actions.life import record_arrival, record_death, record_departure
from balai.kernel.people.actions.membership import (
    move_member,
    remove_member,
    renew_card,
    set_relations,
    split_household,
    start_household,
)
from balai.kernel.people.actions.numbers import add_number, end_number
from balai.kernel.people.actions.person import PersonDetails, change_person, register_person
from balai.kernel.people.actions.questions import answer_question, ask_about
from balai.kernel.people.actions.requests import check_request, close_request, make_request
from balai.kernel.people.actions.verification import confirm_code, send_code
from balai.kernel.people.actions.wishes import say_on_consent

__all__ = [
    "PersonDetails",
    "add_number",
    "answer_question",
    "ask_about",
    "change_card_number",
    "change_person",
    "check_request",
    "close_request",
    "confirm_code",
    "end_number",
    "found_household",
    "join_household",
    "leave_household",
    "link_account",
    "make_request",
    "move_member",
    "record_arrival",
    "record_death",
    "record_departure",
    "register_person",
    "relate",
    "remove_contact",
    "remove_member",
    "renew_card",
    "say_on_consent",
    "send_code",
    "set_address",
    "set_contact",
    "set_relations",
    "split_household",
    "start_household",
    "unlink_account",
    "verify_contact",
]
