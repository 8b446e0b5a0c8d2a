"""Store the files of cases: synced before any record names them, and verified before they are sent."""

import hashlib
import logging
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models.fields.files import FieldFile
from django.utils import timezone

logger = logging.getLogger(__name__)


class SyncedStorage(FileSystemStorage):
    """Keeps files on disk. A file outlives a power cut once `save` has returned."""

    def _save(self, name: str, content: File) -> str:
        name = super()._save(name, content)  # type: ignore[misc]
        path = Path(self.path(name))
        for synced in (path, path.parent, Path(self.location)):
            descriptor = os.open(synced, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return name


class Altered(Exception):
    """A stored file is gone, or is not the one that was stored. Nobody is given it."""


def sha256_of(file: File) -> str:
    """Return the SHA-256 over a file, in hexadecimal; the file is then at its beginning."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def open_verified(stored: FieldFile, sha256: str) -> File:
    """Return a stored file, opened at its beginning, whose hash is `sha256`. Raises `Altered` where it has another."""
    try:
        file = stored.open("rb")
    except OSError as error:
        logger.error("A stored file cannot be read: %s", stored.name)
        raise Altered from error
    if sha256_of(file) != sha256:
        file.close()
        logger.error("A stored file is not what was stored: %s", stored.name)
        raise Altered
    return file


def remove_orphans(folder: str, known: Iterable[str]) -> int:
    """Remove files of a folder, older than a day, that no record knows, as a failed upload leaves them. Return the number removed."""
    known_names = {Path(name).name for name in known}
    if not default_storage.exists(folder):
        return 0
    yesterday = timezone.now() - timedelta(days=1)
    orphans = [
        f"{folder}/{name}"
        for name in default_storage.listdir(folder)[1]
        if name not in known_names and default_storage.get_modified_time(f"{folder}/{name}") < yesterday
    ]
    for orphan in orphans:
        default_storage.delete(orphan)
    return len(orphans)
