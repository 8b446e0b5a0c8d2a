"""Limit who reads a customer's case, name its readers, and open it in danger. Beyond the policy: B33."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from cha_engagement.core.reasons import check_reason, check_words
from cha_engagement.core.records import LONG, Stale, atomic_action, idempotent, lock_record, writing
from cha_engagement.core.refusals import Refusal, raise_if_incomplete, raise_if_refused
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import add_working_days, start_of_day, today
from cha_engagement.staff.actions import hide_shown_texts, record_case_access
from cha_engagement.staff.models import AccessGrounds, StaffMember

from . import notifications, rules
from .enums import FewEvent
from .models import CaseForFew, CaseOpening
from .queries import references_of_case, standing_case

CHANGE_MISSING = "Say why you change who can read it."


@idempotent(CaseForFew)
def limit_readers(
    *, customer: Customer, by: StaffMember, submission: UUID, why: str, readers: Collection[StaffMember]
) -> CaseForFew:
    """Close a customer's case to all but named readers, at once."""
    raise_if_refused(rules.may_limit_readers(by))
    customer = customer.reload_locked()
    raise_if_incomplete(
        *rules.check_not_limited(customer),
        *rules.check_readers(readers),
        *rules.check_reader_at_work(readers, by=by),
        *check_reason(CaseForFew, "why", why),
    )
    case = writing.create_record(
        CaseForFew,
        by=by,
        values={"by": by},
        links={"readers": readers},
        reason=f"Only these can read it: {', '.join(map(str, readers))}",
        event=FewEvent.CLOSE,
        submission=submission,
        customer=customer,
        why=why,
    )
    leave_to_readers(case, by=by, how="decided so")
    return case


def leave_to_readers(case: CaseForFew, *, by: StaffMember, how: str) -> None:
    """List for Data Protection who reads a case from now on, tell them, and take from what others were told before more than an email says."""
    readers = list(case.readers.all())
    record_case_access(readers, by=by, record=case.customer, grounds=AccessGrounds.NAMED_READER)
    hide_shown_texts(references_of_case(case.customer), readers)
    notifications.notify_of_limit(case, by=by, how=how)


@atomic_action()
def change_readers(
    *, case: CaseForFew, by: StaffMember, version: int, why: str, readers: Collection[StaffMember]
) -> CaseForFew:
    """Add readers to a case and take others off."""
    current = lock_standing_case(case, version)
    raise_if_refused(rules.may_change_readers(by, current))
    before = {*current.readers.all()}
    added, taken_off = ({*readers} - before, before - {*readers})
    raise_if_incomplete(
        *rules.check_readers(readers),
        *(rules.check_reader_at_work(readers, by=by) if taken_off else []),
        *check_words(why, CHANGE_MISSING, "B33", "why"),
    )
    if not added and not taken_off:
        raise_if_incomplete(
            Refusal("These can read it already. Add somebody, or take somebody off.", "B33", "readers")
        )
    return write_readers(current, readers, by=by, why=why)


def write_readers(
    case: CaseForFew, readers: Collection[StaffMember], *, by: StaffMember, why: str
) -> CaseForFew:
    """Write who reads a locked case from now on, list it for Data Protection, and tell them."""
    before = {*case.readers.all()}
    added = sorted({*readers} - before, key=lambda person: person.pk)
    taken_off = sorted(before - {*readers}, key=lambda person: person.pk)
    changes = [f"{person} added" for person in added] + [f"{person} taken off" for person in taken_off]
    changed = writing.save_record(
        case,
        by=by,
        reason=f"{', '.join(changes)}: {why}",
        event=FewEvent.READERS,
        links={"readers": readers},
    )
    record_case_access(added, by=by, record=case.customer, grounds=AccessGrounds.NAMED_READER)
    record_case_access(taken_off, by=by, record=case.customer, grounds=AccessGrounds.TAKEN_OFF)
    if taken_off:
        hide_shown_texts(references_of_case(case.customer), readers)
    notifications.notify_of_readers(changed, added, taken_off, by=by)
    return changed


