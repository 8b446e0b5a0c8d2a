from typing import Any

from django import forms

from cha_engagement.core.formpack import Reveal, Section, SentenceButtons, form_helper
from cha_engagement.core.forms import CaseModelForm
from cha_engagement.core.labels import field_label
from cha_engagement.customers.enums import HOW_CONFIRMED, ConfirmedWith
from cha_engagement.customers.forms import confirmation_fields, drop_how_unconfirmed
from cha_engagement.customers.models import Customer
from cha_engagement.staff.fields import StaffChoiceField
from cha_engagement.staff.models import StaffMember
from incidents.forms.decisions import ask_why_involved
from incidents.models import Incident
from incidents.restorative.models import RestorativeAction
from restrictions import queries
from restrictions.enums import Basis, NormalOperation, YesNoUnknown
from restrictions.fields import RecordsField, add_incident_notes, ask_what_is_new, offer_choices, text_areas
from restrictions.models import ManagementDecision

from .their_side import asked_of_their_side, their_side_fields, their_side_questions


class DecisionForm(CaseModelForm):
    """What a decision rests on. The action says what is missing, each with its paragraph."""

    tries_unfinished = True
    known = forms.IntegerField(widget=forms.HiddenInput)
    incidents = RecordsField(Incident.objects, label=field_label(ManagementDecision, "incidents"))
    restorative_actions = RecordsField(
        RestorativeAction.objects, label=field_label(ManagementDecision, "restorative_actions")
    )
    training_for = StaffChoiceField(
        label="A colleague whose training it concerns",
        required=False,
        help_text="Their line manager is told to talk with you. It is not kept on this record.",
    )

    class Meta:
        model = ManagementDecision
        fields = [
            "basis",
            "basis_reason",
            "needs_confirmed_with",
            "needs_considered",
            "no_adjustment_needed",
            "disability",
            "disability_considered",
            "vulnerability",
            "vulnerability_considered",
            "safeguarding_considered",
            "normal_operation",
            "normal_operation_reason",
            "training_need",
            "no_training_need",
            "effect",
            "new_since",
            "involvement_reason",
        ]
        widgets = {
            **dict.fromkeys(
                ["basis", "needs_confirmed_with", "disability", "vulnerability", "normal_operation"],
                forms.RadioSelect,
            ),
            **text_areas(
                "basis_reason",
                "needs_considered",
                "disability_considered",
                "vulnerability_considered",
                "safeguarding_considered",
                "normal_operation_reason",
                "training_need",
                "effect",
                "new_since",
                "involvement_reason",
            ),
        }
        help_texts = {
            "needs_confirmed_with": "Where they could not be asked, post and one more way that they can use stay open to them.",
            "disability": "The answer never gets in the way of keeping people safe.",
            "training_need": "Would it have gone differently if we had dealt with it better? Name nobody here.",
        }

    def __init__(
        self, *args: Any, customer: Customer, user: StaffMember, incidents: list[Incident], **kwargs: Any
    ):
        initial = queries.initial_answers(customer, incidents) | {"known": customer.decisions.count()}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields |= their_side_fields(ManagementDecision) | confirmation_fields()
        if needs := queries.recorded_needs(customer, incidents):
            self.fields["needs_considered"].help_text = f"Recorded already: {needs}."
        self.fields["basis_reason"].label = "Why it is not possible, or not appropriate"
        offered_incidents = queries.incidents_to_choose(customer, user)
        restorative = (
            RestorativeAction.objects.visible_to(user).filter(customer=customer).order_by("-on", "-pk")
        )
        offer_choices(self, incidents=offered_incidents, restorative_actions=restorative)
        self.asked_since = ask_what_is_new(self, queries.decided_notes(offered_incidents))
        add_incident_notes(self, offered_incidents)
        self.contact_amounts = queries.contact_amounts(customer)
        for field in self.fields.values():
            field.required = False
        for name, choices in {
            "normal_operation": NormalOperation,
            "basis": Basis,
            "needs_confirmed_with": ConfirmedWith,
            "disability": YesNoUnknown,
            "vulnerability": YesNoUnknown,
        }.items():
            self.fields[name].choices = choices.choices  # type: ignore[attr-defined]
        if not customer.under_18:
            del self.fields["safeguarding_considered"]
        ask_why_involved(self, user, offered_incidents)
        self.optional_notes = dict.fromkeys(set(self.fields) - {"training_for", "needs_confirmed_by"}, "")
        self.helper = form_helper(
            *self.layout(),
            submit="Go on to what is restricted",
            cancel_url=customer.get_absolute_url(),
        )
        # The page to check says the answers in the order in which they were asked.
        self.order_fields([field.name for field in self.helper.layout.get_field_names()])

    def layout(self) -> list[Section]:
        involvement = [name for name in ("involvement_reason",) if name in self.fields]
        safeguarding = [name for name in ("safeguarding_considered",) if name in self.fields]
        amounts = self.contact_amounts
        log = [SentenceButtons("From the contact log", amounts, into="effect")] if amounts else []
        return [
            Section("What it rests on", "incidents", *self.asked_since, *log, "effect", *involvement),
            Section("Their side first", their_side_questions()),
            Section(
                "Restorative work comes first",
                Reveal("basis", {Basis.TRIED_AND_FAILED: ["restorative_actions"]}),
                "basis_reason",
            ),
            Section(
                "The person",
                "needs_confirmed_with",
                *HOW_CONFIRMED,
                "needs_considered",
                "no_adjustment_needed",
                Reveal("disability", {YesNoUnknown.YES: ["disability_considered"]}),
                Reveal("vulnerability", {YesNoUnknown.YES: ["vulnerability_considered"]}),
                *safeguarding,
            ),
            Section(
                "Ourselves",
                Reveal("normal_operation", {NormalOperation.MANAGEABLE: ["normal_operation_reason"]}),
                "training_need",
                "no_training_need",
                "training_for",
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """Drop answers to questions that another answer has taken away."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("basis") == Basis.TRIED_AND_FAILED:
            cleaned["basis_reason"] = ""
        for name in ("disability", "vulnerability"):
            if cleaned.get(name) != YesNoUnknown.YES:
                cleaned[f"{name}_considered"] = ""
        cleaned |= asked_of_their_side(cleaned)
        cleaned = drop_how_unconfirmed(cleaned)
        if cleaned.get("normal_operation") != NormalOperation.MANAGEABLE:
            cleaned["normal_operation_reason"] = ""
        return cleaned
