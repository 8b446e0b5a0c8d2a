from typing import Any

from django import forms

from cha_engagement.core.answers import Answer, answers_in_words
from cha_engagement.core.dates import PastDateField, PlannedDateField
from cha_engagement.core.formpack import Reveal, Section, form_helper
from cha_engagement.core.forms import ChangeForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.records import SHORT
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.fields import StaffMultipleChoiceField
from cha_engagement.staff.models import StaffMember
from restrictions.contact_plan import PlannedStep, restrictions_applying
from restrictions.enums import STANDING
from restrictions.forms.restriction import CUSTOMER_TEXT_HINT
from restrictions.forms.step import WHAT_CHANGES, StepForm
from restrictions.kinds import KINDS
from restrictions.models import Restriction

from .. import queries, rules
from ..enums import AppealOutcome
from ..models import Appeal, AppealedRestriction
from .version import (
    reason_field,
    replacement_step,
    terms_fields,
    version_changes,
    version_field_names,
    version_fields,
    version_layout,
)

ABOUT_HEARING = ("heard_on", "panel", "attended_by")
"""Questions about the hearing itself, as they are asked and checked."""


def outcome_field(restriction: Restriction, help_text: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=AppealOutcome.choices,
        widget=forms.RadioSelect,
        label="Outcome",
        help_text=help_text,
        error_messages={"required": f"{restriction.title}: choose what you decided."},
    )


