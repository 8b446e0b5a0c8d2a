"""Notices to staff about objections: what an email says holds no name of a customer, no detail of a case."""

from cha_engagement.staff.actions import notify_staff

from .models import Objection


def notify_of_answer(objection: Objection) -> None:
    """Tell whoever wrote it down that it was answered: the customer may ask them."""
    notify_staff(
        [objection.received_by],
        text=f"The objection {objection} that you wrote down has been answered.",
        shown_text=f"The objection of {objection.customer.name} that you wrote down ({objection}) has been answered.",
        path=objection.get_absolute_url(),
        reference=objection.reference,
    )
