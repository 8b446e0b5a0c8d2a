from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers.models import Signposting
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.organisation.models import AdviceOrganisation
from incidents.restorative import actions
from incidents.restorative.enums import RestorativeKind, RestorativeOutcome, RestorativeStatus
from incidents.restorative.models import RestorativeAction
from tests import factories
from tests.desks import task_rows
from tests.factories import restorative_action
from tests.timelines import shown_events

pytestmark = pytest.mark.django_db


@pytest.mark.policy("11", "16", "17")
@pytest.mark.parametrize(
    "kind", ["break_suggested", "early_intervention", "proactive_adjustment", "colleagues_involved"]
)
def test_restorative_work_is_recorded(customer, officer, kind):
    action = restorative_action(by=officer, customer=customer, kind=kind, outcome=RestorativeOutcome.PARTLY)
    assert (action.status, action.by, action.customer) == (RestorativeStatus.RECORDED, officer, customer)
    assert action.outcome == RestorativeOutcome.PARTLY


@pytest.mark.policy("11")
def test_a_step_says_how_it_went(signed_in, officer, customer):
    path = reverse("restore", args=[customer.reference])
    typed = {"kind": RestorativeKind.BREAK_SUGGESTED, "on": str(timezone.localdate()), "what": "A break."}
    answer = signed_in(officer).post(path, typed)
    assert answer.status_code == 422
    assert "outcome" in answer.context["form"].errors


@pytest.mark.policy("8")
def test_signposting_shows_on_the_customer_with_whom_and_when(customer, officer):
    advice = AdviceOrganisation.objects.create(
        name="Lochside Advice", helps_with="Debt", contact="0141 496 0009"
    )
    restorative_action(by=officer, customer=customer, kind=RestorativeKind.SIGNPOSTED, organisation=advice)
    assert Signposting.objects.filter(
        customer=customer, organisation=advice, on=timezone.localdate()
    ).exists()


@pytest.mark.policy("19")
def test_a_pause_needs_a_day_and_an_owner(customer, officer):
    with pytest.raises(Incomplete) as raised:
        restorative_action(by=officer, customer=customer, kind=RestorativeKind.CONTACT_PAUSED)
    assert {refusal.field for refusal in raised.value.refusals} == {"reengage_on", "owner"}


@pytest.mark.policy("19")
def test_contact_is_taken_up_again_no_earlier_than_it_was_paused(customer, officer):
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(Incomplete) as raised:
        restorative_action(
            by=officer,
            customer=customer,
            kind=RestorativeKind.CONTACT_PAUSED,
            reengage_on=yesterday,
            owner=officer,
        )
    assert [refusal.field for refusal in raised.value.refusals] == ["reengage_on"]


@pytest.mark.policy("19", "21")
def test_a_pause_keeps_contact_away_for_no_longer_than_ten_working_days(customer, officer):
    longest = add_working_days(timezone.localdate(), 10)
    with pytest.raises(Incomplete, match="at most 10 working days"):
        restorative_action(
            by=officer,
            customer=customer,
            kind=RestorativeKind.CONTACT_PAUSED,
            reengage_on=longest + timedelta(days=1),
            owner=officer,
        )
    assert (
        restorative_action(
            by=officer,
            customer=customer,
            kind=RestorativeKind.CONTACT_PAUSED,
            reengage_on=longest,
            owner=officer,
        ).status
        == RestorativeStatus.TO_DO
    )


@pytest.mark.policy("19")
def test_a_pause_is_its_owners_task_until_it_is_done_or_dropped_with_a_reason(
    customer, officer, manager, tasks
):
    soon = timezone.localdate() + timedelta(days=3)
    paused = restorative_action(
        by=officer, customer=customer, kind=RestorativeKind.CONTACT_PAUSED, reengage_on=soon, owner=manager
    )
    assert tasks(manager)["restorative.reengage", paused.reference] == soon
    dropped = actions.drop_pause(
        pause=paused, by=manager, version=paused.version, dropped_reason="They moved away."
    )
    assert dropped.status == RestorativeStatus.DROPPED
    assert "restorative.reengage" not in {kind for kind, *_ in tasks(manager)}


