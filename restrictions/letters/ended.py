"""The letter that something no longer applies."""

from datetime import date
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal, ask
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.core.unsettled import watch
from cha_engagement.letters.actions import draft_letter, link_letter
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import PlaceholderTexts
from cha_engagement.letters.rules.issuing import check_placeholders, required_placeholder
from cha_engagement.staff.models import StaffMember
from restrictions.enums import RestrictionStatus
from restrictions.models import Restriction
from restrictions.rules import permissions

from .decided import ITS_END
from .statements import closed_ways, opened, still_applies, ways_left

AT_THE_END = dict([required_placeholder("what has ended", "what has ended, and when", "12")])


def end_untold(letters: QuerySet[Letter]) -> QuerySet[Restriction]:
    """The restrictions that ended after their customer had been told of them, though none of these letters says so. Policy §12."""
    return Restriction.objects.filter(unsaid(letters), told_on__isnull=False)


def unsaid(letters: QuerySet[Letter]) -> Q:
    """Of restrictions: they ended, and none of these letters says so."""
    said = letters.filter(kind="restriction_ended", restrictions=OuterRef("pk"))
    ended = Q(status__in=(RestrictionStatus.LIFTED, RestrictionStatus.EXPIRED))
    return ended & ~Q(Exists(said)) & ~hub.told_by_holders(ITS_END)


@watch(Restriction, "lift", "expire")
def end_waits() -> Q:
    """No letter that was sent says so. What was sent stays sent."""
    return unsaid(Letter.objects.sent())


def may_write_end(
    user: StaffMember, restriction: Restriction, letter: Letter | None = None
) -> Refusal | None:
    return permissions.may_restrict(user, restriction.kind)


@transaction.atomic
def write_end(*, restriction: Restriction, by: StaffMember) -> Letter:
    """The letter that a restriction has ended: the one that there is, or a new draft. Policy §12, 54."""
    restriction = restriction.locked()
    ask(may_write_end(by, restriction))
    written = restriction.letters.filter(kind="restriction_ended").exclude(status="void").first()
    if not written and not end_untold(Letter.objects.all()).filter(pk=restriction.pk).exists():
        ask(Refusal("There is no end to tell of: it stands, or another letter tells of it.", "12"))
    return written or draft_letter(
        customer=restriction.customer,
        kind="restriction_ended",
        about=restriction,
        by=by,
        submission=uuid4(),
    )


def ended_on(restriction: Restriction) -> date:
    """The last day of what expired, unless it ended sooner; else the day on which it was lifted."""
    moved = localdate(
        restriction.history.filter(event__in=("lift", "expire")).latest("sequence").history_date
    )
    if restriction.status == RestrictionStatus.EXPIRED and restriction.ends_on:
        return min(restriction.ends_on, moved)
    return moved


def at_the_end(letter: Letter) -> PlaceholderTexts:
    restriction = letter.restrictions.get()
    closed = closed_ways(letter.customer, [])
    return {
        **ways_left(letter.customer, []),
        "what has ended": (
            f"**{restriction.measure.in_letters}.** What we had decided ended on {uk_date(ended_on(restriction))}. It no longer applies. "
            f"{opened(restriction, closed)}"
        ).strip(),
        "what still applies": still_applies(
            letter.customer, "Nothing else stands: you can deal with us as anybody does."
        ),
    }


hub.letter_kind(
    hub.LetterKind(
        code="restriction_ended",
        title="What no longer applies",
        template="letters/restriction_ended.md",
        may_write=may_write_end,
        about=lambda letter: letter.restrictions.get(),
        context=lambda restriction: {"why": restriction.status_reason},
        link_records=link_letter,
        placeholders=at_the_end,
        check_ready=lambda letter: check_placeholders(letter, AT_THE_END),
    )
)