class DecideForm(StepForm, ChangeForm):
    """Ask when and by whom an appeal was heard, and for an outcome with reasons for each restriction."""

    heard_on = PastDateField(label="When was it heard?")
    attended_by = forms.CharField(
        label=field_label(Appeal, "attended_by"),
        max_length=SHORT,
        required=False,
        help_text="The customer, who came with them, who interpreted. Leave it empty where it was heard on paper.",
    )
    optional_notes = {"attended_by": ""}

    def __init__(self, *args: Any, record: Appeal, user: StaffMember, hearing: rules.Hearing, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.restrictions = [appealed.restriction for appealed in record.appealed.all()]
        # Once for each kind: some of them list the colleagues.
        kinds = {restriction.kind for restriction in self.restrictions}
        self.terms = {kind: terms_fields(KINDS[kind], record.customer) for kind in kinds}
        self.version_names: dict[str, list[str]] = {}
        self.measures = restrictions_applying(record.customer, today())
        self.fields["heard_on"].initial = today()
        self.ask_for_panel(hearing, user)
        verdicts = [self.ask_for_verdict(restriction) for restriction in self.restrictions]
        about_hearing = [name for name in ABOUT_HEARING if name in self.fields]
        self.helper = form_helper(
            Section("The hearing", *about_hearing),
            *verdicts,
            WHAT_CHANGES,
            submit="Go on to check it",
            cancel_url=record.get_absolute_url(),
        )

    def ask_for_panel(self, hearing: rules.Hearing, user: StaffMember) -> None:
        others = StaffMember.objects.filter(
            pk__in=[person.pk for person in hearing.hearers if person != user]
        )
        if others:
            panel = StaffMultipleChoiceField(others, label="Who heard it with you?", required=False)
            panel.offer(others)
            self.fields["panel"] = panel

    def ask_for_verdict(self, restriction: Restriction) -> Section:
        """Add the questions about one restriction; those about its terms only while it stands and can be eased."""

        def name(field: str) -> str:
            return rules.field_name(restriction.reference, field)

        fields = self.easing_fields(restriction) if restriction.status in STANDING else {}
        self.version_names[restriction.reference] = [*fields]
        asked = {
            "outcome": outcome_field(restriction, queries.channels_kept_closed(restriction, self.measures)),
            **fields,
            "reasons": reason_field(
                field_label(AppealedRestriction, "reasons"),
                missing=f"{restriction}: give your reasons.",
                help_text=CUSTOMER_TEXT_HINT,
            ),
        }
        self.fields |= {name(field): question for field, question in asked.items()}
        revealed = {AppealOutcome.PARTLY_UPHELD: version_layout(fields, name)} if fields else {}
        status = restriction.get_status_display().lower()
        ended = f"It has ended meanwhile ({status}). The outcome is recorded; nothing else changes."
        return Section(
            queries.restriction_line(restriction),
            Reveal(name("outcome"), revealed),
            name("reasons"),
            hint="" if fields else ended,
        )

    def easing_fields(self, restriction: Restriction) -> dict[str, forms.Field]:
        """Return the questions about what a standing restriction can be eased to."""
        fields = version_fields(restriction, self.terms[restriction.kind])
        if latest := queries.latest_next_review(restriction):
            fields["first_review_on"] = PlannedDateField(
                label="Next review",
                initial=latest,
                required=False,
                help_text=f"On {uk_date(latest)} or sooner.",
            )
        return fields

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        facts = {name: value for name, value in answers.items() if name in ("version", *ABOUT_HEARING)}
        verdicts = {
            restriction.reference: self.verdict_on(restriction, answers) for restriction in self.restrictions
        }
        return facts | {"verdicts": verdicts}

    @property
    def step(self) -> PlannedStep:
        """Return what the chosen outcomes change together, as far as they are filled in."""
        steps = [
            self.step_after(restriction, self.cleaned_data["verdicts"][restriction.reference])
            for restriction in self.restrictions
            if restriction.status in STANDING
        ]
        return PlannedStep(
            adding=tuple(added for step in steps for added in step.adding),
            without=tuple(taken for step in steps for taken in step.without),
            lacking=tuple(refusal for step in steps for refusal in step.lacking),
        )

    def step_after(self, restriction: Restriction, verdict: dict[str, Any]) -> PlannedStep:
        if verdict["outcome"] == AppealOutcome.UPHELD:
            return PlannedStep(without=(restriction,))
        if "changes" in verdict:
            return replacement_step(restriction, verdict["changes"])
        # What was suspended for the appeal applies again.
        return PlannedStep(adding=(restriction,) if verdict["outcome"] else ())

    def verdict_on(self, restriction: Restriction, answers: dict[str, Any]) -> dict[str, Any]:
        prefix = rules.field_name(restriction.reference, "")
        own_answers = {
            name.removeprefix(prefix): value for name, value in answers.items() if name.startswith(prefix)
        }
        verdict = {"outcome": own_answers.get("outcome"), "reasons": own_answers.get("reasons")}
        if verdict["outcome"] == AppealOutcome.PARTLY_UPHELD and restriction.status in STANDING:
            verdict["changes"] = version_changes(restriction, own_answers) | {
                "first_review_on": own_answers.get("first_review_on"),
                "review_months": restriction.review_months,
            }
        return verdict

    @property
    def sections_to_check(self) -> list[tuple[str, list[Answer]]]:
        """Return what was answered about the hearing, and then on each restriction, without questions that are not asked by now."""
        about_hearing = [name for name in ABOUT_HEARING if name in self.fields]
        return [
            ("The hearing", answers_in_words(self, about_hearing)),
            *((queries.restriction_line(each), self.answers_about(each)) for each in self.restrictions),
        ]

    def answers_about(self, restriction: Restriction) -> list[Answer]:
        def name(field: str) -> str:
            return rules.field_name(restriction.reference, field)

        is_eased = "changes" in self.cleaned_data["verdicts"][restriction.reference]
        version = (
            version_field_names(self, self.version_names[restriction.reference], name) if is_eased else []
        )
        return answers_in_words(self, [name("outcome"), *version, name("reasons")])

    @property
    def consequences(self) -> list[str]:
        """Return what deciding it does, in words to whoever decides."""
        verdicts = self.cleaned_data["verdicts"]
        imposers = [restriction.imposed_by for restriction in self.restrictions]
        people = dict.fromkeys(filter(None, [self.record.received_by, *imposers]))
        return [
            *(consequence(each, verdicts[each.reference]["outcome"]) for each in self.restrictions),
            f"Told at once that it is decided, and nothing else: {', '.join(map(str, people))}.",
            "This does not write to the customer. The letter about the outcome is the next step.",
            "A decision on an appeal is final: it is the last step with us. What it ends or eases is not imposed again without something new.",
        ]


def consequence(restriction: Restriction, outcome: str) -> str:
    """Return what an outcome does to a restriction."""
    title = f"{restriction.title} ({restriction})"
    if restriction.status not in STANDING:
        return f"{title}: it has ended meanwhile, and nothing changes."
    sentences: dict[str, str] = {
        AppealOutcome.UPHELD: "it ends at once, and leaves the card.",
        AppealOutcome.PARTLY_UPHELD: "the version that you eased it to takes its place at once, on the card too.",
        AppealOutcome.NOT_UPHELD: "it applies as before.",
    }
    return f"{title}: {sentences[outcome]}"
