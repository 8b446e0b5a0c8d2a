import hashlib
import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from lxml import html

from cha_engagement.customers.enums import Channel
from cha_engagement.staff.mail import send_due_emails
from cha_engagement.staff.models import Notice, StaffMember
from incidents import actions
from incidents.enums import (
    Category,
    Harm,
    HowEnded,
    IncidentStatus,
    NoWarningReason,
    Outcome,
    RecordingWarning,
    Warning,
    YesNo,
)
from incidents.forms.report import FactsForm
from incidents.models import Incident
from incidents.queries import comparable_incidents

from .. import factories, files
from ..checked import send_checked

pytestmark = pytest.mark.django_db


ANSWERED_WITH = {
    "categories": "kinds_in_words",
    "nothing_left": "action_not_taken",
    "no_difficulty": "request_difficulty",
}
"""What stands on the page in other words, or in the answer to another question."""

UNASKED = {
    "told_of_public_recording": "the category of that name is the same answer",
    "status": "an action takes the incident along a transition",
    "raised_reason": "asked only where what was said can be called worse",
}
"""What is recorded of an incident without a question of its own, with the reason."""


def typed_answers(**changes):
    return {
        "submission": str(uuid.uuid4()),
        "occurred_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "channel": Channel.PHONE,
        "facts": "Shouted and swore about a repair.",
        "harm": Harm.NO,
        "categories": [Category.ABUSE],
    } | changes


def test_the_form_asks_all_that_is_recorded_of_an_incident():
    recorded = {
        field.name
        for field in Incident._meta.fields
        if field.editable and not field.is_relation and not field.primary_key
    }
    unasked = recorded - {*FactsForm.Meta.fields}
    assert unasked ^ UNASKED.keys() == set(), "Ask it in FactsForm, or say in UNASKED who writes it."


def test_the_form_asks_and_the_page_shows_each_field(signed_in, officer, customer):
    incident = factories.incident(by=officer, customer=customer)
    form = signed_in(officer).get(f"/incidents/{incident}/edit/").content.decode()
    page = (settings.BASE_DIR / "templates" / "incidents" / "facts.html").read_text()
    fields = FactsForm.Meta.fields
    assert [name for name in fields if f'name="{name}"' not in form] == [], "Ask it in FactsForm.layout."
    shown = [
        name
        for name in fields
        if re.search(rf"incident\.(get_)?{name}(_display|_answer|\b)", page) or name in ANSWERED_WITH
    ]
    assert shown == fields, "Show it in templates/incidents/facts.html."


def test_each_way_to_log_and_finish_a_report_asks_for_each_field(signed_in, officer, customer):
    """What is in no layout would stand below the form's button, or nowhere."""
    client = signed_in(officer)
    by_channel = {Channel.PHONE: "yes", Channel.EMAIL: "no"}
    pages = ["/incidents/new/"]
    for channel, harm in by_channel.items():
        answers = typed_answers(customer=customer.reference, channel=channel, harm=harm)
        pages.append(client.post("/incidents/new/", answers).headers["Location"])
    forms = [client.get(path).context["form"] for path in pages]
    asked = [{pointer.name for pointer in form.helper.layout.get_field_names()} for form in forms]
    for form, names in zip(forms, asked, strict=True):
        assert {field.name for field in form.visible_fields()} == names
    first, *more = asked
    assert {*FactsForm.Meta.fields, "saw_only", "new_name", "new_detail"} == first
    known = {
        "customer",
        "unidentified_person",
        "reported_by",
        "occurred_at",
        "channel",
        "location",
        "facts",
        "harm",
    }
    asked_then = set().union(*more) - {"raised_reason"}
    assert asked_then == {*FactsForm.Meta.fields} - known, "Ask it in MoreForm.layout."


@pytest.mark.policy("26", "62")
def test_an_incident_is_logged_with_no_more_than_who_when_how_and_what(signed_in, officer, customer):
    page = signed_in(officer).post("/incidents/new/", typed_answers(customer=customer.reference), follow=True)
    incident = Incident.objects.get()
    assert page.redirect_chain == [(f"/incidents/{incident}/more/", 302)]
    page = signed_in(officer).get(incident.get_absolute_url())
    assert (incident.status, incident.reported_by, incident.is_complete) == (
        IncidentStatus.WITH_MANAGER,
        officer,
        False,
    )
    assert "Say whether the contact was ended." in page.content.decode()
    assert "Policy paragraph 56" in page.content.decode()


@pytest.mark.policy("24", "62")
@pytest.mark.parametrize(
    ("categories", "harm", "words"),
    [
        (["physical_threat"], "no", "is told to speak to {manager} (0141 496 0123) before any contact"),
        ([], "not_sure", "is told to speak to {manager} (0141 496 0123) before any contact"),
        (["refusal"], "yes", "is told to speak to {manager} (0141 496 0123) before any contact"),
        (["abuse"], "no", ""),
        ([], "no", ""),
    ],
)
def test_who_logs_hears_which_manager_knows_and_whether_colleagues_are_warned(
    signed_in, officer, manager, customer, categories, harm, words
):
    StaffMember.objects.filter(pk=manager.pk).update(phone="0141 496 0123")
    StaffMember.objects.filter(pk=officer.pk).update(line_manager=manager)
    client = signed_in(officer)
    answers = {"categories": categories, "harm": harm}
    sent = typed_answers(customer=customer.reference, **answers)
    page = client.post("/incidents/new/", sent, follow=True).content.decode()
    assert f"{manager} (0141 496 0123) has been told" in page
    assert words.format(manager=manager) in page
    assert ("Anybody who looks" in page) == bool(words)
    page = client.post("/incidents/new/", typed_answers(unidentified_person="A man", **answers), follow=True)
    assert ("Ring 999" in page.content.decode()) == bool({*categories} - {"refusal"} or harm != "no")
    assert (
        "Nothing waits for it."
        in client.get(Incident.objects.latest("pk").get_absolute_url()).content.decode()
    ) != bool(words)


