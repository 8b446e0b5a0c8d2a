"""What a file is, by its content: what it is called, and what a browser says it is, proves nothing.

An allow-list. What is no picture, recording, PDF, email, text or office document without macros is refused by what it is.
"""

import email
import email.parser
import email.utils
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.header import decode_header, make_header
from email.message import Message
from functools import partial
from pathlib import PurePath
from typing import IO, Any, NamedTuple

import olefile
import puremagic
from PIL import Image

from . import office, pdfs


class Kind(NamedTuple):
    """A kind of file that is kept: what it is called, the endings of its names, the usual one first, and its media type."""

    words: str
    endings: tuple[str, ...]
    media_type: str


def kind(words: str, endings: str, media_type: str) -> Kind:
    return Kind(words, tuple(f".{ending}" for ending in endings.split()), media_type)


TEXT = kind("a text", "txt text log csv tsv md ics vcf srt vtt eml", "text/plain")
EMAIL = kind("an email", "eml txt p7m", "message/rfc822")
OUTLOOK = kind("an Outlook message", "msg", "application/vnd.ms-outlook")
PDF = kind("a PDF", "pdf", "application/pdf")
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
WORD = kind("a Word document", "docx", f"{OFFICE}wordprocessingml.document")
EXCEL = kind("an Excel workbook", "xlsx", f"{OFFICE}spreadsheetml.sheet")
POWERPOINT = kind("a PowerPoint presentation", "pptx", f"{OFFICE}presentationml.presentation")
MAIN_PARTS = {"word/document.xml": WORD, "xl/workbook.xml": EXCEL, "ppt/presentation.xml": POWERPOINT}
OPEN_DOCUMENTS = {
    f"{OPEN}text": kind("an OpenDocument text", "odt", f"{OPEN}text"),
    f"{OPEN}spreadsheet": kind("an OpenDocument spreadsheet", "ods", f"{OPEN}spreadsheet"),
    f"{OPEN}presentation": kind("an OpenDocument presentation", "odp", f"{OPEN}presentation"),
}
OLD_OFFICE = {
    "WordDocument": kind("an old Word document", "doc", "application/msword"),
    "Workbook": kind("an old Excel workbook", "xls", "application/vnd.ms-excel"),
    "Book": kind("an old Excel workbook", "xls", "application/vnd.ms-excel"),
    "PowerPoint Document": kind("an old PowerPoint presentation", "ppt", "application/vnd.ms-powerpoint"),
}
ATTACHED, LONG_NAME, SHORT_NAME = (f"__substg1.0_{prop}" for prop in ("3701", "3707", "3704"))
"""How the parts of an Outlook message begin that hold an attachment, and its names."""
CHARACTERS = {"001F": "utf-16-le", "001E": "cp1252"}
RICH_TEXT = kind("a rich text document", "rtf", "application/rtf")

# Programs give a picture the ending of another, and a recording likewise: no computer opens it as anything else.
OF_PICTURES = "png jpg jpeg jpe jfif mpo gif webp bmp dib tif tiff heic heif avif"
OF_RECORDINGS = "mp4 mp3 m4a m4v mov qt 3gp 3g2 3gpp m4b wmv wma asf mkv webm mka mpga aac wav avi ogg oga ogv opus flac amr awb mpg mpeg vob"
PICTURES = {
    name: kind(f"a {name} picture", OF_PICTURES, f"image/{name.casefold()}")
    for name in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
}
PHOTO = kind("a photo", OF_PICTURES, "image/heic")
RECORDING = kind("a recording", OF_RECORDINGS, "application/octet-stream")
OF_PUREMAGIC = {"wav", "avi", "ogg", "flac", "amr", "mpg"}
"""The endings that it gives to recordings which are known by four bytes or more."""

