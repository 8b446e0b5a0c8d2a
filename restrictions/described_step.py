"""What pages show of a step before it is taken, and of what comes by itself. Beyond the policy: B29."""

from copy import copy
from typing import Any

from cha_engagement.customers.enums import ALWAYS_OPEN_NOUNS
from cha_engagement.customers.models import Customer, Merge
from cha_engagement.customers.queries import consequences_of_needs
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember

from . import rules
from .contact_plan import (
    PlannedStep,
    plan_changes,
    standing_restrictions,
    waiting_restrictions,
)
from .enums import Begins, RestrictionStatus
from .kinds.channels import join_words, ordered_channels
from .models import Restriction


def describe_step(step: PlannedStep, customer: Customer, *, by: StaffMember | None = None) -> dict[str, Any]:
    """Return what a page shows of a step before it is taken, by somebody where that is known."""
    return {
        "changes": plan_changes(customer, step) if step else None,
        "lacking": step.lacking,
        "is_suspended": any(
            restriction.status == RestrictionStatus.SUSPENDED for restriction in (*step.adding, *step.without)
        ),
        "people_told": people_told(step, by=by),
        "always_open": join_words(ALWAYS_OPEN_NOUNS.values()),
        "dead_ends": rules.check_step(step, customer),
        "is_later": step.begins_on > today(),
        "begins_on": step.begins_on,
        "waiting": [
            restriction
            for restriction in waiting_restrictions(customer, step.begins_on)
            if restriction not in (*step.adding, *step.without)
        ],
        "waits_to_be_told": any(
            isinstance(added, Restriction) and added.begins == Begins.WHEN_TOLD and not added.has_begun
            for added in step.adding
        ),
    }


def people_told(step: PlannedStep, *, by: StaffMember | None) -> str:
    """Return the colleagues who are told of a step as it is taken, since what it adds or takes away names them, in words.

    Whoever takes it knows of it.
    """
    people = [
        person
        for restriction in (*step.adding, *step.without)
        if isinstance(restriction, Restriction)
        for person in restriction.people
        if person != by
    ]
    return join_words(map(str, dict.fromkeys(people)))


def describe_merge(kept: Customer, other: Customer) -> dict[str, Any]:
    """Return what a page shows of the merge of two records of one customer: what the one that stays will be able to do.

    `less_than_other` are the channels that are more limited than by the record that goes, where all this customer knew of was that.
    """
    merged = copy(kept)
    merged.cannot_use = ordered_channels({*kept.cannot_use, *other.cannot_use})
    described = describe_step(PlannedStep(adding=applying_to(other)), merged)
    step_of_other = PlannedStep(adding=applying_to(kept))
    return described | {"less_than_other": plan_changes(other, step_of_other).less if step_of_other else []}


def describe_unmerge(merge: Merge) -> dict[str, Any]:
    """Return what a page shows before a merge is undone: what each of the two will be able to do.

    Nobody was told of anything by letter meanwhile: whoever was stays one customer.
    """
    applying = applying_to(merge.kept)
    going = [measure for measure in applying if is_moved_back(merge, measure)]
    staying = [measure for measure in applying if measure not in going]
    parts = [
        describe_step(PlannedStep(without=tuple(without)), customer_after_unmerge(merge, customer))
        | {"customer": customer}
        for customer, without in ((merge.kept, going), (merge.merged, staying))
    ]
    return {"parts": parts}


def is_moved_back(merge: Merge, record: Any) -> bool:
    """Return whether a merge moved a record, which undoing it moves back."""
    moved = [record._meta.label_lower, "customer", record.pk, merge.kept_id]
    return moved in merge.moved


def customer_after_unmerge(merge: Merge, customer: Customer) -> Customer:
    """Return one of two merged customers as they will be: with their own needs alone."""
    is_other = customer == merge.merged
    needs = [need.code for need in merge.kept.current_needs if is_moved_back(merge, need) == is_other]
    split = copy(merge.kept)
    split.cannot_use = consequences_of_needs(needs)["cannot_use"]
    return split


def applying_to(customer: Customer) -> tuple[Any, ...]:
    """Return what applies to a customer or is to come, what an appeal suspends left out."""
    return tuple(
        restriction
        for restriction in standing_restrictions(customer)
        if restriction.status != RestrictionStatus.SUSPENDED
    )
