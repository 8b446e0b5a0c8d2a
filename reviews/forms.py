from copy import deepcopy
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from cha_engagement.core.dates import PastDateField, PlannedDateField
from cha_engagement.core.formpack import Reveal, Section, form_helper
from cha_engagement.core.forms import CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import LONG, SHORT
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.models import Customer
from cha_engagement.evidence.actions import look_into_all
from cha_engagement.evidence.forms import EvidenceForm, sealing
from cha_engagement.evidence.rules import may_seal
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.staff.fields import StaffChoiceField, StaffMultipleChoiceField
from cha_engagement.staff.models import StaffMember
from restrictions.contact_plan import measures_in_force
from restrictions.enums import STANDING
from restrictions.fields import offer_willing
from restrictions.forms.restriction import TO_THE_CUSTOMER
from restrictions.kinds import KINDS
from restrictions.kinds.kind import Kind
from restrictions.models import Restriction

from . import queries
from .enums import ELSEWHERE, AppealOutcome, PassedTo, ReviewOutcome
from .hearing import Hearing
from .models import Appeal, Review
from .rules import checks

AGAINST_THE_DECISION = (
    "The decision to manage contact actively is final. Where the customer writes against that decision, log it here as an "
    "appeal against the restrictions made under it. (policy §22)"
)


def words(
    label: str, *, missing: str, help_text: str = "", required: bool = True, rows: int = 4
) -> ReasonFormField:
    return ReasonFormField(
        label=label, missing=missing, help_text=help_text, required=required, max_length=LONG, rows=rows
    )


def terms_fields(kind: Kind, customer: Customer) -> dict[str, forms.Field]:
    """What a kind of restriction asks of this customer."""
    fields = kind.fields()
    offer_willing(fields, kind, customer)
    return fields


def version_fields(restriction: Restriction, terms: dict[str, forms.Field]) -> dict[str, forms.Field]:
    """What a new version of a restriction can say in another way, as it says it now. `terms` are the fields of its kind."""
    fields = deepcopy(terms) | {
        "ends_on": PlannedDateField(
            label="Last day", required=False, help_text="Leave it empty where it has none."
        ),
        "easing_conditions": words(
            "What would lead to its being eased, and whom to ask",
            missing="Say what would lead to its being eased, and whom to ask.",
            help_text=TO_THE_CUSTOMER,
            required=False,
            rows=3,
        ),
        "staff_instruction": ReasonFormField(
            label="What staff should do",
            missing="Say what staff should do, or leave this empty for the usual words.",
            required=False,
            max_length=SHORT,
            rows=1,
        ),
    }
    said = {name: getattr(restriction, name, None) for name in fields} | restriction.measure.answers(
        restriction
    )
    if said["ends_on"] == restriction.measure.until(restriction):
        said["ends_on"] = None  # nobody set it: it follows from the terms
    for name, field in fields.items():
        field.initial = said[name]
    return fields


def changes(restriction: Restriction, answers: dict[str, Any]) -> dict[str, Any]:
    """Those answers as the fields of a new version."""
    said = {name: answers.get(name) for name in ("ends_on", "easing_conditions", "staff_instruction")}
    return restriction.measure.facts(answers) | said


NOT_VARIED = [choice for choice in ReviewOutcome.choices if choice[0] != ReviewOutcome.VARY]