@pytest.mark.policy("19")
def test_only_its_owner_its_author_or_a_manager_ends_a_pause(customer, officer, manager):
    paused = restorative_action(
        by=officer,
        customer=customer,
        kind=RestorativeKind.CONTACT_PAUSED,
        reengage_on=timezone.localdate(),
        owner=manager,
    )
    stranger = factories.staff("stranger", "Officer")
    with pytest.raises(Refused):
        actions.complete_pause(
            pause=paused, by=stranger, version=paused.version, outcome=RestorativeOutcome.RESTORED
        )
    assert (
        actions.complete_pause(
            pause=paused, by=officer, version=paused.version, outcome=RestorativeOutcome.RESTORED
        ).status
        == RestorativeStatus.DONE
    )
    assert RestorativeAction.objects.get().outcome == RestorativeOutcome.RESTORED


@pytest.mark.policy("62.1")
def test_restorative_work_stands_on_the_timeline(customer, officer, manager):
    action = restorative_action(by=officer, customer=customer)
    events = shown_events(customer, manager)
    assert ("restorativeaction.record", action.reference) in {
        (event.kind, event.reference) for event in events
    }


@pytest.mark.policy("19", "54")
@pytest.mark.beyond("B5")
@pytest.mark.parametrize(
    ("words", "paragraph"),
    [
        ("They may not complain until then.", "54"),
        ("Their children are not to ring either: this applies to the whole family.", "B5"),
        ("No repairs until they have said sorry.", "B2"),
        ("You may not ring or email us for a year.", "21.1"),
    ],
)
def test_restorative_work_takes_nothing_away_by_its_words(customer, officer, manager, words, paragraph):
    soon = {"reengage_on": timezone.localdate(), "owner": manager}
    for kind, more in (("contact_paused", soon), ("expectations_set", {})):
        with pytest.raises(Incomplete) as refused:
            restorative_action(by=officer, customer=customer, kind=kind, what=words, **more)
        assert {(refusal.field, refusal.paragraph) for refusal in refused.value.refusals} == {
            ("what", paragraph)
        }
    restorative_action(
        by=officer,
        customer=customer,
        kind=RestorativeKind.CONTACT_PAUSED,
        what="We agreed that nobody rings until Friday.",
        **soon,
    )


@pytest.mark.policy("19")
@pytest.mark.parametrize(
    "absence", [factories.leaves, factories.is_away, lambda person: person.groups.clear()]
)
def test_a_pause_whose_owner_is_not_there_is_taken_up_by_a_manager(
    absence, customer, officer, manager, tasks
):
    soon = {"reengage_on": today(), "owner": officer}
    pause = restorative_action(by=officer, customer=customer, kind=RestorativeKind.CONTACT_PAUSED, **soon)
    assert ("restorative.reengage", pause.reference) not in tasks(manager)
    absence(officer)
    assert ("restorative.reengage", pause.reference) in tasks(manager)


@pytest.mark.policy("19")
def test_the_line_of_a_pause_leads_to_the_form_that_ends_it(signed_in, customer, officer):
    soon = {"reengage_on": today(), "owner": officer}
    pause = restorative_action(by=officer, customer=customer, kind=RestorativeKind.CONTACT_PAUSED, **soon)
    (row,) = task_rows(officer, "restorative.reengage")
    page = signed_in(officer).get(row["url"])
    assert "outcome" in page.context["form"].fields
    words = page.content.decode()
    assert pause.what in words
    assert reverse("restorative_drop", args=[pause.reference]) in words


@pytest.mark.policy("65")
def test_an_incident_lists_only_the_restorative_work_that_its_reader_opens(
    signed_in, officer, manager, customer, incident
):
    step = restorative_action(by=manager, customer=customer, incident=incident)
    shown = {
        user: step.get_absolute_url() in signed_in(user).get(incident.get_absolute_url()).content.decode()
        for user in (officer, manager)
    }
    assert shown == {officer: False, manager: True}
