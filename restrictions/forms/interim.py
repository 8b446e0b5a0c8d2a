from typing import Any

from django import forms

from cha_engagement.core.formpack import Section, form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.labels import field_label
from cha_engagement.customers.enums import ConfirmedWith
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import doubtful_channels
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.staff.models import StaffMember
from incidents.forms.decisions import ask_why_involved
from incidents.models import Incident
from restrictions import queries
from restrictions.contact_plan import PlannedStep
from restrictions.fields import RecordsField, add_incident_notes, ask_what_is_new, offer_choices, text_areas
from restrictions.kinds.affected_matters import affected_matters_field
from restrictions.kinds.channels import channels_field, ordered_channels
from restrictions.kinds.closed_channels import CLOSABLE
from restrictions.models import InterimMeasure
from restrictions.rules import INTERIM_WORKING_DAYS

from .step import WHAT_CHANGES, StepForm


class InterimForm(CreateForm, StepForm, CaseModelForm):
    """All of it on one screen: somebody may be waiting to go home safely. The action says what is missing."""

    incidents = RecordsField(Incident.objects, label=field_label(InterimMeasure, "incidents"))
    closed = channels_field(CLOSABLE, label="Ways of contact closed for now")
    affected_matters = affected_matters_field()

    class Meta:
        model = InterimMeasure
        fields = [
            "staff_instruction",
            "needs_confirmed_with",
            "open_channels_reason",
            "reason",
            "new_since",
            "involvement_reason",
            "how_notified",
            "letter_follows",
        ]
        widgets = {
            **text_areas("open_channels_reason", "reason", "new_since", "involvement_reason", "how_notified"),
            "needs_confirmed_with": forms.RadioSelect,
        }
        help_texts = {
            "staff_instruction": "It goes on the card: the minimum that staff need, in 200 characters.",
            "needs_confirmed_with": (
                "Only where you close a way of contact. Where they could not be asked, post and one more way that they can use stay open."
            ),
            "how_notified": "For example: by phone this afternoon, by the officer who knows them.",
            "letter_follows": "It stays on your work list until it is written.",
        }

    def __init__(
        self, *args: Any, customer: Customer, user: StaffMember, incidents: list[Incident], **kwargs: Any
    ):
        super().__init__(*args, initial={"incidents": incidents}, **kwargs)
        self.customer = customer
        offered_incidents = queries.incidents_to_choose(customer, user)
        offer_choices(self, incidents=offered_incidents)
        for name in self.Meta.fields:
            self.fields[name].required = False
        self.fields["needs_confirmed_with"].choices = ConfirmedWith.choices  # type: ignore[attr-defined]
        needs = ["open_channels_reason"] if doubtful_channels(customer) else []
        if not needs:
            del self.fields["open_channels_reason"]
        involvement = ["involvement_reason"] if ask_why_involved(self, user, offered_incidents) else []
        since = ask_what_is_new(self, queries.decided_notes(offered_incidents))
        add_incident_notes(self, offered_incidents)
        self.optional_notes = dict.fromkeys([*self.Meta.fields, "incidents", "affected_matters"], "")
        self.helper = form_helper(
            Section(
                "What applies at once",
                "staff_instruction",
                "closed",
                "needs_confirmed_with",
                *needs,
                "affected_matters",
            ),
            Section("Why, and on what", "reason", "incidents", *since, *involvement),
            Section("Telling them", "how_notified", "letter_follows"),
            WHAT_CHANGES,
            submit="Put it on the card",
            does="It applies at once and ends by itself. A manager is asked to look it over.",
            cancel_url=customer.get_absolute_url(),
        )

    @property
    def step(self) -> PlannedStep:
        """Return what would be set, as far as it is filled in."""
        interim = InterimMeasure(
            customer=self.customer,
            closed=self.cleaned_data.get("closed") or [],
            staff_instruction=self.cleaned_data.get("staff_instruction") or "",
            open_channels_reason=self.cleaned_data.get("open_channels_reason") or "",
            needs_confirmed_with=self.cleaned_data.get("needs_confirmed_with") or "",
            starts_on=today(),
            ends_on=add_working_days(today(), INTERIM_WORKING_DAYS),
        )
        return PlannedStep(adding=(interim,), confirmed_with=interim.needs_confirmed_with)

    def clean_closed(self) -> list[str]:
        return ordered_channels(self.cleaned_data["closed"])


class ExtendForm(ChangeForm, CaseModelForm):
    """Asks why an interim measure goes on, and how its customer hears of it."""

    class Meta:
        model = InterimMeasure
        fields = ["extension_reason", "how_notified"]
        widgets = text_areas("extension_reason", "how_notified")

    def __init__(self, *args: Any, record: InterimMeasure, **kwargs: Any):
        # How its customer hears of this is asked anew: the record says how they heard at first.
        super().__init__(*args, record=record, instance=None, **kwargs)
        self.fields["extension_reason"].required = True
        self.helper = form_helper(
            "extension_reason",
            "how_notified",
            submit="Make it five working days longer",
            does="It can be made longer once.",
            cancel_url=record.get_absolute_url(),
        )
