"""The kinds of files that are kept, and those that are refused by name."""

import re
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of file that is kept: its name with an article, the endings of its names, the usual one first, and its media type."""

    words: str
    endings: tuple[str, ...]
    media_type: str


class Unwanted(Exception):
    """A file is of no kind that is kept; its text names what it is."""


def define_kind(words: str, endings: str, media_type: str) -> Kind:
    return Kind(words, tuple(f".{ending}" for ending in endings.split()), media_type)


TEXT = define_kind("a text", "txt text log csv tsv md ics vcf srt vtt eml", "text/plain")
EMAIL = define_kind("an email", "eml txt p7m", "message/rfc822")
OUTLOOK = define_kind("an Outlook message", "msg", "application/vnd.ms-outlook")
PDF = define_kind("a PDF", "pdf", "application/pdf")
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
WORD = define_kind("a Word document", "docx", f"{OFFICE}wordprocessingml.document")
EXCEL = define_kind("an Excel workbook", "xlsx", f"{OFFICE}spreadsheetml.sheet")
POWERPOINT = define_kind("a PowerPoint presentation", "pptx", f"{OFFICE}presentationml.presentation")
MAIN_PARTS = {"word/document.xml": WORD, "xl/workbook.xml": EXCEL, "ppt/presentation.xml": POWERPOINT}
OPEN_DOCUMENTS = {
    f"{OPEN}text": define_kind("an OpenDocument text", "odt", f"{OPEN}text"),
    f"{OPEN}spreadsheet": define_kind("an OpenDocument spreadsheet", "ods", f"{OPEN}spreadsheet"),
    f"{OPEN}presentation": define_kind("an OpenDocument presentation", "odp", f"{OPEN}presentation"),
}
OLD_OFFICE = {
    "WordDocument": define_kind("an old Word document", "doc", "application/msword"),
    "Workbook": define_kind("an old Excel workbook", "xls", "application/vnd.ms-excel"),
    "Book": define_kind("an old Excel workbook", "xls", "application/vnd.ms-excel"),
    "PowerPoint Document": define_kind(
        "an old PowerPoint presentation", "ppt", "application/vnd.ms-powerpoint"
    ),
}
RICH_TEXT = define_kind("a rich text document", "rtf", "application/rtf")

# Programs give a picture the ending of another, and a recording likewise: no computer opens it as anything else.
PICTURE_ENDINGS = "png jpg jpeg jpe jfif mpo gif webp bmp dib tif tiff heic heif avif"
RECORDING_ENDINGS = "mp4 mp3 m4a m4v mov qt 3gp 3g2 3gpp m4b wmv wma asf mkv webm mka mpga aac wav avi ogg oga ogv opus flac amr awb mpg mpeg vob"
PICTURES = {
    name: define_kind(f"a {name} picture", PICTURE_ENDINGS, f"image/{name.casefold()}")
    for name in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
}
PHOTO = define_kind("a photo", PICTURE_ENDINGS, "image/heic")
RECORDING = define_kind("a recording", RECORDING_ENDINGS, "application/octet-stream")
RECORDINGS_OF_PUREMAGIC = {"wav", "avi", "ogg", "flac", "amr", "mpg"}
"""Endings by which puremagic names recordings that are known by four bytes or more."""

REFUSED_BEGINNINGS = {
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
"""The first bytes of files that are refused, each with what to call it."""
ACTIVE_TEXT = (
    (re.compile(r"\s*(?><!--.*?-->\s*)*+<(?:!doctype\s+html|(?:html|head|body|script|iframe|table|div|p|a|style|title|meta|h1|br)(?=[\s>/]))", re.I | re.S), "a web page (HTML)"),
    (re.compile(r"From: <Saved by "), "a saved web page"),
    (re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*|<!doctype\s[^>]*>\s*)*+<(?:\w+:)?svg\b", re.I | re.S), "a drawing that can hold a script (SVG)"),
    (re.compile(r"\s*<\?(?:php|=)", re.I), "a script"),
    (re.compile(r"\s*<\?xml", re.I), "an XML file"),
    (re.compile(r"#!|\s*@echo\s+off\b|\s*<job\b|\s*\[InternetShortcut\]|\s*Windows Registry Editor|\s*REGEDIT4", re.I), "a script"),
)  # fmt: skip
"""The beginnings of texts that are refused, each with what to call it."""
ISO_VIDEO = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
MEDIA_BEGINNINGS = (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b"\x1aE\xdf\xa3")  # Windows Media, Matroska
SOUND_FRAMES = {0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xF1, 0xF9}
PHOTO_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis", b"avif", b"avis"}
