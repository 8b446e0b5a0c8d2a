"""Nothing is lost with the disk: a backup made while staff work, and put back elsewhere with the same rows and files. R7."""

import json
import os
import subprocess
import sys
import tarfile
import threading
import uuid
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from cha_engagement.backups import actions
from cha_engagement.backups.archive import MANIFEST, verify_archive
from cha_engagement.backups.database import NotBackedUp
from cha_engagement.customers.actions import add_customer
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.models import Organisation
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def place(tmp_path):
    """Give an empty place to restore into: a folder, and on PostgreSQL a database of its own."""
    name = f"restored_{uuid.uuid4().hex}"
    env = os.environ | {"DATA_DIR": str(tmp_path / "data"), "ENVIRONMENT": "test"}
    env.pop("DATABASE_URL", None)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        env["DATABASE_URL"] = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"

    def manage(*arguments):
        command = [sys.executable, "manage.py", *map(str, arguments)]
        return subprocess.run(command, cwd=project.BASE_DIR, env=env, capture_output=True, text=True)

    yield SimpleNamespace(manage=manage, data=tmp_path / "data")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


@pytest.fixture
def archive(tmp_path):
    """Make a small archive, with a file."""
    organisation = factories.organisation()
    organisation.logo_words = "A loch"
    organisation.logo.save("logo.png", ContentFile(os.urandom(3000)))
    factories.customer(by=factories.staff("officer", "Officer"))
    path = tmp_path / "small.backup"
    call_command("backup", path)
    return path


@pytest.fixture
def record_migrations():
    """Give the database its record of migrations, as every one but that of the tests has."""
    recorder = MigrationRecorder(connection)
    was_there = recorder.has_table()
    recorder.ensure_schema()
    recorder.record_applied("incidents", "0001_initial")
    yield
    if not was_there:
        with connection.schema_editor() as editor:
            editor.delete_model(recorder.Migration)


def test_a_backup_lists_its_migrations_and_counts_no_table_of_sqlite(record_migrations, archive):
    manifest = verify_archive(archive)
    assert "incidents.0001_initial" in manifest.migrations
    assert not [name for name in manifest.rows if name.startswith("sqlite_")]


def contents_of(path):
    """Return the contents of an archive, without the time it was made at."""
    return {name: value for name, value in asdict(verify_archive(path)).items() if name != "made_at"}


def test_what_is_restored_is_what_was_backed_up(archive, place, tmp_path):
    stored = Organisation.objects.get().logo
    assert place.manage("restore", archive).returncode == 0
    restored = place.data / "files" / stored.name
    assert restored.read_bytes() == Path(stored.path).read_bytes()
    assert restored.stat().st_mode & 0o077 == 0
    again = tmp_path / "again.backup"
    assert "Read back: as written." in place.manage("backup", again).stdout
    assert contents_of(again) == contents_of(archive)
    assert contents_of(archive)["rows"]["customers_customer"] == 1
    refused = place.manage("restore", archive)
    assert refused.returncode == 1
    assert "Restore into an empty place only" in refused.stderr


def test_a_backup_is_consistent_while_people_write(tmp_path):
    """Each customer comes with the keys they are found by and a row of history, or not at all."""
    officer = factories.staff("officer", "Officer")
    stop, added = threading.Event(), []

    def write():
        while not stop.is_set() and len(added) < 100:
            added.append(add_customer(by=officer, submission=uuid.uuid4(), name="Hamish").pk)
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        rows = [actions.back_up(tmp_path / f"{number}.backup").rows for number in range(3)]
    finally:
        stop.set()
        writer.join()
    for counted in rows:
        assert counted["customers_historicalcustomer"] == counted["customers_customer"]
    counts = [counted["customers_customer"] for counted in rows]
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]
    assert Customer.objects.count() == len(added)


def test_an_archive_is_never_overwritten(archive):
    before = archive.read_bytes()
    with pytest.raises(CommandError, match="never overwritten"):
        call_command("backup", archive)
    assert archive.read_bytes() == before


def test_one_that_was_cut_short_is_refused(archive):
    whole = archive.read_bytes()
    for length in (0, 1, 511, 10_000, len(whole) // 2, len(whole) - 10_240, len(whole) - 1):
        archive.write_bytes(whole[:length])
        with pytest.raises(NotBackedUp, match="cut short or altered"):
            verify_archive(archive)
    archive.write_bytes(whole + b"\0")
    with pytest.raises(NotBackedUp, match="cut short or altered"):
        verify_archive(archive)


def test_one_that_was_altered_anywhere_is_refused(archive):
    whole = archive.read_bytes()
    step = len(whole) // 40
    for position in [*range(0, len(whole), step), *range(len(whole) - 12_000, len(whole), 499)]:
        altered = bytearray(whole)
        altered[position] ^= 1
        archive.write_bytes(altered)
        with pytest.raises(NotBackedUp, match="cut short or altered"):
            verify_archive(archive)


def test_an_altered_one_is_refused_before_anything_is_taken_from_it(archive):
    altered = bytearray(archive.read_bytes())
    altered[20_000] ^= 1
    archive.write_bytes(altered)
    with pytest.raises(CommandError, match="cut short or altered"):
        call_command("restore", archive)
    assert Customer.objects.count() == 1


def test_it_holds_no_file_that_no_record_knows(archive):
    Path(Organisation.objects.get().logo.path).with_name("left-over").write_bytes(b"of an upload that failed")
    path = archive.with_name("second.backup")
    call_command("backup", path)
    with tarfile.open(path) as opened:
        assert not [name for name in opened.getnames() if "left-over" in name]


def test_a_file_that_is_gone_is_named_and_the_rest_is_saved(archive):
    logo = Organisation.objects.get().logo
    Path(logo.path).unlink()
    path = archive.with_name("second.backup")
    with pytest.raises(CommandError, match=logo.name):
        call_command("backup", path)
    assert verify_archive(path).missing == [logo.name]


def test_one_of_another_version_or_database_is_refused(archive, monkeypatch):
    manifest = verify_archive(archive)
    for name, value, words in (
        ("vendor", "another", "DATABASE_URL names"),
        ("migrations", ["customers.9999_later"], "newer version"),
    ):
        other = type(manifest)(**asdict(manifest) | {name: value})
        monkeypatch.setattr(actions, "verify_archive", lambda path, other=other: other)
        with pytest.raises(NotBackedUp, match=words):
            actions.restore(archive)


def test_a_full_disk_leaves_nothing_half_done(archive, monkeypatch):
    def full(*about):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(actions, "write_archive", full)
    path = archive.with_name("second.backup")
    with pytest.raises(CommandError, match="No space left"):
        call_command("backup", path)
    assert not list(path.parent.glob("second*"))


def test_it_names_nobody_of_the_machine_and_is_for_its_owner_alone(archive):
    assert archive.stat().st_mode & 0o077 == 0
    with tarfile.open(archive) as opened:
        assert {(member.uname, member.uid) for member in opened.getmembers()} == {("", 0)}
        assert json.load(opened.extractfile(MANIFEST))["format"] == 1
