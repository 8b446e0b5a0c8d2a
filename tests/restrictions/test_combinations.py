"""Whatever is imposed together, in whatever order: card, letter and page say what the contact plan does. Beyond the policy: B29."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import transaction
from django.template.loader import render_to_string

from cha_engagement.core.refusals import Incomplete
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import CHANNEL_PHRASES, INBOUND_CHANNELS, CardSection
from cha_engagement.letters.rendering import placeholders
from cha_engagement.organisation.calendar import today
from restrictions.actions import draft_decision_letter
from restrictions.contact_plan import contact_plan
from restrictions.models import InterimMeasure
from tests import factories
from tests.desks import card_lines
from tests.factories import TERMS_BY_KIND

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B29"), pytest.mark.policy("23")]

MEASURES = [*TERMS_BY_KIND, "interim"]


def why(kind):
    return f"This is why we decided on {kind.replace('_', ' ')}."


class Undone(Exception):
    pass


@contextmanager
def undone():
    """Undo what is written within: the next order begins where this one did."""
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


@pytest.fixture
def impose(management, officer, decision, organisation):
    """`impose(kind)` imposes a restriction of a kind on the customer, or sets an interim measure; each with a reason and a last day of its own."""
    colleagues = {
        "named_contact": factories.staff("ann", "Officer"),
        "deputy": factories.staff("bob", "Officer"),
    }

    def impose(kind):
        if kind == "interim":
            incident = factories.incident(by=officer, customer=decision.customer)
            return factories.interim_measure(by=management, incidents=[incident], closed=["phone"])
        return factories.restriction(
            by=management,
            decision=decision,
            kind=kind,
            terms=TERMS_BY_KIND[kind],
            reason=why(kind),
            ends_on=today() + timedelta(days=200 + MEASURES.index(kind)),
            staff_instruction="Ask them to write first." if kind == "other" else "",
            **(colleagues if kind == "named_contact" else {}),
        )

    return impose


def check_card_and_page(plan, customer):
    lines = card_lines(customer)
    do, dont = (
        " ".join(
            line.text
            for line in lines
            if line.section == section and line.text.startswith(("Deal with them", "Take what they bring"))
        )
        for section in (CardSection.DO, CardSection.DONT)
    )
    page = render_to_string("restrictions/contact_plan.html", {"plan": plan})
    for channel in INBOUND_CHANNELS:
        phrase, is_closed = CHANNEL_PHRASES[channel], bool(plan.channels[channel].closed_by)
        assert (phrase in dont) == is_closed, phrase
        assert (f"<strong>{channel.label}</strong>: closed" in page) == is_closed, phrase
        is_named = channel in plan.named_channels and bool(plan.closed_channels)
        assert (phrase in do) == is_named, phrase


def check_letter(plan, decision, by):
    text = " ".join(placeholders.filled_text(draft_decision_letter(decision=decision, by=by)).split())
    listed = text.split("You can contact us:")[-1]
    for channel in INBOUND_CHANNELS:
        phrase, closed_by = CHANNEL_PHRASES[channel], plan.channels[channel].closed_by
        assert (f"- {phrase}" in listed) == (channel in plan.usable_channels), phrase
        for source in closed_by:
            assert uk_date(source.ends_on) in text, source
            assert isinstance(source, InterimMeasure) or why(source.kind) in text, source


def check_agreement(decision, by):
    plan = contact_plan(decision.customer)
    check_card_and_page(plan, decision.customer)
    if decision.restrictions.exists():
        check_letter(plan, decision, by)


def impose_in_every_order(kinds, impose, check):
    """Impose what can be imposed on what was before it, checking after each; return the refusals of the rest."""
    refusals = []
    for kind in kinds:
        with undone():
            try:
                with transaction.atomic():
                    impose(kind)
            except Incomplete as incomplete:
                refusals += incomplete.refusals
                continue
            check()
            refusals += impose_in_every_order([other for other in kinds if other != kind], impose, check)
    return refusals


@pytest.mark.parametrize("first", MEASURES)
def test_any_two_measures_in_any_order_are_told_of_alike_everywhere(first, impose, decision, management):
    """What is refused, and it alone, would leave too little: it is no contradiction that somebody has to notice."""
    others = [kind for kind in MEASURES if kind != first]
    impose(first)
    refusals = [
        refusal
        for second in others
        for refusal in impose_in_every_order([second], impose, lambda: check_agreement(decision, management))
    ]
    assert {refusal.paragraph for refusal in refusals} <= {"B2"}


@pytest.mark.long
@pytest.mark.parametrize("kinds", [*combinations(MEASURES, 3)], ids=" ".join)
def test_any_three_measures_in_any_order_are_told_of_alike_everywhere(kinds, impose, decision, management):
    refusals = impose_in_every_order(kinds, impose, lambda: check_agreement(decision, management))
    assert {refusal.paragraph for refusal in refusals} <= {"B2"}
