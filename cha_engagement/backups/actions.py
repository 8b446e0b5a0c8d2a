"""Make a backup while staff go on working, and restore one into an empty place."""

import hashlib
import os
import shutil
import sqlite3
import tarfile
import tempfile
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import DatabaseError

from .archive import DATABASE, FILES, Manifest, verify_archive, write_archive
from .database import NotBackedUp, count_rows, database, known_migrations, put_database, snapshot, sync_folder


def back_up(path: Path) -> Manifest:
    """Write everything to a new file and read it back, while staff go on working.

    Raises `NotBackedUp`, and leaves nothing behind then.
    """
    if path.exists():
        raise NotBackedUp(f"{path} is there already. Choose another name: a backup is never overwritten.")
    part = path.with_name(f"{path.name}.part")
    try:
        with snapshot() as (dump, reader), open_private(part) as target:
            manifest = write_archive(target, dump, reader)
        if verify_archive(part) != manifest:
            raise NotBackedUp("The archive could not be read back as it was written. Try another disk.")
        part.rename(path)
        sync_folder(path.parent)
    except (OSError, sqlite3.Error, DatabaseError) as error:
        raise NotBackedUp(f"No archive could be made: {error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(path: Path) -> Manifest:
    """Put an archive back into an empty place, with the same rows and files.

    Raises `NotBackedUp`, and has put nothing there then, unless the database came out with other rows than it went in with. The database
    comes last and all at once: whoever is interrupted finds no half of a case, but may find files, which have to go first.
    """
    manifest = verify_archive(path)
    refuse_unfit_place(manifest)
    media = Path(settings.MEDIA_ROOT)
    with (
        tempfile.TemporaryDirectory(prefix="restore-", dir=settings.DATA_DIR) as folder,
        tarfile.open(path) as archive,
    ):
        archive.extractall(folder, filter="data")
        files = Path(folder) / FILES
        files.mkdir(exist_ok=True)
        for name, digest in manifest.files.items():
            with open(files / name, "rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    raise NotBackedUp(f"{name} came out of the archive otherwise than it went in.")
        make_private(files)
        shutil.rmtree(media, ignore_errors=True)
        media.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(files, media)
        try:
            put_database(Path(folder) / DATABASE)
        except BaseException:
            shutil.rmtree(media)
            raise
    if (rows := count_rows(database())) != manifest.rows:
        raise NotBackedUp(
            f"The database has not the rows that it had: {describe_differences(rows, manifest.rows)}."
        )
    return manifest


def refuse_unfit_place(manifest: Manifest) -> None:
    """Raise `NotBackedUp` where this is no empty place for such an archive."""
    if manifest.vendor != database().vendor:
        raise NotBackedUp(f"The archive is of {manifest.vendor}, and DATABASE_URL names {database().vendor}.")
    if set(manifest.migrations) - known_migrations():
        raise NotBackedUp("The archive is of a newer version of this application. Install that one first.")
    media = Path(settings.MEDIA_ROOT)
    has_files = media.exists() and any(path.is_file() for path in media.rglob("*"))
    if has_files or database().introspection.table_names():
        raise NotBackedUp("There are files or tables here already. Restore into an empty place only.")


def describe_differences(actual: dict[str, int], expected: dict[str, int]) -> str:
    tables = sorted(
        name for name in actual.keys() | expected.keys() if actual.get(name) != expected.get(name)
    )
    return ", ".join(f"{name} has {actual.get(name, 0)} of {expected.get(name, 0)}" for name in tables)


def make_private(folder: Path) -> None:
    """Let nobody but the application's user read the files of a folder, as when they were stored."""
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def open_private(path: Path) -> IO[Any]:
    return open(path, "w+b", opener=lambda name, flags: os.open(name, flags, 0o600))
