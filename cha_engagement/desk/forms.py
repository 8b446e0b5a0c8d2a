from typing import Any, cast

from django import forms
from django.http import QueryDict

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

    known_holder = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, task: TaskRow, holder: StaffMember | None, cancel_url: str, **kwargs: Any):
        self.holder = holder.username if holder else ""
        super().__init__(*args, initial={"person": holder, "known_holder": self.holder}, **kwargs)
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

    def clean(self) -> dict[str, Any]:
        """Show who has it now where that has changed, so that whoever reads it there can choose anew."""
        self.data = cast(QueryDict, self.data).copy()
        self.data["known_holder"] = self.holder
        return super().clean() or self.cleaned_data
