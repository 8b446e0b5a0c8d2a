"""Every access to protected data is written down with the visitor's true address, and stays as it was written."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cha_engagement.evidence.actions import upload_evidence
from cha_engagement.staff.actions import log_file_opening, log_list_export
from cha_engagement.staff.models import AccessKind, AccessLogEntry

from .. import factories, files

pytestmark = [pytest.mark.django_db, pytest.mark.policy("65")]

ONLY_ADDED_TO = "the access log is only added to"
OFFICE, MADE_UP = "203.0.113.7", "198.51.100.1"


@pytest.fixture
def entry(officer):
    log_file_opening(reference="EVI-2026-0001", by=officer, address=OFFICE)
    return AccessLogEntry.objects.get()


def is_unchanged():
    return list(AccessLogEntry.objects.values_list("reference", "address")) == [("EVI-2026-0001", OFFICE)]


@pytest.mark.parametrize(
    "save",
    [
        lambda entry: entry.save(),
        lambda entry: entry.save(update_fields=["address"]),
        lambda entry: entry.save(force_update=True),
        lambda entry: entry.save_base(raw=True),
    ],
    ids=["save", "update_fields", "force_update", "raw"],
)
def test_an_entry_that_is_there_cannot_be_saved_again(entry, save):
    entry.address = MADE_UP
    with pytest.raises(RuntimeError, match=ONLY_ADDED_TO):
        save(entry)
    assert is_unchanged()


def test_no_new_entry_takes_the_place_of_another(entry):
    values = {"kind": AccessKind.FILE_OPENED, "by": entry.by, "reference": "EVI-2026-0002"}
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessLogEntry(pk=entry.pk, **values).save()
    with pytest.raises(RuntimeError, match=ONLY_ADDED_TO):
        AccessLogEntry(pk=entry.pk, **values).save(update_fields=["reference"])
    assert is_unchanged()


@pytest.mark.parametrize("manager_name", ["objects", "_default_manager", "_base_manager"])
@pytest.mark.parametrize(
    "write",
    [
        lambda rows: rows.update(address=MADE_UP),
        lambda rows: rows.all().delete(),
        lambda rows: rows.bulk_update([], ["address"]),
        lambda rows: rows.bulk_create([AccessLogEntry()], update_conflicts=True),
        lambda rows: rows.update_or_create(reference="EVI-2026-0001", defaults={"address": MADE_UP}),
    ],
    ids=["update", "delete", "bulk_update", "bulk_create", "update_or_create"],
)
def test_no_queryset_changes_or_deletes_an_entry(entry, manager_name, write):
    with pytest.raises(RuntimeError, match=ONLY_ADDED_TO), transaction.atomic():
        write(getattr(AccessLogEntry, manager_name))
    assert is_unchanged()


def test_an_entry_cannot_be_deleted_nor_goes_with_an_account(entry, officer):
    with pytest.raises(RuntimeError, match=ONLY_ADDED_TO):
        entry.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        officer.delete()
    assert is_unchanged()


@pytest.mark.database
@pytest.mark.parametrize(
    "values",
    [
        {"kind": AccessKind.FILE_OPENED},
        {"kind": AccessKind.FILE_OPENED, "reference": "EVI-2026-0001", "row_count": 1},
        {"kind": AccessKind.LIST_EXPORTED, "row_count": 1},
        {"kind": AccessKind.LIST_EXPORTED, "label": "Incidents"},
        {"kind": "anything", "reference": "EVI-2026-0001"},
    ],
)
def test_the_database_takes_no_entry_that_does_not_name_what_was_read(officer, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessLogEntry.objects.create(by=officer, **values)


def open_file(client, user, **request):
    evidence = upload_evidence(
        file=files.picture(), summary="A post", by=user, submission=factories.uuid.uuid4()
    )
    return client.post(reverse("evidence_open", args=[evidence.reference]), **request)


def export_list(client, user, **request):
    return client.post(reverse("list_export", args=["customers"]), **request)


@pytest.mark.parametrize("access", [open_file, export_list])
@pytest.mark.parametrize(
    ("trusted_proxies", "forwarded_for", "address"),
    [
        (0, MADE_UP, "127.0.0.1"),
        (1, OFFICE, OFFICE),
        (1, f"{MADE_UP}, {OFFICE}", OFFICE),
    ],
)
def test_no_visitor_makes_up_the_address_that_is_written_down(
    signed_in, manager, settings, access, trusted_proxies, forwarded_for, address
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted_proxies
    answer = access(signed_in(manager), manager, headers={"X-Forwarded-For": forwarded_for})
    assert answer.status_code == 200
    assert AccessLogEntry.objects.get().address == address


def test_openings_and_exports_are_told_apart(officer, entry):
    log_list_export(title="Incidents", filtered_by="", row_count=3, by=officer, address=None)
    assert [opening.pk for opening in AccessLogEntry.objects.file_openings("EVI-2026-0001")] == [entry.pk]
    assert not AccessLogEntry.objects.file_openings("EVI-2026-0002")
    assert [export.label for export in AccessLogEntry.objects.list_exports()] == ["Incidents"]
