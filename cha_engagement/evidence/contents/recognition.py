"""Tell a file's kind by its content: its name, and the type that a browser gives it, prove nothing.

Only kinds on a list are kept: pictures, recordings, PDFs, emails, texts and office documents without macros. Others are refused, by
name where it is known.
"""

import io
import re
from typing import IO

import olefile
import puremagic
from PIL import Image

from .. import pdfs
from .containers import has_archive_behind, kind_of_container, kind_of_old_container
from .emails import ending_of, inspect_attachments, is_email
from .inspection import Inspection
from .kinds import (
    ACTIVE_TEXT,
    EMAIL,
    ISO_VIDEO,
    MEDIA_BEGINNINGS,
    PDF,
    PHOTO,
    PHOTO_BRANDS,
    PICTURES,
    RECORDING,
    RECORDINGS_OF_PUREMAGIC,
    REFUSED_BEGINNINGS,
    RICH_TEXT,
    SOUND_FRAMES,
    TEXT,
    Kind,
    Unwanted,
)
from .texts import decode_plain, text_of

PAGE_OR_SCRIPT = re.compile(
    rb"<script[\s>/]|<html(?:>|\s[\t\n\r -~]{8})|<!doctype html|<\?php\s|<svg[\s/>][\t\n\r -~]{8}", re.I
)
"""A web page or script in a picture, long enough not to be there by chance: four bytes are in one of 140 photos of 5 MB."""
INSTEAD = "Add a picture or a PDF of what it shows. If this very file must be kept, a manager can add it sealed, with a reason."


class Harmful(Exception):
    """A file may do harm. Its text is a sentence that names what it is, and what to do."""


def read_kind(file: IO[bytes], name: str) -> Kind:
    """Return the kind of a file, which is then at its beginning. Raises `Harmful` with a sentence."""
    file.seek(0)
    content = file.read()
    file.seek(0)
    try:
        kind = kind_of_content(content)
    except Unwanted as unwanted:
        raise Harmful(f"This file is {unwanted}. {INSTEAD}") from unwanted
    if kind is PDF and (harm := pdfs.describe_harm(content)):
        raise Harmful(f"This file is a PDF that {harm}. {INSTEAD}")
    ending = ending_of(name)
    if ending and ending not in kind.endings:
        raise Harmful(
            f"This file is {kind.words}, but its name ends in {ending}. If you know where it is from, let its name end in {kind.endings[0]}, and choose it again."
        )
    return kind


def kind_of_content(content: bytes, inspection: Inspection | None = None) -> Kind:
    """Return the kind of a content. Raises `Unwanted`."""
    inspection = inspection or Inspection(kind_of_content)
    if content.startswith(b"PK\x03\x04"):
        return kind_of_container(content, inspection)
    for beginning, words in REFUSED_BEGINNINGS.items():
        if content.startswith(beginning) and text_of(content) is None:
            raise Unwanted(words)
    if content.startswith(olefile.MAGIC):
        return kind_of_old_container(content, inspection)
    kind = kind_of_binary(content) or kind_of_text(content)
    if kind is None:
        raise Unwanted("of no kind that we keep")
    if kind is EMAIL:
        inspect_attachments(content, inspection)
    if has_archive_behind(content):
        raise Unwanted(f"{kind.words} with an archive (ZIP) hidden behind it")
    return kind


def kind_of_binary(content: bytes) -> Kind | None:
    """Return the kind of a picture, a recording or a PDF, else None. Raises `Unwanted`."""
    if content.startswith(b"%PDF-"):
        return PDF
    if picture := kind_of_picture(content):
        if PAGE_OR_SCRIPT.search(content):
            raise Unwanted(f"{picture.words} with a web page or a script hidden in it")
        return picture
    if content[:1] == b"\x00" and content[4:8] in ISO_VIDEO:
        return PHOTO if content[4:8] == b"ftyp" and content[8:12] in PHOTO_BRANDS else RECORDING
    if content.startswith(MEDIA_BEGINNINGS) or is_sound(content):
        return RECORDING
    try:
        matches = puremagic.magic_string(content[:8192])
    except (puremagic.PureError, ValueError):
        return None
    endings = [match.extension.lstrip(".") for match in matches if len(match.byte_match or b"") >= 4]
    return RECORDING if RECORDINGS_OF_PUREMAGIC.intersection(endings) else None


def is_sound(content: bytes) -> bool:
    """Return whether a content begins with a frame of MP3 or AAC, or with what stands before one: too little for a signature."""
    if content.startswith(b"ID3") and content[3:4] in (b"\x02", b"\x03", b"\x04"):
        return True
    return (
        len(content) > 4
        and content[0] == 0xFF
        and content[1] in SOUND_FRAMES
        and content[2] >> 4 not in (0, 15)
    )


def kind_of_picture(content: bytes) -> Kind | None:
    try:
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as image:
            return PICTURES[image.format or ""]
    except Image.DecompressionBombError:
        raise Unwanted("a picture that unpacks to far more than it is") from None
    except (OSError, SyntaxError, ValueError, KeyError):
        return None


def kind_of_text(content: bytes) -> Kind | None:
    text = text_of(content)
    if text is None:
        # An email may carry what is no text.
        head = re.split(rb"\r?\n\r?\n", content[:65_536], maxsplit=1)[0]
        text = decode_plain(head, "latin-1")
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
