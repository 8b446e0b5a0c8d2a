"""A measure that adds nothing to what its customer lives under already is none. Policy §14; beyond the policy: B28, B29.

Only what is of the same kind is compared: a channel that another kind closes too is closed for another reason, and stays so when that ends.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from restrictions.contact_plan import (
    AnyRestriction,
    applies_on,
    combine_into_plan,
    is_limited_no_further,
)
from restrictions.enums import RestrictionStatus
from restrictions.models import ManagementDecision, Restriction


def check_adds_something(
    restriction: Restriction, others: Iterable[AnyRestriction], decision: ManagementDecision | None = None
) -> list[Refusal]:
    """Refuse a restriction that does what others of its kind do already, in force or waiting for their customer to be told.

    One that would only last longer begins when these end, under a `decision` of its own: what they ended under carries it no further.
    """
    imposed = [
        other
        for other in others
        if isinstance(other, Restriction)
        and other.kind == restriction.kind
        and other.status == RestrictionStatus.IMPOSED
    ]
    beside = [other for other in imposed if applies_on(other, restriction.earliest_first_day)]
    if repeated := next(iter(repeated_restrictions(restriction, beside)), None):
        return [refuse_repetition(restriction, repeated)]
    decision = decision or restriction.decision
    under_same = [other for other in imposed if decision and other.decision_id == decision.pk]
    before = [other for other in under_same if last_day(other) < restriction.earliest_first_day]
    if repeated := next(iter(repeated_restrictions(restriction, before)), None):
        sentence = (
            f"{repeated.full_title} does this until {uk_date(repeated.earliest_last_day)}, under the same decision. Lasting longer is a fresh "
            "decision on what has happened since: take that one first."
        )
        return [Refusal(sentence, "B28", link=link_to(repeated))]
    return []


def repeated_restrictions(restriction: Restriction, others: Collection[Restriction]) -> list[Restriction]:
    """Return the others that do all that a restriction of their kind would, for however long: none where it adds something to them."""
    if not others:
        return []
    kind = restriction.kind_rules
    done = set().union(*(kind.effects(other) for other in others))
    plan, new_plan = combine_into_plan(others), combine_into_plan([*others, restriction])
    adds_nothing = kind.effects(restriction) <= done and all(
        is_limited_no_further(plan.channels[planned.channel], planned) for planned in new_plan
    )
    if not adds_nothing:
        return []
    return sorted(others, key=last_day, reverse=True)


def refuse_repetition(restriction: Restriction, repeated: Restriction) -> Refusal:
    """Say which restriction does the same, and how to change that one instead, or to have it last longer."""
    which = f"{repeated.full_title} does this already"
    if last_day(restriction) <= last_day(repeated):
        sentence = f"{which}: nothing would change for them. Change that one in place of imposing it again: its page leads to its review, and lifts it."
        return Refusal(sentence, "14", link=link_to(repeated))
    next_day = last_day(repeated) + timedelta(days=1)
    sentence = (
        f"{which}, until {uk_date(repeated.earliest_last_day)}. Only the time would be longer, and that is a fresh decision on what has happened "
        f"since: take it near that day, and let it begin on {uk_date(next_day)}. A review of that one keeps, eases or ends it."
    )
    return Refusal(sentence, "B28", link=link_to(repeated))


def last_day(restriction: Restriction) -> date:
    """Return its last day, as far as it is known; the last of all where none is set."""
    return restriction.earliest_last_day or date.max


def link_to(restriction: AnyRestriction) -> tuple[str, str]:
    return f"Open {restriction.full_title}", restriction.get_absolute_url()