@pytest.mark.parametrize(
    ("typed", "is_chosen"),
    [
        ("{name} ({reference})", True),
        ("{reference}", True),
        ("The son of {name} ({reference})", False),
        ("Orla ({reference}) or her sister", False),
    ],
)
def test_whom_somebody_chose_while_typing_is_read_by_the_reference(
    signed_in, officer, customer, typed, is_chosen
):
    """With other words it is a description: of a son, who is somebody else."""
    typed = typed.format(name=customer.name, reference=customer.reference)
    signed_in(officer).post("/incidents/new/", typed_answers(customer=typed))
    incident = Incident.objects.get()
    assert (incident.customer, incident.unidentified_person) == (
        (customer, "") if is_chosen else (None, typed)
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Somebody (CUS-1999-0001)", "No customer has this reference."),
        ("A man in a coat " * 30, "characters"),
        ("", "Say who it was, as far as you know"),
    ],
)
def test_who_it_was_is_said_by_a_reference_that_exists_or_in_a_line(
    signed_in, officer, customer, typed, sentence
):
    answer = signed_in(officer).post("/incidents/new/", typed_answers(customer=typed))
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors)
    assert not Incident.objects.exists()


@pytest.mark.policy("24")
@pytest.mark.parametrize("answer", ["", "perhaps"])
def test_whether_anybody_was_harmed_is_asked_of_whoever_logs_it(signed_in, officer, customer, answer):
    page = signed_in(officer).post("/incidents/new/", typed_answers(customer=customer.reference, harm=answer))
    assert page.status_code == 422
    assert page.context["form"].has_error("harm")


@pytest.mark.policy("24", "26", "27", "56")
@pytest.mark.parametrize(
    ("channel", "harm", "asked", "unasked"),
    [
        (
            Channel.EMAIL,
            "no",
            {"categories"},
            {"contact_ended", "recording_warning", "action_taken", "facts"},
        ),
        (Channel.OFFICE, "no", {"contact_ended", "warning"}, {"recording_warning", "expected_contact"}),
        (Channel.PHONE, "no", {"contact_ended", "recording_warning"}, {"action_taken", "customer"}),
        (Channel.EMAIL, "yes", {"contact_ended", "action_taken", "expected_contact"}, {"recording_warning"}),
    ],
)
def test_the_next_page_asks_only_what_channel_and_harm_call_for_and_keeps_the_rest(
    signed_in, officer, customer, channel, harm, asked, unasked
):
    client = signed_in(officer)
    answers = typed_answers(customer=customer.reference, channel=channel, harm=harm, categories=[])
    more = client.post("/incidents/new/", answers).headers["Location"]
    form = client.get(more).context["form"]
    assert asked <= set(form.fields)
    assert unasked.isdisjoint(form.fields)
    before = Incident.objects.get()
    sent = {
        "version": before.version,
        "categories": [Category.REFUSAL],
        "facts": "Another story.",
        "channel": "letter",
    }
    assert client.post(more, sent).headers["Location"] == before.get_absolute_url()
    incident = Incident.objects.get()
    assert incident.category_codes == {Category.REFUSAL}
    kept = ("facts", "channel", "occurred_at", "customer", "harm", "reported_by")
    assert [getattr(incident, name) for name in kept] == [getattr(before, name) for name in kept]


@pytest.mark.policy("24")
def test_what_its_reporter_says_of_harm_brings_it_to_a_manager_until_one_says_otherwise(
    signed_in, officer, manager, customer
):
    client = signed_in(officer)
    client.post(
        "/incidents/new/", typed_answers(customer=customer.reference, harm="no", categories=["refusal"])
    )
    incident = Incident.objects.get()
    assert not incident.is_possible_threat
    incident = factories.assess_incident(incident, by=manager, outcome=Outcome.WARNING_LETTER)

    def change(**answers):
        fields = {"customer": customer.reference, "categories": ["refusal"], "version": incident.version}
        client.post(f"/incidents/{incident}/edit/", typed_answers(**fields | answers))
        incident.refresh_from_db()

    change(harm="yes")
    assert incident.status == IncidentStatus.WITH_MANAGER
    assert incident.is_possible_threat
    since = incident.waiting_since
    change(harm="not_sure")
    change(harm="no")
    assert incident.is_possible_threat
    assert incident.waiting_since == since, "An answer that changes nothing makes nobody wait for longer."
    change(harm="yes")
    incident = factories.assess_incident(incident, by=manager, outcome=Outcome.WARNING_LETTER)
    assert not incident.is_possible_threat
    change(harm="yes", facts="Shouted and swore about a repair, twice.")
    change(harm="yes", categories=["refusal", "level_of_contact"])
    assert not incident.is_possible_threat


@pytest.mark.policy("24")
@pytest.mark.parametrize(
    ("harm", "outcome", "is_refused"),
    [("yes", "no_action", True), ("not_sure", "warning_letter", True), ("no", "no_action", False)],
)
def test_a_manager_says_what_it_was_where_somebody_may_have_been_harmed(
    signed_in, officer, manager, customer, harm, outcome, is_refused
):
    incident = factories.incident(by=officer, customer=customer, harm=harm, categories=[])
    answers = {"outcome": outcome, "reasons": "It is over.", "version": incident.version}
    answer = send_checked(signed_in(manager), f"/incidents/{incident}/assess/", answers)
    assert (answer.status_code == 422) == is_refused
    if is_refused:
        assert answer.context["form"].has_error("categories")
    else:
        incident.refresh_from_db()
        assert not incident.may_be_zero_tolerance


@pytest.mark.policy("3")
def test_an_incident_can_be_logged_against_somebody_not_identified_and_linked_later(
    signed_in, officer, customer
):
    client = signed_in(officer)
    client.post("/incidents/new/", typed_answers(unidentified_person="A man in a green coat"))
    incident = Incident.objects.get()
    assert incident.person_name == "A man in a green coat"
    client.post(
        f"/incidents/{incident}/edit/", typed_answers(customer=customer.reference, version=incident.version)
    )
    incident.refresh_from_db()
    assert incident.customer == customer


