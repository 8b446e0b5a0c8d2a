import os
import uuid
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import DatabaseError
from django.utils import timezone
from lxml import html

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.evidence import actions
from cha_engagement.evidence.daily import remove_orphaned_evidence
from cha_engagement.evidence.forms import EvidenceForm
from cha_engagement.evidence.models import Evidence
from cha_engagement.organisation import calendar
from cha_engagement.staff.actions import log_file_opening
from cha_engagement.staff.models import AccessKind, AccessLogEntry

from .. import factories, files

pytestmark = pytest.mark.django_db

CONTENT = files.picture_bytes()


def upload(by, name="screenshot.png", content=CONTENT, **changes):
    arguments = {
        "file": SimpleUploadedFile(name, content),
        "summary": "A post online",
        "submission": uuid.uuid4(),
    }
    return actions.upload_evidence(by=by, **arguments | changes)


@pytest.fixture
def evidence(officer):
    return upload(officer)


# Keeping


@pytest.mark.policy("63")
def test_an_upload_keeps_the_file_its_hash_who_and_when(officer):
    evidence = upload(officer)
    assert evidence.file.read() == CONTENT
    assert evidence.sha256 == sha256(CONTENT).hexdigest()
    assert (evidence.size, evidence.content_type, evidence.uploaded_by) == (
        len(CONTENT),
        "image/png",
        officer,
    )
    assert evidence.created_at <= timezone.now()


def test_a_file_that_came_by_way_of_the_disk_is_kept_whole(officer):
    file = TemporaryUploadedFile("long.eml", "message/rfc822", 300_000, None)
    file.write(b"0123456789" * 30_000)
    file.seek(0)
    evidence = upload(officer, file=file)
    file.close()
    assert sha256(evidence.file.read()).hexdigest() == evidence.sha256
    assert os.stat(evidence.file.path).st_mode & 0o777 == 0o600


def test_the_name_on_disk_tells_nothing(officer):
    assert "screenshot" not in upload(officer).file.name


def test_an_upload_sent_twice_is_one(officer):
    submission = uuid.uuid4()
    assert upload(officer, submission=submission) == upload(officer, submission=submission)
    assert len(default_storage.listdir("evidence")[1]) == 1


def test_an_empty_and_a_too_large_file_are_refused_with_a_sentence(officer, settings):
    settings.EVIDENCE_MAX_BYTES = 10
    for content, word in ((b"", "empty"), (b"x" * 11, "larger")):
        with pytest.raises(Incomplete) as refused:
            upload(officer, content=content)
        (refusal,) = refused.value.refusals
        assert word in refusal.sentence
        assert refusal.field == "file"
    assert not Evidence.objects.exists()


def test_who_deals_with_no_customers_adds_nothing(dpo):
    with pytest.raises(Refused):
        upload(dpo)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\note.txt", "note.txt"),
        ("a\0b\r\n.png", "ab.png"),
        ("x" * 400 + ".jpeg", "x" * 195 + ".jpeg"),
        (". .", "file"),
        ("", "file"),
        ("Órla’s “letter”.pdf", "Órla’s “letter”.pdf"),
    ],
)
def test_a_files_own_name_is_made_safe(name, safe):
    assert actions.safe_file_name(name) == safe


def test_the_form_says_what_is_wrong_beside_the_file(officer):
    empty = SimpleUploadedFile("x.png", b"")
    form = EvidenceForm({"summary": "A post", "submission": uuid.uuid4()}, {"file": empty}, user=officer)
    assert form.carry_out(actions.upload_evidence, by=officer) is None
    assert "empty" in form.errors["file"][0]


def test_the_forms_data_are_the_arguments_of_the_action(officer):
    form = EvidenceForm(
        {"summary": "A post", "submission": uuid.uuid4()}, {"file": files.picture("x.png")}, user=officer
    )
    assert form.carry_out(actions.upload_evidence, by=officer).summary == "A post"


# Opening


def open_url(evidence):
    return f"{evidence.get_absolute_url()}open/"


