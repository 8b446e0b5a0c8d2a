from cha_engagement.staff.actions import notify_staff
from cha_engagement.staff.models import StaffMember

from .models import ContactRequest


def notify_colleague(request: ContactRequest, *, by: StaffMember) -> None:
    """Tell a colleague that a customer was asked not to contact them, or that this is taken back, unless they did so themselves."""
    if request.colleague == by:
        return
    happened = "No longer asked" if request.taken_back_on else "Asked"
    notify_staff(
        [request.colleague],
        text=f"{happened} not to contact you: a customer ({request}).",
        shown_text=f"{happened} not to contact you: {request.customer.name} ({request}).",
        path=request.get_absolute_url(),
        reference=request.reference,
    )