@pytest.mark.policy("4")
@pytest.mark.parametrize("channel", ["phone", "office", "home_visit", "letter", "email", "online_form", "message", "social_media", "event", "training", "elsewhere"])  # fmt: skip
def test_every_form_of_contact_can_be_logged(signed_in, officer, customer, channel):
    signed_in(officer).post("/incidents/new/", typed_answers(customer=customer.reference, channel=channel))
    assert Incident.objects.get().channel == channel


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("occurred_at", "2126-01-01T10:00", "must be in the past"),
        ("occurred_at", "32 May", "date"),
        ("channel", "pigeon", "pigeon"),
        ("facts", "", "required"),
        ("customer", "CUS-2026-9999", "No customer has this reference."),
        ("customer", "", "Say who it was, as far as you know"),
        ("categories", ["abuse", "rudeness"], "rudeness"),
    ],
)
def test_a_wrong_field_gets_a_sentence_and_nothing_typed_is_lost(
    signed_in, officer, customer, field, value, sentence
):
    changed = typed_answers(
        customer=customer.reference, location="At the front desk", action_taken="Took a note"
    ) | {field: value}
    page = signed_in(officer).post("/incidents/new/", changed)
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    assert f'href="#id_{field}' in text  # the summary at the top leads to the field
    assert "At the front desk" in text
    assert "Took a note" in text
    assert not Incident.objects.exists()


def test_a_form_sent_twice_makes_one_incident(signed_in, officer, customer):
    client, form = signed_in(officer), typed_answers(customer=customer.reference)
    first, second = client.post("/incidents/new/", form), client.post("/incidents/new/", form)
    assert first.url == second.url
    assert Incident.objects.count() == 1


def test_a_stale_edit_shows_both_texts(signed_in, officer, customer, incident):
    client, seen = signed_in(officer), incident.version
    base = typed_answers(customer=customer.reference, version=seen)
    client.post(f"/incidents/{incident}/edit/", base | {"facts": "What was saved first."})
    page = client.post(f"/incidents/{incident}/edit/", base | {"facts": "What came second."})
    assert page.status_code == 409
    assert "What was saved first." in page.content.decode()
    assert "What came second." in page.content.decode()


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("how_ended", {"how_ended": HowEnded.ENDED_CALL, "contact_ended": YesNo.NO}),
        ("no_warning_reason", {"no_warning_reason": NoWarningReason.UNSAFE, "warning": Warning.GIVEN}),
        pytest.param(
            "recording_warning",
            {"recording_warning": RecordingWarning.GIVEN, "channel": Channel.OFFICE},
            marks=pytest.mark.policy("27"),
        ),
    ],
)
def test_an_answer_that_no_longer_applies_is_not_kept(signed_in, officer, customer, name, answers):
    signed_in(officer).post("/incidents/new/", typed_answers(customer=customer.reference, **answers))
    assert getattr(Incident.objects.get(), name) == ""


@pytest.mark.policy("26", "27")
def test_a_warning_is_kept_when_the_contact_went_on(signed_in, officer, customer):
    answers = typed_answers(
        customer=customer.reference,
        contact_ended=YesNo.NO,
        warning=Warning.GIVEN,
        recording_warning=RecordingWarning.GIVEN,
    )
    signed_in(officer).post("/incidents/new/", answers)
    incident = Incident.objects.get()
    assert (incident.warning, incident.recording_warning) == (Warning.GIVEN, RecordingWarning.GIVEN)


@pytest.mark.policy("13")
@pytest.mark.parametrize(("answers", "affected"), [({}, True), ({"saw_only": "on"}, False)])
def test_whoever_reports_it_was_affected_unless_they_only_saw_it(
    signed_in, officer, customer, answers, affected
):
    signed_in(officer).post("/incidents/new/", typed_answers(customer=customer.reference) | answers)
    assert (officer in Incident.objects.get().affected_staff.all()) is affected


@pytest.mark.policy("28", "46")
def test_recording_for_public_use_is_asked_once(signed_in, officer, customer):
    client = signed_in(officer)
    assert "told_of_public_recording" not in client.get("/incidents/new/").context["form"].fields
    client.post(
        "/incidents/new/", typed_answers(customer=customer.reference, categories=[Category.PUBLIC_RECORDING])
    )
    assert Incident.objects.get().told_of_public_recording


def test_what_is_asked_for_later_can_wait_and_is_not_optional(signed_in, officer):
    form = signed_in(officer).get("/incidents/new/").context["form"]
    waits = {name for name, note in form.optional_notes.items() if note == "(can wait)"}
    assert {"categories", "contact_ended", "warning", "action_taken", "action_not_taken"} <= waits


def test_a_manager_assesses_with_two_answers(signed_in, manager, incident):
    form = {
        "version": incident.version,
        "outcome": Outcome.WARNED,
        "reasons": "Over in a minute.",
        "categories": [Category.ABUSE],
    }
    page = send_checked(signed_in(manager), f"/incidents/{incident}/assess/", form)
    assert page.status_code == 302
    assert incident.assessments.get().by == manager


@pytest.mark.policy("24")
@pytest.mark.parametrize(
    ("facts", "warns"),
    [
        ({"categories": [Category.PHYSICAL_THREAT]}, True),
        ({"categories": []}, True),
        ({"categories": [Category.LEVEL_OF_CONTACT]}, False),
        ({"categories": [Category.VIOLENCE], "customer": None, "unidentified_person": "A man"}, True),
    ],
)
def test_whoever_assesses_is_told_that_it_ends_the_warning_and_what_can_be_set_first(
    signed_in, manager, officer, customer, facts, warns
):
    incident = factories.incident(by=officer, **{"customer": customer} | facts)
    page = signed_in(manager).get(f"{incident.get_absolute_url()}assess/").content.decode()
    link = f'href="{customer.get_absolute_url()}interim/?incident={incident}"'
    assert ("Saving this ends the warning" in page) is warns
    assert (link in page) is (warns and incident.customer is not None)


