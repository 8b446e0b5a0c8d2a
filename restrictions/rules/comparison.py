"""One comparison of what two restrictions take away. Reviews, panels and whoever imposes something again ask it alike.

Only a fresh decision takes more away than what is there (policy §14, 22; beyond the policy: B28).
"""

from datetime import date

from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from restrictions.kinds import KINDS
from restrictions.kinds.channels import channel_labels, ordered_channels
from restrictions.models import Restriction


def check_not_more_restrictive(
    before: Restriction, after: Restriction, look_by: date | None = None
) -> list[Refusal]:
    """Refuse each way in which one restriction takes more away than the one before it.

    `look_by` is the last day for its first review.
    """
    refusals = check_terms_not_more_restrictive(before, after)
    if before.ends_on and (after.ends_on is None or after.ends_on > before.ends_on):
        refusals.append(
            Refusal(
                f"It would last longer than now. Its last day is {uk_date(before.ends_on)}.", "22", "ends_on"
            )
        )
    if look_by and (after.first_review_on is None or after.first_review_on > look_by):
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
    if before.kind != after.kind:
        return check_other_kind(before, after)
    if refusals := before.kind_rules.check_not_more_restrictive(before, after):
        return refusals
    if more := ordered_channels(after.closed_channels - before.closed_channels):
        return [Refusal(f"This would close more than before: {channel_labels(more)}.", "22", "closed")]
    return []


def check_other_kind(before: Restriction, after: Restriction) -> list[Refusal]:
    """Refuse a restriction of another kind that takes as much away, or more."""
    if is_as_restrictive(before, after):
        return [Refusal(f"“{after.title}” takes as much away as “{before.title}”.", "14", "kind")]
    return []


def is_at_most_as_restrictive(before: Restriction, after: Restriction) -> bool:
    return not check_not_more_restrictive(before, after)


def is_as_restrictive(before: Restriction, after: Restriction) -> bool:
    """Return whether `after` takes away what `before` did, or more, be it of another kind: `KINDS` goes from the least restrictive on."""
    if before.kind == after.kind or before.closed_channels & after.closed_channels:
        return True
    return limits_same_subject(before, after) and restrictiveness(after) >= restrictiveness(before)


def limits_same_subject(before: Restriction, after: Restriction) -> bool:
    """Return whether both limit one thing, such as contact; what is made for one customer may limit anything."""
    subjects = {before.kind_rules.subject, after.kind_rules.subject}
    return "" in subjects or len(subjects) == 1


def restrictiveness(restriction: Restriction) -> int:
    return list(KINDS).index(restriction.kind)
