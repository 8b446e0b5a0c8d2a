from typing import Any, cast

from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import ChangeForm
from cha_engagement.staff.fields import StaffChoiceField, customer_facing_staff
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident

from . import queries


class HandOverForm(ChangeForm):
    assigned_to = StaffChoiceField(
        label="Who deals with it from now on?",
        help_text="Somebody who can already read this incident. A manager can assign it to others.",
    )

    def __init__(self, *args: Any, record: Incident, user: StaffMember, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        field = cast(StaffChoiceField, self.fields["assigned_to"])
        field.offer(queries.lasting_readers(record).exclude(pk=user.pk))
        # Who is typed all the same is somebody, and the rule says why they are not handed it.
        field.queryset = customer_facing_staff().exclude(pk=user.pk)
        self.helper = form_helper(
            "assigned_to",
            submit="Hand it over",
            does="They are told at once, and can hand it on.",
            cancel_url=record.get_absolute_url(),
        )