@pytest.mark.policy("25")
def test_an_officer_who_tries_to_assess_is_told_who_does(signed_in, officer, incident):
    page = signed_in(officer).get(f"/incidents/{incident}/assess/")
    assert page.status_code == 403
    assert "Only a manager decides what follows from an incident." in page.content.decode()


@pytest.mark.beyond("B22")
@pytest.mark.policy("65")
def test_the_reporter_reads_the_outcome_and_not_the_reasons(signed_in, officer, manager, incident):
    form = {
        "version": incident.version,
        "outcome": Outcome.RESTORATIVE,
        "reasons": "Known to be unwell.",
        "categories": [Category.ABUSE],
    }
    send_checked(signed_in(manager), f"/incidents/{incident}/assess/", form)
    page = signed_in(officer).get(f"/incidents/{incident}/").content.decode()
    assert "Restorative work" in page
    assert "Known to be unwell." not in page


@pytest.mark.policy("65")
def test_what_one_may_not_see_is_the_same_as_what_does_not_exist(signed_in, incident, executive):
    client = signed_in(executive)
    unseen, missing = client.get(f"/incidents/{incident}/"), client.get("/incidents/INC-2020-9999/")
    assert (unseen.status_code, unseen.content) == (404, missing.content)


@pytest.mark.policy("65")
def test_officers_list_those_they_reported_suffered_witnessed_or_are_assigned(signed_in, customer, manager):
    users = {
        role: factories.staff(role, "Officer")
        for role in ("reporter", "victim", "witness", "assigned", "stranger")
    }
    factories.incident(
        by=users["reporter"],
        customer=customer,
        affected_staff=[users["victim"]],
        witnesses=[users["witness"]],
        assigned_to=users["assigned"],
    )
    seen = {
        name: "INC-" in signed_in(user).get("/incidents/").content.decode() for name, user in users.items()
    }
    assert seen == {"reporter": True, "victim": True, "witness": True, "assigned": True, "stranger": False}


@pytest.mark.policy("35")
def test_each_category_carries_guidance(signed_in, officer):
    page = signed_in(officer).get("/incidents/new/").content.decode()
    for words in ("§36", "§33", "§37", "§41", "§28, 46", "§47", "§49", "§51", "§53"):
        assert words in page


@pytest.mark.parametrize("path", ["/incidents/", "/incidents/{}/"])
def test_pages_cost_the_same_at_one_and_at_thirty(
    signed_in, manager, customer, officer, incident, path, django_assert_max_num_queries, time_machine
):
    time_machine.move_to(timezone.now(), tick=False)  # or a slow machine prolongs the session meanwhile
    client = signed_in(manager)

    def count():
        with django_assert_max_num_queries(20) as queries:
            assert client.get(path.format(incident)).status_code == 200
        return len(queries)

    client.get(path.format(incident))  # which notes that a manager who was told has opened it
    before = count()
    people = [factories.staff(f"colleague{number}", "Officer") for number in range(30)]
    for _ in range(30):
        factories.incident(by=officer, customer=customer, affected_staff=people, witnesses=people)
    assert count() == before


@pytest.mark.policy("63")
def test_a_file_is_kept_with_its_hash_and_who_added_it(signed_in, officer, incident):
    form = {
        "submission": str(uuid.uuid4()),
        "file": files.picture("screen.png"),
        "summary": "The post as it stood",
    }
    page = signed_in(officer).post(f"/incidents/{incident}/evidence/", form, follow=True)
    evidence = incident.evidence.get()
    assert evidence.sha256 == hashlib.sha256(files.picture_bytes()).hexdigest()
    assert (evidence.uploaded_by, evidence.original_name) == (officer, "screen.png")
    assert "The post as it stood" in page.content.decode()


def test_a_stale_edit_says_colleagues_and_categories_in_words(signed_in, officer, customer, incident):
    client, base = signed_in(officer), typed_answers(customer=customer.reference, version=incident.version)
    witness = factories.staff("witness", "Officer")
    client.post(
        f"/incidents/{incident}/edit/",
        base | {"witnesses": [witness.username], "categories": [Category.ABUSE, Category.HARASSMENT]},
    )
    page = client.post(
        f"/incidents/{incident}/edit/", base | {"witnesses": [officer.username]}
    ).content.decode()
    assert "Witness Example" in page
    assert "Harassment" in page


@pytest.mark.policy("63")
@pytest.mark.parametrize("part", ["affected_staff", "witnesses"])
def test_whoever_was_there_adds_what_they_hold_and_opens_nothing_of_others(
    signed_in, officer, customer, part
):
    colleague = factories.staff("colleague", "Officer")
    incident = factories.incident(by=officer, customer=customer, **{part: [colleague]})
    add(incident, officer, "Of the officer")
    client = signed_in(colleague)
    form = {
        "submission": str(uuid.uuid4()),
        "file": files.picture("screen.png"),
        "summary": "Of the colleague",
    }
    page = client.post(f"/incidents/{incident}/evidence/", form, follow=True).content.decode()
    assert "Of the colleague" in page
    assert "Of the officer" not in page
    assert client.get(f"/incidents/{incident}/edit/").status_code == 403


def add(incident, by, summary):
    file = SimpleUploadedFile("screen.txt", summary.encode())
    actions.add_evidence(incident=incident, by=by, submission=uuid.uuid4(), file=file, summary=summary)


