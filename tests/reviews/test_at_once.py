"""Of twenty at once one takes the step, and the others are told who, on SQLite and PostgreSQL alike (R1)."""

import pytest
from django.db import connection

from cha_engagement.organisation.calendar import today
from restrictions.enums import RestrictionEvent, RestrictionStatus
from reviews.enums import AppealOutcome, ReviewOutcome
from tests.threads import run_at_once

from .. import factories
from .conftest import days_from_today

pytestmark = pytest.mark.django_db(transaction=True)


def post_twenty_at_once(record, transition, role, signed_in, form):
    """Post what twenty have checked of a transition at once, check that one was taken, and return who sent it."""
    people = [factories.staff(f"person{number}", role) for number in range(20)]
    clients = [signed_in(person) for person in people]
    url = f"{record.get_absolute_url()}{transition}/"
    pages = [client.post(url, form(f"Typed by {number}.")).url for number, client in enumerate(clients)]
    checked = [
        {bound.name: bound.value() for bound in client.get(page).context["form"]}
        for client, page in zip(clients, pages, strict=True)
    ]
    connection.close()
    responses = run_at_once(20, lambda number: clients[number].post(pages[number], checked[number]))
    winners = [
        person for person, response in zip(people, responses, strict=True) if response.status_code == 302
    ]
    assert len(winners) == 1
    for number, response in enumerate(responses):
        if people[number] not in winners:
            text = response.content.decode()
            assert response.status_code == 409
            assert winners[0].get_full_name() in text
            assert f"Typed by {number}." in text
    assert record.history.filter(event=transition).count() == 1
    return winners[0]


def test_of_twenty_who_hold_a_review_at_once_one_does(review, restriction, signed_in):
    def form(text):
        facts = {
            "version": review.version,
            "findings": text,
            "outcome": ReviewOutcome.LIFT,
            "reasons": "It worked.",
        }
        return facts | {"next_review_on": str(days_from_today(85))}

    winner = post_twenty_at_once(review, "hold", "Manager", signed_in, form)
    review.refresh_from_db()
    restriction.refresh_from_db()
    assert (review.held_by, restriction.status) == (winner, RestrictionStatus.LIFTED)
    assert restriction.history.filter(event=RestrictionEvent.LIFT).count() == 1


def test_of_twenty_who_decide_an_appeal_at_once_one_does(acknowledged_appeal, restriction, signed_in):
    def form(text):
        verdict = {f"{restriction}-outcome": AppealOutcome.UPHELD, f"{restriction}-reasons": text}
        return verdict | {"version": acknowledged_appeal.version, "heard_on": str(today())}

    winner = post_twenty_at_once(acknowledged_appeal, "decide", "Executive Team", signed_in, form)
    acknowledged_appeal.refresh_from_db()
    restriction.refresh_from_db()
    assert (acknowledged_appeal.decided_by, list(acknowledged_appeal.panel.all())) == (winner, [winner])
    assert restriction.history.filter(event=RestrictionEvent.OVERTURN).count() == 1