NAMED = {
    b"MZ": "a program for Windows",
    b"\x7fELF": "a program for Linux",
    b"\xca\xfe\xba\xbe": "a program",
    b"\xcf\xfa\xed\xfe": "a program for the Mac",
    b"\xce\xfa\xed\xfe": "a program for the Mac",
    b"dex\n": "a program for Android",
    b"\x00asm": "a program",
    b"L\x00\x00\x00\x01\x14\x02\x00": "a shortcut that can start a program",
    b"Rar!\x1a\x07": "an archive (RAR)",
    b"7z\xbc\xaf'\x1c": "an archive (7z)",
    b"\x1f\x8b": "an archive (gzip)",
    b"BZh": "an archive (bzip2)",
    b"\xfd7zXZ\x00": "an archive (xz)",
    b"(\xb5/\xfd": "an archive (zstd)",
    b"MSCF": "an archive (CAB)",
    b"PK\x05\x06": "an empty archive (ZIP)",
    b"ITSF": "a Windows help file",
    b"SQLite format 3": "a database",
}
"""What is refused by its first bytes, and what to call it."""
ACTIVE_TEXT = (
    (re.compile(r"\s*(?><!--.*?-->\s*)*+<(?:!doctype\s+html|(?:html|head|body|script|iframe|table|div|p|a|style|title|meta|h1|br)(?=[\s>/]))", re.I | re.S), "a web page (HTML)"),
    (re.compile(r"From: <Saved by "), "a saved web page"),
    (re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*|<!doctype\s[^>]*>\s*)*+<(?:\w+:)?svg\b", re.I | re.S), "a drawing that can hold a script (SVG)"),
    (re.compile(r"\s*<\?(?:php|=)", re.I), "a script"),
    (re.compile(r"\s*<\?xml", re.I), "an XML file"),
    (re.compile(r"#!|\s*@echo\s+off\b|\s*<job\b|\s*\[InternetShortcut\]|\s*Windows Registry Editor|\s*REGEDIT4", re.I), "a script"),
)  # fmt: skip
"""What is refused by how a text begins."""
SIGNATURES = {"", ".p7s", ".asc"}
"""Endings of what a mail program adds to say who wrote: nothing opens it but to check that."""
PGP_SIGNATURE = re.compile(rb"\s*-----BEGIN PGP (?:SIGNATURE|PUBLIC KEY BLOCK)-----\s")
SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"  # how a signature of S/MIME begins
MOST_SIGNATURE = 100 * 1024  # bytes
IN_A_PICTURE = re.compile(
    rb"<script[\s>/]|<html(?:>|\s[\t\n\r -~]{8})|<!doctype html|<\?php\s|<svg[\s/>][\t\n\r -~]{8}", re.I
)
"""Long enough not to stand in a photo by chance: four bytes do in one of 140 photos of 5 MB."""
HEADER = re.compile(r"(?:From [^\n]*\n)?[!-9;-~]+:")
OF_AN_EMAIL = {"from", "to", "subject", "date", "received", "return-path", "message-id", "delivered-to"}
OF_PARTS = {"mime-version", "content-type", "content-transfer-encoding"}
"""Headers by which a mail program finds what is attached."""
BODY = {
    "text/plain",
    "text/html",
    "text/x-amp-html",
    "text/watch-html",
    "text/enriched",
    "text/calendar",
    "text/rfc822-headers",
}
AS_IS = {"", "7bit", "8bit", "binary", "7-bit", "8-bit"}
ENCODINGS = {"quoted-printable", "base64", "uuencode", "x-uuencode", "uue", "x-uue"}
UNREADABLE = "an email with something attached in a way that we cannot read"
UUENCODED = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} \S.*\r?\n[!-z]", re.M)
"""How a file begins that stands in the text of an email: old mail programs show it as attached."""
ELSEWHERE = {"message/external-body", "message/partial"}
MOST_EMAIL = "an email with more in it than we can look into"
ISO_VIDEO = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
MEDIA = (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b"\x1aE\xdf\xa3")  # Windows Media, Matroska
FRAMES = {0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xF1, 0xF9}
PHOTO_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis", b"avif", b"avis"}