@pytest.mark.policy("12", "13")
def test_a_manager_who_was_affected_is_told_before_they_type_and_loses_nothing(
    signed_in, officer, manager, customer
):
    incident = factories.incident(by=officer, customer=customer, affected_staff=[manager])
    client, path = signed_in(manager), incident.get_absolute_url()
    assert "Decide what follows" in client.get(path).content.decode()
    factories.staff("other", "Manager")  # comes to work meanwhile
    form = {
        "version": incident.version,
        "outcome": Outcome.WARNED,
        "reasons": "Over.",
        "categories": [Category.ABUSE],
    }
    answer = client.post(f"{path}assess/", form | {"involvement_reason": "Nobody else is there."})
    assert answer.status_code == 422
    for text in ("Other Example is there", "Over.", "Nobody else is there."):
        assert text in answer.content.decode()
    page = client.get(path).content.decode()
    assert "another manager decides" in page
    assert "Decide what follows" not in page
    assert client.get(f"{path}assess/").status_code == 403


@pytest.mark.policy("13")
def test_the_reason_to_decide_on_what_affected_oneself_is_shown(signed_in, officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer, affected_staff=[manager])
    form = {
        "version": incident.version,
        "outcome": Outcome.WARNED,
        "reasons": "Over.",
        "categories": [Category.ABUSE],
    }
    client = signed_in(manager)
    send_checked(
        client, f"/incidents/{incident}/assess/", form | {"involvement_reason": "Nobody else is there."}
    )
    assert "Nobody else is there." in client.get(incident.get_absolute_url()).content.decode()
    assert "Nobody else is there." not in signed_in(officer).get(incident.get_absolute_url()).content.decode()


@pytest.mark.policy("54")
def test_a_manager_reads_whose_the_letter_is_before_and_after_choosing_it(
    signed_in, officer, manager, management, customer
):
    incident = factories.incident(by=officer, customer=customer, categories=[Category.COMPLAINTS_PROCESS])
    url, sentence = f"/incidents/{incident}/assess/", f"Leave it to {management}."
    typed_answers = {
        "version": incident.version,
        "outcome": Outcome.WARNING_LETTER,
        "reasons": "The tenth this month.",
    }
    client = signed_in(manager)
    assert sentence in client.get(url).content.decode()
    assert sentence not in signed_in(management).get(url).content.decode()
    page = client.post(url, typed_answers | {"categories": [Category.COMPLAINTS_PROCESS]}).content.decode()
    assert sentence in page
    assert "The tenth this month." in page
    assert not incident.assessments.exists()


def test_somebody_unidentified_is_linked_before_engagement_is_managed(signed_in, officer, manager):
    incident = factories.incident(by=officer, customer=None, unidentified_person="A man in a green coat")
    page = signed_in(manager).get(f"/incidents/{incident}/assess/").content.decode()
    assert "link the incident to its customer" in page
    assert "Manage engagement actively" not in page


@pytest.mark.policy("16", "20")
@pytest.mark.parametrize(
    ("outcome", "step", "path"),
    [
        ("active_management", "Decide on active management", "decide"),
        ("restorative", "Record restorative work", "restorative"),
    ],
)
def test_the_page_offers_what_was_decided_as_the_next_step(
    signed_in, manager, incident, customer, outcome, step, path
):
    form = {
        "version": incident.version,
        "outcome": outcome,
        "reasons": "It goes on.",
        "categories": [Category.ABUSE],
    }
    client = signed_in(manager)
    address = f"/customers/{customer}/{path}/?incident={incident}"
    assert send_checked(client, f"/incidents/{incident}/assess/", form).url == address
    assert (
        f'<a class="govuk-button" href="{address}">{step}</a>'
        in client.get(incident.get_absolute_url()).content.decode()
    )


def test_closing_is_offered_once_it_can_succeed_and_what_is_missing_is_listed_once(
    signed_in, officer, manager, customer
):
    incident = factories.incident(by=officer, customer=customer, warning="")
    answers = {"outcome": Outcome.NOT_POSSIBLE, "reasons": "Over."}
    incident = actions.assess_incident(incident=incident, by=manager, version=incident.version, **answers)
    client, path = signed_in(manager), incident.get_absolute_url()
    assert "Close the incident" not in client.get(path).content.decode()
    answer = client.post(f"{path}close/", {"version": incident.version}).content.decode()
    assert answer.count("Say whether they were warned") == 1
    actions.change_incident(incident=incident, by=officer, version=incident.version, warning=Warning.GIVEN)
    assert f'<a class="govuk-button" href="{path}close/">' in client.get(path).content.decode()


def test_the_list_leads_to_the_customer_too(signed_in, manager, customer, incident):
    assert f'href="{customer.get_absolute_url()}"' in signed_in(manager).get("/incidents/").content.decode()


@pytest.mark.policy("24")
def test_no_action_on_abuse_is_not_offered_nor_taken_from_a_hand_made_form(signed_in, manager, incident):
    client, path = signed_in(manager), f"/incidents/{incident}/assess/"

    def offered_outcomes(response):
        return {value for value, _ in response.context["form"].fields["outcome"].choices}

    assert not {"no_action", "other", "interim_measure"} & offered_outcomes(client.get(path))
    answers = {
        "version": incident.version,
        "outcome": Outcome.NO_ACTION,
        "reasons": "Over.",
        "categories": [Category.ABUSE],
    }
    response = client.post(path, answers)
    assert response.status_code == 422
    assert "always meet a response" in response.content.decode()
    corrected = client.post(path, answers | {"outcome": "", "categories": [Category.LEVEL_OF_CONTACT]})
    assert "no_action" in offered_outcomes(corrected)
    assert (
        send_checked(client, path, answers | {"categories": [Category.LEVEL_OF_CONTACT]}).status_code == 302
    )
    assert incident.assessments.get().outcome == Outcome.NO_ACTION


