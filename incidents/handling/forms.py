from typing import Any, cast

from cha_engagement.core.formpack import form_helper
from cha_engagement.core.forms import ChangeForm
from cha_engagement.staff.fields import StaffChoiceField, customer_facing_staff
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident


class HandOverForm(ChangeForm):
    assigned_to = StaffChoiceField(
        label="Who deals with it from now on?",
        help_text="Somebody who can already read this incident. A manager can assign it to others.",
    )

    def __init__(self, *args: Any, record: Incident, user: StaffMember, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        cast(StaffChoiceField, self.fields["assigned_to"]).offer(customer_facing_staff().exclude(pk=user.pk))
        self.helper = form_helper("assigned_to", submit="Hand it over", cancel_url=record.get_absolute_url())
