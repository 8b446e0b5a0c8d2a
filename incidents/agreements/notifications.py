from cha_engagement.staff.actions import notify_staff

from .models import Agreement


def notify_colleague_asked(agreement: Agreement) -> None:
    notify_staff(
        [agreement.person],
        text=f"You are asked whether you agree to deal with a customer: {agreement}.",
        path=agreement.get_absolute_url(),
        reference=agreement.reference,
        is_task=True,
    )
