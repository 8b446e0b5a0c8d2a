from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any, cast

from django import forms

from cha_engagement.core.answers import Answer, answers_in_words
from cha_engagement.core.checked_forms import CheckForm
from cha_engagement.core.formpack import (
    ChoiceRow,
    ChoiceTable,
    FoldedSection,
    Reveal,
    Section,
    form_helper,
)
from cha_engagement.core.forms import CreateForm
from cha_engagement.core.labels import field_label
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import INBOUND_CHANNELS, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from incidents.models import Incident
from restrictions import queries, rules
from restrictions.contact_plan import PlannedStep, contact_plan, waiting_restrictions
from restrictions.enums import Begins, Explained
from restrictions.fields import OfferedRecordsField, leave_out_harmed, text_areas
from restrictions.kinds import KINDS
from restrictions.kinds.channels import channel_labels, ordered_channels
from restrictions.kinds.closed_channels import CLOSABLE, ClosedChannels
from restrictions.kinds.kind import RestrictionKind
from restrictions.kinds.named_contact import NamedContact
from restrictions.kinds.volume import Volume
from restrictions.models import ManagementDecision, Restriction
from restrictions.rules import measure_field

from .restriction import (
    CUSTOMER_TEXT_HINT,
    LimitForm,
    RestrictionForm,
    ask_about_closing,
    closing_field,
    default_dates,
    planned_restriction,
)
from .step import CHANGES_LINE

DECISION_FIELDS = ("proportionality", "explained", "not_explained_reason")
"""The fields of a decision that are asked once it is known what is restricted under it."""
LEAVE, LIMIT, CLOSE = "leave", "limit", "close"
IN_TABLE = {ClosedChannels.code: (CLOSE, "closed"), Volume.code: (LIMIT, "limited")}
"""The kinds that are chosen channel by channel: their answer in a row, and the term that holds those channels."""
TERMS_FROM_TABLE = {**{code: term for code, (_, term) in IN_TABLE.items()}, NamedContact.code: "open"}
"""The term of a kind that follows from the table, and is not asked again."""
RECORDS = ("incidents", "evidence")
OWN_QUESTIONS = {
    "reason": "Why this one",
    "ends_on": "Last day of this one",
    "first_review_on": "First review of this one",
    "easing_conditions": "What would lead us to ease this one, and whom to ask",
}
"""The questions that are asked for all measures together and again of each, with their label there: an answer there is that of this one."""