MOST_PARTS = 5_000
MOST_UNPACKED = 500 * 1024 * 1024  # bytes
MOST_TIMES = 200  # that a document unpacks to more than it is
DAMAGED = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
)
"""What reading a ZIP raises, whichever way its parts are packed."""
BEGINNING = 16  # bytes by which a part is known
PACKED = (b"PK\x03\x04", b"%PDF-", b"{\\rtf")
"""How a part of a document begins that is looked at like a file of its own, whatever it is called."""
MOST_PACKED = 50 * 1024 * 1024  # bytes of a document within a document
MOST_DEEP = 2  # documents within documents, such as the numbers of a chart
MOST_LEVELS = 20  # of parts of an email in parts
MOST_LINES = 1_000_000  # of emails, each of which is asked at each level whether it ends it
LONGEST_SAID, MOST_SAID = (
    3_000,
    1_000_000,
)  # characters in which a part says what it is, and all of them together


INSTEAD = "Add a picture or a PDF of what it shows. If this very file must be kept, a manager can add it sealed, with a reason."


class Harmful(Exception):
    """A file is not kept; says what it is: "a program for Windows"."""


def read_kind(file: IO[bytes], name: str) -> Kind:
    """Return the kind of a file; it is then at its beginning. Raises `Harmful` with a sentence."""
    file.seek(0)
    content = file.read()
    file.seek(0)
    try:
        found = kind_of_content(content)
    except Unwanted as unwanted:
        raise Harmful(f"This file is {unwanted}. {INSTEAD}") from unwanted
    if found is PDF and (fault := pdfs.describe_harm(content)):
        raise Harmful(f"This file is a PDF that {fault}. {INSTEAD}")
    ending = ending_of(name)
    if ending and ending not in found.endings:
        raise Harmful(
            f"This file is {found.words}, but its name ends in {ending}. If you know where it is from, let its name end in {found.endings[0]}, and choose it again."
        )
    return found


class Unwanted(Exception):
    """What a file is that is no kind to be kept."""


class Limits:
    """How deep a file may still be looked into, and how long that may take."""

    def __init__(self) -> None:
        self.depth = 0
        self.xml = office.MOST_XML
        self.parts, self.lines, self.said = MOST_PARTS, MOST_LINES, MOST_SAID
        self.spent = pdfs.Spent()

    @contextmanager
    def deeper(self) -> Iterator[None]:
        if self.depth >= MOST_DEEP:
            raise Unwanted("a file in a file in a file")
        self.depth += 1
        yield
        self.depth -= 1  # nothing goes on after what was raised there

    def read_xml(self, size: int) -> None:
        self.xml -= size
        if self.xml < 0:
            raise Unwanted("an office document with more in it than we can look into")

    def read_email(self, *, lines: int = 0, parts: int = 0, said: int = 0) -> None:
        self.lines, self.parts, self.said = self.lines - lines, self.parts - parts, self.said - said
        if min(self.lines, self.parts, self.said) < 0:
            raise Unwanted(MOST_EMAIL)


def kind_of_content(content: bytes, limits: Limits | None = None) -> Kind:
    """Return the kind of a content. Raises `Unwanted`."""
    limits = limits or Limits()
    if content.startswith(b"PK\x03\x04"):
        return kind_of_container(content, limits)
    for begins, words in NAMED.items():
        if content.startswith(begins) and text_of(content) is None:
            raise Unwanted(words)
    if content.startswith(olefile.MAGIC):
        return kind_of_old_container(content, limits)
    found = kind_of_binary(content) or kind_of_text(content)
    if found is None:
        raise Unwanted("of no kind that we keep")
    if found is EMAIL:
        check_attachments(content, limits)
    if has_archive_behind(content):
        raise Unwanted(f"{found.words} with an archive (ZIP) hidden behind it")
    return found