@pytest.mark.policy("24")
def test_what_a_manager_has_confirmed_is_added_to_and_not_taken_away(signed_in, officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer)
    answers = {"outcome": Outcome.WARNED, "reasons": "Over."}
    incident = actions.assess_incident(incident=incident, by=manager, version=incident.version, **answers)
    answer = signed_in(officer).post(
        f"/incidents/{incident}/edit/",
        typed_answers(
            customer=customer.reference, version=incident.version, categories=[Category.LEVEL_OF_CONTACT]
        ),
    )
    assert answer.status_code == 422
    assert "are corrected where a manager decides what follows" in answer.content.decode()
    assert Incident.objects.get().category_codes == incident.category_codes


@pytest.mark.policy("13")
def test_whoever_was_affected_proposes_without_explaining_it(signed_in, officer, customer, incident):
    page = signed_in(officer).get(f"/customers/{customer}/propose/?kind=channel&incident={incident}")
    assert page.status_code == 200
    assert "involvement_reason" not in page.context["form"].fields


@pytest.mark.policy("62")
def test_a_change_takes_away_nobody_who_has_left(signed_in, officer, manager, customer):
    colleague = factories.staff("colleague", "Officer")
    incident = factories.incident(by=officer, customer=customer, witnesses=[colleague])
    for person in (officer, colleague):
        person.is_active = False
        person.save()
    client, path = signed_in(manager), f"/incidents/{incident}/edit/"
    shown = client.get(path).context["form"]
    names = ("reported_by", "affected_staff", "witnesses")
    answers = {name: shown[name].value() for name in names}
    for name in names:
        assert "checked" in str(shown[name]) or "selected" in str(shown[name])
    client.post(
        path,
        typed_answers(
            customer=customer.reference,
            version=incident.version,
            location="Desk",
            correction_reason="She told me so.",
        )
        | answers,
    )
    incident.refresh_from_db()
    assert incident.location == "Desk"
    assert incident.reported_by == officer
    assert [*incident.affected_staff.all(), *incident.witnesses.all()] == [officer, colleague]


@pytest.mark.policy("3")
def test_a_description_stays_with_the_incident_once_its_customer_is_known(officer, customer, signed_in):
    client = signed_in(officer)
    client.post("/incidents/new/", typed_answers(unidentified_person="A man in a green coat"))
    incident = Incident.objects.get()
    page = client.get(f"/incidents/{incident}/edit/")
    assert page.context["form"]["unidentified_person"].value() == "A man in a green coat"
    both = typed_answers(customer=customer.reference, unidentified_person="A man in a green coat")
    assert (
        client.post(f"/incidents/{incident}/edit/", both | {"version": incident.version}).status_code == 302
    )
    shown = html.fromstring(client.get(incident.get_absolute_url()).content).text_content()
    assert "Described as" in shown
    assert "A man in a green coat" in shown
    assert client.post("/incidents/new/", both | {"submission": str(uuid.uuid4())}).status_code == 302


@pytest.mark.policy("3")
@pytest.mark.parametrize(
    ("customer", "described", "kept"),
    [
        ("None of these: orla", "", "orla"),
        ("None of these: orla", "In a green coat", "orla, In a green coat"),
        ("Zebedee Quill", "In a green coat", "Zebedee Quill, In a green coat"),
        ("Zebedee Quill", "Zebedee Quill, in a green coat", "Zebedee Quill, in a green coat"),
    ],
)
def test_a_name_that_is_no_customers_is_what_is_known_of_who_it_was(
    signed_in, officer, customer, described, kept
):
    factories.customer(by=officer, name="Orla Burns")
    answers = typed_answers(customer=customer, unidentified_person=described)
    answer = signed_in(officer).post("/incidents/new/", answers)
    assert answer.status_code == 302
    assert Incident.objects.get().unidentified_person == kept


def test_a_name_that_is_no_customers_stays_while_another_answer_is_corrected(signed_in, officer):
    answers = typed_answers(customer="None of these: orla", facts="")
    form = signed_in(officer).post("/incidents/new/", answers).context["form"]
    assert set(form.errors) == {"facts"}
    assert (form["customer"].value(), form["unidentified_person"].value()) == ("", "orla")


@pytest.mark.policy("3", "24")
@pytest.mark.parametrize("is_known", [False, True])
def test_a_name_that_nobody_has_changes_nothing_of_who_an_incident_is_about(
    signed_in, manager, officer, customer, card, is_known
):
    who = {"customer": customer if is_known else None, "unidentified_person": "In a green coat"}
    incident = factories.incident(by=officer, categories=[Category.OTHER_THREAT], **who)
    described = {"unidentified_person": "In a green coat", "categories": [Category.OTHER_THREAT]}
    answers = typed_answers(customer="Zebedee Quill", version=incident.version, **described)
    page = signed_in(manager).post(f"/incidents/{incident}/edit/", answers)
    assert page.status_code == 422
    assert "This finds no customer" in str(page.context["form"].errors["customer"])
    assert page.context["form"]["customer"].value() == "Zebedee Quill"
    incident.refresh_from_db()
    assert (incident.customer, incident.unidentified_person) == (who["customer"], "In a green coat")
    assert bool(card(customer)) is is_known


@pytest.mark.policy("22", "24")
@pytest.mark.parametrize(("who", "answer"), [("manager", 302), ("officer", 422)])
def test_an_incident_is_taken_off_a_customer_it_warns_of_by_a_managers_choice_alone(
    signed_in, officer, customer, who, answer, request
):
    incident = factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    answers = typed_answers(
        customer="None of these: orla",
        version=incident.version,
        categories=[Category.OTHER_THREAT],
        correction_reason="It was Orla.",
    )
    client = signed_in(request.getfixturevalue(who))
    assert client.post(f"/incidents/{incident}/edit/", answers).status_code == answer
    incident.refresh_from_db()
    assert incident.person_name == ("orla" if answer == 302 else customer.name)


