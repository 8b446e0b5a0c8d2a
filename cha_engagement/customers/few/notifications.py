"""Notices about who reads a case: no name of a customer, and nothing of the case."""

from collections.abc import Collection, Iterable

from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff, staff_with_permission

from . import queries
from .models import CaseForFew, CaseOpening


def notify_readers(
    case: CaseForFew, text: str, *, by: StaffMember, others: Iterable[StaffMember] = ()
) -> None:
    """Tell all readers of a case but the one who did it, and others whom it concerns."""
    notify_staff(
        {*case.readers.all(), *others} - {by},
        text=text,
        path=case.customer.get_absolute_url(),
        reference=case.customer.reference,
        tells_all=True,
    )


def notify_of_limit(case: CaseForFew, *, by: StaffMember, how: str) -> None:
    text = f"Only named colleagues can read about {case.customer} from now on, and you are one: {by} {how}."
    notify_readers(case, text, by=by)
    notify_staff(
        {*staff_with_permission(Permission.READ_WIDER_ACCESS)} - {by, *case.readers.all()},
        text=f"{by} limited who can read about {case.customer}.",
        path=case.customer.get_absolute_url(),
        reference=case.customer.reference,
        tells_all=True,
    )


def notify_of_readers(
    case: CaseForFew, added: Iterable[StaffMember], taken_off: Iterable[StaffMember], *, by: StaffMember
) -> None:
    """Tell readers, and those who are none any more, who can read a case from now on."""
    taken_off = list(taken_off)
    changes = [f"{person} can read it now" for person in added]
    changes += [f"{person} cannot any more" for person in taken_off]
    text = f"{by} changed who can read about {case.customer}: {'; '.join(changes)}."
    notify_readers(case, text, by=by, others=taken_off)


def notify_of_end(case: CaseForFew, *, by: StaffMember) -> None:
    notify_readers(
        case, f"{by} let everybody read about {case.customer} again, as their role lets them.", by=by
    )


def notify_of_opening(opening: CaseOpening) -> None:
    """Tell readers at once: whoever is wrong to open it is asked today."""
    case = opening.case
    text = (
        f"{opening.by} opened the case of {case.customer} because somebody is in danger. They can read it "
        f"until the end of {uk_date(opening.last_day)}. Please speak to them."
    )
    notify_readers(case, text, by=opening.by)


def keep_readers(
    reference: str, people: Iterable[StaffMember], *, is_task: bool
) -> Collection[StaffMember] | None:
    """Return whom to tell about a record of a case for few: those who may read it and, of a task, in place of the others readers who can act.

    Where none of these is at work, other managers are told that they can open it in danger. What is no task is about whom it is sent to, and
    concerns nobody in their place.
    """
    case = queries.case_of_reference(reference)
    if case is None:
        return None
    people = set(people)
    readers = {*case.readers.all()}
    kept = {person for person in people if person in readers or queries.may_read_record(person, reference)}
    if kept == people or not is_task:
        return kept
    if not present_staff(queries.acting_readers(case)).exists():
        notify_of_absence(case)
    return kept | {*queries.people_to_ask(case)}


def notify_of_absence(case: CaseForFew) -> None:
    """Tell the managers at work that something waits whose readers are all away. Who reads it, they may open in danger."""
    managers = present_staff(staff_with_permission(Permission.ASSIGN_CUSTOMERS))
    notify_staff(
        managers.exclude(pk__in=case.readers.order_by().values("pk")),
        text=f"Something waits about {case.customer}, and nobody who can read the case is at work. Open it if somebody is in danger.",
        path=reverse("few_open", args=[case.customer.reference]),
        reference=case.customer.reference,
        repeat=False,
        tells_all=True,
    )