def kind_of_binary(content: bytes) -> Kind | None:
    """Pictures, recordings and PDFs."""
    if content.startswith(b"%PDF-"):
        return PDF
    if picture := kind_of_picture(content):
        if IN_A_PICTURE.search(content):
            raise Unwanted(f"{picture.words} with a web page or a script hidden in it")
        return picture
    if content[:1] == b"\x00" and content[4:8] in ISO_VIDEO:
        return PHOTO if content[4:8] == b"ftyp" and content[8:12] in PHOTO_BRANDS else RECORDING
    if content.startswith(MEDIA) or is_sound(content):
        return RECORDING
    try:
        matches = puremagic.magic_string(content[:8192])
    except (puremagic.PureError, ValueError):
        return None
    endings = [match.extension.lstrip(".") for match in matches if len(match.byte_match or b"") >= 4]
    return RECORDING if OF_PUREMAGIC.intersection(endings) else None


def is_sound(content: bytes) -> bool:
    """Whether it begins with a frame of MP3 or AAC, or with what stands before one: too little for a signature."""
    if content.startswith(b"ID3") and content[3:4] in (b"\x02", b"\x03", b"\x04"):
        return True
    return len(content) > 4 and content[0] == 0xFF and content[1] in FRAMES and content[2] >> 4 not in (0, 15)


def kind_of_picture(content: bytes) -> Kind | None:
    try:
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as image:
            return PICTURES[image.format or ""]
    except Image.DecompressionBombError:
        raise Unwanted("a picture that unpacks to far more than it is") from None
    except (OSError, SyntaxError, ValueError, KeyError):
        return None


def has_archive_behind(content: bytes) -> bool:
    """Whether unpacking programs would take it for an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


# Texts and emails


def text_of(content: bytes) -> str | None:
    """Return a text in whatever characters its program wrote it; None where it is none."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):  # fmt: skip
        if content.startswith(mark):
            return plain(content, encoding)
    if b"\x00" in content[:4096]:
        even, odd = content[:4096:2].count(0), content[1:4096:2].count(0)
        return plain(content, "utf-16-le" if odd > even else "utf-16-be")
    return plain(content, "utf-8") or plain(content, "cp1252") or plain(content, "latin-1")