def test_whoever_types_a_name_chooses_whom_they_mean_and_loses_nothing(officer, customer, signed_in):
    other = factories.customer(by=officer, name="Orla Burns", address="12 Kelp Street")
    client = signed_in(officer)
    page = client.post("/incidents/new/", typed_answers(customer="orla"))
    assert page.status_code == 422
    assert "Choose who you mean." in page.content.decode()
    form = html.fromstring(page.content).xpath("//main//form[.//*[@name='facts']]")[0]
    offered = form.xpath(".//input[@name='customer']")
    assert {button.get("value") for button in offered} == {
        customer.reference,
        other.reference,
        "None of these: orla",
    }
    assert not any(button.get("checked") for button in offered)
    assert "Orla Burns, 12 Kelp Street, " in form.text_content()
    client.post("/incidents/new/", typed_answers(customer=other.reference))
    assert Incident.objects.get().customer == other


@pytest.mark.policy("13")
def test_comparable_incidents_are_those_of_others_that_share_a_category_newest_first(officer, customer):
    def log(day, *categories, subject=None):
        subject = subject or factories.customer(by=officer)
        at = timezone.now() - timedelta(days=day)
        return factories.incident(by=officer, customer=subject, categories=[*categories], occurred_at=at)

    own = log(1, "abuse", "refusal", subject=customer)
    log(2, "abuse", subject=customer)
    log(3, "other_threat")
    older, newest = log(9, "refusal"), log(4, "abuse", "other_threat")
    between = log(6, "abuse", "refusal")
    assert list(comparable_incidents([own.pk], besides=customer)) == [newest, between, older]


@pytest.mark.beyond("B16")
@pytest.mark.parametrize("category", [*Category])
def test_what_is_still_needed_leads_to_its_very_question(signed_in, officer, category):
    incident = factories.incident(
        by=officer,
        customer=None,
        unidentified_person="A man in a green jacket",
        categories=[category],
        contact_ended=YesNo.YES,
        how_ended="",
        warning="",
    )
    client = signed_in(officer)
    links = html.fromstring(client.get(incident.get_absolute_url()).content).xpath(
        "//*[@class='app-needed']//li/a[1]"
    )
    assert len(links) > 1
    for link in links:
        address, _, place = link.get("href").partition("#")
        question = html.fromstring(client.get(address).content).xpath("//form//*[@id=$place]", place=place)
        assert len(question) == 1, link.text


@pytest.mark.policy("13", "57")
def test_a_manager_who_decides_sees_the_other_incidents_the_police_and_how_to_reach_the_reporter(
    signed_in, officer, manager, customer
):
    officer.phone = "0141 496 0777"
    officer.save()
    others = []
    for day in range(6):
        occurred_at = timezone.now() - timedelta(days=day + 1)
        facts = {"categories": [Category.OTHER_THREAT], "occurred_at": occurred_at}
        others.append(factories.incident(by=officer, customer=customer, **facts))
    factories.assess_incident(others[0], by=manager, outcome=Outcome.POLICE)
    elsewhere = factories.incident(by=officer, customer=factories.customer(by=officer, name="Somebody Else"))
    threat = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    page = signed_in(manager).get(f"/incidents/{threat}/assess/").content.decode()
    box = (
        page.partition("Their other incidents")[2].partition("Still needed")[0].partition("Warnings given")[0]
    )
    shown = [other for other in [*others, elsewhere] if other.get_absolute_url() in box]
    assert shown == others[:5]
    assert "Other threat" in page
    assert "Left to the police, who have been told" in page
    assert "A manager has not decided yet" in page
    assert "normally reported to the police" in page
    assert 'href="tel:01414960777"' in page
    for other in others:
        factories.assess_incident(other, by=manager) if not other.assessments.exists() else None
    for facts, is_for_police in (
        ({"categories": [Category.LEVEL_OF_CONTACT]}, False),
        ({"categories": [], "harm": Harm.NOT_SURE}, True),
    ):
        incident = factories.incident(by=officer, customer=customer, **facts)
        page = signed_in(manager).get(f"/incidents/{incident}/assess/").content.decode()
        assert ("normally reported to the police" in page) == is_for_police


@pytest.mark.parametrize("taken", [("assess", "Assessed"), ("close", "Closed"), ("reopen", "With a manager")])
def test_a_step_that_was_taken_shows_what_was_decided_and_no_fresh_form(
    signed_in, officer, manager, customer, taken
):
    step, status = taken
    incident = factories.incident(by=officer, customer=customer)
    if step != "reopen":
        incident = factories.assess_incident(incident, by=manager, outcome=Outcome.WARNED)
    if step == "close":
        incident = actions.close_incident(incident=incident, by=manager, version=incident.version)
    answer = signed_in(manager).get(f"/incidents/{incident}/{step}/", follow=True)
    assert answer.redirect_chain == [(incident.get_absolute_url(), 302)]
    assert f"has moved on already: {status}." in answer.content.decode()


@pytest.mark.parametrize(
    ("outcome", "next_step"),
    [
        (Outcome.ACTIVE_MANAGEMENT, "Nothing is decided yet about their contact with us"),
        (Outcome.WARNING_LETTER, "Drafting that letter is the next step."),
        (Outcome.WARNED, ""),
    ],
)
def test_whoever_has_assessed_reads_what_is_decided_and_what_is_not(
    signed_in, officer, manager, customer, outcome, next_step
):
    incident = factories.incident(by=officer, customer=customer)
    form = {"version": incident.version, "outcome": outcome, "reasons": "Over in a minute."}
    client = signed_in(manager)
    saved = send_checked(client, f"/incidents/{incident}/assess/", form | {"categories": [Category.ABUSE]})
    (message,) = client.get(saved.url).context["messages"]
    assert str(message).startswith(f"{incident.full_title}: {Outcome(outcome).label.lower()}. Those who")
    assert ("next step" in str(message)) == bool(next_step)
    assert next_step in str(message)


