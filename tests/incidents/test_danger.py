"""What one manager alone calls violence opens no power before a second has confirmed it, while one is there. Policy §23, 24."""

import pytest

from cha_engagement.core.refusals import Incomplete, Refused
from incidents import actions
from incidents.enums import Category, Harm
from tests import factories
from tests.desks import task_rows
from tests.undoing import undone

pytestmark = [pytest.mark.django_db, pytest.mark.policy("23"), pytest.mark.policy("24")]


@pytest.fixture
def another():
    return factories.staff("another", "Manager")


def called_violence(officer, manager, customer, **facts):
    """Return what an officer logged as many calls, say, once a manager has called it violence."""
    logged = factories.incident(
        by=officer, customer=customer, **{"categories": [Category.LEVEL_OF_CONTACT], "harm": Harm.NO} | facts
    )
    return factories.assess_incident(logged, by=manager, categories=[Category.VIOLENCE])


def test_a_change_to_violence_by_one_manager_opens_nothing_until_another_confirms_it(
    officer, manager, customer, another, signed_in
):
    incident = called_violence(officer, manager, customer)
    decision = factories.decision(by=manager, incidents=[incident])
    for strong in ({}, factories.NO_REVIEW):
        with undone(), pytest.raises(Incomplete, match="Another manager confirms"):
            factories.restriction(by=manager, decision=decision, **strong)
    factories.restriction(
        by=manager, decision=decision, kind="no_recording_pause", terms={}, **factories.WAITS
    )
    assert not task_rows(manager, "incident.danger")
    assert [row["reference"] for row in task_rows(another, "incident.danger")] == [incident.reference]
    incident.refresh_from_db()
    with pytest.raises(Refused, match="You said so"):
        actions.confirm_danger(incident=incident, by=manager, version=incident.version, reason="He hit her.")
    url = f"{incident.get_absolute_url()}danger/"
    page = signed_in(another).get(url).content.decode()
    assert "Shouted and swore about a repair." in page
    assert signed_in(another).post(url, {"version": incident.version, "reason": "-"}).status_code == 422
    typed = {"version": incident.version, "reason": "He hit her arm, she told me."}
    assert signed_in(another).post(url, typed).status_code == 302
    assert not task_rows(another, "incident.danger")
    factories.restriction(by=manager, decision=decision)


def test_nobody_waits_for_a_manager_whom_it_affected(officer, manager, customer, another):
    incident = called_violence(
        officer, manager, customer, affected_staff=[another], affected_how="He hit Another."
    )
    decision = factories.decision(by=manager, incidents=[incident])
    assert factories.restriction(by=manager, decision=decision).is_in_force


def test_whoever_is_alone_acts_and_it_is_confirmed_afterwards(officer, manager, customer):
    incident = called_violence(officer, manager, customer)
    decision = factories.decision(by=manager, incidents=[incident])
    factories.restriction(by=manager, decision=decision)
    late = factories.staff("late", "Manager")
    assert task_rows(late, "incident.danger")


@pytest.mark.parametrize(
    "facts",
    [{"categories": [Category.VIOLENCE, Category.ABUSE]}, {"harm": Harm.YES}],
)
def test_what_its_reporter_said_and_a_manager_found_is_said_by_two(
    facts, officer, manager, customer, another
):
    assert called_violence(officer, manager, customer, **facts).danger_said_by is None


def test_a_manager_who_adds_it_first_and_assesses_then_is_one_person(officer, manager, customer, another):
    logged = factories.incident(
        by=officer, customer=customer, categories=[Category.LEVEL_OF_CONTACT], harm=Harm.NO
    )
    changed = actions.change_incident(
        incident=logged,
        by=manager,
        version=logged.version,
        categories=[Category.VIOLENCE],
        harm=Harm.YES,
        correction_reason="She told me so.",
    )
    assert factories.assess_incident(changed, by=manager).danger_said_by == manager
    entered = factories.incident(
        by=manager,
        reported_by=officer,
        customer=customer,
        categories=[Category.LEVEL_OF_CONTACT],
        harm=Harm.NO,
    )
    assert (
        factories.assess_incident(entered, by=manager, categories=[Category.VIOLENCE]).danger_said_by
        == manager
    )


@pytest.mark.parametrize("before", [Category.HARASSMENT, Category.OTHER_THREAT, Category.PHYSICAL_THREAT])
@pytest.mark.parametrize("added", ["in the assessment", "before it", "reopened"])
def test_a_worse_danger_is_confirmed_though_another_stood_before(
    before, added, officer, manager, customer, another
):
    logged = factories.incident(by=officer, customer=customer, categories=[before], harm=Harm.NO)
    both = {"categories": [before, Category.VIOLENCE]}
    if added == "reopened":
        assessed = factories.assess_incident(logged, by=another)
        logged = actions.reopen_incident(
            incident=assessed, by=manager, version=assessed.version, reason="More is known."
        )
    if added == "before it":
        reason = {"correction_reason": "She told me so."}
        logged = actions.change_incident(
            incident=logged, by=manager, version=logged.version, **both, **reason
        )
        both = {}
    incident = factories.assess_incident(logged, by=manager, **both)
    assert incident.danger_said_by == manager
    decision = factories.decision(by=manager, incidents=[incident])
    with pytest.raises(Incomplete, match="Another manager confirms"):
        factories.restriction(by=manager, decision=decision, **factories.NO_REVIEW)
    incident = actions.confirm_danger(
        incident=incident, by=another, version=incident.reload_locked().version, reason="He hit her."
    )
    factories.restriction(by=manager, decision=decision)
    # What two have said stays said by two, whoever assesses it again.
    incident = incident.reload_locked()
    again = actions.reopen_incident(
        incident=incident, by=manager, version=incident.version, reason="More is known."
    )
    assert factories.assess_incident(again, by=manager).danger_said_by is None


def test_a_milder_danger_than_was_reported_is_said_by_two(officer, manager, customer, another):
    logged = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    milder = [Category.OTHER_THREAT, Category.HARASSMENT]
    assert factories.assess_incident(logged, by=manager, categories=milder).danger_said_by is None


def test_nothing_is_closed_at_once_for_what_one_manager_alone_added(officer, manager, customer, another):
    logged = factories.incident(
        by=officer, customer=customer, categories=[Category.LEVEL_OF_CONTACT], harm=Harm.NO
    )
    changed = actions.change_incident(
        incident=logged,
        by=manager,
        version=logged.version,
        categories=[Category.LEVEL_OF_CONTACT, Category.VIOLENCE],
        correction_reason="She told me so.",
    )
    with undone(), pytest.raises(Incomplete, match="Another manager confirms"):
        factories.interim_measure(by=manager, incidents=[changed], closed=["phone"])
    assert [row["reference"] for row in task_rows(another, "incident.danger")] == [changed.reference]
    actions.confirm_danger(
        incident=changed, by=another, version=changed.version, reason="He hit her, she told me."
    )
    factories.interim_measure(by=manager, incidents=[changed.reload_locked()], closed=["phone"])
