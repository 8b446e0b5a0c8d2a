from datetime import date
from typing import Any

from django import forms

from cha_engagement.core.answers import Answer, answers_in_words
from cha_engagement.core.dates import PlannedDateField
from cha_engagement.core.formpack import Reveal, form_helper
from cha_engagement.core.forms import ChangeForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.organisation.calendar import add_months, today
from restrictions.contact_plan import PlannedStep, restrictions_applying
from restrictions.enums import RestrictionStatus
from restrictions.forms.restriction import CUSTOMER_TEXT_HINT
from restrictions.forms.step import WHAT_CHANGES, StepForm
from restrictions.forms.their_side import asked_of_their_side, their_side_fields, their_side_questions
from restrictions.models import Restriction

from .. import queries, rules
from ..enums import ReviewOutcome
from ..models import Review
from .version import (
    reason_field,
    replacement_step,
    terms_fields,
    version_changes,
    version_field_names,
    version_fields,
    version_layout,
)

OUTCOMES_UNDER_APPEAL = [choice for choice in ReviewOutcome.choices if choice[0] != ReviewOutcome.VARY]


class HoldForm(StepForm, ChangeForm):
    """Ask what the reviewer found, and what follows; the terms of the restriction where they are varied."""

    optional_notes = {"next_review_on": "", "heard": ""}

    findings = reason_field(
        field_label(Review, "findings"),
        missing="Say what you found.",
        help_text="For colleagues: what has happened since, what has helped, what it means for the customer.",
    )
    outcome = forms.ChoiceField(
        choices=ReviewOutcome.choices,
        widget=forms.RadioSelect,
        label="What follows?",
        error_messages={"required": "Choose what follows."},
    )
    reasons = reason_field(
        field_label(Review, "reasons"), missing="Give your reasons.", help_text=CUSTOMER_TEXT_HINT
    )
    next_review_on = PlannedDateField(
        label=field_label(Review, "next_review_on"),
        required=False,
        help_text="Leave it as it is where the restriction is lifted.",
    )

    def __init__(self, *args: Any, record: Review, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.restriction = record.restriction
        self.fields["next_review_on"].initial = usual_next_review(self.restriction)
        self.fields["outcome"].help_text = queries.channels_kept_closed(
            self.restriction, restrictions_applying(record.customer, today())
        )
        self.under_appeal = rules.check_not_under_appeal(self.restriction)
        fields: dict[str, forms.Field] = {}
        if self.under_appeal:
            self.fields["outcome"].choices = OUTCOMES_UNDER_APPEAL  # type: ignore[attr-defined]
        else:
            terms = terms_fields(self.restriction.kind_rules, self.restriction.customer)
            fields = version_fields(self.restriction, terms)
        self.version_names = [*fields]
        self.fields |= fields | their_side_fields(Review)
        self.fields["heard"].help_text = "Not asked where it is lifted."
        self.helper = form_helper(
            their_side_questions(),
            "findings",
            Reveal("outcome", {ReviewOutcome.VARY: version_layout(fields)} if fields else {}),
            "reasons",
            "next_review_on",
            WHAT_CHANGES,
            submit="Go on to check it",
            cancel_url=record.get_absolute_url(),
        )

    @property
    def step(self) -> PlannedStep:
        """Return what the chosen outcome changes, as far as it is filled in."""
        answers = self.cleaned_data
        if answers["outcome"] == ReviewOutcome.LIFT:
            return PlannedStep(without=(self.restriction,))
        return replacement_step(self.restriction, answers["changes"]) if answers["changes"] else PlannedStep()

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        names = ("version", "findings", "outcome", "reasons", "next_review_on")
        facts = {name: answers.get(name) for name in names}
        is_varied = facts["outcome"] == ReviewOutcome.VARY
        facts |= {name: answer for name, answer in asked_of_their_side(answers).items() if answer}
        return facts | {"changes": version_changes(self.restriction, answers) if is_varied else None}

    @property
    def sections_to_check(self) -> list[tuple[str, list[Answer]]]:
        """Return what was answered, without questions that another answer has taken away."""
        outcome = self.cleaned_data["outcome"]
        about_version = version_field_names(self, self.version_names) if outcome == ReviewOutcome.VARY else []
        day = [] if outcome == ReviewOutcome.LIFT else ["next_review_on"]
        their_side = [
            name for name in ("heard", "their_side", "not_heard_reason") if self.cleaned_data.get(name)
        ]
        names = [*their_side, "findings", "outcome", *about_version, "reasons", *day]
        return [("", answers_in_words(self, names))]

    @property
    def consequences(self) -> list[str]:
        """Return what saving it does, in words to whoever holds the review."""
        outcome, next_review_on = self.cleaned_data["outcome"], self.cleaned_data["next_review_on"]
        looked_at = f" It is looked at again on {uk_date(next_review_on)}." if next_review_on else ""
        sentences: dict[str, str] = {
            ReviewOutcome.CONTINUE: f"{self.restriction.title} goes on as it is.{looked_at}",
            ReviewOutcome.VARY: f"A new version of it takes its place at once, on the card too.{looked_at}",
            ReviewOutcome.LIFT: f"{self.restriction.title} ends at once, and leaves the card.",
        }
        appeal = "" if outcome == ReviewOutcome.LIFT else " They can appeal against what goes on."
        again = ""
        if self.restriction.status == RestrictionStatus.SUSPENDED and outcome != ReviewOutcome.LIFT:
            again = " It is suspended: it applies again at once, unless an appeal suspends it."
        return [
            f"{sentences[outcome]}{again}",
            f"This does not write to anybody. The letter that tells the customer is the next step.{appeal}",
            "A review that was held stays as it is: what turns out wrong needs another review or a fresh decision.",
        ]


def usual_next_review(restriction: Restriction) -> date | None:
    """Return the day after the interval that was set, or the last day where it ends before; none where it ends today."""
    months, ends_on = restriction.review_months, restriction.ends_on
    if not months or (ends_on and ends_on <= today()):
        return None
    return min(filter(None, (add_months(today(), months), ends_on)))
