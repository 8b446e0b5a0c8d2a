"""A reason has words, and nothing that the policy asks for takes anything else."""

import re
import uuid
from importlib import import_module

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse

from cha_engagement.core.reasons import (
    ReasonField,
    ReasonFormField,
    ReasonLine,
    check_answers,
    has_words,
    is_thin,
)
from cha_engagement.core.records import ChainedRecord, writing
from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers import actions as customers
from cha_engagement.customers.models import Customer
from cha_engagement.letters import actions as letters
from cha_engagement.organisation.calendar import today
from incidents import actions as incidents
from incidents.enums import IncidentStatus, Outcome
from incidents.models import Incident
from incidents.restorative import actions as restorative
from incidents.restorative.enums import RestorativeKind, RestorativeOutcome
from restrictions import actions as restrictions
from restrictions.actions import draft_decision_letter
from restrictions.kinds import KINDS
from restrictions.models import Restriction
from reviews import actions as reviews
from reviews.enums import ReviewOutcome
from tests import factories

EMPTY_TEXTS = {
    "": "nothing",
    " \n\t": "white space",
    ".": "a full stop",
    "- - -": "dashes",
    "…!?": "punctuation",
    "\u200b": "a zero-width space",
    "\u2800\u3164\u115f": "blanks that are letters or signs to Unicode",
    "\U0001f620\U0001f620": "pictures",
    "1234567890": "digits",
    "a": "one letter",
    "xxx": "the same letter again",
    "XxXx xX": "the same letter in another case",
    "ааа": "the same letter of another alphabet",
    "n/a": "a filler",
    "N / A.": "with other spaces and case",
    "n\u200b/\u200ba": "with zero-width spaces in it",
    "Ｎ／Ａ": "in full width",
    "nоne, n/а": "with letters that look alike",
    "𝐍𝐨𝐧𝐞": "in mathematical letters",
    "ñóńé": "with accents",
    "na na, none; TBC": "several of them",
    "As above.": "a reference to nothing",
    "see\u00a0notes": "another",
    "Not applicable": "another",
    "asdf asdf": "keys beside each other",
}

REASON_TEXTS = [
    "Threat to kill",
    "Fire",
    "Spat at me",
    "Nobody else was there",
    "None of the measures that restrict them less stopped the calls",
    "No: three officers were away",
    "Unknown caller, number withheld",
    "威胁要杀人",
    "هدد بالقتل",
    "Погрожував",
    "ਧਮਕੀ ਦਿੱਤੀ",
    "Ηe hit me",
    "7 calls in 1 hour",
]


@pytest.mark.beyond("B39")
@pytest.mark.parametrize("text", EMPTY_TEXTS, ids=EMPTY_TEXTS.values())
def test_text_that_says_nothing_is_no_reason(text):
    assert not has_words(text)


@pytest.mark.beyond("B39")
@pytest.mark.parametrize("text", REASON_TEXTS)
def test_any_length_and_script_is_a_reason(text):
    assert has_words(text)


@pytest.mark.parametrize("text", ["n\u043ene", "\u043done", "\u043d\u043et \u043deeded", "not\u043ding"])
@pytest.mark.beyond("B39")
def test_letters_of_other_scripts_make_no_reason(text):
    assert not has_words(text)


def test_long_text_of_fillers_is_read_in_no_time():
    assert not has_words("no none " * 1200)
    assert has_words("no none " * 1200 + "knife")


@pytest.mark.parametrize(
    ("text", "thin"),
    [
        ("Threat to kill", True),
        ("1234567890" * 10, True),
        ("She threatened to kill the officer who answered the door", False),
        ("他在电话里威胁要杀死接听电话的住房官员", False),
    ],
)
def test_a_reason_of_fewer_than_forty_letters_is_thin(text, thin):
    assert is_thin(text) is thin