def plain(content: bytes, encoding: str) -> str | None:
    """A text without control characters, but those that move to another line or page."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text) else text


def kind_of_text(content: bytes) -> Kind | None:
    text = text_of(content)
    if text is None:
        # An email may carry what is no text.
        head = re.split(rb"\r?\n\r?\n", content[:65_536], maxsplit=1)[0]
        text = plain(head, "latin-1")
        return EMAIL if text and is_email(text) else None
    start = text.lstrip("\ufeff")[:65_536]
    for pattern, words in ACTIVE_TEXT:
        if pattern.match(start):
            raise Unwanted(words)
    if start.startswith("{\\rtf"):
        if "\\obj" in text:
            raise Unwanted("a rich text document with another file packed into it")
        return RICH_TEXT
    return EMAIL if is_email(text.lstrip("\ufeff")) else TEXT


def is_email(text: str) -> bool:
    """Whether a text begins with the lines that an email begins with."""
    if not HEADER.match(text):
        return False
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    limits = Limits()
    limits.read_email(lines=head.count("\n") + head.count("\r") - head.count("\r\n"))
    names = {name.casefold() for name in email.parser.HeaderParser(partial(Part, limits)).parsestr(head)}
    return len(names & OF_AN_EMAIL) >= 2 or bool(names & OF_PARTS)


class Part(Message):
    """A part of an email. Where there are too many of them, or one in another too often, it is refused before all are read."""

    level = 0

    def __init__(self, limits: Limits, **kwargs: Any):
        super().__init__(**kwargs)
        self.limits = limits

    def attach(self, payload: Any) -> None:
        payload.level = self.level + 1
        self.limits.read_email(parts=1)
        if payload.level > MOST_LEVELS:
            raise Unwanted(MOST_EMAIL)
        super().attach(payload)

    def set_raw(self, name: str, value: str) -> None:
        """Bound what says what a part is: to read it takes the library the square of its length."""
        if name.casefold() in {"content-type", "content-disposition"}:
            self.limits.read_email(said=len(value))
            if len(value) > LONGEST_SAID:
                raise Unwanted(UNREADABLE)
        super().set_raw(name, value)


def check_attachments(content: bytes, limits: Limits) -> None:
    """Look at all of an email but its text: it opens with a click, as any file does."""
    limits.read_email(lines=content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n"))
    message = email.message_from_bytes(content.removeprefix(b"\xef\xbb\xbf"), partial(Part, limits))
    for part in message.walk():
        encoding = str(part.get("Content-Transfer-Encoding", "")).strip().casefold()
        if part.get_content_type() in ELSEWHERE:
            raise Unwanted("an email with something attached that is not all in it")
        if part.is_multipart():
            if part.get_content_maintype() == "message" and encoding in ENCODINGS:
                raise Unwanted(UNREADABLE)
            continue
        attached, names = part.get_payload(decode=True), names_of(part)
        if not isinstance(attached, bytes):
            continue
        if is_body(part, names, attached):
            if UUENCODED.search(attached):
                raise Unwanted(UNREADABLE)
            continue
        if encoding not in ENCODINGS | AS_IS:
            raise Unwanted(UNREADABLE)
        check_attached(EMAIL, names, attached, limits)


def names_of(part: Message) -> set[str]:
    """Return what a mail program may call a part: two of its headers can say it."""
    params = (part.get_param("filename", header="content-disposition"), part.get_param("name"))
    names = [email.utils.collapse_rfc2231_value(param) for param in params if param]
    try:
        return {str(make_header(decode_header(name))) for name in names}
    except Exception as error:  # the library does not say what it can raise
        raise Unwanted(UNREADABLE) from error


def is_body(part: Message, names: set[str], content: bytes) -> bool:
    """Whether a part is shown as the text of an email. What begins as a program or an archive and is no text, is not."""
    is_attached = names or part.get_content_disposition() == "attachment"
    if is_attached or part.get_content_type() not in BODY:
        return False
    return not content.startswith((b"PK\x03\x04", olefile.MAGIC, *NAMED)) or text_of(content) is not None


def check_attached(found: Kind, names: Iterable[str], content: bytes, limits: Limits) -> None:
    """Refuse a message of the kind found for what is attached to it."""
    endings = {ending_of(name) for name in names}
    if not content or (endings <= SIGNATURES and is_signature(content)):
        return
    try:
        attached = kind_within(content, limits)
        for ending in endings - {"", *attached.endings}:
            raise Unwanted(f"{attached.words} whose name ends in {ending}")
    except Unwanted as unwanted:
        raise Unwanted(f"{found.words} with something attached that is {unwanted}") from unwanted


def kind_within(content: bytes, limits: Limits) -> Kind:
    """Return the kind of a file that is in another. Raises `Unwanted`."""
    with limits.deeper():
        found = kind_of_content(content, limits)
    if found is PDF and (fault := pdfs.describe_harm(content, limits.spent)):
        raise Unwanted(f"a PDF that {fault}")
    return found


def ending_of(name: str) -> str:
    """Return how a name ends once Windows has saved it, which leaves out what stands last here."""
    return PurePath(name.rstrip(". \0")).suffix.casefold()


def is_signature(content: bytes) -> bool:
    """Whether it only says who wrote an email."""
    is_one = PGP_SIGNATURE.match(content) or (content[:1] == b"0" and SIGNED_DATA in content[:20])
    return bool(is_one) and len(content) <= MOST_SIGNATURE


# Documents that are containers


def kind_of_container(content: bytes, limits: Limits) -> Kind:
    """Return which office document a ZIP is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return kind_of_archive(archive, len(content), limits)
    except DAMAGED as error:
        raise Unwanted("a damaged or locked archive (ZIP)") from error


