"""R1, on SQLite and PostgreSQL alike: of twenty at once one takes the step, and the others are told who."""

import pytest
from django.db import connection

from cha_engagement.organisation.calendar import today
from tests.threads import run_at_once

from .. import factories
from .conftest import in_days

pytestmark = pytest.mark.django_db(transaction=True)


def one_wins(record, transition, role, signed_in, form):
    """Twenty send the form of a transition at once. Whoever won, of the twenty."""
    people = [factories.staff(f"person{number}", role) for number in range(20)]
    clients = [signed_in(person) for person in people]
    url = f"{record.get_absolute_url()}{transition}/"
    connection.close()
    answers = run_at_once(20, lambda number: clients[number].post(url, form(f"Typed by {number}.")))
    winners = [person for person, answer in zip(people, answers, strict=True) if answer.status_code == 302]
    assert len(winners) == 1
    for number, answer in enumerate(answers):
        if people[number] not in winners:
            text = answer.content.decode()
            assert answer.status_code == 409
            assert winners[0].get_full_name() in text
            assert f"Typed by {number}." in text
    assert record.history.filter(event=transition).count() == 1
    return winners[0]


def test_of_twenty_who_hold_a_review_at_once_one_does(review, restriction, signed_in):
    def form(typed):
        said = {"version": review.version, "findings": typed, "outcome": "lift", "reasons": "It worked."}
        return said | {"next_review_on": str(in_days(85))}

    winner = one_wins(review, "hold", "Manager", signed_in, form)
    review.refresh_from_db()
    restriction.refresh_from_db()
    assert (review.held_by, restriction.status) == (winner, "lifted")
    assert restriction.history.filter(event="lift").count() == 1


def test_of_twenty_who_decide_an_appeal_at_once_one_does(acknowledged, restriction, signed_in):
    def form(typed):
        about = {f"{restriction}-outcome": "upheld", f"{restriction}-reasons": typed}
        return about | {"version": acknowledged.version, "heard_on": str(today())}

    winner = one_wins(acknowledged, "decide", "Executive Team", signed_in, form)
    acknowledged.refresh_from_db()
    restriction.refresh_from_db()
    assert (acknowledged.decided_by, list(acknowledged.panel.all())) == (winner, [winner])
    assert restriction.history.filter(event="overturn").count() == 1
