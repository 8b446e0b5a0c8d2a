import uuid
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cha_engagement.core.refusals import Refusal
from cha_engagement.letters import actions
from cha_engagement.letters.interfaces import LetterKind, LetterKinds, LetterReader
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.models import AdviceOrganisation
from tests.desks import add_desk, replace_answers

NO_APPEAL = Refusal("Say how to appeal: put [how to appeal] in the text.", "B3", "body")


@pytest.fixture
def kind_calls():
    """The calls of the example's kind: (reference, day, by)."""
    return []


@pytest.fixture
def kind_data():
    """The data from which a letter of the example's kind is drafted."""
    return {
        "what": "your call to our office",
        "on": date(2026, 11, 22),
        "reason": "From now on, please write to us. We will answer within five working days.",
        "steps": ["By email", "By letter"],
    }


@pytest.fixture
def kind(settings, monkeypatch, kind_calls, kind_data):
    """A kind of letter as an app above would register it, about the customer."""
    folder = Path(__file__).parent / "templates"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], folder]}]
    example = LetterKind(
        code="example",
        title="How you can contact us from now on",
        may_write=lambda user, customer, letter: None,
        about=lambda letter: letter.customer,
        context=lambda customer: kind_data,
        link_records=lambda customer, letter, by: kind_calls.append((letter.reference, "attached", by)),
        placeholders=lambda letter: {
            "how to appeal": "You can ask us to look at this again within 20 working days."
        },
        check_ready=lambda letter: issuing.check_placeholders(letter, {"how to appeal": NO_APPEAL}),
        on_sent=lambda letter, on, by: kind_calls.append((letter.reference, on, by)),
    )
    add_desk(monkeypatch, LetterKinds, letter_kinds=(example,))
    return example


@pytest.fixture
def adviser(db):
    return AdviceOrganisation.objects.create(
        name="Lochside Advice",
        helps_with="housing and benefits",
        contact="Phone 0800 496 0002\n1 High Street",
    )


@pytest.fixture
def draft_for(kind, organisation, adviser, manager):
    """`draft_for(customer)` is a draft that is ready to be issued."""

    def draft(customer, **changes):
        facts = {
            "customer": customer,
            "kind": kind.code,
            "about": customer,
            "by": manager,
            "submission": uuid.uuid4(),
        }
        return actions.draft_letter(**facts | changes)

    return draft


@pytest.fixture
def names_withheld(monkeypatch):
    """Withhold names of staff from every customer."""
    replace_answers(monkeypatch, LetterReader, withholds_names=lambda customer: True)


@pytest.fixture
def draft(draft_for, customer):
    return draft_for(customer)


@pytest.fixture
def issued_letter(draft, manager):
    return actions.issue_letter(letter=draft, by=manager, version=draft.version)


@pytest.fixture
def queries_of():
    """`queries_of(act)` is the number of queries that `act()` makes, warmed up."""

    def count(act):
        act()
        with CaptureQueriesContext(connection) as queries:
            act()
        return len(queries)

    return count