class MeasuresForm(LimitForm):
    """All that is restricted under a decision at once. Policy §14; beyond the policy: B29.

    Each channel is decided on in a row of one table: what is closed is one measure, what is limited another. The fields of a measure have
    the names that `rules.measure_field` gives them. A measure rests on all incidents of the decision, with the reason, days and way out of all,
    unless it says otherwise.
    """

    tries_unfinished = True
    known_restrictions = forms.IntegerField(widget=forms.HiddenInput)
    channels = forms.MultipleChoiceField(
        label="What do you decide about each way of contact?",
        widget=ChoiceTable(
            headings=("Way of contact", "How it is now", "What you decide"),
            row_template="restrictions/channel_row.html",
        ),
        help_text="Leave at least one open that they can use.",
    )
    measures = forms.MultipleChoiceField(
        label="What else is restricted?",
        widget=forms.CheckboxSelectMultiple,
        help_text="From what restricts least to what restricts most. Take the least that will do.",
    )

    closing = closing_field()

    class Meta(LimitForm.Meta):
        exclude = ("staff_instruction", "involvement_reason")

    def __init__(
        self,
        *args: Any,
        customer: Customer,
        user: StaffMember,
        incidents: Sequence[Incident],
        confirmed_with: str,
        back_url: str,
        **kwargs: Any,
    ):
        initial = default_dates() | {"known_restrictions": customer.restrictions.ever_imposed().count()}
        super().__init__(*args, initial=initial, **kwargs)
        self.customer, self.user, self.confirmed_with = customer, user, confirmed_with
        offered = queries.incidents_to_choose(customer, user).filter(
            pk__in=[incident.pk for incident in incidents]
        )
        self.incidents = list(offered)
        evidence = queries.evidence_to_choose(customer, user)
        self.records_fields = {
            "incidents": OfferedRecordsField(self.incidents, label=field_label(Restriction, "incidents")),
            "evidence": OfferedRecordsField(evidence, label=field_label(Restriction, "evidence")),
        }
        self.now = contact_plan(customer)
        waiting = waiting_restrictions(customer, today())
        self.with_waiting = contact_plan(customer, adding=waiting) if waiting else self.now
        self.kinds = {code: kind for code, kind in KINDS.items() if not rules.may_use_kind(user, code)}
        self.term_fields = {code: self.ask_about(kind) for code, kind in self.kinds.items()}
        self.ask_about_channels()
        self.ask_about_decision()
        others = {code: kind for code, kind in self.kinds.items() if code not in IN_TABLE}
        self.fields["measures"].choices = [(code, kind.title) for code, kind in others.items()]  # type: ignore[attr-defined]
        self.fields["measures"].choice_hints = {code: kind.description for code, kind in others.items()}  # type: ignore[attr-defined]
        self.leave_out_what_is_not_asked(customer)
        for field in self.fields.values():
            field.required = False
        may_be_empty = {"not_before", "ends_on", "lasts_months", "first_review_on", "review_circumstances"}
        self.optional_notes = dict.fromkeys(set(self.fields) - may_be_empty, "")
        self.helper = form_helper(*self.layout(others), submit="Go on to check it", cancel_url=back_url)
        self.helper.form_id = "measures"

    def ask_about(self, kind: RestrictionKind) -> dict[str, forms.Field]:
        """Add the questions about a measure, and return those about its terms, by their names there."""
        fields = kind.form_fields()
        leave_out_harmed(fields, kind, self.customer, self.user)
        if term := TERMS_FROM_TABLE.get(kind.code):
            del fields[term]
        if kind.code == ClosedChannels.code:
            del fields["open"]  # all that is not closed
        if kind.is_in_own_words:
            fields["staff_instruction"] = RestrictionForm.base_fields["staff_instruction"]
        own = {name: RestrictionForm.base_fields[name] for name in OWN_QUESTIONS} | self.records_fields
        self.fields |= {
            measure_field(kind.code, name): deepcopy(field) for name, field in (fields | own).items()
        }
        for name, label in OWN_QUESTIONS.items():
            field = self.fields[measure_field(kind.code, name)]
            field.label = label
            field.help_text = "Leave it empty where what you say for all applies to this one too."
            if isinstance(field.widget, forms.Textarea):
                field.help_text += f" {CUSTOMER_TEXT_HINT}"
                field.widget.attrs["rows"] = 3
        self.initial[measure_field(kind.code, "incidents")] = self.incidents
        return fields

    def ask_about_channels(self) -> None:
        """Ask what is decided about each channel: what the kinds allow of it, whatever it is now."""
        answers = {LEAVE: "Leave as it is", LIMIT: "Limit", CLOSE: "Close"}
        rows = []
        for channel in CLOSABLE:
            offered = {LEAVE, CLOSE}
            if channel in INBOUND_CHANNELS and Volume.code in self.kinds:
                offered.add(LIMIT)
            row = [(code, label) for code, label in answers.items() if code in offered]
            rows.append(
                ChoiceRow(channel.value, str(channel.label), self.with_waiting.channels[channel], row)
            )
        field = cast(forms.MultipleChoiceField, self.fields["channels"])
        field.choices = [
            (f"{row.code}-{code}", f"{row.label}: {label.lower()}")
            for row in rows
            for code, label in row.answers
            if code != LEAVE
        ]
        field.widget.rows = rows

    def ask_about_decision(self) -> None:
        """Add what the decision says of all measures together."""
        self.fields |= forms.fields_for_model(
            ManagementDecision,
            DECISION_FIELDS,
            widgets={"explained": forms.RadioSelect, **text_areas("proportionality", "not_explained_reason")},
        )
        self.fields["explained"].choices = Explained.choices  # type: ignore[attr-defined]
        self.fields[
            "proportionality"
        ].help_text = "What would restrict them less, why it would not be enough, and why the aim outweighs what this means for them."

    def layout(self, others: Mapping[str, RestrictionKind]) -> list[Any]:
        in_words = [name for name in ("reason", "easing_conditions", "other_route") if name in self.fields]
        return [
            Section(
                "Ways of contact",
                "channels",
                self.own_grounds(
                    ClosedChannels.code, "Give what is closed a reason, incidents, files or days of its own"
                ),
            ),
            *self.section_about_limits(),
            Section(
                "Anything else",
                Reveal("measures", {code: self.questions_about(code) for code in others}),
            ),
            *(["open_channels_reason"] if "open_channels_reason" in self.fields else []),
            Section("Words for the letter", *in_words),
            *self.sections_about_time(),
            Section("Why it is in proportion", "proportionality"),
            Section(
                "Explaining it", Reveal("explained", {Explained.NOT_EXPLAINED: ["not_explained_reason"]})
            ),
            CHANGES_LINE,
        ]

    def section_about_limits(self) -> list[Section]:
        """Return what is asked of channels that are limited. Styles show it once one is."""
        if Volume.code not in self.kinds:
            return []
        questions = self.questions_about(
            Volume.code, "Give the limit a reason, incidents, files or days of its own"
        )
        return [Section("How far they are limited", *questions, css_class="app-once-limited")]

    def questions_about(
        self, code: str, own_grounds: str = "Give it a reason, incidents, files or days of its own"
    ) -> list[Any]:
        terms = (measure_field(code, name) for name in self.term_fields[code])
        return [*terms, self.own_grounds(code, own_grounds)]

    def own_grounds(self, code: str, summary: str) -> FoldedSection:
        """Return the questions of one measure by itself, where its answers are not those of all."""
        reason, *others = (measure_field(code, name) for name in OWN_QUESTIONS)
        records = [measure_field(code, name) for name in RECORDS]
        return FoldedSection(
            summary, reason, *records, *others, starts_folded=True, opens_with=[reason, *others]
        )

    def clean(self) -> dict[str, Any]:
        """Return what the decision says of the measures, and what each of them says."""
        answers = super().clean()
        decided = answers.pop("channels", [])
        self.channels_in = {
            code: ordered_channels(channel for channel in Channel if f"{channel}-{answer}" in decided)
            for code, (answer, _) in IN_TABLE.items()
        }
        chosen = [*answers.pop("measures", []), *(code for code, held in self.channels_in.items() if held)]
        of_decision = {name: answers.pop(name, "") for name in DECISION_FIELDS}
        known = {name: answers.pop(name, None) for name in ("known_restrictions", "closing")}
        if of_decision["explained"] != Explained.NOT_EXPLAINED:
            of_decision["not_explained_reason"] = ""
        self.leave_out_errors_about(code for code in self.kinds if code not in chosen)
        own = {code: self.own_answers(code, answers) for code in self.kinds}
        self.shared_answers = answers
        return (
            known | of_decision | {"measures": [answers | own[code] for code in chosen if code in self.kinds]}
        )

    def carry_out(self, action: Callable[..., Any], /, **about: Any) -> Any:
        decided = super().carry_out(action, **about)
        if "closing" in self.errors:
            ask_about_closing(self, cast(tuple[Restriction, ...], self.step.adding))
        return decided

    @property
    def answers_so_far(self) -> dict[str, Any]:
        """Return what `clean` made of the answers that make sense: it takes them into measures."""
        return self.cleaned_data

    def leave_out_errors_about(self, codes: Iterable[str]) -> None:
        """Refuse nothing of a measure that is not chosen: its questions are not shown."""
        for code in codes:
            for name in self.names_about(code):
                self.errors.pop(name, None)

    def own_answers(self, code: str, answers: dict[str, Any]) -> dict[str, Any]:
        """Take out of all answers those about one measure, and return them as facts of a restriction."""
        own = {
            name: answers.pop(field, None)
            for name, field in zip(self.questions_of(code), self.names_about(code), strict=True)
        }
        records = {name: own.pop(name) or [] for name in RECORDS}
        instead = {name: answer for name in OWN_QUESTIONS if (answer := own.pop(name))}
        if "ends_on" in instead:
            instead["lasts_months"] = None
        instruction = own.pop("staff_instruction", None) or ""
        if code in IN_TABLE:
            own[TERMS_FROM_TABLE[code]] = self.channels_in[code]
        if code == ClosedChannels.code:
            own["open"] = self.left_open(self.channels_in[code])
        if code == NamedContact.code:
            # They close none by themselves: what is closed, the table says.
            own["open"] = [*INBOUND_CHANNELS]
        facts = self.kinds[code].field_values(own) | instead
        beginning = {"begins": Begins.BINDS_STAFF} if self.kinds[code].binds_staff_alone else {}
        return {"kind": code, "staff_instruction": instruction, **beginning, **facts, **records}

    def left_open(self, closed: Sequence[str]) -> list[str]:
        """Return the ways in that card and letters name now, that they can use, and that are not closed: those that are left open to them."""
        unusable = {*closed, *self.customer.cannot_use}
        named = self.now.named_channels or self.now.open_channels
        return [channel for channel in named if channel not in unusable]

    def field_about(self, refusal: Refusal) -> str | None:
        """Put what is refused of a measure beside its own question, or beside the one that all of them share."""
        kind, _, name = refusal.field.partition("-")
        names = [measure_field(kind, name), name, refusal.field]
        if name == TERMS_FROM_TABLE.get(kind) or (kind, name) == (ClosedChannels.code, "open"):
            names = ["channels"]
        elif name in OWN_QUESTIONS and not self[measure_field(kind, name)].value():
            names = [name]
        return next(filter(self.fields.__contains__, names), None)

    @property
    def step(self) -> PlannedStep:
        """Return all that would be imposed together, as far as it is filled in."""
        steps = [
            planned_restriction(
                self.customer,
                {name: value for name, value in measure.items() if name not in RECORDS},
            )
            for measure in self.cleaned_data["measures"]
        ]
        return PlannedStep(
            adding=tuple(restriction for step in steps for restriction in step.adding),
            lacking=tuple(refusal for step in steps for refusal in step.lacking),
            confirmed_with=self.confirmed_with,
        )

    def answers_by_measure(self) -> list[tuple[str, list[Answer]]]:
        """Return what was answered about each measure that was chosen, by its title."""
        chosen = [measure["kind"] for measure in self.cleaned_data["measures"]]
        return [
            (kind.title, [*self.answers_in_table(code), *answers_in_words(self, self.names_about(code))])
            for code, kind in self.kinds.items()
            if code in chosen
        ]

    def answers_in_table(self, code: str) -> list[Answer]:
        channels = self.channels_in.get(code, [])
        label = TERMS_FROM_TABLE.get(code, "").capitalize()
        return [Answer(label, channel_labels(channels), is_reason=False)] if channels else []

    def answers_of_all(self) -> list[Answer]:
        """Return what is decided for all measures together; of a decision without any, what it says itself."""
        asked_of_each = {name for code in self.kinds for name in self.names_about(code)}
        about_measures = asked_of_each | {"channels", "measures", "closing"}
        measures = self.cleaned_data["measures"]
        names = [name for name in self.fields if name not in about_measures] if measures else DECISION_FIELDS
        decided = {**self.cleaned_data, **self.shared_answers}
        return answers_in_words(self, [name for name in names if decided.get(name, True)])

    @property
    def stays_unnotified(self) -> bool:
        """Return whether something begins once they are told, though the decision is not explained to them."""
        is_unexplained = self.cleaned_data["explained"] == Explained.NOT_EXPLAINED
        return is_unexplained and any(
            measure.get("begins") == Begins.WHEN_TOLD for measure in self.cleaned_data["measures"]
        )

    def questions_of(self, code: str) -> list[str]:
        """Return what is asked about a measure, by the names that a restriction has for it."""
        return [*self.term_fields[code], *OWN_QUESTIONS, *RECORDS]

    def names_about(self, code: str) -> list[str]:
        return [measure_field(code, name) for name in self.questions_of(code)]


class CheckDecisionForm(CheckForm, CreateForm):
    """Decides what was typed on the pages before, as the last page has shown it."""

    def __init__(
        self, *args: Any, rests_on: forms.Form, measures: MeasuresForm, back_url: str, **kwargs: Any
    ):
        self.rests_on, self.measures = rests_on, measures
        submit = "Decide this, which is final"
        super().__init__(*args, typed=[rests_on, measures], submit=submit, back_url=back_url, **kwargs)

    @property
    def sections_to_check(self) -> list[tuple[str, list[Answer]]]:
        rests_on = [name for name in self.rests_on.fields if self.rests_on.cleaned_data.get(name)]
        return [
            ("", answers_in_words(self.rests_on, rests_on)),
            *self.measures.answers_by_measure(),
            ("", self.measures.answers_of_all()),
        ]
