"""A page whose step cannot be taken any more says so when it is opened, and not once all is typed. B20."""

import pytest
from django.db import transaction

from cha_engagement.customers import actions as customers
from cha_engagement.customers.few import actions as few
from cha_engagement.letters import actions as letters
from incidents.restorative import actions as restorative
from restrictions import actions as restrictions
from restrictions.breaches import actions as breaches

from .routes import RECORDS, WITHIN, path_of

WHY = "Their sister has left us."
ROLES = ("manager", "management", "executive", "officer")


def decline(proposal, by):
    restrictions.decline_proposal(restriction=proposal, by=by, version=proposal.version, status_reason=WHY)


def dismiss(breach, by):
    breaches.dismiss_breach(breach=breach, by=by)


def drop(pause, by):
    restorative.drop_pause(pause=pause, by=by, version=pause.version, dropped_reason=WHY)


def end_case(case, by):
    few.let_everybody_read(case=case, by=by, version=case.version, ended_why=WHY)


def end_measure(interim, by):
    restrictions.end_interim_measure(interim=interim, by=by, version=interim.version, status_reason=WHY)


def leave_unexplained(decision, by):
    restrictions.leave_decision_unexplained(
        decision=decision, by=by, version=decision.version, not_explained_reason=WHY
    )


def lift(restriction, by):
    restrictions.lift_restriction(restriction=restriction, by=by, status_reason=WHY)


def lift_reviewed(review, by):
    lift(review.restriction, by)


def unmerge(merge, by):
    customers.unmerge_customers(merge=merge, by=by, version=merge.version)


def void(letter, by):
    letters.void_letter(letter=letter, by=by, version=letter.version, void_reason=WHY)


MOVED_ON = "has moved on already"
STAGE = "that cannot be done now"
ENDED_ACTIONS = {
    "appeal_decide": (None, MOVED_ON),
    "appeal_withdraw": (None, MOVED_ON),
    "breach_answer": (dismiss, "This contact does not count against the restriction."),
    "breach_withhold": (dismiss, "This contact does not count against the restriction."),
    "customer_unmerge": (unmerge, "This merge is undone already."),
    "decision_unexplained": (leave_unexplained, "How this decision was explained is recorded already."),
    "few_end": (end_case, "can read this case again already"),
    "few_readers": (end_case, "can read this case again already"),
    "interim_end": (end_measure, MOVED_ON),
    "letter_enclose": (void, STAGE),
    "letter_sent": (void, STAGE),
    "letter_void": (void, STAGE),
    "restorative_complete": (drop, MOVED_ON),
    "restorative_drop": (drop, MOVED_ON),
    "restriction_decline": (decline, MOVED_ON),
    "restriction_impose": (decline, MOVED_ON),
    "restriction_lift": (lift, MOVED_ON),
    "review_hold": (lift_reviewed, MOVED_ON),
}
"""By the name of its page: how a colleague is faster, None where the world's appeal is withdrawn already; and what the page then says."""


def acted_on(route, case):
    """Return the record on which the step of a page is taken."""
    return case["merge"] if route == "customer_unmerge" else case[(RECORDS | WITHIN)[route]]


@pytest.mark.beyond("B20")
@pytest.mark.parametrize("route", ENDED_ACTIONS)
def test_a_page_whose_step_is_over_leads_to_its_record_and_says_why(world, ask, clients, route):
    path, record = path_of(route, world.other), acted_on(route, world.other)
    overtake, sentence = ENDED_ACTIONS[route]
    who = next(role for role in ROLES if ask(role, "post", path).status_code == 422)
    with transaction.atomic():
        if overtake:
            assert clients[who].get(path).status_code == 200
            overtake(type(record).objects.get(pk=record.pk), world.staff["management"])
        answer = clients[who].get(path)
        page = clients[who].get(record.get_absolute_url()).content.decode()
        transaction.set_rollback(True)
    assert (answer.status_code, answer.url) == (302, record.get_absolute_url())
    assert sentence in page
