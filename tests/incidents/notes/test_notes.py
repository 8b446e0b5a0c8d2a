"""A note is a fact for colleagues: whoever reads what it is about reads it, and nobody is let in but by a manager. Policy §65."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cha_engagement.core.paging import PAGE_SIZE
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers import actions as customers
from cha_engagement.desk.search import finding
from cha_engagement.staff.models import AccessGrounds, Notice, WiderAccess
from incidents import actions as incidents
from incidents.notes import actions
from incidents.notes.models import Note
from tests import factories
from tests.timelines import shown_events, shown_kinds

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B32")]


@pytest.fixture
def other(db):
    return factories.staff("other", "Officer")


@pytest.fixture
def incident(officer, customer):
    return factories.incident(by=officer, customer=customer)


def write(*, by, notified=(), text="Rang to say sorry, and asked for Tuesday.", **about):
    return actions.write_note(by=by, submission=uuid.uuid4(), text=text, notified=list(notified), **about)


def reads(person, note):
    return Note.objects.visible_to(person).filter(pk=note.pk).exists()


@pytest.mark.policy("65")
def test_a_note_on_an_incident_is_read_by_whoever_reads_that(
    officer, other, manager, dpo, administrator, incident
):
    note = write(by=manager, incident=incident)
    assert [reads(person, note) for person in (officer, manager, dpo)] == [True] * 3
    assert [reads(person, note) for person in (other, administrator)] == [False] * 2
    factories.assign_record(incidents.assign_incident, incident=incident, to=other)
    assert reads(other, note)


@pytest.mark.policy("65")
def test_a_note_on_a_customer_is_read_by_its_writer_whoever_looks_after_them_and_managers(
    officer, other, manager, customer
):
    note = write(by=officer, customer=customer)
    assert reads(officer, note)
    assert reads(manager, note)
    assert not reads(other, note)
    customer.refresh_from_db()
    factories.assign_record(customers.assign_customer, customer=customer, to=other)
    assert reads(other, note)


def test_a_colleague_who_reads_it_is_told_and_no_line_more_is_opened(officer, manager, incident):
    note = write(by=officer, incident=incident, notified=[manager, officer])
    notice = Notice.objects.get(path=note.get_absolute_url())
    assert notice.recipient == manager
    assert notice.text == f"{officer} wants you to read a note on {incident}."
    assert f"with {incident.customer.name} ({incident})" in notice.shown_text
    assert not note.opened_to.exists()
    assert not WiderAccess.objects.exists()


@pytest.mark.policy("65")
@pytest.mark.parametrize("later", [False, True])
def test_an_officer_cannot_let_a_colleague_in_by_naming_them(officer, other, incident, later):
    with pytest.raises(Incomplete) as refused:
        if later:
            note = write(by=officer, incident=incident)
            actions.notify_colleagues(note=note, by=officer, version=note.version, notified=[other])
        else:
            write(by=officer, incident=incident, notified=[other])
    (refusal,) = refused.value.refusals
    assert refusal.sentence == f"{other} cannot read this. Only a manager can open a note up to them."
    assert refusal.field == "notified"
    assert not any(reads(other, note) for note in Note.objects.all())
    assert not Notice.objects.filter(recipient=other).exists()
    assert Note.objects.count() == int(later)


@pytest.mark.policy("65")
def test_a_manager_opens_a_note_up_which_is_written_down_and_the_incident_stays_closed(
    signed_in, officer, other, manager, incident
):
    note = write(by=manager, incident=incident, notified=[other])
    assert reads(other, note)
    widened = WiderAccess.objects.get()
    assert (widened.reader, widened.by, widened.reference) == (other, manager, note.reference)
    assert widened.grounds == AccessGrounds.NOTE_OPENED
    client = signed_in(other)
    html = client.get(note.get_absolute_url()).content.decode()
    assert note.text in html
    assert incident.get_absolute_url() not in html
    assert client.get(incident.get_absolute_url()).status_code == 404


@pytest.mark.policy("65")
def test_having_been_told_leaves_nobody_a_reader(officer, other, manager, incident):
    """Whoever read it when they were told, and since reads the incident no more, does not read the note."""
    assigned = factories.assign_record(incidents.assign_incident, incident=incident, to=other)
    note = write(by=officer, incident=incident, notified=[other])
    assert reads(other, note)
    incidents.assign_incident(incident=assigned, by=manager, version=assigned.version, assigned_to=None)
    assert not reads(other, note)


@pytest.mark.parametrize("text", ["", " - ", "n/a", "tbc"])
def test_a_note_that_says_nothing_is_refused(officer, customer, text):
    with pytest.raises(Incomplete):
        write(by=officer, customer=customer, text=text)


@pytest.mark.beyond("B5")
@pytest.mark.parametrize(
    "text", ["She may not make a complaint.", "They must not phone us.", "He is banned from the office."]
)
def test_a_note_takes_nothing_from_a_customer(officer, customer, text):
    with pytest.raises(Incomplete) as refused:
        write(by=officer, customer=customer, text=text)
    assert {refusal.field for refusal in refused.value.refusals} == {"text"}


@pytest.mark.parametrize("text", ["She said she will not phone again.", "She asked whether she can appeal."])
def test_what_a_customer_said_is_a_fact(officer, customer, text):
    assert write(by=officer, customer=customer, text=text).text == text


@pytest.mark.policy("62")
def test_a_note_is_corrected_by_its_writer_on_its_day_with_the_same_rules(officer, manager, customer):
    note = write(by=officer, customer=customer)
    with pytest.raises(Refused):
        actions.correct_note(note=note, by=manager, version=note.version, text="Something else.")
    with pytest.raises(Incomplete):
        actions.correct_note(note=note, by=officer, version=note.version, text="They must not phone us.")
    corrected = actions.correct_note(note=note, by=officer, version=note.version, text="Asked for Wednesday.")
    assert corrected.text == "Asked for Wednesday."
    assert corrected.history.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=1)), pytest.raises(Refused):
        actions.correct_note(note=corrected, by=officer, version=corrected.version, text="Something else.")


def test_rows_of_the_timeline_keep_no_words_of_notes_and_a_tab_shows_them(
    signed_in, officer, customer, incident
):
    about_customer = write(by=officer, customer=customer, text="Prefers to be rung after noon.")
    about_incident = write(by=officer, incident=incident)
    assert shown_kinds(customer, officer).count("note.write") == 2
    assert not any("noon" in event.text for event in shown_events(customer, officer))
    client = signed_in(officer)
    page = client.get(f"{customer.get_absolute_url()}notes/").content.decode()
    assert "Prefers to be rung after noon." in page
    assert about_customer.get_absolute_url() in page
    assert about_incident.get_absolute_url() in client.get(incident.get_absolute_url()).content.decode()


def test_a_note_goes_along_when_its_incident_gets_another_customer(officer, customer):
    incident = factories.incident(by=officer, customer=customer)
    write(by=officer, incident=incident)
    kept = factories.customer(by=officer, name="Orla Byrne")
    incidents.change_incident(incident=incident, by=officer, version=incident.version, customer=kept)
    assert "note.write" in shown_kinds(kept, officer)
    assert "note.write" not in shown_kinds(customer, officer)


@pytest.mark.beyond("B31")
@pytest.mark.policy("65")
def test_the_words_of_a_note_are_found_by_whoever_reads_it(officer, other, customer):
    note = write(by=officer, customer=customer, text="Has a zebra.")
    assert [row.url for found in finding.search("zebras", officer) for row in found.rows] == [
        note.get_absolute_url()
    ]
    assert finding.search("zebras", other) == []


def test_a_note_is_written_told_and_corrected_on_its_pages(signed_in, officer, manager, customer):
    client = signed_in(officer)
    page = client.get(f"{customer.get_absolute_url()}notes/new/")
    sent = {"submission": str(page.context["form"]["submission"].value()), "text": "Rang about the gate."}
    answer = client.post(f"{customer.get_absolute_url()}notes/new/", sent | {"notified": [manager.username]})
    note = Note.objects.get()
    assert answer.headers["Location"] == note.get_absolute_url()
    assert list(note.notified.all()) == [manager]
    html = client.get(note.get_absolute_url()).content.decode()
    for text in ("Rang about the gate.", "Tell a colleague", "Correct it", str(manager)):
        assert text in html
    form = {"version": note.version, "notified": ["nobody-like-that"]}
    assert client.post(f"{note.get_absolute_url()}notify/", form).status_code == 422


def test_notes_that_name_somebody_and_those_they_wrote_are_in_one_list(
    signed_in, officer, manager, customer, incident
):
    mine = write(by=officer, customer=customer, notified=[manager])
    theirs = write(by=manager, incident=incident, notified=[officer])
    write(by=manager, customer=customer)

    def listed(person, path):
        return [note.reference for note in signed_in(person).get(path).context["page"].rows]

    assert b'href="/notes/"' in signed_in(officer).get("/").content
    assert listed(officer, "/notes/") == [theirs.reference]
    assert listed(officer, "/notes/written/") == [mine.reference]
    assert listed(manager, "/notes/") == [mine.reference]


@pytest.mark.policy("65")
def test_a_note_that_somebody_no_longer_reads_is_left_out_of_their_list(signed_in, other, manager, customer):
    def assign(person):
        customer.refresh_from_db()
        customers.assign_customer(customer=customer, by=manager, version=customer.version, assigned_to=person)

    assign(other)
    note = write(by=manager, customer=customer, notified=[other])
    assert [row.pk for row in signed_in(other).get("/notes/").context["page"].rows] == [note.pk]
    assign(None)
    assert not signed_in(other).get("/notes/").context["page"].rows


def test_the_list_of_notes_takes_the_same_few_queries_however_long(
    signed_in, manager, officer, customer, django_assert_max_num_queries
):
    for number in range(PAGE_SIZE + 3):
        write(by=manager, customer=customer, notified=[officer], text=f"Rang again, call {number}.")
    client = signed_in(officer)
    with django_assert_max_num_queries(10):
        page = client.get("/notes/").context["page"]
    assert len(page.rows) == PAGE_SIZE


@pytest.mark.beyond("B36")
@pytest.mark.parametrize(
    ("text", "warns"),
    [("Let his calls ring out for now.", True), ("Rang to say sorry, and asked for Tuesday.", False)],
)
def test_a_note_that_restricts_says_that_it_does_not(signed_in, officer, customer, text, warns):
    client = signed_in(officer)
    path = f"{customer.get_absolute_url()}notes/new/"
    submission = client.get(path).context["form"]["submission"].value()
    page = client.post(path, {"text": text, "submission": submission}, follow=True).content.decode()
    assert ("A note restricts nothing." in page) == warns
    note = Note.objects.get()
    again = client.post(
        f"{note.get_absolute_url()}edit/", {"text": f"{text} {text}", "version": note.version}, follow=True
    )
    assert ("A note restricts nothing." in again.content.decode()) == warns