NAMES = "a name, an address or a number: there is nothing to weigh, and a name may be one letter"
WRITTEN_BY_US = "written by us or by the machine"
OTHER_TEXTS = {
    "reviews.Appeal": {"attended_by": NAMES},
    "customers.Customer": {
        **dict.fromkeys(("name", "known_as", "sort_name", "tenancy_reference", "address", "postcode"), NAMES),
        "preferred_language": NAMES,
        "emergency_route": NAMES,
        "accessibility_needs": "what helps them, as they say it; nothing is decided by leaving it empty",
        "vulnerability": "what to know of them; nothing is decided by leaving it empty",
    },
    "customers.Need": {"note": "what to do about it; the tick beside it counts by itself"},
    "evidence.Evidence": dict.fromkeys(("original_name", "content_type", "sha256"), WRITTEN_BY_US),
    "incidents.Incident": {
        "unidentified_person": "'unknown' is a true answer",
        "expected_contact": "'nobody' is a true answer",
        "location": NAMES,
        "corrections": WRITTEN_BY_US,
        "affected_others": NAMES,
    },
    "letters.Enclosure": {"sha256": WRITTEN_BY_US}
    | dict.fromkeys(("title", "language", "translated_by"), NAMES),
    "letters.Letter": {
        "kind": WRITTEN_BY_US,
        "subject": "a heading",
        "body": "the letter itself: its own checks say what it must tell",
        "text": WRITTEN_BY_US,
        "addressee": WRITTEN_BY_US,
        "letterhead": WRITTEN_BY_US,
        "read_digest": WRITTEN_BY_US,
        "plain_text": WRITTEN_BY_US,
        "sha256": WRITTEN_BY_US,
    },
    "blocks.Block": {"target": NAMES},
    "breaches.Breach": {"why": WRITTEN_BY_US},
    "restrictions.Restriction": {"kind": WRITTEN_BY_US, "explained_to": NAMES},
}
"""Texts of records that are no reasons, each with why."""

FORM_TEXTS = {
    "cha_engagement/core/checked_forms.py": ("shown", "a digest of what a page has shown"),
    "cha_engagement/customers/forms/details.py": (
        "needs_note_…",
        "words beside a tick, which counts by itself",
    ),
    "cha_engagement/desk/forms.py": ("known_holder", "the username that a page has shown"),
    "cha_engagement/letters/forms.py": ("subject", "a heading"),
    "incidents/forms/log.py": ("new_name, new_detail", NAMES),
    "reviews/forms/verdict.py": ("attended_by", NAMES),
    "restrictions/kinds/third_party.py": ("organisation, contact_details", NAMES),
}
"""Forms that ask for a text that no model has and that is no reason, each with why."""

OUR_APPS = ("cha_engagement", "incidents", "restrictions", "reviews")


def record_models():
    """Return the models of cases: what an Administrator sets, notices and the like decide nothing about anybody."""
    for model in apps.get_models():
        if issubclass(model, ChainedRecord):
            yield model


def text_fields(model):
    for field in model._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and not field.choices:
            yield field


REASONS = [
    pytest.param(model, field.name, id=f"{model._meta.label}.{field.name}")
    for model in record_models()
    for field in text_fields(model)
    if isinstance(field, ReasonField | ReasonLine)
]


@pytest.mark.beyond("B39")
def test_every_text_of_a_record_is_a_reason_or_explained():
    ignored = {"reference"}
    unknown, known = set(), set()
    for model in record_models():
        explained = OTHER_TEXTS.get(model._meta.label, {})
        for field in text_fields(model):
            if isinstance(field, ReasonField | ReasonLine):
                assert field.missing, f"{model._meta.label}.{field.name} says what is missing"
                assert field.paragraph, f"{model._meta.label}.{field.name} says who asks for it"
            elif field.name not in ignored:
                (known if field.name in explained else unknown).add((model._meta.label, field.name))
    assert not unknown, "Make each a ReasonField or ReasonLine, or say in OTHER_TEXTS why it is none."
    listed = {(label, name) for label, names in OTHER_TEXTS.items() for name in names}
    assert listed == known


@pytest.mark.beyond("B39")
def test_every_text_of_a_form_alone_is_a_reason_or_explained():
    modules = set()
    for app in OUR_APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            if "forms.CharField(" in path.read_text():
                modules.add(str(path.relative_to(settings.BASE_DIR)))
    assert modules == set(FORM_TEXTS), (
        "Say in FORM_TEXTS why the texts of such a form are no reasons, or ask for a model's field by CaseModelForm."
    )


