"""Above the button of a form stands what it does beyond its own words: whom it tells, and what nothing takes back."""

import re
from itertools import product
from uuid import uuid4

import pytest
from django.urls import reverse

from cha_engagement.letters import actions as letters
from cha_engagement.letters.letters import GENERAL
from incidents import actions as incidents
from incidents.enums import Category, Harm
from restrictions import actions as restrictions
from reviews.rules.hearing import executive_team

from .. import factories
from ..undoing import undone
from .routes import FILES, RECORDS, WITHIN, cases_of, path_of

NEEDS_NO_WORDS = {
    "agreement": "can be changed at any time, as its question says",
    "appeal_decide": "is checked on the next page",
    "contact_edit": "can be corrected again",
    "contact_new": "can be corrected",
    "customer_edit": "can be changed again",
    "customer_merge": "says above its questions until when it can be undone",
    "customer_note": "can be corrected, and asks whom it tells",
    "decide": "is checked on a later page",
    "few_open": "says above its question whom it tells",
    "incident_assess": "is checked on the next page",
    "incident_edit": "can be changed again",
    "incident_evidence": "adds a file",
    "incident_more": "can be changed again",
    "incident_note": "can be corrected, and asks whom it tells",
    "letter_enclose": "adds a file",
    "letter_new": "drafts a letter",
    "letter_replace": "drafts a letter",
    "note_edit": "can be corrected again",
    "restore": "writes down what was done",
    "restriction_talk": "can be recorded anew",
    "review_hold": "is checked on the next page",
    "signpost": "writes down what was done",
}
BUTTONS = re.compile(
    r'(<p class="govuk-body">[^<]+</p>\s*)?<div class="govuk-button-group">\s*<button type="submit"[^>]*>([^<]+)</button>'
)
READERS = ("ccsm", "management", "manager", "executive", "officer", "dpo", "admin")
WHY = "It would put a colleague at risk."
MILD = {"categories": [Category.LEVEL_OF_CONTACT], "harm": Harm.NO}


def log(world, **facts):
    """Return an incident about a customer of whom nothing else is known."""
    officer = world.staff["officer"]
    return factories.incident(by=officer, customer=factories.customer(by=officer), **facts)


def decide(world):
    return factories.decision(by=world.staff["manager"], incidents=[log(world)])


def appeal_that_nobody_hears(world):
    for person in executive_team():
        factories.leaves(person)
    return world.own["appeal"]


def decision_left_unexplained(world):
    decision = decide(world)
    return restrictions.leave_decision_unexplained(
        decision=decision, by=world.staff["manager"], version=decision.version, not_explained_reason=WHY
    )


def danger_that_one_manager_found(world):
    return factories.assess_incident(
        log(world, **MILD), by=world.staff["manager"], categories=[Category.VIOLENCE]
    )


def incident_with_handler(world):
    return log(world, **MILD, saw_only=True, assigned_to=world.staff["ccsm"])


def incident_with_contested_part(world):
    named = world.staff["manager"]
    incident = log(world, affected_staff=[named])
    return incidents.contest_part(incident=incident, by=named, version=incident.version, reason=WHY)


def measure_after_threat(world):
    threat = log(world, categories=[Category.PHYSICAL_THREAT])
    return factories.interim_measure(by=world.staff["manager"], incidents=[threat])


def letter_to_read(world):
    customer, manager = factories.customer(by=world.staff["officer"]), world.staff["manager"]
    facts = {"kind": GENERAL, "subject": "Your call to us", "submission": uuid4()}
    draft = letters.draft_letter(customer=customer, about=customer, by=manager, **facts)
    return letters.ask_second_reader(letter=draft, by=manager, version=draft.version)


def restriction_without_reviews(world):
    return factories.unreviewed_restriction(by=world.staff["manager"], decision=decide(world))


def restriction_with_contact(world):
    people = factories.named_contact_facts(world.staff["ccsm"], world.staff["manager"], "letter")
    return factories.restriction(by=world.staff["manager"], decision=decide(world), **people)


def restriction_not_to_be_told(world):
    restriction = factories.restriction(by=world.staff["manager"], decision=decide(world))
    return restrictions.ask_not_to_notify(
        restriction=restriction,
        by=world.staff["manager"],
        version=restriction.version,
        unnotified_request=WHY,
    )


OFFERED_FOR = {
    "appeal_substitute": appeal_that_nobody_hears,
    "decision_unnotified": decision_left_unexplained,
    "incident_danger": danger_that_one_manager_found,
    "incident_hand_over": incident_with_handler,
    "incident_parts": incident_with_contested_part,
    "interim_extend": measure_after_threat,
    "letter_read": letter_to_read,
    "restriction_look_again": restriction_without_reviews,
    "restriction_rename": restriction_with_contact,
    "restriction_unnotified": restriction_not_to_be_told,
}
"""Forms that nobody is offered in the cases of the world, each with what makes a record for which somebody is."""


@pytest.mark.parametrize(
    "name", sorted((RECORDS | WITHIN).keys() - NEEDS_NO_WORDS - OFFERED_FOR.keys() - FILES - {"letter_sound"})
)
def test_a_form_says_above_its_button_what_it_does(ask, world, name):
    paths = [path for case in cases_of(name) if (path := path_of(name, getattr(world, case)))]
    codes = set()
    for reader, path in product(READERS, paths):
        answer = ask(reader, "get", path)
        codes.add(answer.status_code)
        if answer.status_code == 200:
            break
    # A button without a page, and what is asked for before it, lead elsewhere.
    assert codes & {200, 302, 405}
    check_words(answer)


def check_words(page):
    buttons = BUTTONS.findall(page.content.decode())
    for says, label in buttons:
        assert says, label
    return buttons


@pytest.mark.parametrize("name", sorted(OFFERED_FOR))
def test_a_form_that_is_seldom_offered_says_above_its_button_what_it_does(ask, world, name):
    with undone():
        record = OFFERED_FOR[name](world)
        answers = (ask(reader, "get", reverse(name, args=[record.reference])) for reader in READERS)
        page = next(answer for answer in answers if answer.status_code == 200)
        assert check_words(page), "Nobody is offered this form."
