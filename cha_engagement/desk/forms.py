from typing import Any, cast

from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import CaseForm
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.queries import present_staff

from .models import TaskRow
from .waiting import people_able


class HandOverForm(CaseForm):
    person = StaffChoiceField(
        StaffMember.objects.none(),
        label="Who does it?",
        help_text="Left empty, it waits for everybody who can do it.",
        required=False,
    )

    def __init__(self, *args: Any, task: TaskRow, holder: StaffMember | None, cancel_url: str, **kwargs: Any):
        super().__init__(*args, initial={"person": holder}, **kwargs)
        field = cast(StaffChoiceField, self.fields["person"])
        field.offer(present_staff(people_able(task)).order_by("first_name", "last_name", "pk"))
        if not field.is_long:
            _, *people = cast(list[tuple[str, str]], field.choices)
            field.choices = [("", "Whoever can do it"), *people]
        # Who is typed all the same is somebody, and the rule says why they are not given it.
        field.queryset = StaffMember.objects.filter(is_active=True)
        self.helper = form_helper(
            "person",
            submit="Save",
            does="Whoever you choose is told at once. It leaves the list of everybody else while they are at work.",
            cancel_url=cancel_url,
        )
