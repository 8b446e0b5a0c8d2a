"""Everybody else goes on saving while a file is classified, which takes long: SQLite lets one write at a time."""

import uuid

import pytest
from django.db import connection
from django.urls import reverse

from cha_engagement.customers.enums import Channel
from cha_engagement.evidence import contents
from cha_engagement.evidence.contents import recognition
from cha_engagement.letters import actions
from cha_engagement.organisation.calendar import today
from reviews.enums import PassedTo

from .. import factories, files

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_transactions(monkeypatch):
    """Return a list that gets, for each file that is classified, whether a transaction was open meanwhile."""
    calls, original = [], contents.kind_of_content

    def kind_of_content(*args):
        calls.append(connection.in_atomic_block)
        return original(*args)

    for module in (contents, recognition):
        monkeypatch.setattr(module, "kind_of_content", kind_of_content)
    return calls


@pytest.fixture
def incident(officer, customer):
    return factories.incident(by=officer, customer=customer)


@pytest.fixture
def letter(manager, customer):
    return factories.general_letter(customer, by=manager, subject="Gate")


def evidence(incident, letter):
    return f"{incident.get_absolute_url()}evidence/", {"file": files.pdf(), "summary": "A letter of his"}


def enclosure(incident, letter):
    return f"{letter.get_absolute_url()}enclose/", {"file": files.pdf(), "title": "Our policy"}


def appeal(incident, letter):
    answers = {
        "received_on": str(today()),
        "channel": Channel.LETTER,
        "lodged_by": "Órla",
        "grounds": "It is wrong.",
        "passed_to": PassedTo.COMPLAINTS,
    }
    return reverse("appeal_new", args=[incident.customer.reference]), answers | {"documents": [files.pdf()]}


@pytest.mark.parametrize("sent", [evidence, enclosure, appeal])
def test_no_transaction_is_open_while_a_file_is_classified(
    signed_in, manager, incident, letter, organisation, open_transactions, sent
):
    address, typed = sent(incident, letter)
    answer = signed_in(manager).post(address, typed | {"submission": str(uuid.uuid4())})
    assert answer.status_code == 302, answer.context["form"].errors
    assert open_transactions == [False]


def test_no_transaction_is_open_while_enclosures_are_read_for_a_second_reader(
    manager, letter, organisation, open_transactions
):
    actions.enclose_file(
        letter=letter, by=manager, submission=uuid.uuid4(), file=files.pdf(), title="Our policy",
        language="", translated_by="",
    )  # fmt: skip
    letter.refresh_from_db()
    open_transactions.clear()
    actions.ask_second_reader(letter=letter, by=manager, version=letter.version)
    assert open_transactions == [False]
