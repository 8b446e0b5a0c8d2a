"""An appeal of a case for few is heard by its readers, or by whom they name and who reads it from then on. Policy §22; beyond the policy: B33."""

import pytest
from django.urls import reverse

from cha_engagement.core.refusals import Refused
from cha_engagement.customers.few import actions as few
from cha_engagement.customers.few.queries import proposed_readers, standing_case
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import Notice, StaffMember
from reviews import actions, rules
from tests import desks, factories

from .conftest import acknowledge_appeal

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22"), pytest.mark.beyond("B33")]


@pytest.fixture
def readers(db):
    return [factories.staff(name, "Manager") for name in ("keeper", "deputy")]


@pytest.fixture
def closed_appeal(log_appeal, restriction, executive, customer, readers):
    """An appeal that the executive logged, who may not read the case any more."""
    appeal = log_appeal(restriction, by=executive)
    factories.limit_readers(customer, by=readers[0], readers=readers)
    return appeal


def again(person):
    """Return somebody as the next request finds them."""
    return StaffMember.objects.get(pk=person.pk)


def waits_for(person):
    return {task["kind"] for task in desks.task_rows(again(person)) if task["reference"].startswith("APP")}


def test_an_executive_who_logged_it_and_cannot_read_the_case_neither_hears_nor_ends_it(
    closed_appeal, executive, signed_in
):
    who, version = again(executive), closed_appeal.version
    with pytest.raises(Refused, match="named colleagues"):
        acknowledge_appeal(closed_appeal, who)
    with pytest.raises(Refused, match="cannot read this case"):
        actions.withdraw_appeal(
            appeal=closed_appeal, by=who, version=version, withdrawn_on=today(), withdrawn_by="The customer"
        )
    with pytest.raises(Refused, match="cannot read this case"):
        actions.suspend_restrictions(appeal=closed_appeal, by=who, version=version, restrictions=[])
    client = signed_in(executive)
    assert client.get(reverse("appeal_decide", args=[closed_appeal.reference])).status_code == 403
    page = client.get(closed_appeal.get_absolute_url()).content.decode()
    assert "cannot read this case" not in page, "who hears it instead is for those who hear it"
    for step in ("appeal_acknowledge", "appeal_decide", "appeal_withdraw", "appeal_substitute"):
        assert reverse(step, args=[closed_appeal.reference]) not in page
    assert f"{closed_appeal.get_absolute_url()}history/" not in page


def test_where_no_executive_is_a_reader_managers_who_are_name_one_who_is_from_then_on(
    closed_appeal, readers, executive, executive2, management, customer
):
    keeper, deputy = map(again, readers)
    hearing = rules.hearing_of_appeal(closed_appeal)
    assert (hearing.impartial, {*hearing.namers}) == ([], {keeper, deputy})
    assert executive in hearing.candidates
    assert "appeal.name" in waits_for(keeper)
    with pytest.raises(Refused, match="is named by"):
        name_substitute(closed_appeal, executive2, by=again(executive2))
    named = name_substitute(closed_appeal, executive, by=keeper)
    assert Notice.objects.filter(recipient=executive, text__contains="You were named to hear").exists()
    assert rules.may_hear_appeal(again(executive), named) is None
    assert executive in proposed_readers(customer)
    assert waits_for(executive) == {"appeal.acknowledge"}
    assert waits_for(keeper) == set()
    named = acknowledge_appeal(named, again(executive))
    refused = rules.check_panel(named, [executive, executive2], reader=again(executive))
    assert [refusal.sentence for refusal in refused] == [
        f"{executive2} cannot read this case, so somebody else hears this appeal."
    ]
    case = standing_case(customer)
    few.change_readers(case=case, by=keeper, version=case.version, readers=readers, why="She is their aunt.")
    assert rules.hearing_of_appeal(named).hearers == []


def name_substitute(appeal, person, *, by):
    return actions.name_substitute(
        appeal=appeal,
        by=by,
        version=appeal.version,
        substitute=person,
        substitute_reason="No executive can read it.",
    )


def test_another_executive_who_reads_it_writes_the_letter_once_whoever_decided_it_cannot(
    log_appeal, restriction, decide_appeal, executive, customer, readers
):
    other = factories.staff("other", "Executive Team")
    case = factories.limit_readers(customer, by=readers[0], readers=[*readers, executive, other])
    decide_appeal(acknowledge_appeal(log_appeal(restriction), again(executive)), by=again(executive))
    assert waits_for(other) == set()
    left = [*readers, other]
    few.change_readers(case=case, by=again(readers[0]), version=case.version, readers=left, why="Her aunt.")
    assert waits_for(other) == {"appeal.write"}


def test_an_executive_among_its_readers_hears_it_and_nobody_is_named(
    log_appeal, restriction, executive, executive2, customer, readers
):
    factories.limit_readers(customer, by=readers[0], readers=[*readers, executive2])
    hearing = rules.hearing_of_appeal(log_appeal(restriction, by=again(executive2)))
    assert (hearing.hearers, hearing.namers) == ([executive2], [])
    assert executive not in hearing.hearers
