from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from cha_engagement.core.dates import PastDateField, PlannedDateField
from cha_engagement.core.formpack import Reveal, Section, form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.reasons import ReasonFormField, check_reason
from cha_engagement.core.records import LONG
from cha_engagement.customers.fields import RuledOutField
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import doubtful_channels
from cha_engagement.evidence.models import Evidence
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from incidents.forms.decisions import ask_why_involved
from incidents.models import Incident
from restrictions import queries
from restrictions.contact_plan import PlannedStep
from restrictions.enums import TO_CUSTOMER, Begins
from restrictions.fields import RecordField, RecordsField, leave_out_harmed, offer_choices, text_areas
from restrictions.kinds.channels import channels_closed_by, ordered_channels
from restrictions.kinds.kind import RestrictionKind
from restrictions.models import InterimMeasure, ManagementDecision, Restriction
from restrictions.rules import MOST_MONTHS

from .step import WHAT_CHANGES, StepForm

ENDS_FOR_GOOD = "It ends at once, and nothing takes that back. This does not write to the customer."
CUSTOMER_TEXT_HINT = "This goes into the letter: write it to the customer, neutrally and without blame."

CHOSEN_BEGINNINGS = (Begins.WHEN_TOLD, Begins.FOR_SAFETY)
"""What whoever restricts chooses from; the rest follows from the kind, or from the version before."""

OWN_INSTRUCTION_HINT = "It goes on the card: the minimum that staff need, in 200 characters."


class LimitForm(StepForm, CaseModelForm):
    """What every restriction says, of whichever kind. The action says what is missing, each with its paragraph."""

    no_review = forms.BooleanField(
        label="There is no review, because staff must be protected from violence, threats or harassment",
        required=False,
    )
    lasts_months = forms.IntegerField(
        label=field_label(Restriction, "lasts_months"),
        required=False,
        min_value=1,
        max_value=MOST_MONTHS,
        help_text="Counted from the day on which it begins.",
    )
    review_months = forms.IntegerField(
        label=field_label(Restriction, "review_months"), required=False, min_value=1, max_value=MOST_MONTHS
    )

    class Meta:
        model = Restriction
        fields = [
            "reason",
            "begins",
            "at_once_reason",
            "not_before",
            "ends_on",
            "lasts_months",
            "first_review_on",
            "review_months",
            "no_review_reason",
            "review_circumstances",
            "easing_conditions",
            "other_route",
            "open_channels_reason",
            "staff_instruction",
            "involvement_reason",
        ]
        field_classes = dict.fromkeys(["not_before", "ends_on", "first_review_on"], PlannedDateField)
        widgets = {
            "begins": forms.RadioSelect,
            **text_areas(
                "at_once_reason",
                "no_review_reason",
                "review_circumstances",
                "easing_conditions",
                "other_route",
                "involvement_reason",
            ),
            **text_areas("reason", rows=5),
        }
        help_texts = {
            "reason": CUSTOMER_TEXT_HINT,
            "begins": "Until then nothing changes for them, and the card says that it begins once they are told.",
            "at_once_reason": f"It rests on violence, a threat or harassment in the last month. Write it in English, to “you”. {CUSTOMER_TEXT_HINT}",
            "not_before": "Leave it empty, or choose a later day on which it begins at the earliest.",
            "ends_on": "Leave it empty where you say how long it lasts, or where it lasts until a review ends it.",
            "first_review_on": "Leave it empty, and it comes one review interval after the day on which it begins.",
            "no_review_reason": CUSTOMER_TEXT_HINT,
            "review_circumstances": f"For example, if your health changes or you find somebody to help you. {CUSTOMER_TEXT_HINT}",
            "easing_conditions": CUSTOMER_TEXT_HINT,
            "other_route": f"They act for somebody else, who is not restricted: say how those people can reach us. {CUSTOMER_TEXT_HINT}",
            "staff_instruction": f"{OWN_INSTRUCTION_HINT} Leave it empty and the usual words are used.",
        }

    def leave_out_what_is_not_asked(self, customer: Customer) -> None:
        for name in ("reason", "easing_conditions", "begins"):
            self.fields[name].required = False
        self.fields["begins"].choices = [(code, code.label) for code in CHOSEN_BEGINNINGS]  # type: ignore[attr-defined]
        if not customer.speaks_for_others:
            del self.fields["other_route"]
        if not doubtful_channels(customer):
            del self.fields["open_channels_reason"]

    def sections_about_time(self) -> list[Section]:
        return [
            Section("From when, and until when", *self.beginning, "not_before", "ends_on", "lasts_months"),
            Section(
                "Reviews",
                "first_review_on",
                "review_months",
                Reveal("no_review", {True: ["no_review_reason"]}),
                "review_circumstances",
            ),
        ]

    @property
    def beginning(self) -> list[Any]:
        """Return the question when it begins, where the kind does not say so itself."""
        return [Reveal("begins", {Begins.FOR_SAFETY: ["at_once_reason"]})] if "begins" in self.fields else []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "begins" in self.fields:
            cleaned["begins"] = cleaned.get("begins") or Begins.WHEN_TOLD
            if cleaned["begins"] != Begins.FOR_SAFETY:
                cleaned["at_once_reason"] = ""
        if not cleaned.pop("no_review", False):
            return cleaned | {"no_review_reason": ""}
        if "no_review_reason" not in self.errors:
            for refusal in check_reason(Restriction, "no_review_reason", cleaned.get("no_review_reason")):
                self.add_error("no_review_reason", str(refusal))
        return cleaned | {"first_review_on": None, "review_months": None}


