"""Each kind of restriction is imposed through its own form, by keyboard alone."""

from datetime import date

import pytest
from playwright.sync_api import expect

from cha_engagement.staff.models import StaffMember
from incidents.enums import Category
from restrictions.kinds import KINDS

from .. import factories

pytestmark = pytest.mark.policy("21")


@pytest.fixture
def decision(association):
    officer, manager = (StaffMember.objects.get(username=name) for name in ("officer", "manager"))
    customer = factories.customer(by=officer)
    incident = factories.incident(
        by=officer, customer=customer, saw_only=True, categories=[Category.VIOLENCE]
    )
    return factories.decision(by=manager, incidents=[incident])


def no_recording_pause(manager):
    """The reason for no review is asked only where there is none."""
    why = manager.page.get_by_role("textbox", name="why there is no review")
    expect(why).to_be_hidden()
    manager.reaches(manager.page.get_by_role("checkbox", name="There is no review"))
    manager.keys.press("Space")
    expect(why).to_be_visible()
    manager.types("Why there is no review", "Our colleague was followed home.")
    return "Calls go on being recorded, also when they ask us to stop."


def withhold_staff_details(manager):
    return "They deal with teams: no colleague’s name, direct number or address is given to them."


def block_account(manager):
    manager.types("Accounts that are blocked", "Facebook: orla.nb")
    return "Blocked: Facebook: orla.nb."


def block_email(manager):
    manager.types("Addresses that are blocked", "orla@example.org")
    return "Blocked: orla@example.org."


def volume(manager):
    manager.ticks("Ways of contact that are limited", "Phone")
    for label, most in {"Most contacts": "3", "Most minutes in all": "45"}.items():
        manager.reaches(manager.page.get_by_role("spinbutton", name=label))
        manager.keys.type(most)
    manager.selects("In what time", "In a week")
    manager.ticks("Days on which they can be in contact", "Tuesday")
    return "at most 3 contacts and 45 minutes in a week, only on Tuesday"


def channel(manager):
    manager.ticks("Ways of contact that are closed", "Phone")
    manager.ticks("Ways of contact that stay open", "Letter")
    return "Closed: Phone."


def named_contact(manager):
    manager.selects("Named contact", "Eilidh Kerr")
    manager.selects("Deputy, while they are away", "Tomasz Zielinski")
    manager.ticks("How the customer can reach them", "Letter")
    return "Eilidh Kerr"


def third_party(manager):
    manager.types("Who speaks with us for them", "Ann Example")
    manager.types("How we reach them", "0141 496 0009")
    manager.dates("The customer’s mandate is dated", date(2026, 1, 5))
    manager.dates("The third party’s agreement is dated", date(2026, 1, 6))
    manager.ticks("How the customer can still reach us directly", "Letter")
    return "Ann Example"


def complaints_process(management):
    management.types("What makes this exceptional", "Nine complaints about one answer.")
    management.types("The earlier complaints it rests on", "Nine, all closed.")
    management.types("How a new complaint will be looked at", "We read what you send.")
    return "Complaints about what has been answered are not taken up again."


def other(manager):
    manager.types("What is restricted, and how", "Two of us come to each visit.")
    manager.types("What staff should do", "Come with two people.")
    manager.ticks("Does it take any of these away, or limit it?", "None of these")
    return "Come with two people."


ANSWER_TERMS = {name: function for name, function in vars().items() if name in KINDS}
"""By the code of a kind, the function of that name: it types the terms and returns what the page then says of them."""


@pytest.mark.parametrize("code", KINDS)
def test_each_kind_of_restriction_is_imposed_by_keyboard_alone(decision, colleague, code):
    manager = colleague("management" if KINDS[code].permission else "manager")
    assert code in ANSWER_TERMS, f"Type the terms of “{code}” in a function `{code}(manager)` in this file."
    manager.opens(decision.get_absolute_url())
    manager.follows(KINDS[code].title)
    manager.presses("Impose this restriction")
    manager.sees("There is something to put right")
    card_line = ANSWER_TERMS[code](manager)
    manager.types("Why", "You shouted at our colleagues.")
    manager.types("What would lead us to ease it, and whom to ask", "Calm letters. Ask us.")
    manager.presses("Impose this restriction")
    restriction = decision.restrictions.get()
    manager.sees(f"{restriction.full_title} is imposed", KINDS[code].title, card_line)
