"""What is missing before a review or an appeal can take its next step. Each refusal names the field to answer."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import Organisation
from cha_engagement.policy import Incomplete, Refusal
from cha_engagement.templatetags.ui import uk_date
from restrictions.enums import STANDING
from restrictions.models import Restriction

from . import queries
from .enums import AppealOutcome, ReviewOutcome

Verdict = Mapping[str, Any]
CHANGES = ("terms", "named_contact", "deputy", "ends_on", "easing_conditions")
"""What a new version can say in another way for the customer, its next review apart."""


@contextmanager
def beside(name: Callable[[str], str]) -> Iterator[None]:
    """Let what is missing below come out beside the field of our own form that asks for it."""
    try:
        yield
    except Incomplete as incomplete:
        raise Incomplete(
            *(replace(refusal, field=name(refusal.field)) for refusal in incomplete.refusals)
        ) from incomplete


def field_of(reference: str, field: str) -> str:
    """The name of a field about one of the restrictions of an appeal."""
    return f"{reference}-{field}"


def not_ahead(day: date, field: str) -> Refusal | None:
    return Refusal("This day is still to come.", "", field) if day > today() else None


def not_before(day: date, earliest: date, field: str) -> Refusal | None:
    return (
        Refusal(f"The appeal came later than that, on {uk_date(earliest)}.", "", field)
        if day < earliest
        else None
    )


def of_review(
    restriction: Restriction, outcome: str, next_review_on: date | None
) -> Iterator[Refusal | None]:
    """What goes on is looked at again, and what is under appeal is not varied. Policy §22, 23."""
    if outcome == ReviewOutcome.LIFT:
        return
    if next_review_on is None:
        yield Refusal("Say when it is looked at again.", "23", "next_review_on")
    elif next_review_on <= today():
        yield Refusal("The next review lies ahead. Choose a day after today.", "23", "next_review_on")
    if outcome == ReviewOutcome.VARY:
        yield not_under_appeal(restriction)


def of_verdicts(restrictions: Iterable[Restriction], verdicts: Mapping[str, Verdict]) -> Iterator[Refusal]:
    """What the panel decided on each, with the names of its fields."""
    for restriction in restrictions:
        for refusal in of_verdict(restriction, verdicts[restriction.reference]):
            yield replace(refusal, field=field_of(restriction.reference, refusal.field))


def of_verdict(restriction: Restriction, verdict: Verdict) -> Iterator[Refusal]:
    """What is partly upheld is eased, and in nothing made harsher. Policy §22."""
    if verdict["outcome"] != AppealOutcome.PARTLY_UPHELD or restriction.status not in STANDING:
        return
    changes = verdict["changes"]
    eased = Restriction(customer=restriction.customer, kind=restriction.kind, **changes)
    if refusal := restriction.measure.harsher(restriction, eased):
        yield refusal
    yield from of_dates(restriction, eased)
    if not sooner(restriction, eased) and all(
        getattr(restriction, name) == getattr(eased, name) for name in CHANGES if name in changes
    ):
        yield Refusal("Nothing is eased. Change something, or choose that it is not upheld.", "22", "outcome")


def of_dates(restriction: Restriction, eased: Restriction) -> Iterator[Refusal]:
    """It neither lasts longer nor is looked at later. Policy §22."""
    if restriction.ends_on and (eased.ends_on is None or eased.ends_on > restriction.ends_on):
        yield Refusal(
            f"It would last longer than now. Its last day is {uk_date(restriction.ends_on)}.", "22", "ends_on"
        )
    latest = queries.latest_next_review(restriction)
    if latest and (eased.first_review_on is None or eased.first_review_on > latest):
        yield Refusal(
            f"It would be looked at later than now. Choose a day up to {uk_date(latest)}.",
            "22",
            "first_review_on",
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


def cannot_appeal(restriction: Restriction) -> Refusal | None:
    """Why a restriction cannot be appealed to the executive team now, and where the customer can turn. Policy §22; B4."""
    if restriction.status not in STANDING:
        return Refusal(f"{restriction} is not in force any more.", "22", "restrictions")
    if appeal := queries.open_appeals(restriction).first():
        return Refusal(f"{restriction} is under appeal already, in {appeal}.", "22", "restrictions")
    if queries.decided_by_panel(restriction):
        return Refusal(
            f"A panel has decided on {restriction} already. The customer can take it to the {Organisation.current().ombudsman}.",
            "B4",
            "restrictions",
        )
    return None


def appealable(customer: Customer, restrictions: Collection[Restriction]) -> Iterable[Refusal | None]:
    """Each restriction of an appeal is this customer's, and can still be appealed to us. Policy §22; B5."""
    if not restrictions:
        yield Refusal("Choose the restrictions that the appeal is against.", "22", "restrictions")
    for restriction in restrictions:
        if restriction.customer_id != customer.pk:
            yield Refusal(f"{restriction} is not a restriction of this customer.", "B5", "restrictions")
        else:
            yield cannot_appeal(restriction)