def planned_restriction(customer: Customer, facts: Mapping[str, Any]) -> PlannedStep:
    """Return what would be imposed, or what its terms lack, as far as it is filled in. `facts` are fields of `Restriction`."""
    answered = {name: value for name, value in facts.items() if value is not None}
    restriction = Restriction(customer=customer, **{"begins": Begins.BINDS_STAFF} | answered)
    if lacking := restriction.kind_rules.check_terms(restriction):
        return PlannedStep(lacking=tuple(lacking))
    restriction.ends_on = restriction.last_day
    return PlannedStep(adding=(restriction,))


class RestrictionForm(LimitForm):
    """The terms of a kind, and what every restriction says."""

    incidents = RecordsField(Incident.objects, label=field_label(Restriction, "incidents"))
    evidence = RecordsField(Evidence.objects, label=field_label(Restriction, "evidence"))
    imposes = True  # whoever only proposes may have been affected, and need not say why they act
    does = "Whoever it names is told at once. It can be changed or lifted later, and not taken back. The letter to the customer comes next."

    def __init__(
        self,
        *args: Any,
        kind: RestrictionKind,
        customer: Customer,
        user: StaffMember,
        submit: str,
        cancel_url: str,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        if self.instance.ends_on and self.instance.ends_on == kind.terms_end_on(self.instance):
            self.initial["ends_on"] = (
                None  # nobody set it: it follows from the terms, which can be put right here
            )
        self.kind, self.customer = kind, customer
        self.term_fields = kind.form_fields()
        self.fields |= self.term_fields
        leave_out_harmed(self.fields, kind, customer, user)
        incidents = queries.incidents_to_choose(customer, user)
        offer_choices(self, incidents=incidents, evidence=queries.evidence_to_choose(customer, user))
        self.leave_out_what_is_not_asked(customer)
        self.fields["staff_instruction"].required = False
        if kind.binds_staff_alone:
            del self.fields["begins"], self.fields["at_once_reason"]
        if self.imposes:
            ask_why_involved(self, user, incidents)
        else:
            del self.fields["involvement_reason"]
        may_be_empty = {"ends_on", "lasts_months", "first_review_on", "not_before", "review_circumstances"}
        if kind.is_in_own_words:
            self.fields["staff_instruction"].help_text = OWN_INSTRUCTION_HINT
        else:
            may_be_empty.add("staff_instruction")
        self.optional_notes = dict.fromkeys(
            [
                *self.term_fields,
                *(set(self.fields) - may_be_empty),
            ],
            "",
        )
        self.helper = form_helper(
            *self.layout(list(self.term_fields)),
            WHAT_CHANGES,
            submit=submit,
            does=self.does,
            cancel_url=cancel_url,
        )

    def layout(self, term_fields: list[str]) -> list[Any]:
        sections = [
            Section(self.kind.title, *term_fields, "open_channels_reason"),
            Section(
                "The reason, and what it rests on", "reason", "incidents", "evidence", "involvement_reason"
            ),
            *self.sections_about_time(),
            Section(
                "What would end it, and what staff do",
                "easing_conditions",
                "other_route",
                "staff_instruction",
            ),
        ]
        for section in sections:
            section.fields = [
                part for part in section.fields if not isinstance(part, str) or part in self.fields
            ]
        return [section for section in sections if section.fields]

    @property
    def step(self) -> PlannedStep:
        """Return what would be imposed, as far as it is filled in."""
        names = (
            "terms",
            "staff_instruction",
            "open_channels_reason",
            "begins",
            "not_before",
            "ends_on",
            "lasts_months",
            *self.kind.people,
        )
        facts = {name: self.cleaned_data.get(name) for name in names}
        return planned_restriction(self.customer, {"kind": self.kind.code, **facts})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        return cleaned | self.kind.field_values({name: cleaned.pop(name, None) for name in self.term_fields})


def closing_field() -> RuledOutField:
    """Return the question whether channels are closed knowingly that others left open. Beyond the policy: B29."""
    return RuledOutField(label="Do you mean to close this?")


def ask_about_closing(form: Any, restrictions: Iterable[Restriction]) -> None:
    """Ask for a tick, above all else, since what a form would impose closes what others left open."""
    closed = ordered_channels(channels_closed_by(restrictions))
    cast(forms.MultipleChoiceField, form.fields["closing"]).choices = [(" ".join(closed), "Yes, close it")]
    form.helper.layout.insert(0, "closing")


class ClosingForm(RestrictionForm):
    """Shows which channels it closes that others left open, once the terms are known, and asks for a tick. Beyond the policy: B29."""

    closing = closing_field()

    def carry_out(self, action: Callable[..., Any], /, **about: Any) -> Any:
        imposed = super().carry_out(action, **about)
        if "closing" in self.errors:
            terms = self.cleaned_data["terms"]
            ask_about_closing(self, [Restriction(customer=self.customer, kind=self.kind.code, terms=terms)])
        return imposed


def default_dates() -> dict[str, Any]:
    return {"review_months": Organisation.current().review_months}


class ProposeForm(CreateForm, RestrictionForm):
    imposes = False
    does = "The managers are asked to decide on it. You can withdraw it until they have."

    def __init__(self, *args: Any, customer: Customer, incidents: list[Incident], **kwargs: Any):
        initial = default_dates() | {"incidents": incidents}
        super().__init__(
            *args,
            customer=customer,
            initial=initial,
            submit="Send the proposal to the managers",
            cancel_url=customer.get_absolute_url(),
            **kwargs,
        )


class RestrictForm(CreateForm, ClosingForm):
    known = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, decision: ManagementDecision, kind: RestrictionKind, **kwargs: Any):
        initial = default_dates() | {
            "incidents": list(decision.incidents.all()),
            "known": decision.customer.restrictions.filter(kind=kind.code).ever_imposed().count(),
        }
        super().__init__(
            *args,
            kind=kind,
            customer=decision.customer,
            initial=initial,
            submit="Impose this restriction",
            cancel_url=decision.get_absolute_url(),
            **kwargs,
        )


