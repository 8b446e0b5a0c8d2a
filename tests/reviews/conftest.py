import datetime
import uuid

import pytest

from cha_engagement.letters import actions as letters
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from reviews import actions

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
def restriction(manager, decision):
    return factories.restriction(by=manager, decision=decision)


@pytest.fixture
def review(restriction):
    return restriction.reviews.get()


@pytest.fixture
def log(officer, customer):
    """`log(restriction, …)` is an appeal against them, or against nothing that can be heard."""

    def log(*restrictions, by=officer, **facts):
        said = {
            "received_on": today(),
            "channel": "phone",
            "lodged_by": customer.name,
            "grounds": "This is not fair.",
        }
        return actions.log_appeal(
            customer=restrictions[0].customer if restrictions else customer,
            by=by,
            submission=uuid.uuid4(),
            restrictions=restrictions,
            **said | facts,
        )

    return log


@pytest.fixture
def acknowledged(log, restriction, executive):
    """An appeal against the restriction, as it stands before it is decided."""
    appeal = log(restriction)
    return actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )


@pytest.fixture
def decide(request):
    """`decide(appeal, outcome, …)` decides all of it in one way, by `executive` unless told otherwise."""

    def decide(appeal, outcome="not_upheld", by=None, changes=None, **facts):
        by = by or request.getfixturevalue("executive")
        verdict = {"outcome": outcome, "reasons": "We have weighed what you say."}
        if changes is not None:
            verdict["changes"] = changes
        references = appeal.appealed.values_list("restriction__reference", flat=True)
        said = {
            "heard_on": today(),
            "verdicts": dict.fromkeys(references, verdict),
            "version": appeal.version,
        }
        return actions.decide_appeal(appeal=appeal, by=by, **said | facts)

    return decide


def eased(restriction, **changes):
    """The restriction as it says it now, for a panel to change: `first_review_on` as it is due."""
    said = restriction.kind_rules.field_values(restriction.kind_rules.form_answers(restriction))
    names = ("ends_on", "easing_conditions", "staff_instruction", "first_review_on", "review_months")
    return said | {name: getattr(restriction, name) for name in names} | changes


def withdraw(appeal, by, **facts):
    said = {"withdrawn_on": today(), "withdrawn_by": "Órla"}
    return actions.withdraw_appeal(appeal=appeal, by=by, version=appeal.version, **said | facts)


def suspend(appeal, by, *restrictions, **facts):
    """Have these, and no others, not apply while the appeal is heard."""
    appeal.refresh_from_db()
    return actions.suspend_restrictions(
        appeal=appeal, by=by, version=appeal.version, restrictions=restrictions, **facts
    )


def name(appeal, substitute, by, reason="The whole Executive Team had a part in it."):
    return actions.name_substitute(
        appeal=appeal, by=by, version=appeal.version, substitute=substitute, substitute_reason=reason
    )


def send(letter, by):
    issued = factories.issue_letter(letter, by=by)
    return letters.send_letter(
        letter=issued, by=by, version=issued.version, sent_by_channel="letter", sent_on=today()
    )


def in_days(count):
    return today() + datetime.timedelta(days=count)