@pytest.mark.policy("65")
def test_opening_is_written_down_and_sends_the_file_as_a_download(signed_in, officer, evidence):
    answer = signed_in(officer).post(open_url(evidence))
    assert b"".join(answer.streaming_content) == CONTENT
    assert answer["Content-Disposition"] == 'attachment; filename="screenshot.png"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    entry = AccessLogEntry.objects.get()
    assert (entry.kind, entry.reference) == (AccessKind.FILE_OPENED, evidence.reference)
    assert (entry.by, entry.address) == (officer, "127.0.0.1")


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1, 10.0.0.1,2001:db8::7", "2001:db8::7"),
        ("", "127.0.0.1"),
    ],
)
def test_behind_the_proxy_an_opening_has_the_address_that_the_proxy_saw(
    signed_in, officer, evidence, settings, header, address
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    headers = {"X-Forwarded-For": header} if header else {}
    signed_in(officer).post(open_url(evidence), headers=headers)
    assert AccessLogEntry.objects.get().address == address


@pytest.mark.parametrize("name", ['a";\r\nSet-Cookie: x=y', "письмо.png", "<script>.png"])
def test_no_name_breaks_out_of_the_headers(signed_in, officer, name):
    answer = signed_in(officer).post(open_url(upload(officer, name=name)))
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer["Content-Disposition"].startswith("attachment;")


def test_a_file_is_not_sent_when_its_opening_cannot_be_written_down(
    signed_in, officer, evidence, monkeypatch
):
    def fail(**fields):
        raise DatabaseError

    monkeypatch.setattr(AccessLogEntry.objects, "create", fail)
    with pytest.raises(DatabaseError):
        signed_in(officer).post(open_url(evidence))


def test_opening_is_posted(signed_in, officer, evidence):
    assert signed_in(officer).get(open_url(evidence)).status_code == 405
    assert not AccessLogEntry.objects.exists()


@pytest.mark.parametrize("spoil", ["changed", "gone"])
def test_a_file_that_was_altered_is_not_sent(signed_in, officer, evidence, spoil):
    path = evidence.file.path
    os.unlink(path)
    if spoil == "changed":
        with open(path, "wb") as file:
            file.write(b"another picture")
    answer = signed_in(officer).post(open_url(evidence))
    assert answer.status_code == 409
    assert b"Tell an administrator" in answer.content
    assert b"another picture" not in answer.content


def test_the_page_shows_the_hash_and_to_managers_who_opened_it(signed_in, officer, manager, evidence):
    signed_in(officer).post(open_url(evidence))
    for user, sees in ((officer, False), (manager, True)):
        page = signed_in(user).get(evidence.get_absolute_url()).content.decode()
        assert evidence.sha256 in page
        assert ("Who has opened it" in page) is sees


@pytest.mark.policy("65")
def test_files_of_others_are_not_there_for_an_officer(signed_in, evidence, administrator):
    for user in (factories.staff("officer2", "Officer"), administrator):
        client = signed_in(user)
        hidden, absent = client.get(evidence.get_absolute_url()), client.get("/evidence/EVI-2020-9999/")
        assert (hidden.status_code, hidden.content) == (404, absent.content)
        assert client.post(open_url(evidence)).status_code == 404
    assert not AccessLogEntry.objects.exists()


def test_the_page_leads_back_to_the_records_that_its_reader_sees(
    signed_in, officer, manager, customer, evidence
):
    incident = factories.incident(by=manager, customer=customer)
    writing.save_record(incident, by=manager, reason="Added", links={"evidence": [evidence]})
    for user, sees in ((manager, True), (officer, False)):
        page = html.fromstring(signed_in(user).get(evidence.get_absolute_url()).content)
        leads = page.xpath("//nav[@aria-label='Back']//a/@href")
        assert leads == ([incident.get_absolute_url()] if sees else [])
        assert (incident.reference in page.text_content()) is sees
        assert (
            page.xpath("normalize-space(//nav[@aria-label='Menu']//a[@aria-current]/text())") == "Incidents"
        )


@pytest.mark.policy("65")
def test_what_they_uploaded_is_gone_for_whoever_lost_their_role(signed_in, officer, evidence):
    """S4."""
    client = signed_in(officer)
    assert client.get(evidence.get_absolute_url()).status_code == 200
    officer.groups.clear()
    assert client.get(evidence.get_absolute_url()).status_code == 404
    assert client.post(open_url(evidence)).status_code == 404
    assert not AccessLogEntry.objects.exists()


@pytest.mark.parametrize("openings", [1, 30])
def test_the_page_asks_the_database_as_often_for_many_openings(
    signed_in, manager, evidence, openings, django_assert_max_num_queries
):
    for _ in range(openings):
        log_file_opening(reference=evidence.reference, by=manager, address="127.0.0.1")
    client = signed_in(manager)
    with django_assert_max_num_queries(12):
        client.get(evidence.get_absolute_url())


# Sweeping


def test_the_daily_job_removes_what_no_record_knows_once_it_is_a_day_old(evidence):
    old, new = (
        default_storage.save(f"evidence/{name}", SimpleUploadedFile(name, b"x")) for name in ("old", "new")
    )
    two_days_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for name in (old, evidence.file.name):
        os.utime(default_storage.path(name), (two_days_ago, two_days_ago))
    assert remove_orphaned_evidence(calendar.today()) == "Evidence: 1 left-over files removed"
    assert not default_storage.exists(old)
    assert default_storage.exists(new)
    assert default_storage.exists(evidence.file.name)
    assert remove_orphaned_evidence(calendar.today()) == "Evidence: 0 left-over files removed"


def test_a_saved_file_and_its_folders_are_synced(monkeypatch, settings):
    synced = []
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
    )
    name = default_storage.save("evidence/x", SimpleUploadedFile("x", b"x"))
    path = default_storage.path(name)
    assert synced == [path, os.path.dirname(path), str(settings.MEDIA_ROOT)]
