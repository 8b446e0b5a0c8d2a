"""Above the button of a form stands what it does beyond its own words: whom it tells, and what nothing takes back."""

import re
from itertools import product

import pytest

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


OTHER_WORLD = {
    "appeal_substitute",
    "decision_unnotified",
    "incident_danger",
    "incident_hand_over",
    "incident_parts",
    "interim_extend",
    "letter_read",
    "restriction_look_again",
    "restriction_rename",
    "restriction_unnotified",
}
"""Forms that nobody is offered in the cases of these tests: what they do is for whoever changes them to look at."""


@pytest.mark.parametrize(
    "name", sorted((RECORDS | WITHIN).keys() - NEEDS_NO_WORDS - OTHER_WORLD - FILES - {"letter_sound"})
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
    for says, label in BUTTONS.findall(answer.content.decode()):
        assert says, label
