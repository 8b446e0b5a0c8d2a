"""What is missing before a review or an appeal can take its next step. Each refusal names the field to answer."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone

from cha_engagement.core.reasons import check_reason
from cha_engagement.core.refusals import Incomplete, Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from restrictions.comparison import check_at_most_as_restrictive
from restrictions.enums import STANDING
from restrictions.models import Restriction
from restrictions.rules.checks import MOST_MONTHS

from .. import involvement, queries
from ..enums import ELSEWHERE, OPEN, AppealOutcome, ReviewOutcome
from ..models import Appeal, AppealedRestriction

Verdict = Mapping[str, Any]
FRESH_DECISION = "Only a fresh decision takes more away."
CHANGES = {"named_contact", "deputy", "ends_on"}
"""What a new version can say in another way for the customer, its terms, its words and its next review apart."""


@contextmanager
def beside(said: Callable[[Refusal], Refusal]) -> Iterator[None]:
    """Let what is missing below come out as `said` of it: beside the field of our own form that asks for it."""
    try:
        yield
    except Incomplete as incomplete:
        raise Incomplete(*map(said, incomplete.refusals)) from incomplete


def as_next_review(refusal: Refusal) -> Refusal:
    """The first review of a new version is the next review of a review's form."""
    return replace(refusal, field="next_review_on") if refusal.field == "first_review_on" else refusal


def field_of(reference: str, field: str) -> str:
    """The name of a field about one of the restrictions of an appeal."""
    return f"{reference}-{field}"


def not_ahead(day: date, field: str) -> Refusal | None:
    return (
        Refusal("This day is still to come. Choose today or a day before.", "", field)
        if day > today()
        else None
    )


def not_before(day: date, earliest: date, field: str) -> Refusal | None:
    return (
        Refusal(
            f"The appeal came later than that. Choose a day from {uk_date(earliest)} on.",
            "",
            field,
        )
        if day < earliest
        else None
    )


def of_review(
    restriction: Restriction, outcome: str, next_review_on: date | None, changes: Mapping[str, Any]
) -> Iterator[Refusal | None]:
    """What goes on is looked at again in time, takes no more away, and is not varied while it is under appeal. Policy §14, 22, 23; B28."""
    if outcome == ReviewOutcome.LIFT:
        return
    ends_on = restriction.ends_on if outcome == ReviewOutcome.CONTINUE else None
    yield of_next_review(ends_on, next_review_on, restriction.review_months)
    if outcome == ReviewOutcome.VARY:
        yield not_under_appeal(restriction) or of_change(restriction, changes)
        yield from check_eased(restriction, changes)


def check_eased(restriction: Restriction, changes: Mapping[str, Any]) -> Iterator[Refusal]:
    """A review keeps, eases or ends: only a fresh decision takes more away. Policy §14; beyond the policy: B28."""
    version = version_of(restriction, {"review_months": restriction.review_months} | dict(changes))
    yield from check_restricts(version, ReviewOutcome.LIFT)
    for refusal in check_at_most_as_restrictive(restriction, version):
        yield replace(refusal, sentence=f"{refusal.sentence} {FRESH_DECISION}")
    for name in restriction.measure.texts:
        if version.terms.get(name) != restriction.terms.get(name):
            sentence = f"A review leaves these words as they are: nobody can tell whether others would restrict more. {FRESH_DECISION}"
            yield Refusal(sentence, "14", name)
    if changes.get("staff_instruction") not in (
        None,
        "",
        restriction.staff_instruction,
        version.measure.instruction(version),
    ):
        yield Refusal(
            f"A review does not tell staff to do anything else. Leave it as it is, or empty for the usual words. {FRESH_DECISION}",
            "14",
            "staff_instruction",
        )