class HoldForm(ChangeForm):
    """What the reviewer found, and what follows; the terms of the restriction where they are varied."""

    optional_notes = {"next_review_on": ""}

    findings = words(
        "What you found",
        missing="Say what you found.",
        help_text="For colleagues: what has happened since, what has helped, what it means for the customer.",
    )
    outcome = forms.ChoiceField(
        choices=ReviewOutcome.choices,
        widget=forms.RadioSelect,
        label="What follows?",
        error_messages={"required": "Choose what follows."},
    )
    reasons = words("Reasons", missing="Give your reasons.", help_text=TO_THE_CUSTOMER)
    next_review_on = PlannedDateField(
        label="Next review", required=False, help_text="Leave it as it is where the restriction is lifted."
    )

    def __init__(self, *args: Any, record: Review, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.restriction = record.restriction
        self.fields["next_review_on"].initial = usual_next_review(self.restriction)
        self.fields["outcome"].help_text = queries.stays_closed(
            self.restriction, measures_in_force(record.customer, today())
        )
        self.under_appeal = checks.not_under_appeal(self.restriction)
        terms: dict[str, forms.Field] = {}
        if self.under_appeal:
            self.fields["outcome"].choices = NOT_VARIED  # type: ignore[attr-defined]
        else:
            asked = terms_fields(self.restriction.measure, self.restriction.customer)
            terms = version_fields(self.restriction, asked)
        self.fields |= terms
        self.helper = form_helper(
            "findings",
            Reveal("outcome", {ReviewOutcome.VARY: list(terms)} if terms else {}),
            "reasons",
            "next_review_on",
            submit="Save the review",
            cancel_url=record.get_absolute_url(),
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        kept = {
            name: answers.get(name)
            for name in ("version", "findings", "outcome", "reasons", "next_review_on")
        }
        return kept | {
            "changes": changes(self.restriction, answers) if kept["outcome"] == ReviewOutcome.VARY else None
        }


def usual_next_review(restriction: Restriction) -> date | None:
    """After the interval that was set, or on its last day where it ends before; none where it ends today."""
    months, ends_on = restriction.review_months, restriction.ends_on
    if not months or (ends_on and ends_on <= today()):
        return None
    return min(filter(None, (add_months(today(), months), ends_on)))


class RestrictionsField(forms.ModelMultipleChoiceField):
    """Some of these restrictions of a customer, posted as their references."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, restrictions: list[Restriction], **kwargs: Any):
        super().__init__(
            queries.standing().filter(pk__in=[one.pk for one in restrictions]),
            to_field_name="reference",
            required=False,
            **kwargs,
        )

    def label_from_instance(self, restriction: Restriction) -> str:
        return queries.named(restriction)


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(file, initial) for file in data or []]


class LogForm(CreateForm, CaseModelForm):
    """An appeal as it came, from a `user`. `restrictions` are those that it may be against, each with its right to appeal."""

    optional_notes = {"restrictions": "", "passed_to": ""}

    documents = FilesField(
        label="Documents that came with it",
        required=False,
        allow_empty_file=True,
        help_text="You can choose several.",
    )
    sealed_reason = deepcopy(EvidenceForm.base_fields["sealed_reason"])

    class Meta:
        model = Appeal
        fields = ["received_on", "channel", "lodged_by", "grounds"]
        field_classes = {"received_on": PastDateField}
        widgets = {"grounds": forms.Textarea(attrs={"rows": 8})}
        help_texts = {
            "lodged_by": "The customer, or whoever they have asked to speak for them.",
            "grounds": "Write down what they say; do not judge it. If it came on the phone, read it back to them.",
        }

    def __init__(
        self,
        *args: Any,
        user: StaffMember,
        customer: Customer,
        restrictions: dict[Restriction, queries.Right],
        **kwargs: Any,
    ):
        super().__init__(*args, initial={"lodged_by": customer.name, "received_on": today()}, **kwargs)
        if may_seal(user):
            del self.fields["sealed_reason"]
        if restrictions:
            self.fields["restrictions"] = RestrictionsField(
                list(restrictions), label="Which restrictions is it against?", help_text=AGAINST_THE_DECISION
            )
            self.fields["restrictions"].choice_hints = {  # type: ignore[attr-defined]
                one.reference: late for one, right in restrictions.items() if (late := lateness(right))
            }
        self.under_way = {appeal.reference: appeal for appeal in queries.under_way(customer)}
        heard = "To the Executive Team, who hear it" if restrictions else "Choose one"
        adds_to = [(reference, f"{PassedTo.APPEAL.label}, {reference}") for reference in self.under_way]
        elsewhere = [choice for choice in PassedTo.choices if choice[0] in ELSEWHERE]
        self.fields["passed_to"] = forms.ChoiceField(
            choices=[("", heard), *adds_to, *elsewhere],
            required=not restrictions,
            label="Where does it go?",
            help_text="What a panel has decided goes to the ombudsman. Anything else about how we deal with them is a complaint.",
            error_messages={
                "required": "Choose where it goes: nobody is turned away.",
                "invalid_choice": "That appeal is not under way any more. Choose where this goes instead.",
            },
        )
        about = [
            name for name in ("restrictions", "passed_to", "grounds", "documents") if name in self.fields
        ]
        self.helper = form_helper(
            Section("How it came", "received_on", "channel", "lodged_by"),
            Section("What it is about", *about, *sealing(self)),
            submit="Log the appeal",
            cancel_url=customer.get_absolute_url(),
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        added_to = self.under_way.get(answers.get("passed_to", ""))
        return answers | ({"passed_to": PassedTo.APPEAL, "added_to": added_to} if added_to else {})

    def look_into_files(self) -> None:
        look_into_all(self.cleaned_data["documents"])


def lateness(right: queries.Right) -> str:
    """What to say of the time to appeal. Late is logged like any other; the panel sees it."""
    if right.last_day is None:
        return "The customer has not been told of it yet."
    if right.last_day < today():
        return f"The time to appeal ended on {uk_date(right.last_day)}. Log it all the same."
    return ""


class AcknowledgeForm(ChangeForm):
    acknowledged_on = PastDateField(
        label="When is it acknowledged?", help_text="You can draft the letter in the next step."
    )

    def __init__(self, *args: Any, record: Appeal, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["acknowledged_on"].initial = today()
        self.helper = form_helper(
            "acknowledged_on", submit="Acknowledge the appeal", cancel_url=record.get_absolute_url()
        )


class SuspendForm(ChangeForm):
    """Which restrictions under appeal do not apply while it is heard."""

    optional_notes = {"restrictions": ""}

    def __init__(self, *args: Any, record: Appeal, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        appealed = [one for one in record.appealed.all() if one.restriction.status in STANDING]
        self.fields["restrictions"] = RestrictionsField(
            [one.restriction for one in appealed],
            label="Which do not apply while you hear it?",
            help_text="What you leave unticked applies. Whatever you decide, nothing stays suspended after it.",
            initial=[one.restriction.reference for one in appealed if one.suspended],
        )
        self.helper = form_helper(
            "restrictions", submit="Save what applies meanwhile", cancel_url=record.get_absolute_url()
        )


class SubstituteForm(ChangeForm):
    """Who hears an appeal that nobody on the Executive Team can hear, and why they."""

    substitute_reason = words(
        "Why do they hear it?",
        missing="Say why nobody on the Executive Team hears it, and why you chose them.",
        help_text="Why nobody on the Executive Team can, and why you chose them. The customer is told who it is.",
        rows=3,
    )

    def __init__(self, *args: Any, record: Appeal, candidates: QuerySet[StaffMember], **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        substitute = StaffChoiceField(
            candidates,
            label="Who hears it?",
            help_text="They had no part in what it is about. They hear this appeal and no other.",
        )
        substitute.offer(candidates)
        self.fields["substitute"] = substitute
        self.helper = form_helper(
            "substitute",
            "substitute_reason",
            submit="Name who hears it",
            cancel_url=record.get_absolute_url(),
        )


class WithdrawForm(ChangeForm):
    """Who took an appeal back, and when."""

    withdrawn_by = ReasonFormField(
        label="Who said that they take it back?",
        missing="Say who took it back.",
        rows=1,
        max_length=SHORT,
        help_text="The customer, or whoever they have asked to speak for them. Nobody else can.",
    )
    withdrawn_on = PastDateField(label="When did they say so?")

    def __init__(self, *args: Any, record: Appeal, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.fields["withdrawn_on"].initial = today()
        self.helper = form_helper(
            "withdrawn_by",
            "withdrawn_on",
            submit="Record that it is withdrawn",
            cancel_url=record.get_absolute_url(),
        )


class DecideForm(ChangeForm):
    """When and by whom it was heard, and an outcome with reasons for each restriction."""

    heard_on = PastDateField(label="When was it heard?")

    def __init__(self, *args: Any, record: Appeal, user: StaffMember, hearing: Hearing, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.restrictions = [one.restriction for one in record.appealed.all()]
        # Once for each kind: some of them list the colleagues.
        kinds = {one.kind for one in self.restrictions}
        self.terms = {kind: terms_fields(KINDS[kind], record.customer) for kind in kinds}
        self.measures = measures_in_force(record.customer, today())
        self.fields["heard_on"].initial = today()
        self.ask_who_else(hearing, user)
        verdicts = [self.ask_about(restriction) for restriction in self.restrictions]
        asked = [name for name in ("heard_on", "panel") if name in self.fields]
        self.helper = form_helper(
            Section("The hearing", *asked),
            *verdicts,
            submit="Decide the appeal",
            cancel_url=record.get_absolute_url(),
        )

    def ask_who_else(self, hearing: Hearing, user: StaffMember) -> None:
        others = StaffMember.objects.filter(
            pk__in=[person.pk for person in hearing.hearers if person != user]
        )
        if others:
            panel = StaffMultipleChoiceField(others, label="Who heard it with you?", required=False)
            panel.offer(others)
            self.fields["panel"] = panel

    def ask_about(self, restriction: Restriction) -> Section:
        """The questions about one restriction; its terms only while it stands and can be eased."""

        def name(field: str) -> str:
            return checks.field_of(restriction.reference, field)

        terms = {}
        if restriction.status in STANDING:
            terms = version_fields(restriction, self.terms[restriction.kind])
            if latest := queries.latest_next_review(restriction):
                terms["first_review_on"] = PlannedDateField(
                    label="Next review",
                    initial=latest,
                    required=False,
                    help_text=f"On {uk_date(latest)} or sooner.",
                )
        self.fields |= {
            name("outcome"): forms.ChoiceField(
                choices=AppealOutcome.choices,
                widget=forms.RadioSelect,
                label="Outcome",
                help_text=queries.stays_closed(restriction, self.measures),
                error_messages={"required": f"{restriction}: choose what you decided."},
            ),
            **{name(field): question for field, question in terms.items()},
            name("reasons"): words(
                "Reasons", missing=f"{restriction}: give your reasons.", help_text=TO_THE_CUSTOMER
            ),
        }
        revealed = {AppealOutcome.PARTLY_UPHELD: [name(field) for field in terms]} if terms else {}
        hint = (
            ""
            if terms
            else f"It has ended meanwhile ({restriction.get_status_display().lower()}). The outcome is recorded; nothing else changes."
        )
        return Section(
            queries.named(restriction), Reveal(name("outcome"), revealed), name("reasons"), hint=hint
        )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        asked = {name: value for name, value in answers.items() if name in ("version", "heard_on", "panel")}
        return asked | {"verdicts": {one.reference: self.verdict(one, answers) for one in self.restrictions}}

    def verdict(self, restriction: Restriction, answers: dict[str, Any]) -> dict[str, Any]:
        prefix = checks.field_of(restriction.reference, "")
        said = {
            name.removeprefix(prefix): value for name, value in answers.items() if name.startswith(prefix)
        }
        verdict = {"outcome": said.get("outcome"), "reasons": said.get("reasons")}
        if verdict["outcome"] == AppealOutcome.PARTLY_UPHELD and restriction.status in STANDING:
            first = {
                "first_review_on": said.get("first_review_on"),
                "review_months": restriction.review_months,
            }
            verdict["changes"] = changes(restriction, said) | first
        return verdict
