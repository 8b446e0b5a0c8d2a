"""Above the button of a form stands what it does beyond its own words: whom it tells, and what nothing takes back."""

import re

import pytest

from .routes import RECORDS, WITHIN, cases_of, path_of

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


@pytest.mark.parametrize("name", sorted((RECORDS | WITHIN).keys() - NEEDS_NO_WORDS))
def test_a_form_says_above_its_button_what_it_does(ask, world, name):
    paths = [path for case in cases_of(name) if (path := path_of(name, getattr(world, case)))]
    answers = (ask(reader, "get", path) for reader in READERS for path in paths)
    shown = next((answer for answer in answers if answer.status_code == 200 and not answer.streaming), None)
    for says, label in BUTTONS.findall(shown.content.decode()) if shown else ():
        assert says, label
