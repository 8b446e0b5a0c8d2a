import datetime
import uuid

import pytest

from cha_engagement.customers.enums import Channel
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import SentBy
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from reviews import actions
from reviews.enums import AppealOutcome, ReviewOutcome

from .. import factories


@pytest.fixture
def executive2(db):
    """On the Executive Team, and a manager who imposes restrictions."""
    return factories.staff("executive2", "Executive Team", "Manager")


@pytest.fixture
def adviser(db):
    return AdviceOrganisation.objects.create(
        name="Lochside Advice", helps_with="housing", contact="Phone 0800 496 0002"
    )


@pytest.fixture
def incident(organisation, officer, customer):
    return factories.incident(by=officer, customer=customer)


@pytest.fixture
def decision(manager, incident):
    return factories.decision(by=manager, incidents=[incident])


@pytest.fixture
def restriction(request, manager, decision):
    """A closed phone, at once unless a test gives other facts (`indirect`)."""
    return factories.restriction(by=manager, decision=decision, **getattr(request, "param", {}))


@pytest.fixture
def review(restriction):
    return restriction.reviews.get()


@pytest.fixture
def log_appeal(officer, customer):
    """`log_appeal(restriction, …)` logs one against them, or against nothing that can be heard."""

    def log_appeal(*restrictions, by=officer, **facts):
        usual_facts = {
            "received_on": today(),
            "channel": Channel.PHONE,
            "lodged_by": customer.name,
            "grounds": "This is not fair.",
        }
        return actions.log_appeal(
            customer=restrictions[0].customer if restrictions else customer,
            by=by,
            submission=uuid.uuid4(),
            restrictions=restrictions,
            **usual_facts | facts,
        )

    return log_appeal


@pytest.fixture
def acknowledged_appeal(log_appeal, restriction, executive):
    """An appeal against the restriction, as it stands before it is decided."""
    return acknowledge_appeal(log_appeal(restriction), executive)


@pytest.fixture
def decide_appeal(request):
    """`decide_appeal(appeal, outcome, …)` decides all of it in one way, by `executive` unless told otherwise."""

    def decide_appeal(appeal, outcome=AppealOutcome.NOT_UPHELD, by=None, changes=None, **facts):
        by = by or request.getfixturevalue("executive")
        verdict = {"outcome": outcome, "reasons": "We have weighed what you say."}
        if changes is not None:
            verdict["changes"] = changes
        references = appeal.appealed.values_list("restriction__reference", flat=True)
        usual_facts = {
            "heard_on": today(),
            "verdicts": dict.fromkeys(references, verdict),
            "version": appeal.version,
        }
        return actions.decide_appeal(appeal=appeal, by=by, **usual_facts | facts)

    return decide_appeal


def hold_review(review, by, outcome=ReviewOutcome.CONTINUE, **facts):
    usual_facts = {
        **factories.THEIR_SIDE,
        "findings": "Calm letters.",
        "reasons": "You have kept to what we asked.",
        "next_review_on": days_from_today(85),
    }
    return actions.hold_review(
        review=review, by=by, version=review.version, outcome=outcome, **usual_facts | facts
    )


def version_facts(restriction, **changes):
    """Return what the restriction says now, for a panel to change: `first_review_on` as it is due."""
    facts = restriction.kind_rules.field_values(restriction.kind_rules.form_answers(restriction))
    names = ("ends_on", "easing_conditions", "staff_instruction", "first_review_on", "review_months")
    return facts | {name: getattr(restriction, name) for name in names} | changes


def acknowledge_appeal(appeal, by):
    return actions.acknowledge_appeal(appeal=appeal, by=by, version=appeal.version, acknowledged_on=today())


def withdraw_appeal(appeal, by, **facts):
    appeal.refresh_from_db()
    usual_facts = {"withdrawn_on": today(), "withdrawn_by": "Órla"}
    return actions.withdraw_appeal(appeal=appeal, by=by, version=appeal.version, **usual_facts | facts)


def suspend_restrictions(appeal, by, *restrictions, **facts):
    """Have these, and no others, not apply while the appeal is heard."""
    appeal.refresh_from_db()
    return actions.suspend_restrictions(
        appeal=appeal, by=by, version=appeal.version, restrictions=restrictions, **facts
    )


def name_substitute(appeal, substitute, by, reason="The whole Executive Team had a part in it."):
    return actions.name_substitute(
        appeal=appeal, by=by, version=appeal.version, substitute=substitute, substitute_reason=reason
    )


def task_kinds(rows):
    """Return the kinds of some tasks of the work list, in its order."""
    return [row["kind"] for row in rows]


def send_letter(letter, by):
    issued = factories.issue_letter(letter, by=by)
    return letters.send_letter(
        letter=issued, by=by, version=issued.version, sent_by_channel=SentBy.LETTER, sent_on=today()
    )


def days_from_today(count):
    return today() + datetime.timedelta(days=count)