def of_next_review(ends_on: date | None, day: date | None, months: int | None) -> Refusal | None:
    """It lies ahead, within the interval that was set, and while the restriction lasts; on its last day there is no more to come. Policy §23."""
    interval = add_months(today(), months or MOST_MONTHS)
    latest = min(filter(None, (ends_on, interval)))
    if day is None:
        if latest <= today():
            return None
        return Refusal("Say when it is looked at again.", "23", "next_review_on")
    if latest <= today():
        return Refusal("It ends today, so leave the next review empty.", "23", "next_review_on")
    if day <= today():
        return Refusal("The next review lies ahead. Choose a day after today.", "23", "next_review_on")
    if day > latest:
        why = "It ends before that" if latest == ends_on else f"It is looked at every {months} months"
        return Refusal(f"{why}. Choose a day up to {uk_date(latest)}.", "23", "next_review_on")
    return None


def of_change(restriction: Restriction, changes: Mapping[str, Any]) -> Refusal | None:
    """A new version is told of and can be appealed anew, so it says something new. Beyond the policy: B4."""
    version = version_of(restriction, changes)
    if differ(restriction, version, {*CHANGES, "terms", "easing_conditions"} & changes.keys()):
        return None
    return Refusal(
        "Nothing is changed. Change something, or choose that it continues as it is.", "23", "outcome"
    )


def version_of(restriction: Restriction, changes: Mapping[str, Any]) -> Restriction:
    """What these changes would make of it, unsaved; its last day may follow from its terms."""
    version = Restriction(customer=restriction.customer, kind=restriction.kind, **changes)
    version.ends_on = version.last_day
    return version


def check_restricts(version: Restriction, ending: ReviewOutcome | AppealOutcome) -> Iterator[Refusal]:
    """Lead to the outcome that ends a restriction, where its new version closes or blocks too little to be one. Policy §12, 14."""
    for refusal in version.measure.faults(version):
        if refusal.field in ("closed", "blocked") and not version.terms[refusal.field]:
            sentence = f"{refusal.sentence} To end the restriction, choose “{ending.label}”."
            yield replace(refusal, sentence=sentence)


def differ(before: Restriction, after: Restriction, names: Iterable[str]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)


def of_verdicts(restrictions: Iterable[Restriction], verdicts: Mapping[str, Verdict]) -> Iterator[Refusal]:
    """What the panel decided on each, with the names of its fields."""
    for restriction in restrictions:
        for refusal in of_verdict(restriction, verdicts[restriction.reference]):
            yield about(restriction, refusal)


def about(restriction: Restriction, refusal: Refusal) -> Refusal:
    """A refusal on a page with several restrictions: beside the field of this one, and saying which it is."""
    field = field_of(restriction.reference, refusal.field)
    return replace(refusal, sentence=f"{restriction}: {refusal.sentence}", field=field)


def of_verdict(restriction: Restriction, verdict: Verdict) -> Iterator[Refusal]:
    """It has reasons; what is partly upheld is eased, and in nothing made harsher. Words alone ease nothing. Policy §22."""
    if refusal := check_reason(AppealedRestriction, "reasons", verdict["reasons"]):
        yield refusal
    if verdict["outcome"] != AppealOutcome.PARTLY_UPHELD or restriction.status not in STANDING:
        return
    changes = verdict["changes"]
    eased = version_of(restriction, changes)
    yield from check_restricts(eased, AppealOutcome.UPHELD)
    yield from check_at_most_as_restrictive(restriction, eased, queries.latest_next_review(restriction))
    terms_differ = eased.measure.choices(eased) != eased.measure.choices(restriction)
    if not (
        sooner(restriction, eased) or terms_differ or differ(restriction, eased, CHANGES & changes.keys())
    ):
        yield Refusal(
            "Nothing is eased: other words alone do not ease it. Change more, or choose that it is not upheld.",
            "22",
            "outcome",
        )


def sooner(restriction: Restriction, eased: Restriction) -> bool:
    latest = queries.latest_next_review(restriction)
    return bool(latest and eased.first_review_on and eased.first_review_on < latest)