class ImposeForm(ChangeForm, ClosingForm):
    """A proposal, which its manager may put right, and the decision under which it is imposed."""

    decision = RecordField(
        ManagementDecision.objects, label="Under which decision?", empty_label="Choose a decision"
    )

    def __init__(self, *args: Any, record: Restriction, **kwargs: Any):
        decisions = record.customer.decisions.select_related("by").order_by("-decided_at", "-pk")
        initial = record.kind_rules.form_answers(record) | {
            "decision": decisions.first(),
            "incidents": list(record.incidents.all()),
            "evidence": list(record.evidence.all()),
            "no_review": bool(record.no_review_reason),
        }
        super().__init__(
            *args,
            record=record,
            initial=initial,
            kind=record.kind_rules,
            customer=record.customer,
            submit="Impose this restriction",
            cancel_url=record.get_absolute_url(),
            **kwargs,
        )
        offer_choices(self, decision=decisions)
        first_day = record.earliest_first_day
        if record.not_before and record.not_before < first_day:
            self.initial["not_before"] = None
        if record.review_months and record.first_review_on and record.first_review_on <= first_day:
            self.initial["first_review_on"] = add_months(first_day, record.review_months)

    def layout(self, term_fields: list[str]) -> list[Any]:
        return ["decision", *super().layout(term_fields)]