def kind_of_archive(archive: zipfile.ZipFile, size: int, limits: Limits) -> Kind:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > max(size, 10_000) * MOST_TIMES:
        raise Unwanted("an archive that unpacks to far more than it is")
    names = {part.filename for part in parts}
    found = next((kind for part, kind in MAIN_PARTS.items() if part in names), None)
    if found and "[Content_Types].xml" in names:
        check_macros(names)
    elif "mimetype" in names:
        media_type = archive.open("mimetype").read(100).decode("ascii", "replace").strip()
        found = OPEN_DOCUMENTS.get(media_type)
        if found and any(name.startswith(("Basic/", "Scripts/")) for name in names):
            raise Unwanted("an office document with macros, which are programs")
    else:
        found = None
    if found is None:
        raise Unwanted("an archive (ZIP)")
    if any(leads_elsewhere(name) for name in names):
        raise Unwanted(f"{found.words} with parts that would be unpacked somewhere else")
    for part in parts:
        check_part(archive, part, found, limits)
    return found


def leads_elsewhere(name: str) -> bool:
    """Return whether a part is named so that a careless program unpacks it outside its folder."""
    steps = name.replace("\\", "/").split("/")
    return not steps[0] or ".." in steps or ":" in steps[0]


def check_macros(names: set[str]) -> None:
    programs = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
    if any(
        name.casefold().endswith(programs)
        or "/macrosheets/" in name.casefold()
        or "/activex/" in name.casefold()
        for name in names
    ):
        raise Unwanted("an office document with macros, which are programs")


def check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, found: Kind, limits: Limits) -> None:
    """Look at what is packed into a document."""
    if part.is_dir() or not part.file_size:
        return
    if office.is_xml(part.filename):
        limits.read_xml(part.file_size)
        if fault := office.fault(archive.read(part)):
            raise Unwanted(f"an office document {fault}")
        return
    with archive.open(part) as opened:
        begins = opened.read(BEGINNING)
    if begins.startswith(PACKED):
        if part.file_size > MOST_PACKED:
            raise Unwanted(f"{found.words} with another file packed into it")
        try:
            kind_within(archive.read(part), limits)
        except Unwanted as unwanted:
            raise Unwanted(f"{found.words} with {unwanted} packed into it") from unwanted
    elif begins.startswith(olefile.MAGIC) or part.filename.casefold().endswith(
        (".exe", ".dll", ".js", ".vbs", ".bat", ".ps1", ".hta")
    ):
        raise Unwanted(f"{found.words} with another file packed into it")
    elif words := next((words for start, words in NAMED.items() if begins.startswith(start[:8])), ""):
        raise Unwanted(f"{found.words} with {words} packed into it")


def kind_of_old_container(content: bytes, limits: Limits) -> Kind:
    """Return which document of the old Office, or which Outlook message, it is."""
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
            check_attached(OUTLOOK, attached_names, attached, limits)
        return OUTLOOK
    found = next((kind for name, kind in OLD_OFFICE.items() if name in names), None)
    if found is None:
        raise Unwanted("of no kind that we keep")
    return found


def names_in(container: olefile.OleFileIO) -> set[str]:
    """Return what the parts of a container are called. One of two of a name would be hidden."""
    paths = container.listdir(streams=True, storages=True)
    if len({tuple(map(str.casefold, path)) for path in paths}) < len(paths):
        raise ValueError("a name twice")
    return {part for path in paths for part in path}


def attachments_of(container: olefile.OleFileIO, size: int) -> Iterator[tuple[list[str], bytes]]:
    """Return what is attached to an Outlook message, and to messages in it, each with its names."""
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
    """Return a property of an Outlook message, which may be there in two encodings."""
    found = []
    for ending, encoding in CHARACTERS.items():
        path = [*storage, f"{prop}{ending}"]
        if container.exists(path):
            found.append(container.openstream(path).read().decode(encoding, "replace"))
    return [words for words in found if words]
