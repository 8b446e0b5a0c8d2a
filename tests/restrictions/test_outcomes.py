from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from incidents.actions import assess_incident
from incidents.enums import NoWarningReason, Outcome, Warning
from restrictions.outcomes import count_outcomes
from tests import factories
from tests.incidents.test_letters import send_about_incident

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B12"), pytest.mark.database]


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def incident(officer, customer, days, **facts):
    return factories.incident(by=officer, customer=customer, occurred_at=days_ago(days), **facts)


def counted_outcomes(reader):
    return {
        outcome.label: (outcome.total, outcome.calm, outcome.share)
        for outcome in count_outcomes(today(), reader)
    }


def test_a_warning_helped_where_nothing_further_happened_in_ninety_days(officer, customer):
    calm, other = customer, factories.customer(by=officer)
    incident(officer, calm, 200, warning=Warning.GIVEN)
    incident(officer, calm, 109, warning=Warning.NOT_GIVEN, no_warning_reason=NoWarningReason.UNSAFE)
    assert counted_outcomes(officer) == {"Warning given": (1, 1, 100)}
    incident(officer, other, 200, warning=Warning.GIVEN)
    incident(officer, other, 110, warning=Warning.NOT_GIVEN, no_warning_reason=NoWarningReason.UNSAFE)
    assert counted_outcomes(officer) == {"Warning given": (2, 1, 50)}


@pytest.mark.parametrize("days", [90, 731])
def test_what_is_too_recent_to_tell_or_long_past_is_not_counted(days, officer, customer):
    incident(officer, customer, days, warning=Warning.GIVEN)
    assert counted_outcomes(officer) == {}


def test_each_kind_of_measure_and_of_restorative_step_is_counted(officer, manager, customer):
    with time_machine.travel(days_ago(300)):
        first = factories.incident(
            by=officer, customer=customer, warning=Warning.NOT_GIVEN, no_warning_reason=NoWarningReason.UNSAFE
        )
        factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[first]))
    assert counted_outcomes(officer) == {"Phone closed": (1, 1, 100)}


@pytest.mark.policy("31")
def test_a_letter_that_warns_is_counted_by_itself_from_the_day_on_which_it_was_sent(
    officer, manager, customer, organisation
):
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="Housing", contact="0800")
    with time_machine.travel(days_ago(300)):
        warned = factories.incident(by=officer, customer=customer, warning="")
        assessment = {"outcome": Outcome.WARNING_LETTER, "reasons": "The first time."}
        assess_incident(incident=warned, by=manager, version=warned.version, **assessment)
    between = {"warning": Warning.NOT_GIVEN, "no_warning_reason": NoWarningReason.UNSAFE}
    incident(officer, customer, 260, **between)
    with time_machine.travel(days_ago(250)):
        send_about_incident(warned, manager)
    assert counted_outcomes(officer) == {"Letter sent: What we ask of you": (1, 1, 100)}
    incident(officer, customer, 161, **between)
    assert counted_outcomes(officer) == {"Letter sent: What we ask of you": (1, 0, 0)}


def test_what_happened_before_a_measure_applied_is_not_held_against_it(officer, manager, customer):
    with time_machine.travel(days_ago(300)):
        first = factories.incident(by=officer, customer=customer, warning="")
        decision = factories.decision(by=manager, incidents=[first])
        factories.restriction(by=manager, decision=decision, not_before=today() + timedelta(days=14))
    between = {"warning": Warning.NOT_GIVEN, "no_warning_reason": NoWarningReason.UNSAFE}
    incident(officer, customer, 286, **between)
    assert counted_outcomes(officer) == {"Phone closed": (1, 1, 100)}
    incident(officer, customer, 285, **between)
    assert counted_outcomes(officer) == {"Phone closed": (1, 0, 0)}


def test_numbers_are_shown_to_those_who_read_restrictions(signed_in, manager, officer, customer):
    incident(officer, customer, 200, warning=Warning.GIVEN)
    page = signed_in(manager).get(reverse("outcomes")).content.decode()
    assert "100%" in page
    assert customer.name not in page
    assert reverse("outcomes") in signed_in(manager).get(reverse("restrictions")).content.decode()


@pytest.mark.policy("31")
def test_every_warning_stands_wherever_a_manager_decides(signed_in, manager, officer, customer):
    warned = incident(officer, customer, 20, warning=Warning.GIVEN)
    now = factories.incident(
        by=officer, customer=customer, warning=Warning.NOT_GIVEN, no_warning_reason=NoWarningReason.UNSAFE
    )
    decision = factories.decision(by=manager, incidents=[now])
    measure = factories.restriction(by=manager, decision=decision)
    waiting = factories.incident(by=officer, customer=customer)
    client = signed_in(manager)
    for url in (
        reverse("incident_assess", args=[waiting.reference]),
        reverse("decide", args=[customer.reference]) + f"?incident={now}",
        reverse("restrict", args=[decision.reference]) + "?kind=channel",
        reverse("interim_new", args=[customer.reference]),
        reverse("review_hold", args=[measure.reviews.get().reference]),
        customer.get_absolute_url(),
    ):
        page = client.get(url).content.decode()
        assert "Warnings given" in page, url
        assert warned.get_absolute_url() in page, url
