"""One comparison of what two restrictions take away. Reviews, panels and whoever imposes something again ask it alike.

Only a fresh decision takes more away than what is there (policy §14, 22; beyond the policy: B28). Each is compared by the contact plan
that it makes by itself: what else applies to its customer can end before it does.
"""

from datetime import date

from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.contact_plan import PlannedChannel
from restrictions.contact_plan import (
    AnyRestriction,
    PlanChanges,
    combine_into_plan,
    contact_plan,
    is_at_most_as_limited,
)
from restrictions.kinds import KINDS
from restrictions.kinds.channels import channel_labels
from restrictions.models import Restriction


def check_not_more_restrictive(
    before: Restriction, after: Restriction, look_by: date | None = None
) -> list[Refusal]:
    """Refuse each way in which one restriction takes more away than the one before it.

    `look_by` is the last day for its first review.
    """
    refusals = check_terms_not_more_restrictive(before, after)
    last_day = before.earliest_last_day
    if last_day and (after.earliest_last_day or date.max) > last_day:
        refusals.append(
            Refusal(f"It would last longer than now. Its last day is {uk_date(last_day)}.", "22", "ends_on")
        )
    if look_by and (after.first_review_on or date.max) > look_by:
        refusals.append(
            Refusal(
                f"It would be looked at later than now. Choose a day up to {uk_date(look_by)}.",
                "22",
                "first_review_on",
            )
        )
    if before.review_months and (after.review_months or before.review_months + 1) > before.review_months:
        refusals.append(
            Refusal(
                f"It would be looked at less often than now, every {before.review_months} months.",
                "22",
                "review_months",
            )
        )
    return refusals


def check_terms_not_more_restrictive(before: Restriction, after: Restriction) -> list[Refusal]:
    """Refuse a harsher kind, or one that cannot be compared, and what its kind says takes more away, or else what their plans show."""
    if before.kind != after.kind:
        is_lighter = before.kind_rules.subject == after.kind_rules.subject and (
            restrictiveness(after) < restrictiveness(before)
        )
        if not is_lighter:
            sentence = f"“{after.title}” takes as much away as “{before.title}”."
            return [Refusal(sentence, "14", "kind")]
    elif refusals := before.kind_rules.check_not_more_restrictive(before, after):
        return refusals
    return check_channels_not_more_limited(before, after)


def check_channels_not_more_limited(before: Restriction, after: Restriction) -> list[Refusal]:
    """Refuse to close or limit a channel further."""
    further = channels_limited_further(before, after)
    more = {
        "close": [planned.channel for planned in further if planned.closed_by],
        "limit": [planned.channel for planned in further if not planned.closed_by],
    }
    return [
        Refusal(
            f"This would {verb} more than before: {channel_labels(channels)}.",
            "22",
            after.kind_rules.channel_term,
        )
        for verb, channels in more.items()
        if channels
    ]


def channels_limited_further(before: Restriction, after: Restriction) -> list[PlannedChannel]:
    """Return the channels that one restriction closes or limits further than the one before it. For how long, their last days say."""
    plan, new_plan = (combine_into_plan([restriction]) for restriction in (before, after))
    return [
        planned
        for planned in new_plan
        if not is_at_most_as_limited(plan.channels[planned.channel], planned)
        and not (planned.closed_by and planned.channel in plan.closed_channels)
    ]


def is_swap(before: Restriction, after: Restriction) -> bool:
    """Return whether a new version takes channels away and opens as many or more that its customer can use, with all that applies."""
    changes = PlanChanges(
        contact_plan(before.customer, adding=[before]),
        contact_plan(before.customer, adding=[after], without=[before]),
    )
    opened = [planned for planned in changes.more if planned.channel in changes.after.usable_channels]
    return 0 < len(channels_limited_further(before, after)) <= len(opened)


def is_at_most_as_restrictive(before: Restriction, after: Restriction) -> bool:
    """Return whether one restriction takes no more away than the one before it. What does not is harsher."""
    return not check_not_more_restrictive(before, after)


def takes_back(before: Restriction, left: Restriction | None, after: AnyRestriction) -> bool:
    """Return whether `after` limits a channel further than was left of it when `before` was eased to what is `left`, or ended where that is None.

    Only what was given back counts: a channel that is less limited by what is left than before. The plans say so, whatever the kinds.
    """
    earlier, plan, new_plan = (
        combine_into_plan([restriction] if restriction else []) for restriction in (before, left, after)
    )
    return any(
        not is_at_most_as_limited(plan.channels[planned.channel], planned)
        and not is_at_most_as_limited(plan.channels[planned.channel], earlier.channels[planned.channel])
        for planned in new_plan
    )


def is_as_restrictive(before: Restriction, after: Restriction) -> bool:
    """Return whether `after` limits the same thing as `before`, as much or more, be it of another kind: what a panel ended is not imposed so.

    This is asked beside the plans (`takes_back`): no plan shows what limits something else than a channel, a later kind stays barred
    whichever channels it is about, and a channel that a panel left closed is not closed a second time, by what would outlast the first.
    What is made for one customer may limit anything.
    """
    if before.kind == after.kind or before.closed_channels & after.closed_channels:
        return True
    subjects = {before.kind_rules.subject, after.kind_rules.subject}
    limits_same = "" in subjects or len(subjects) == 1
    return limits_same and restrictiveness(after) >= restrictiveness(before)


def restrictiveness(restriction: Restriction) -> int:
    """Return the rank of its kind: `KINDS` goes from the least restrictive on."""
    return list(KINDS).index(restriction.kind)
