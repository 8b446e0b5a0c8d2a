"""One comparison of what two restrictions take away. Reviews, panels and whoever imposes something again ask it alike.

Only a fresh decision takes more away than what is there (policy §14, 22; beyond the policy: B28).
"""

from collections.abc import Iterator
from datetime import date

from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from restrictions.kinds import KINDS
from restrictions.kinds.channels import channel_labels, in_channel_order
from restrictions.models import Restriction


def check_not_more_restrictive(
    before: Restriction, after: Restriction, look_by: date | None = None
) -> Iterator[Refusal]:
    """Yield each way in which one restriction takes more away than the one before it. `look_by` is the last day for its first review."""
    if before.kind != after.kind:
        yield from check_other_kind(before, after)
    elif refusal := before.kind_rules.check_not_more_restrictive(before, after):
        yield refusal
    elif more := in_channel_order(after.closed_channels - before.closed_channels):
        yield Refusal(f"This would close more than before: {channel_labels(more)}.", "22", "closed")
    if before.ends_on and (after.ends_on is None or after.ends_on > before.ends_on):
        yield Refusal(
            f"It would last longer than now. Its last day is {uk_date(before.ends_on)}.", "22", "ends_on"
        )
    if look_by and (after.first_review_on is None or after.first_review_on > look_by):
        yield Refusal(
            f"It would be looked at later than now. Choose a day up to {uk_date(look_by)}.",
            "22",
            "first_review_on",
        )
    if before.review_months and (after.review_months or before.review_months + 1) > before.review_months:
        yield Refusal(
            f"It would be looked at less often than now, every {before.review_months} months.",
            "22",
            "review_months",
        )


def is_at_most_as_restrictive(before: Restriction, after: Restriction) -> bool:
    """Whether one restriction takes no more away than another."""
    return not any(check_not_more_restrictive(before, after))


def check_other_kind(before: Restriction, after: Restriction) -> Iterator[Refusal]:
    """Yield why a restriction of another kind is as harsh, or harsher."""
    if is_as_restrictive(before, after):
        yield Refusal(f"“{after.title}” takes as much away as “{before.title}”.", "14", "kind")


def is_as_restrictive(before: Restriction, after: Restriction) -> bool:
    """Whether one takes away what the other did, or more, in its own kind or in another: `KINDS` goes from the least restrictive on."""
    if before.kind == after.kind or before.closed_channels & after.closed_channels:
        return True
    return limits_same_subject(before, after) and restrictiveness(after) >= restrictiveness(before)


def limits_same_subject(before: Restriction, after: Restriction) -> bool:
    """Whether both limit the same thing, such as contact; a measure made for one customer may limit anything."""
    grounds = {before.kind_rules.subject, after.kind_rules.subject}
    return "" in grounds or len(grounds) == 1


def restrictiveness(restriction: Restriction) -> int:
    return list(KINDS).index(restriction.kind)
