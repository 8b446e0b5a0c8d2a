from typing import Any

from django import forms

from cha_engagement.customers.models import Customer
from cha_engagement.evidence.models import Evidence
from cha_engagement.formpack import DateInput, Section, form_helper
from cha_engagement.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.records import LONG
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from incidents.policy import was_affected
from restrictions import queries
from restrictions.completeness import evidence_about
from restrictions.fields import RecordField, RecordsField, offer, paragraphs
from restrictions.kinds.kind import Kind
from restrictions.models import ManagementDecision, Restriction

MOST_MONTHS = 60  # between reviews
TO_THE_CUSTOMER = (
    "This goes into the letter: write it to the customer, neutrally and without blame. (policy §61)"
)


class RestrictionForm(CaseModelForm):
    """The terms of a kind, and what every restriction says. The verb says what is missing, each with its paragraph."""

    incidents = RecordsField(Incident.objects, label="Incidents it rests on")
    evidence = RecordsField(Evidence.objects, label="Evidence it rests on")
    review_months = forms.IntegerField(
        label="Months between reviews", required=False, min_value=1, max_value=MOST_MONTHS
    )

    class Meta:
        model = Restriction
        fields = [
            "reason",
            "starts_on",
            "ends_on",
            "first_review_on",
            "review_months",
            "no_review_reason",
            "review_circumstances",
            "easing_conditions",
            "other_route",
            "staff_instruction",
            "involvement_reason",
        ]
        widgets = {
            **dict.fromkeys(["starts_on", "ends_on", "first_review_on"], DateInput),
            **paragraphs(
                "no_review_reason",
                "review_circumstances",
                "easing_conditions",
                "other_route",
                "involvement_reason",
            ),
            **paragraphs("reason", rows=5),
        }
        help_texts = {
            "reason": TO_THE_CUSTOMER,
            "ends_on": "Leave it empty where it lasts until a review ends it.",
            "no_review_reason": "Only where staff must be protected from violence. Fill this in and there is no review, whatever the dates above say.",
            "review_circumstances": "For example, if their health changes or they find somebody to help them.",
            "easing_conditions": TO_THE_CUSTOMER,
            "other_route": "They act for somebody else, who is not restricted: say how those people can reach us.",
            "staff_instruction": "It stands on the card: the minimum that staff need, in 200 characters. Leave it empty and the usual words are used.",
        }

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        customer: Customer,
        user: StaffMember,
        submit: str,
        cancel_url: str,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.terms = terms = kind.fields()
        self.fields |= terms
        offered = queries.incidents_of(customer, user)
        offer(self, incidents=offered, evidence=evidence_about(customer).order_by("-created_at", "-pk"))
        for name in ("reason", "easing_conditions", "staff_instruction"):
            self.fields[name].required = False
        if not customer.speaks_for_others:
            del self.fields["other_route"]
        if not was_affected(user, offered):
            del self.fields["involvement_reason"]
        self.optional_notes = dict.fromkeys(
            [*terms, *(set(self.fields) - {"ends_on", "review_circumstances", "staff_instruction"})], ""
        )
        self.helper = form_helper(*self.layout(list(terms)), submit=submit, cancel_url=cancel_url)

    def layout(self, terms: list[str]) -> list[Any]:
        sections = [
            Section(self.kind.title, *terms),
            Section(
                "The reason, and what it rests on", "reason", "incidents", "evidence", "involvement_reason"
            ),
            Section("From when, and until when", "starts_on", "ends_on"),
            Section(
                "Reviews", "first_review_on", "review_months", "no_review_reason", "review_circumstances"
            ),
            Section(
                "The way out, and what staff do", "easing_conditions", "other_route", "staff_instruction"
            ),
        ]
        for section in sections:
            section.fields = [name for name in section.fields if name in self.fields]
        return sections

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned |= self.kind.facts({name: cleaned.pop(name, None) for name in self.terms})
        if cleaned.get("no_review_reason"):
            cleaned |= {"first_review_on": None, "review_months": None}
        return cleaned


def usual_dates() -> dict[str, Any]:
    months = Organisation.current().review_months
    return {"starts_on": today(), "first_review_on": add_months(today(), months), "review_months": months}


class ProposeForm(CreateForm, RestrictionForm):
    def __init__(self, *args: Any, customer: Customer, incidents: list[Incident], **kwargs: Any):
        initial = usual_dates() | {"incidents": incidents}
        super().__init__(
            *args,
            customer=customer,
            initial=initial,
            submit="Send the proposal to the managers",
            cancel_url=customer.get_absolute_url(),
            **kwargs,
        )
        self.fields.pop("involvement_reason", None)


class RestrictForm(CreateForm, RestrictionForm):
    def __init__(self, *args: Any, decision: ManagementDecision, **kwargs: Any):
        initial = usual_dates() | {"incidents": list(decision.incidents.all())}
        super().__init__(
            *args,
            customer=decision.customer,
            initial=initial,
            submit="Impose this restriction",
            cancel_url=decision.get_absolute_url(),
            **kwargs,
        )


class ImposeForm(ChangeForm, RestrictionForm):
    """A proposal, which its manager may put right, and the decision it is imposed under."""

    decision = RecordField(
        ManagementDecision.objects, label="Under which decision?", empty_label="Choose a decision"
    )

    def __init__(self, *args: Any, record: Restriction, **kwargs: Any):
        decisions = record.customer.decisions.select_related("by").order_by("-decided_at", "-pk")
        initial = record.measure.answers(record) | {
            "decision": decisions.first(),
            "incidents": list(record.incidents.all()),
            "evidence": list(record.evidence.all()),
        }
        super().__init__(
            *args,
            record=record,
            instance=record,
            initial=initial,
            kind=record.measure,
            customer=record.customer,
            submit="Impose this restriction",
            cancel_url=record.get_absolute_url(),
            **kwargs,
        )
        offer(self, decision=decisions)
        self.initial["starts_on"] = max(today(), record.starts_on)

    def layout(self, terms: list[str]) -> list[Any]:
        return ["decision", *super().layout(terms)]


class ReasonForm(ChangeForm):
    """A step that asks for nothing but its reason, under the name that the step gives it."""

    def __init__(
        self,
        *args: Any,
        record: Restriction | ManagementDecision,
        name: str,
        label: str,
        submit: str,
        help_text: str = "",
        **kwargs: Any,
    ):
        super().__init__(*args, record=record, **kwargs)
        self.fields[name] = forms.CharField(
            label=label, help_text=help_text, max_length=LONG, widget=forms.Textarea(attrs={"rows": 4})
        )
        self.helper = form_helper(name, submit=submit, cancel_url=record.get_absolute_url())
