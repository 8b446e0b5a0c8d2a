import uuid
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import FileField

from cha_engagement.core.records import find_model_faults
from cha_engagement.desk import verification
from cha_engagement.evidence import actions as evidence
from cha_engagement.letters import actions as letters
from cha_engagement.organisation.models import AdviceOrganisation
from incidents.models import Incident
from tests import factories, files
from tests.overwriting import overwrite_record, remove_record

pytestmark = pytest.mark.django_db

ALL_WELL = "All files, records and histories are as they were written, and timelines, My work and search follow from them.\n"


def verify():
    """Return what the command says, and its error."""
    out = StringIO()
    try:
        call_command("verify", stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


@pytest.fixture
def upload(officer):
    return evidence.upload_evidence(
        by=officer, file=files.pdf(), summary="A letter of theirs", submission=uuid.uuid4()
    )


@pytest.fixture
def letter(officer, manager, customer, organisation):
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="debts", contact="0800 496 0002")
    incident = factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)
    decision = factories.decision(by=manager, incidents=[incident])
    factories.restriction(by=manager, decision=decision)
    return letters.draft_letter(
        customer=customer, kind="restriction_decided", about=decision, by=manager, submission=uuid.uuid4()
    )


@pytest.fixture
def enclosure(letter, manager):
    return letters.enclose_file(
        letter=letter,
        by=manager,
        submission=uuid.uuid4(),
        file=files.pdf(),
        title="Our policy",
        language="",
        translated_by="",
    )


@pytest.fixture
def issued_letter(letter, manager):
    return factories.issue_letter(letter.reload_locked(), by=manager)


@pytest.fixture(params=["upload", "enclosure", "issued_letter"])
def stored_record(request):
    """A record with a file, and the file's path."""
    record = request.getfixturevalue(request.param)
    return record, default_storage.path(getattr(record, verification.FILE_FIELDS[type(record)]).name)


def test_untouched_records_have_no_faults(upload, enclosure, issued_letter):
    assert verify() == (ALL_WELL, "")


@pytest.mark.parametrize("spoil", ["changed", "gone"])
def test_an_altered_file_is_named_by_its_record(stored_record, spoil):
    record, path = stored_record
    if spoil == "gone":
        default_storage.delete(path)
    else:
        with open(path, "ab") as file:
            file.write(b" ")
    sentence = f"{record.reference}: its file is gone, or is not what was stored\n"
    assert verify() == (sentence, "Not as it was written: 1.")


def test_a_draft_has_no_file_yet(letter):
    assert verify() == (ALL_WELL, "")


def test_a_changed_history_is_named_by_its_record_its_row_and_its_field(officer, manager, customer):
    incident = factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)
    overwrite_record(incident.history.last(), facts="Was polite.")
    sentence = f"{incident}: “facts” in row 1 of its history was changed\n"
    assert verify() == (sentence, "Not as it was written: 1.")


def test_each_fault_has_a_line_of_its_own(officer, manager, customer):
    first, second = (
        factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)
        for _ in range(2)
    )
    overwrite_record(first, facts="Was polite.", location="Desk")
    second.history.first().delete()
    lines, error = verify()
    assert error == (
        "Not as it was written: 3. Wrong in timelines, My work and search, which the daily job mends: 2."
    )
    assert set(lines.splitlines()) == {
        f"{first}: “facts” is not what its history says last",
        f"{first}: “location” is not what its history says last",
        f"{second}: row 2 of its history was changed, removed or added",
        f"{second}: the timeline does not show what its history says",
        f"{first}: a search does not find it by what it says",
    }


def test_a_record_that_is_gone_is_named_as_its_history_names_it(officer, customer):
    contact = factories.contact(by=officer, customer=customer)
    remove_record(contact)
    lines, error = verify()
    assert lines.splitlines() == [
        f"{contact.reference}: is gone, its history is not",
        f"{contact.reference}: the timeline does not show what its history says",
        f"{contact.reference}: a search does not find it by what it says",
    ]
    assert error == (
        "Not as it was written: 1. Wrong in timelines, My work and search, which the daily job mends: 2."
    )


def test_a_record_without_a_reference_is_named_by_its_key(officer, manager, customer):
    incident = factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)
    assessment = incident.assessments.get()
    overwrite_record(assessment, reasons="None.")
    assert verify()[0] == (
        f"incidents.assessment {assessment.pk}: “reasons” is not what its history says last\n"
    )


def test_a_record_that_changes_during_the_check_is_not_reported(officer, customer, monkeypatch):
    """Its record and its history are read at two moments; what looks wrong is read again while nobody can write it."""
    incident = factories.incident(by=officer, customer=customer)

    def find_faults_too_late(model, pk=None):
        return find_model_faults(model, pk) if pk else iter([(incident.pk, "read in between")])

    monkeypatch.setattr(verification, "find_model_faults", find_faults_too_late)
    assert list(verification.find_record_faults(Incident)) == []


def test_every_file_of_a_record_is_verified():
    with_file = {
        model
        for model in verification.record_models()
        if any(isinstance(field, FileField) for field in model._meta.concrete_fields)
    }
    assert with_file == set(verification.FILE_FIELDS)