def form_classes(form=forms.BaseForm):
    for child in form.__subclasses__():
        if child.__module__.startswith(OUR_APPS):
            yield child
        yield from form_classes(child)


@pytest.mark.beyond("B39")
def test_every_form_asks_for_a_reason_in_the_field_of_its_model():
    import_module(settings.ROOT_URLCONF)
    questions = {
        (form, name): field
        for form in form_classes()
        if hasattr(form, "_meta") and form._meta.model
        for name, field in form.base_fields.items()
        if name
        in {
            reason.name
            for reason in text_fields(form._meta.model)
            if isinstance(reason, ReasonField | ReasonLine)
        }
    }
    assert len(questions) > 30
    assert [question for question, field in questions.items() if not isinstance(field, ReasonFormField)] == []


EMPTY_SAMPLES = {".": "stop", "n/a": "filler", "\u200b": "invisible"}


@pytest.mark.beyond("B39")
@pytest.mark.parametrize(("model", "name"), REASONS)
def test_a_form_refuses_a_reason_without_words(model, name):
    field = model._meta.get_field(name)
    question = field.formfield()
    for text in EMPTY_SAMPLES:
        with pytest.raises(ValidationError) as refused:
            question.clean(text)
        assert refused.value.messages == [field.missing]
    assert question.clean("Threat to kill") == "Threat to kill"


@pytest.mark.django_db
@pytest.mark.beyond("B39")
@pytest.mark.parametrize(("model", "name"), REASONS)
def test_no_reason_without_words_is_written(model, name):
    """`writing` is the only way to save a case, whatever form or call led there."""

    def refused_fields(text):
        with pytest.raises(Incomplete) as incomplete:
            writing.save_record(model(**{name: text}), by=None, reason="By hand")
        return {refusal.field for refusal in incomplete.value.refusals}

    for text in EMPTY_SAMPLES:
        assert name in refused_fields(text)
        with pytest.raises(Incomplete):
            writing.save_record(stored_record(model), by=None, reason="By hand", values={name: text})
    assert check_answers(model, {name: "Threat to kill"}, may_be_empty=True) == []


def stored_record(model):
    """Return a record as if it had been read from the database."""
    record = model()
    record._state.adding = False
    return record


KIND_TEXTS = [
    pytest.param(code, name, id=f"{code}.{name}")
    for code, name in [
        ("complaints_process", "exceptional_circumstances"),
        ("complaints_process", "earlier_complaints"),
        ("complaints_process", "new_complaints"),
        ("third_party", "name"),
        ("other", "description"),
    ]
]


@pytest.mark.beyond("B39")
@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "name"), KIND_TEXTS)
def test_the_terms_of_a_restriction_are_refused_without_words(kind, name):
    question = KINDS[kind].form_fields()[name]
    for text in EMPTY_SAMPLES:
        with pytest.raises(ValidationError, match=re.escape(question.missing)):
            question.clean(text)
        assert name in refused_fields(kind, name, text)
    assert question.clean("Threat to kill") == "Threat to kill"
    assert name not in refused_fields(kind, name, "Threat to kill")


def refused_fields(kind, name, text):
    terms = KINDS[kind].field_values({name: text})["terms"]
    restriction = Restriction(kind=kind, terms=terms, starts_on=today(), customer=Customer(name="Órla"))
    return {refusal.field for refusal in KINDS[kind].check_terms(restriction)}


def lift_restriction(case, text):
    restrictions.lift_restriction(restriction=case["restriction"], by=case["manager"], status_reason=text)


def vary_restriction(case, text):
    restriction = case["restriction"]
    restrictions.vary_restriction(
        restriction=restriction,
        by=case["manager"],
        terms={"closed": ["phone"], "open": ["letter", "email", "office"]},
        status_reason=text,
        first_review_on=restriction.first_review_on,
        review_months=3,
    )


def ask_not_to_notify(case, text):
    restriction = case["restriction"]
    restrictions.ask_not_to_notify(
        restriction=restriction, by=case["manager"], version=restriction.version, unnotified_request=text
    )


def leave_decision_unexplained(case, text):
    alone = factories.decision(by=case["manager"], incidents=[case["incident"]])
    restrictions.leave_decision_unexplained(
        decision=alone, by=case["manager"], version=1, not_explained_reason=text
    )


