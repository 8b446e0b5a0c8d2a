"""Look into documents that are containers of parts: those of Office, old and new, OpenDocument, and Outlook messages."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator

import olefile

from .. import office
from .emails import inspect_attached
from .inspection import MOST_PARTS, Inspection
from .kinds import MAIN_PARTS, OLD_OFFICE, OPEN_DOCUMENTS, OUTLOOK, REFUSED_BEGINNINGS, Kind, Unwanted

ATTACHED, LONG_NAME, SHORT_NAME = (f"__substg1.0_{prop}" for prop in ("3701", "3707", "3704"))
"""The beginnings of the parts of an Outlook message that hold an attachment and its names."""
ENCODINGS = {"001F": "utf-16-le", "001E": "cp1252"}
MOST_UNPACKED = 500 * 1024 * 1024  # bytes
MOST_TIMES_LARGER = 200  # that a document may be once it is unpacked
READING_ERRORS = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
)
"""The errors of reading a ZIP, whichever way its parts are packed."""
BEGINNING_SIZE = 16  # bytes by which a part is known
PACKED_BEGINNINGS = (b"PK\x03\x04", b"%PDF-", b"{\\rtf")
"""The beginnings of parts of a document that are looked at like files of their own, whatever they are called."""
LARGEST_PACKED = 50 * 1024 * 1024  # bytes of a document within a document


def kind_of_container(content: bytes, inspection: Inspection) -> Kind:
    """Return the kind of office document that a ZIP is. Raises `Unwanted`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return kind_of_archive(archive, len(content), inspection)
    except READING_ERRORS as error:
        raise Unwanted("a damaged or locked archive (ZIP)") from error


def kind_of_archive(archive: zipfile.ZipFile, size: int, inspection: Inspection) -> Kind:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if (
        len(parts) > MOST_PARTS
        or unpacked > MOST_UNPACKED
        or unpacked > max(size, 10_000) * MOST_TIMES_LARGER
    ):
        raise Unwanted("an archive that unpacks to far more than it is")
    names = {part.filename for part in parts}
    kind = next((known for part, known in MAIN_PARTS.items() if part in names), None)
    if kind and "[Content_Types].xml" in names:
        refuse_macros(names)
    elif "mimetype" in names:
        media_type = archive.open("mimetype").read(100).decode("ascii", "replace").strip()
        kind = OPEN_DOCUMENTS.get(media_type)
        if kind and any(name.startswith(("Basic/", "Scripts/")) for name in names):
            raise Unwanted("an office document with macros, which are programs")
    else:
        kind = None
    if kind is None:
        raise Unwanted("an archive (ZIP)")
    if any(leads_elsewhere(name) for name in names):
        raise Unwanted(f"{kind.words} with parts that would be unpacked somewhere else")
    for part in parts:
        inspect_part(archive, part, kind, inspection)
    return kind


def leads_elsewhere(name: str) -> bool:
    """Return whether a part is named so that a careless program unpacks it outside its folder."""
    steps = name.replace("\\", "/").split("/")
    return not steps[0] or ".." in steps or ":" in steps[0]


def refuse_macros(names: set[str]) -> None:
    programs = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
    if any(
        name.casefold().endswith(programs)
        or "/macrosheets/" in name.casefold()
        or "/activex/" in name.casefold()
        for name in names
    ):
        raise Unwanted("an office document with macros, which are programs")


def inspect_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, document_kind: Kind, inspection: Inspection
) -> None:
    """Refuse a document for a part that is packed into it. Raises `Unwanted`."""
    if part.is_dir() or not part.file_size:
        return
    if office.is_xml(part.filename):
        inspection.spend_xml(part.file_size)
        if harm := office.describe_harm(archive.read(part)):
            raise Unwanted(f"an office document {harm}")
        return
    with archive.open(part) as opened:
        beginning = opened.read(BEGINNING_SIZE)
    if beginning.startswith(PACKED_BEGINNINGS):
        if part.file_size > LARGEST_PACKED:
            raise Unwanted(f"{document_kind.words} with another file packed into it")
        try:
            inspection.kind_within(archive.read(part))
        except Unwanted as unwanted:
            raise Unwanted(f"{document_kind.words} with {unwanted} packed into it") from unwanted
    elif beginning.startswith(olefile.MAGIC) or part.filename.casefold().endswith(
        (".exe", ".dll", ".js", ".vbs", ".bat", ".ps1", ".hta")
    ):
        raise Unwanted(f"{document_kind.words} with another file packed into it")
    elif words := next(
        (words for start, words in REFUSED_BEGINNINGS.items() if beginning.startswith(start[:8])), ""
    ):
        raise Unwanted(f"{document_kind.words} with {words} packed into it")


def kind_of_old_container(content: bytes, inspection: Inspection) -> Kind:
    """Return the kind of an Outlook message or a document of the old Office. Raises `Unwanted`."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            names = names_in(container)
            attachments = list(attachments_of(container, len(content)))
    except Exception as error:  # the library says no more about what it can raise
        raise Unwanted("a damaged document") from error
    if "EncryptedPackage" in names:
        raise Unwanted("a document that is locked with a password")
    if names & {"_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros", "VBA"}:
        raise Unwanted("an office document with macros, which are programs")
    if names & {"ObjectPool", "\x01Ole10Native"}:
        raise Unwanted("an office document with another file packed into it")
    if "__properties_version1.0" in names:
        if names & {*OLD_OFFICE, "Package"}:
            raise Unwanted("an Outlook message with another file packed into it")
        for attached_names, attached in attachments:
            inspect_attached(OUTLOOK, attached_names, attached, inspection)
        return OUTLOOK
    kind = next((known for name, known in OLD_OFFICE.items() if name in names), None)
    if kind is None:
        raise Unwanted("of no kind that we keep")
    return kind


def names_in(container: olefile.OleFileIO) -> set[str]:
    """Return the names of the parts of a container. Two of one name are refused, as one would be hidden."""
    paths = container.listdir(streams=True, storages=True)
    if len({tuple(map(str.casefold, path)) for path in paths}) < len(paths):
        raise ValueError("a name twice")
    return {part for path in paths for part in path}


def attachments_of(container: olefile.OleFileIO, size: int) -> Iterator[tuple[list[str], bytes]]:
    """Yield the names and content of each file that is attached to an Outlook message, or to messages in it."""
    for *storage, stream in container.listdir():
        if not stream.casefold().startswith(ATTACHED):
            continue
        attached = container.openstream([*storage, stream]).read()
        size -= len(attached)
        if size < 0:
            raise ValueError("parts that share their bytes")
        # A short name cuts an ending: it counts where there is no long one.
        names = strings_in(container, storage, LONG_NAME) or strings_in(container, storage, SHORT_NAME)
        yield names, attached


def strings_in(container: olefile.OleFileIO, storage: list[str], prop: str) -> list[str]:
    """Return the values of a property of an Outlook message, which may be there in two encodings."""
    values = []
    for ending, encoding in ENCODINGS.items():
        path = [*storage, f"{prop}{ending}"]
        if container.exists(path):
            values.append(container.openstream(path).read().decode(encoding, "replace"))
    return [value for value in values if value]


def has_archive_behind(content: bytes) -> bool:
    """Return whether unpacking programs would take it for an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