def not_under_appeal(restriction: Restriction) -> Refusal | None:
    """What a panel is about to decide on is not changed under its hands, though it may be lifted."""
    if queries.open_appeals(restriction).exists():
        return Refusal(
            "This restriction is under appeal, so a review cannot vary it. Continue or lift it, or wait for the appeal.",
            "22",
            "outcome",
        )
    return None


def cannot_appeal(restriction: Restriction, right: queries.Right) -> Refusal | None:
    """Why a restriction cannot be appealed to the executive team now, and where the customer can turn. Policy §22; B4."""
    if restriction.status not in STANDING:
        return Refusal(f"{restriction} is not in force any more.", "22", "restrictions")
    if right.under:
        return Refusal(
            f"{restriction} is under appeal already. Log what the customer adds, and choose that it goes to {right.under}.",
            "22",
            "restrictions",
        )
    if right.by_panel:
        return Refusal(
            f"A panel has decided on {restriction} already. The customer can take it to the {Organisation.current().ombudsman}.",
            "B4",
            "restrictions",
        )
    return None


def open_and_closed(
    restrictions: Collection[Restriction],
) -> tuple[dict[Restriction, queries.Right], list[Refusal]]:
    """Those that can be appealed, each with its right, and why the others cannot."""
    rights = queries.rights(restrictions)
    refusals = {one: cannot_appeal(one, rights[one.pk]) for one in restrictions}
    still_open = {one: rights[one.pk] for one, refusal in refusals.items() if not refusal}
    return still_open, [refusal for refusal in refusals.values() if refusal]


def of_appeal(
    customer: Customer,
    restrictions: Collection[Restriction],
    passed_to: str,
    received_on: date,
    added_to: Appeal | None = None,
    *,
    by: StaffMember,
) -> Iterator[Refusal | None]:
    """It is heard against restrictions, or passed to where it belongs: nobody is turned away. Policy §22; B5."""
    yield not_ahead(received_on, "received_on")
    if not restrictions and not passed_to:
        yield Refusal(
            "Choose the restrictions that the appeal is against, or say where it belongs instead.",
            "22",
            "restrictions",
        )
    if restrictions and passed_to:
        yield Refusal(
            "It is heard against the restrictions that you chose. Untick them, or choose the Executive Team here.",
            "22",
            "passed_to",
        )
    if not restrictions and passed_to in ELSEWHERE:
        yield check_passed_on(customer, by)
    if added_to and (added_to.customer_id != customer.pk or added_to.status not in OPEN):
        yield Refusal(
            f"{added_to} is not under way any more. Choose where this goes instead.", "22", "passed_to"
        )
    rights = queries.rights(restrictions)
    for restriction in restrictions:
        if restriction.customer_id != customer.pk:
            yield Refusal(f"{restriction} is not a restriction of this customer.", "B5", "restrictions")
        else:
            yield cannot_appeal(restriction, rights[restriction.pk])
            yield not_before_imposed(restriction, received_on)


def check_passed_on(customer: Customer, by: StaffMember) -> Refusal | None:
    """Whoever had a part in what can be appealed does not say that an appeal is against none of it. Policy §22."""
    still_open = list(open_and_closed(list(queries.standing().filter(customer=customer)))[0])
    chains = queries.versions(still_open)
    own = [str(one) for one in still_open if involvement.had_part(by, chains[one.pk])]
    if not own:
        return None
    return Refusal(
        f"You had a part in {' and '.join(own)}, which can be appealed, so you do not pass an appeal on. Tick what it is against, or have "
        "a colleague log it who had no part in that.",
        "22",
        "restrictions",
    )


def not_before_imposed(restriction: Restriction, received_on: date) -> Refusal | None:
    imposed_on = timezone.localdate(restriction.imposed_at)
    if received_on >= imposed_on:
        return None
    return Refusal(
        f"{restriction} was imposed later than that. Choose a day from {uk_date(imposed_on)} on, or leave it out.",
        "22",
        "received_on",
    )
