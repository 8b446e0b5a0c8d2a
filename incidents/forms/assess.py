from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict

from cha_engagement.core.answers import Answer, answers_in_words
from cha_engagement.core.formpack import FoldedSection, form_helper
from cha_engagement.core.forms import ChangeForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.reasons import ReasonFormField
from cha_engagement.core.records import LONG
from cha_engagement.core.templatetags.ui import uk_date, uk_datetime
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember
from incidents import queries, rules
from incidents.card import STILL_TO_DO
from incidents.enums import THREATS, ZERO_TOLERANCE, Category, Outcome
from incidents.interfaces import assessment_effects, category_notes
from incidents.models import Incident
from incidents.notifications import people_told_of_assessment

from .decisions import ask_why_involved
from .report import CategoriesField, raised_reason_field


class AssessForm(ChangeForm):
    """Asks for two answers; the categories are there to be corrected."""

    outcome = forms.ChoiceField(choices=Outcome.choices, widget=forms.RadioSelect, label="What follows?")
    reasons = ReasonFormField(label="Why", max_length=LONG, missing="Say why this follows.")
    categories = CategoriesField(
        label=field_label(Incident, "categories"),
        help_text="What can follow depends on it, and is offered again once you save.",
    )
    involvement_reason = ReasonFormField(
        label="Why you decide this though you had a part in it",
        missing="Say why you decide this though you had a part in it.",
        required=False,
        max_length=LONG,
        rows=3,
    )

    def __init__(self, *args: Any, record: Incident, user: StaffMember, **kwargs: Any):
        super().__init__(*args, record=record, **kwargs)
        self.user = user
        categories = cast(CategoriesField, self.fields["categories"])
        categories.initial = sorted(record.category_codes)
        categories.add_notes(category_notes(record.customer, record))
        unanswered = rules.check_harm_answered(record, [])
        categories.required = bool(unanswered)
        for refusal in unanswered:
            categories.error_messages["required"] = refusal.sentence
        # Where other categories came with the form, the outcomes that these allow are offered.
        codes = cast(QueryDict, self.data).getlist("categories") if self.is_bound else record.category_codes
        refusals = {value: rules.check_outcome(record, value, codes) for value in Outcome.values}
        outcome = cast(forms.ChoiceField, self.fields["outcome"])
        outcome.choices = [choice for choice in Outcome.choices if not refusals[choice[0]]]
        for refusal in refusals.get(self.data.get("outcome", ""), []):
            outcome.error_messages["invalid_choice"] = str(refusal)
        # These stay to be chosen: the categories can be corrected here too.
        judged = (Outcome.WARNING_LETTER, Outcome.ACTIVE_MANAGEMENT)
        left_to_others = [rules.may_choose_outcome(user, value, record) for value in judged]
        if any(left_to_others):
            outcome.help_text = " ".join(refusal.sentence for refusal in left_to_others if refusal)
        ask_why_involved(self, user, [record])
        known = ", ".join(map(str, record.categories.all()))
        kinds = ["categories"]
        if rules.can_be_raised(record):
            self.fields["raised_reason"] = raised_reason_field()
            kinds.append("raised_reason")
        self.helper = form_helper(
            # Nothing can rest on it, and little can follow, before somebody says what it was.
            *([] if known else kinds),
            "outcome",
            "reasons",
            *(name for name in ["involvement_reason"] if name in self.fields),
            *(
                [FoldedSection(f"Correct the categories ({known})", *kinds, starts_folded=True)]
                if known
                else []
            ),
            submit="Go on to check it",
            cancel_url=record.get_absolute_url(),
        )

    @property
    def codes(self) -> set[str]:
        """Return the categories that the incident will have."""
        return set(self.cleaned_data["categories"])

    @property
    def is_worst(self) -> bool:
        return not self.codes.isdisjoint(ZERO_TOLERANCE)

    @property
    def may_be_worst(self) -> bool:
        """Return whether nobody will have said yet of what kind it was."""
        return rules.is_kind_unknown(self.record, self.codes)

    @property
    def sections_to_check(self) -> list[tuple[str, list[Answer]]]:
        """Return which incident it is, and what was answered of it."""
        answers = {name: answers_in_words(self, [name]) for name in self.fields}
        kinds = answers["categories"] or [Answer(str(self["categories"].label), "No kind given yet", False)]
        is_worst = "Yes" if self.is_worst else "Not known yet" if self.may_be_worst else "No"
        return [
            (
                "",
                [
                    Answer("Incident", self.record.full_title, False),
                    Answer("Who it is about", self.record.person_name, False),
                    *kinds,
                    Answer("Zero tolerance", is_worst, False),
                    *answers.get("raised_reason", []),
                    *answers["outcome"],
                    *answers["reasons"],
                    *answers.get("involvement_reason", []),
                ],
            )
        ]

    @property
    def consequences(self) -> list[str]:
        """Return what saving it does, in words to the manager who decides."""
        incident, is_managed = self.record, self.cleaned_data["outcome"] == Outcome.ACTIVE_MANAGEMENT
        next_step = STILL_TO_DO.get(self.cleaned_data["outcome"], "") if incident.customer else ""
        told = people_told_of_assessment(incident)
        return [
            f"It no longer waits for a manager. {next_step}".strip(),
            *self.effects_on_warning(),
            *self.effects_on_incident(),
            *([f"Told at once what follows, and not why: {people_in_words(told)}."] if told else []),
            *assessment_effects(incident, self.codes),
            f"This writes to no customer, and restricts nothing{' yet' if is_managed else ''}.",
            "What you decide stays on record with your name, and no message to colleagues is taken back. What proves wrong can be reopened, with a reason: a manager then decides again.",
        ]

    def effects_on_warning(self) -> Iterator[str]:
        """Yield what becomes of the warning to speak to a manager before any contact. Policy §24."""
        is_managed = self.cleaned_data["outcome"] == Outcome.ACTIVE_MANAGEMENT
        if is_managed and (self.may_be_worst or not self.codes.isdisjoint(THREATS)):
            yield "Their card tells colleagues to speak to a manager before any contact until that decision is carried out."
        elif is_managed and Category.ABUSE in self.codes:
            last_day = add_working_days(today(), Organisation.current().notice_working_days)
            yield f"Their card tells colleagues to speak to a manager before any contact until that decision is made, and until {uk_date(last_day)} at the latest."
        elif queries.has_caution(self.record) and self.record.customer:
            yield "The warning that this incident puts on their card ends at once."
        elif queries.has_caution(self.record):
            yield "Whoever looks for this person or place is no longer warned."

    def effects_on_incident(self) -> Iterator[str]:
        """Yield what else changes of the incident."""
        incident = self.record
        if rules.only_one_to_say_so(self.user, incident, self.codes):
            yield "Only you say that this was violence, a threat or harassment, or so bad. Another manager confirms it before anything applies at once, or without a review, for it."
        if incident.counts_from != incident.occurred_at and rules.can_confirm_day(self.user, incident):
            yield f"You confirm its day: it counts from {uk_datetime(incident.occurred_at)}."
        handler = incident.assigned_to
        had_part = handler == incident.reported_by or (handler and rules.has_part(handler, [incident]))
        if had_part and (self.is_worst or self.may_be_worst):
            yield f"{handler} no longer deals with it, since they reported it or were affected by it."


def people_in_words(people: Mapping[StaffMember, str]) -> str:
    return "; ".join(f"{person}, {part}" for person, part in people.items())
