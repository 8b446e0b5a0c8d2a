"""Nothing is decided on somebody who has died, and what applies to them is ended. Policy §22, 23."""

import pytest

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from incidents.enums import Category, Outcome
from restrictions import actions
from reviews import actions as reviews
from reviews.enums import ReviewOutcome
from reviews.models import Review
from tests import factories
from tests.desks import task_rows
from tests.undoing import undone

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22"), pytest.mark.policy("23")]


def die(customer, by):
    writing.save_record(Customer.objects.get(pk=customer.pk), by=by, reason="Died", deceased_on=today())


def test_nothing_is_decided_on_somebody_who_has_died(customer, officer, manager, incident, decision):
    interim = factories.interim_measure(
        by=manager,
        incidents=[factories.incident(by=officer, customer=customer, categories=[Category.VIOLENCE])],
    )
    new = factories.incident(by=officer, customer=customer)
    die(customer, officer)
    for record in (incident, decision, interim, new):
        record.refresh_from_db()
    for write in (
        lambda: factories.assess_incident(new, by=manager),
        lambda: factories.decision(by=manager, incidents=[incident]),
        lambda: factories.restriction(by=manager, decision=decision),
        lambda: factories.proposal(by=officer, incidents=[incident]),
        lambda: factories.interim_measure(by=manager, incidents=[new]),
        lambda: actions.extend_interim_measure(
            interim=interim,
            by=manager,
            version=interim.version,
            extension_reason="Still at risk.",
            how_notified="Phone",
        ),
    ):
        with undone(), pytest.raises(Incomplete, match="died"):
            write()
    assert factories.assess_incident(new, by=manager, outcome=Outcome.NOT_POSSIBLE).is_assessed


def test_no_form_opens_that_would_decide_on_somebody_who_has_died(
    customer, officer, manager, incident, decision, signed_in
):
    proposal = factories.proposal(by=officer, incidents=[incident])
    page = customer.get_absolute_url()
    forms = [
        f"{page}decide/",
        f"{page}interim/",
        f"{page}propose/",
        f"{page}propose/?kind=channel",
        f"{decision.get_absolute_url()}restrict/",
        f"{decision.get_absolute_url()}restrict/?kind=channel",
        f"{proposal.get_absolute_url()}impose/",
    ]
    client = signed_in(manager)
    assert {client.get(form).status_code for form in forms} == {200}
    assert "Decide on active management" in client.get(page).content.decode()
    die(customer, officer)
    for form in forms:
        answer = client.get(form)
        assert answer.status_code == 403
        assert "died on" in answer.content.decode()
    assert "Decide on active management" not in client.get(page).content.decode()


def test_what_applied_to_somebody_who_died_waits_to_be_ended(customer, officer, manager, restriction):
    assert not task_rows(manager, "restriction.died")
    die(customer, officer)
    assert [row["reference"] for row in task_rows(manager, "restriction.died")] == [restriction.reference]
    review = Review.objects.get()
    with undone(), pytest.raises(Incomplete, match="End this restriction"):
        reviews.hold_review(
            review=review,
            by=manager,
            version=review.version,
            outcome=ReviewOutcome.CONTINUE,
            reasons="It goes on.",
        )
    restriction.refresh_from_db()
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="They died.")
    assert not task_rows(manager, "restriction.died")