@pytest.mark.beyond("B22")
def test_a_notice_names_them_on_the_page_and_never_in_an_email(
    signed_in, officer, manager, customer, mailoutbox
):
    incident = factories.incident(by=officer, customer=customer)
    factories.assess_incident(incident, by=manager, outcome=Outcome.WARNED)
    notice = Notice.objects.get(recipient=officer, text__contains="what follows")
    assert notice.text == f"{manager} has decided what follows from {incident}. Thank you for recording it."
    home = signed_in(officer).get("/").content.decode()
    words = (
        f"{manager} has decided what follows from the incident with {customer.name} ({incident}): "
        "they were warned, and that is enough. Thank you for recording it."
    )
    assert words in home
    send_due_emails()
    assert mailoutbox
    for message in mailoutbox:
        assert customer.name not in f"{message.subject} {message.body}"


def test_a_manager_is_asked_about_the_reporter_and_the_reporter_about_themselves(
    signed_in, officer, manager, customer
):
    incident = factories.incident(by=officer, customer=customer, contact_ended="", how_ended="", warning="")
    page = signed_in(manager).get(incident.get_absolute_url()).content.decode()
    assert "Say whether the contact was ended." in page
    edit = f"/incidents/{incident}/edit/"
    assert "Did Officer end the contact?" in signed_in(manager).get(edit).content.decode()
    assert "Did you end the contact?" in signed_in(officer).get(edit).content.decode()


def test_an_incident_offers_one_way_to_add_to_it_and_a_link_for_each_question(signed_in, officer, customer):
    incident = factories.incident(by=officer, customer=customer, contact_ended="", how_ended="", warning="")
    page = signed_in(officer).get(incident.get_absolute_url()).content.decode()
    assert "Change or add to it" in page
    assert f"/incidents/{incident}/more/" not in page
    assert f"/incidents/{incident}/edit/#id_contact_ended" in page


def test_nobody_is_said_to_deal_with_what_is_decided(signed_in, officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer)
    client, url = signed_in(manager), incident.get_absolute_url()
    assert "Nobody yet" in client.get(url).content.decode()
    factories.assess_incident(incident, by=manager, outcome=Outcome.WARNED)
    assert "Nobody yet" not in client.get(url).content.decode()


def test_the_form_that_logs_an_incident_opens_in_its_first_question(signed_in, officer, customer):
    client = signed_in(officer)
    form = html.fromstring(client.get("/incidents/new/").content)
    assert form.xpath("//main//form//*[@autofocus]/@name") == ["customer"]
    form = html.fromstring(client.get(f"/incidents/new/?customer={customer}").content)
    assert form.xpath("//main//form//*[@autofocus]/@name") == ["channel"]
    form = html.fromstring(client.post("/incidents/new/", {}).content)
    assert not form.xpath("//main//*[@autofocus]")


@pytest.mark.policy("24")
def test_nobody_is_told_to_ring_a_manager_who_is_away(signed_in, officer, manager, customer):
    officer.line_manager = manager
    officer.save()
    factories.is_away(manager)
    colleague = factories.staff("colleague", "Manager")
    incident = factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    page = signed_in(officer).get(f"{incident.get_absolute_url()}more/").content.decode()
    assert f"Ring {colleague} now." in page
    card = signed_in(officer).get(f"{customer.get_absolute_url()}card/").content.decode()
    assert f"Speak to {colleague}" in card
    assert str(manager) not in card


def test_what_tells_colleagues_at_once_says_so_above_its_button(signed_in, manager, officer, customer):
    incident = factories.incident(by=officer, customer=customer)
    client, path = signed_in(manager), incident.get_absolute_url()
    factories.assess_incident(incident, by=manager)
    assert (
        "The managers who decide what follows are told at once."
        in client.get(f"{path}reopen/").content.decode()
    )


@pytest.fixture
def colleague(db):
    return factories.staff("colleague", "Officer")


def log_twice(colleague, officer, customer, *, later=timedelta(minutes=20), **changes):
    """Return an incident that a colleague logged, and one that the officer logs twenty minutes later."""
    now = timezone.now().replace(hour=12, minute=0) - timedelta(days=2)
    facts = {"customer": customer, "occurred_at": now - timedelta(hours=2)}
    with time_machine.travel(now, tick=False):
        first = factories.incident(by=colleague, **facts)
    with time_machine.travel(now + later, tick=False):
        return first, factories.incident(by=officer, **facts | changes)


def test_whoever_logs_what_a_colleague_has_logged_is_led_to_it(signed_in, manager, colleague, customer):
    first, second = log_twice(colleague, manager, customer)
    with time_machine.travel(second.created_at, tick=False):
        page = signed_in(manager).get(f"{second.get_absolute_url()}more/").content.decode()
    assert f"{colleague} logged one of the same day 20\xa0minutes ago: " in page
    assert (
        f'href="{first.get_absolute_url()}">{first.full_title}</a>. If it is the same, say so there.' in page
    )
    client = signed_in(manager)
    for incident, other, by in ((second, first, colleague), (first, second, manager)):
        page = client.get(f"{incident.get_absolute_url()}assess/").content.decode()
        assert f"Another was logged of the same day, by {by}: " in page
        assert f'href="{other.get_absolute_url()}">{other.full_title}</a>. If it is the same' in page


@pytest.mark.policy("65")
def test_nobody_is_led_to_an_incident_that_they_do_not_read(signed_in, officer, colleague, customer):
    first, second = log_twice(colleague, officer, customer)
    page = signed_in(officer).get(f"{second.get_absolute_url()}more/").content.decode()
    assert "logged one of the same day" not in page
    assert first.reference not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"channel": Channel.EMAIL},
        {"occurred_at": timezone.now() - timedelta(days=3)},
        {"later": timedelta(hours=25)},
    ],
)
def test_what_is_another_incident_is_not_taken_for_the_same(
    signed_in, manager, officer, colleague, customer, changes
):
    _, second = log_twice(colleague, officer, customer, **changes)
    for path in ("more", "assess"):
        page = signed_in(manager).get(f"{second.get_absolute_url()}{path}/").content.decode()
        assert "of the same day" not in page