@atomic_action()
def let_everybody_read(*, case: CaseForFew, by: StaffMember, version: int, ended_why: str) -> CaseForFew:
    """Open a case to all whose role lets them read it."""
    current = lock_standing_case(case, version)
    raise_if_refused(rules.may_change_readers(by, current))
    raise_if_incomplete(*check_reason(CaseForFew, "ended_why", ended_why))
    ended = writing.save_record(
        current,
        by=by,
        reason=ended_why,
        event=FewEvent.END,
        ended_at=timezone.now(),
        ended_why=ended_why,
    )
    notifications.notify_of_end(ended, by=by)
    return ended


@idempotent(CaseOpening)
def open_in_danger(*, customer: Customer, by: StaffMember, submission: UUID, why: str) -> CaseOpening:
    """Let a manager who is no reader of a case read it until the end of the next working day, because somebody is in danger."""
    raise_if_refused(rules.may_open_in_danger(by))
    case = standing_case(customer)
    if case is None:
        raise Stale(customer)
    raise_if_incomplete(*check_reason(CaseOpening, "why", why))
    opening = writing.create_record(
        CaseOpening,
        by=by,
        values={"by": by},
        reason=why,
        event=FewEvent.OPEN_IN_DANGER,
        submission=submission,
        case=case,
        why=why,
        until=start_of_day(add_working_days(today(), 1) + timedelta(days=1)),
    )
    record_case_access([by], by=by, record=customer, grounds=AccessGrounds.OPENED_IN_DANGER)
    notifications.notify_of_opening(opening)
    return opening


def lock_standing_case(case: CaseForFew, version: int) -> CaseForFew:
    """Return a case as it is now, locked. Raises `Stale` once everybody can read it again."""
    current = lock_record(case, version)
    if current.ended_at:
        raise Stale(current)
    return current


def add_hearers(customer: Customer, people: Collection[StaffMember], *, by: StaffMember) -> None:
    """Let those who hear an appeal of a case for few read it: its readers are told. Policy §22; beyond the policy: B33."""
    case = standing_case(customer)
    if case is None:
        return
    current = case.reload_locked()
    readers = {*current.readers.all()}
    if added := {*people} - readers:
        write_readers(current, readers | added, by=by, why="They hear an appeal")


def follow_merge(kept: Customer, other: Customer, *, by: StaffMember) -> None:
    """Leave one case to its readers where one of two was for few, and to those of both where both were. Beyond the policy: B33."""
    left, case = standing_case(other), standing_case(kept)
    if case is None:
        return
    if left is None:
        leave_to_readers(case, by=by, how=f"merged {other} into it")
        return
    readers = {*case.readers.all(), *left.readers.all()}
    write_readers(case.reload_locked(), readers, by=by, why=f"{other} is the same customer")
    writing.save_record(
        left.reload_locked(),
        by=by,
        reason=f"Merged into {kept}",
        event=FewEvent.END,
        ended_at=timezone.now(),
        ended_why=f"Its customer is {kept}, who has the readers of both.",
    )


def follow_unmerge(kept: Customer, other: Customer, *, by: StaffMember) -> None:
    """Leave both cases to the readers where either is for few: what was recorded about one may be about the other. Beyond the policy: B33."""
    cases = {customer: standing_case(customer) for customer in (kept, other)}
    for customer, twin in ((kept, other), (other, kept)):
        source = cases[twin]
        if cases[customer] is None and source:
            case = writing.create_record(
                CaseForFew,
                by=by,
                values={"by": by},
                links={"readers": list(source.readers.all())},
                reason=f"As the case of {twin}, with whom it was one",
                event=FewEvent.CLOSE,
                customer=customer,
                why=f"It was one case with that of {twin}: {source.why}"[:LONG],
            )
            leave_to_readers(case, by=by, how=f"undid its merge with {twin}")