class ReplacePeopleForm(ChangeForm):
    """Names others in the place of those whom the terms of a restriction name."""

    status_reason = ReasonFormField(label="Why it changes", max_length=LONG, missing="Say why it changes.")

    def __init__(self, *args: Any, record: Restriction, **kwargs: Any):
        people = record.kind_rules.people
        answers = record.kind_rules.form_answers(record)
        super().__init__(*args, record=record, initial={name: answers[name] for name in people}, **kwargs)
        fields = record.kind_rules.form_fields()
        self.fields |= {name: fields[name] for name in people}
        leave_out_harmed(self.fields, record.kind_rules, record.customer)
        self.optional_notes = dict.fromkeys(people, "")
        self.helper = form_helper(
            *people,
            "status_reason",
            submit="Name them",
            does="Whoever is named, and whoever no longer is, is told at once. The customer is to be told anew.",
            cancel_url=record.get_absolute_url(),
        )


class TalkForm(CaseModelForm, ChangeForm):
    """Records a talk in which a restriction was explained, and others of its decision: when, to whom, how, and what they made of it."""

    explained_to = forms.ChoiceField(
        label="To whom did you explain it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say to whom you explained it."},
    )
    also_explained = RecordsField(Restriction.objects, label="What else was explained in this talk")

    class Meta:
        model = Restriction
        fields = ["talked_on", "how_explained"]
        field_classes = {"talked_on": PastDateField}
        widgets = text_areas("how_explained")
        labels = {"talked_on": "Day of the talk"}
        help_texts = {
            "how_explained": "Such as: by phone; they asked whether repairs go on. Say kindly that they can appeal."
        }

    def __init__(self, *args: Any, record: Restriction, others: QuerySet[Restriction], **kwargs: Any):
        super().__init__(*args, record=record, initial={"talked_on": today()}, **kwargs)
        self.fields["talked_on"].required = self.fields["how_explained"].required = True
        speakers = queries.representatives(record.customer, today())
        cast(forms.ChoiceField, self.fields["explained_to"]).choices = [
            (TO_CUSTOMER, "The customer themselves"),
            *((name, f"{name}, who speaks for them") for name in speakers),
            ("somebody_else", "Somebody else"),
        ]
        asked = ["talked_on", "explained_to", "how_explained"]
        if others:
            offer_choices(self, also_explained=others)
            asked.append("also_explained")
        else:
            del self.fields["also_explained"]
        self.helper = form_helper(*asked, submit="Record the talk", cancel_url=record.get_absolute_url())


class ReasonForm(ChangeForm):
    """Asks for nothing but the reason of a step, under the name that the step gives it."""

    def __init__(
        self,
        *args: Any,
        record: Restriction | ManagementDecision | InterimMeasure,
        name: str,
        label: str,
        missing: str,
        submit: str,
        help_text: str = "",
        does: str = "",
        **kwargs: Any,
    ):
        super().__init__(*args, record=record, **kwargs)
        self.fields[name] = ReasonFormField(
            label=label, missing=missing, help_text=help_text, max_length=LONG
        )
        self.helper = form_helper(name, submit=submit, cancel_url=record.get_absolute_url(), does=does)
