"""Notices to staff about second looks: what an email says holds no name of a customer, no detail of a case."""

from cha_engagement.staff.actions import notify_staff

from .models import SecondLook


def notify_reader(look: SecondLook) -> None:
    """Tell the executive who was given that step alone, where one was."""
    notify_staff(
        filter(None, [look.reader]),
        text=f"No other manager is there to confirm or reverse {look.about}: please look at it.",
        path=look.get_absolute_url(),
        reference=look.reference,
        is_task=True,
    )


def notify_of_answer(look: SecondLook) -> None:
    """Tell the one who acted what a second person made of it."""
    notify_staff(
        [look.acted_by],
        text=f"{look.looked_by} has looked at what you decided though you had a part in it: {look.about} is {look.get_status_display().lower()}.",
        path=look.about.get_absolute_url(),
        reference=look.reference,
    )