def decline_proposal(case, text):
    proposal = factories.proposal(by=case["officer"], incidents=[case["incident"]])
    restrictions.decline_proposal(restriction=proposal, by=case["manager"], version=1, status_reason=text)


def end_interim_measure(case, text):
    incident = factories.incident(by=case["officer"], customer=case["incident"].customer)
    interim = factories.interim_measure(by=case["manager"], incidents=[incident])
    restrictions.end_interim_measure(interim=interim, by=case["manager"], version=1, status_reason=text)


def assess_incident(case, text):
    incident = factories.incident(by=case["officer"], customer=case["incident"].customer)
    incidents.assess_incident(
        incident=incident,
        by=case["manager"],
        version=incident.version,
        outcome=Outcome.RESTORATIVE,
        reasons=text,
    )


def reopen_incident(case, text):
    incident = Incident.objects.get()
    if incident.status != IncidentStatus.CLOSED:
        incident = incidents.close_incident(incident=incident, by=case["manager"], version=incident.version)
    incidents.reopen_incident(incident=incident, by=case["manager"], version=incident.version, reason=text)


def drop_pause(case, text):
    pause = {"on": today(), "reengage_on": today(), "owner": case["officer"], "organisation": None}
    action = restorative.record_restorative_action(
        customer=case["incident"].customer,
        by=case["officer"],
        submission=uuid.uuid4(),
        kind=RestorativeKind.CONTACT_PAUSED,
        what="A break of a week",
        outcome=RestorativeOutcome.TOO_EARLY,
        **pause,
    )
    restorative.drop_pause(pause=action, by=case["officer"], version=1, dropped_reason=text)


def hold_review(case, text):
    review = case["restriction"].reviews.get()
    reviews.hold_review(
        review=review,
        by=case["manager"],
        version=review.version,
        findings="Calmer since",
        outcome=ReviewOutcome.LIFT,
        reasons=text,
    )


def void_letter(case, text):
    letter = draft_decision_letter(decision=case["restriction"].decision, by=case["manager"])
    letters.void_letter(letter=letter, by=case["manager"], version=letter.version, void_reason=text)


def merge_customers(case, text):
    other = factories.customer(by=case["officer"], name="Orla Breen")
    customers.merge_customers(
        kept=case["incident"].customer, other=other, by=case["manager"], submission=uuid.uuid4(), why=text
    )


@pytest.fixture
def case(organisation, officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer)
    decision = factories.decision(by=manager, incidents=[incident])
    restriction = factories.restriction(by=manager, decision=decision)
    return {"officer": officer, "manager": manager, "incident": incident, "restriction": restriction}


STEPS = [
    lift_restriction,
    vary_restriction,
    ask_not_to_notify,
    leave_decision_unexplained,
    decline_proposal,
    end_interim_measure,
    assess_incident,
    reopen_incident,
    drop_pause,
    hold_review,
    void_letter,
    merge_customers,
]


@pytest.mark.django_db
@pytest.mark.beyond("B39")
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_no_step_is_taken_for_a_reason_without_words(step, case):
    for text in ("", *EMPTY_SAMPLES):
        with pytest.raises(Incomplete), transaction.atomic():
            step(case, text)
    step(case, "No threat")


@pytest.mark.django_db
@pytest.mark.beyond("B39")
def test_thin_reasons_are_marked_for_those_who_review_them(case, dpo, signed_in):
    restriction = case["restriction"]
    review = restriction.reviews.get()
    pages = {
        restriction.decision.get_absolute_url(): restriction.decision.proportionality,
        restriction.get_absolute_url(): restriction.reason,
        reverse("review_pack", args=[review.reference]): restriction.easing_conditions,
    }
    for path, reason in pages.items():
        assert is_thin(reason) == ("Short reason" in text_after(signed_in(case["manager"]).get(path), reason))
    path = restriction.decision.get_absolute_url()
    assert "Short reason" not in signed_in(dpo).get(path).content.decode()


def text_after(answer, reason):
    """Return the start of what stands behind a text on a page."""
    return answer.content.decode().split(reason)[1][:100]
