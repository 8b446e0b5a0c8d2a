"""Notices about who reads a case: no name of a customer, and nothing of the case."""

from collections.abc import Iterable

from cha_engagement.core.permissions import Permission
from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import staff_with_permission

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
    )


def notify_of_limit(case: CaseForFew, *, by: StaffMember) -> None:
    text = (
        f"Only named colleagues can read about {case.customer} from now on, and you are one: {by} decided so."
    )
    notify_readers(case, text, by=by)
    notify_staff(
        {*staff_with_permission(Permission.READ_WIDER_ACCESS)} - {by, *case.readers.all()},
        text=f"{by} limited who can read about {case.customer}.",
        path=case.customer.get_absolute_url(),
        reference=case.customer.reference,
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
        f"until {uk_datetime(opening.until)}. Please speak to them."
    )
    notify_readers(case, text, by=opening.by)
