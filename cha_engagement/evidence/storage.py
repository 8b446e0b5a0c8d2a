"""Files that a case rests on: synced before anything says that they are there, and checked before they are sent."""

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
    """Keeps files on disk. What `save` has returned from outlives a power cut."""

    def _save(self, name: str, content: File) -> str:
        name = super()._save(name, content)  # type: ignore[misc]
        path = Path(self.path(name))
        for place in (path, path.parent, Path(self.location)):
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return name


class Altered(Exception):
    """A stored file is gone, or is not what was stored. Nobody is given it."""


def sha256_of(file: File) -> str:
    """SHA-256 over a file, in hexadecimal; the file is then at its beginning."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def open_verified(stored: FieldFile, sha256: str) -> File:
    """A stored file, opened at its beginning, whose hash is `sha256`. Raises `Altered`."""
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
    """Remove the files of a folder, older than a day, that no record knows: what an upload that failed has left."""
    names = {Path(name).name for name in known}
    if not default_storage.exists(folder):
        return 0
    yesterday = timezone.now() - timedelta(days=1)
    orphans = [
        f"{folder}/{name}"
        for name in default_storage.listdir(folder)[1]
        if name not in names and default_storage.get_modified_time(f"{folder}/{name}") < yesterday
    ]
    for orphan in orphans:
        default_storage.delete(orphan)
    return len(orphans)
