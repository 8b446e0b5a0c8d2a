"""Write and verify the one file that holds everything: a tar of the database, its files, `manifest.json`, and last a seal.

The seal is the SHA-256 over every byte before it: an archive that was cut short or altered anywhere is known before anything is
taken from it.
"""

import hashlib
import json
import os
import tarfile
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from .database import NotBackedUp, applied_migrations, count_rows, stored_names

FORMAT = 1
DATABASE, MANIFEST, SEAL, FILES = "database", "manifest.json", "seal", "files/"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of an archive.

    `vendor` is the kind of database, `migrations` those applied to it, `rows` the number in each table, `files` the SHA-256
    of each file by its name in the storage, `missing` the files that the database knows and the disk does not have.
    """

    format: int
    made_at: str
    vendor: str
    migrations: list[str]
    rows: dict[str, int]
    files: dict[str, str]
    missing: list[str]


def write_archive(target: IO[bytes], database: Path, reader: BaseDatabaseWrapper) -> Manifest:
    digests, missing = {}, []
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.add(database, DATABASE, filter=remove_owner)
        for name in stored_names(reader):
            try:
                digests[name] = add_file(archive, name)
            except FileNotFoundError:
                missing.append(name)
        manifest = Manifest(
            format=FORMAT,
            made_at=timezone.now().isoformat(),
            vendor=reader.vendor,
            migrations=applied_migrations(reader),
            rows=count_rows(reader),
            files=digests,
            missing=missing,
        )
        add_bytes(archive, MANIFEST, json.dumps(asdict(manifest)).encode())
        end = target.tell()
        target.seek(0)
        seal = digest_of(target, end)
        target.seek(end)
        add_bytes(archive, SEAL, seal.encode())
    target.flush()
    os.fsync(target.fileno())
    return manifest


def add_file(archive: tarfile.TarFile, name: str) -> str:
    """Put a stored file into the archive. Return its SHA-256, in hexadecimal."""
    with open(Path(settings.MEDIA_ROOT) / name, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        archive.addfile(remove_owner(archive.gettarinfo(arcname=FILES + name, fileobj=file)), file)
    return digest


def add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, BytesIO(content))


def remove_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Take the owner out of a member: who owned a file on this machine means nothing elsewhere."""
    member.uid = member.gid = 0
    member.mtime = int(member.mtime)
    member.uname = member.gname = ""
    return member


def verify_archive(path: Path) -> Manifest:
    """Return the contents of an archive once each of its bytes is as it was written. Raises `NotBackedUp`."""
    damaged = NotBackedUp(f"{path} was cut short or altered, or is no backup. Nothing was taken from it.")
    try:
        with open(path, "rb") as file, tarfile.open(fileobj=file, mode="r:") as archive:
            *_, manifest_member, seal_member = archive.getmembers()
            if (manifest_member.name, seal_member.name) != (MANIFEST, SEAL):
                raise damaged
            seal, manifest = read_member(archive, seal_member), read_member(archive, manifest_member)
            file.seek(seal_member.offset_data + len(seal))
            if file.read().strip(b"\0") or file.tell() != whole_size(seal_member):
                raise damaged
            file.seek(0)
            if digest_of(file, seal_member.offset).encode() != seal:
                raise damaged
        values = json.loads(manifest)
    except FileNotFoundError:
        raise NotBackedUp(f"There is no file {path}.") from None
    except (tarfile.TarError, ValueError, EOFError, OSError):
        raise damaged from None
    if values["format"] != FORMAT:
        raise NotBackedUp(
            "The archive was made by another version of this application. Restore it with that one."
        )
    return Manifest(**values)


def whole_size(last: tarfile.TarInfo) -> int:
    """Return the size in bytes of a tar that ends with this small member: two empty blocks and the rest of the record follow it."""
    end = last.offset_data + 3 * tarfile.BLOCKSIZE
    return -(-end // tarfile.RECORDSIZE) * tarfile.RECORDSIZE


def read_member(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = archive.extractfile(member)
    return content.read() if content else b""


def digest_of(file: IO[bytes], length: int) -> str:
    """Return the SHA-256, in hexadecimal, over the next `length` bytes of a file."""
    digest = hashlib.sha256()
    while length and (chunk := file.read(min(length, 1 << 20))):
        digest.update(chunk)
        length -= len(chunk)
    return digest.hexdigest()
