"""No line of a card contradicts another, whoever reads it. Beyond the policy: B1, B29."""

import pytest

from cha_engagement.customers.enums import Channel
from cha_engagement.desk.queries import customer_card
from restrictions.kinds import KINDS
from restrictions.kinds.closed_channels import CLOSABLE
from restrictions.models import Restriction
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B1"), pytest.mark.beyond("B29")]


def lines(customer, reader=None):
    parts = customer_card(customer, reader).parts
    return {part.section: [line.text for line in part.lines] for part in parts}


@pytest.mark.policy("21.1")
def test_the_named_contact_and_their_deputy_deal_with_them_and_everybody_else_passes_it_on(
    organisation, customer, decision, manager, officer
):
    contact, deputy = (factories.staff(name, "Officer") for name in ("contact", "deputy"))
    facts = factories.named_contact_facts(contact, deputy, "letter", "email")
    factories.restriction(by=manager, decision=decision, **facts)
    for person in (contact, deputy):
        said = lines(customer, person)
        assert "Deal with them by letter or by email." in said["do"]
        assert not [line for line in said["dont"] if line.startswith("Deal yourself")]
        assert not [line for line in said["do"] if "pass it on" in line]
    said = lines(customer, officer)
    assert "Take what they bring by letter or by email, and pass it on." in said["do"]
    assert "Deal with them by letter or by email." not in said["do"]
    assert [line for line in said["dont"] if line.startswith("Deal yourself")]


PAIRS = "Book visits with two people, a day ahead."


@pytest.mark.parametrize("is_interim", [False, True])
def test_how_to_visit_is_said_as_the_exception_where_visits_are_closed(
    is_interim, customer, decision, incident, manager
):
    def said():
        return [line for section in lines(customer).values() for line in section]

    prefix = "For now: " if is_interim else ""
    if is_interim:
        factories.interim_measure(by=manager, incidents=[incident], staff_instruction=PAIRS, closed=[])
    else:
        factories.restriction(by=manager, decision=decision, staff_instruction=PAIRS)
    assert f"{prefix}{PAIRS}" in said()
    closed = {"closed": [Channel.HOME_VISIT], "open": ["letter"]}
    factories.restriction(by=manager, decision=decision, terms=closed)
    assert f"{prefix}{PAIRS}" not in said()
    exception = "Only where a visit cannot be avoided: Book visits with two people, a day ahead."
    assert f"{prefix}{exception}" in said()
    assert "Cancel visits that are booked, and book no more." in " ".join(said())


@pytest.mark.parametrize("channel", CLOSABLE)
def test_each_closed_way_has_words_of_its_own(channel):
    instruction = KINDS["channel"].usual_instruction(
        Restriction(kind="channel", terms={"closed": [channel], "open": []})
    )
    assert "use a closed way" not in instruction
    if channel == Channel.HOME_VISIT:
        assert instruction.startswith("Cancel visits")
        assert "If they" not in instruction
    assert "Do not" not in instruction, "it stands under Do"


def test_where_many_are_closed_it_still_fits_and_nobody_uses_a_visit():
    for closed in (
        [Channel.PHONE, Channel.HOME_VISIT],
        [Channel.PHONE, Channel.OFFICE, Channel.EMAIL],
        CLOSABLE,
    ):
        instruction = KINDS["channel"].usual_instruction(
            Restriction(kind="channel", terms={"closed": closed, "open": []})
        )
        assert len(instruction) <= 200
        assert ("Cancel visits" in instruction) == (Channel.HOME_VISIT in closed)
        assert "always open to them" in instruction
