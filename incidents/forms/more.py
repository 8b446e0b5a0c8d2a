"""The form that asks for what may follow once an incident is logged."""

from typing import Any

from cha_engagement.core.formpack import FoldedSection, Section
from cha_engagement.customers.enums import Channel
from incidents.enums import LIVE_CHANNELS

from .report import (
    ASKED_BY_CATEGORY,
    ASKED_OF_EFFECT,
    ASKED_OF_ENDING,
    ASKED_OF_PEOPLE,
    ASKED_OF_RESPONSE,
    EditForm,
)


class MoreForm(EditForm):
    """Asks of an incident that is just logged only what its channel, its kinds and the harm done call for. All of it can wait."""

    sections_up_to_kinds = 1

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        asked = {pointer.name for pointer in self.helper.layout.get_field_names()}
        for name in [*self.base_fields]:
            if name not in asked and not self.fields[name].widget.is_hidden:
                del self.fields[name]
        self.helper.layout[-1].link = ("Leave it for later", self.record.get_absolute_url())

    def layout(self) -> list[Any]:
        incident = self.instance
        is_live = incident.channel in LIVE_CHANNELS
        could_be_worst = incident.may_be_zero_tolerance or incident.is_zero_tolerance
        on_phone = ["recording_warning"] if incident.channel == Channel.PHONE else []
        sections = [
            Section("What it was", *(["expected_contact"] if could_be_worst else []), ASKED_BY_CATEGORY)
        ]
        if is_live or could_be_worst:
            sections.append(Section("How the contact went", *ASKED_OF_ENDING, *on_phone))
        if could_be_worst:
            sections.append(Section("Our response", *ASKED_OF_RESPONSE))
        return [
            *sections,
            FoldedSection("Whom it affected, and who saw it", *ASKED_OF_PEOPLE, starts_folded=True),
            FoldedSection("Its effect, and needs that may have played a part", *ASKED_OF_EFFECT),
        ]
