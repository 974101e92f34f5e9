"""All that changes accounts, parties and officials."""

from panjereh.identity.operations.accounts import account_for_code, create_account, enter, forget_unproven_accounts
from panjereh.identity.operations.circles import keep_circle, keep_circles, read_circle
from panjereh.identity.operations.clients import (
    change_key,
    forget_assertions,
    program,
    register_client,
    revoke_client,
    rotate_secret,
    token_by_assertion,
    token_by_secret,
)
from panjereh.identity.operations.delegations import delegate, delegations_of, end_delegations
from panjereh.identity.operations.mandates import accept_mandate, decline_mandate, give_mandate, revoke_mandate
from panjereh.identity.operations.officials import (
    change_roles,
    create_admin,
    end_official,
    make_official,
    move_official,
    put_in_office,
)
from panjereh.identity.operations.parties import (
    link,
    link_by_papers,
    make_party,
    party_for_entity,
    update_contact,
)
from panjereh.identity.operations.registered import find_registered, look_after_mandates, look_again
from panjereh.identity.operations.tallies import count, forget_tallies

__all__ = [
    "accept_mandate",
    "account_for_code",
    "change_key",
    "change_roles",
    "count",
    "create_account",
    "create_admin",
    "decline_mandate",
    "delegate",
    "delegations_of",
    "end_delegations",
    "end_official",
    "enter",
    "find_registered",
    "forget_assertions",
    "forget_tallies",
    "forget_unproven_accounts",
    "give_mandate",
    "keep_circle",
    "keep_circles",
    "link",
    "link_by_papers",
    "look_after_mandates",
    "look_again",
    "make_official",
    "make_party",
    "move_official",
    "party_for_entity",
    "program",
    "put_in_office",
    "read_circle",
    "register_client",
    "revoke_client",
    "revoke_mandate",
    "rotate_secret",
    "token_by_assertion",
    "token_by_secret",
    "update_contact",
]
