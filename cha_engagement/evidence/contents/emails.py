"""Look at all of an email but its text: what is attached to it opens with a click, as any file does."""

import email
import email.parser
import email.utils
import re
from collections.abc import Iterable
from email.header import decode_header, make_header
from email.message import Message
from functools import partial
from pathlib import PurePath
from typing import Any

import olefile

from .inspection import TOO_MUCH_EMAIL, EmailBudget, Inspection
from .kinds import EMAIL, REFUSED_BEGINNINGS, Kind, Unwanted
from .texts import text_of

SIGNATURE_ENDINGS = {"", ".p7s", ".asc"}
"""Endings of the signatures that a mail program adds to say who wrote: nothing opens them but to check that."""
PGP_SIGNATURE = re.compile(rb"\s*-----BEGIN PGP (?:SIGNATURE|PUBLIC KEY BLOCK)-----\s")
SMIME_BEGINNING = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"  # how a signature of S/MIME begins
LARGEST_SIGNATURE = 100 * 1024  # bytes
HEADER = re.compile(r"(?:From [^\n]*\n)?[!-9;-~]+:")
EMAIL_HEADERS = {"from", "to", "subject", "date", "received", "return-path", "message-id", "delivered-to"}
PART_HEADERS = {"mime-version", "content-type", "content-transfer-encoding"}
"""Headers by which a mail program finds what is attached."""
BODY_TYPES = {
    "text/plain",
    "text/html",
    "text/x-amp-html",
    "text/watch-html",
    "text/enriched",
    "text/calendar",
    "text/rfc822-headers",
}
UNENCODED = {"", "7bit", "8bit", "binary", "7-bit", "8-bit"}
ENCODINGS = {"quoted-printable", "base64", "uuencode", "x-uuencode", "uue", "x-uue"}
UNREADABLE = "an email with something attached in a way that we cannot read"
UUENCODED = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} \S.*\r?\n[!-z]", re.M)
"""The beginning of a file that stands in the text of an email: old mail programs show it as attached."""
PARTLY_ELSEWHERE = {"message/external-body", "message/partial"}
MOST_LEVELS = 20  # of parts of an email in parts
LONGEST_HEADER = 3_000  # characters in which a part says what it is


def is_email(text: str) -> bool:
    """Return whether a text begins with the lines that an email begins with."""
    if not HEADER.match(text):
        return False
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    budget = EmailBudget()
    budget.spend(lines=head.count("\n") + head.count("\r") - head.count("\r\n"))
    names = {name.casefold() for name in email.parser.HeaderParser(partial(Part, budget)).parsestr(head)}
    return len(names & EMAIL_HEADERS) >= 2 or bool(names & PART_HEADERS)


class Part(Message):
    """A part of an email. An email with too many of them, or with one in another too often, is refused before all are read."""

    level = 0

    def __init__(self, budget: EmailBudget, **kwargs: Any):
        super().__init__(**kwargs)
        self.budget = budget

    def attach(self, payload: Any) -> None:
        payload.level = self.level + 1
        self.budget.spend(parts=1)
        if payload.level > MOST_LEVELS:
            raise Unwanted(TOO_MUCH_EMAIL)
        super().attach(payload)

    def set_raw(self, name: str, value: str) -> None:
        """Bound the headers that say what a part is: to read one takes the library the square of its length."""
        if name.casefold() in {"content-type", "content-disposition"}:
            self.budget.spend(characters=len(value))
            if len(value) > LONGEST_HEADER:
                raise Unwanted(UNREADABLE)
        super().set_raw(name, value)


def inspect_attachments(content: bytes, inspection: Inspection) -> None:
    """Refuse an email for what is attached to it. Raises `Unwanted`."""
    inspection.email.spend(lines=content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n"))
    message = email.message_from_bytes(content.removeprefix(b"\xef\xbb\xbf"), partial(Part, inspection.email))
    for part in message.walk():
        encoding = str(part.get("Content-Transfer-Encoding", "")).strip().casefold()
        if part.get_content_type() in PARTLY_ELSEWHERE:
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
        if encoding not in ENCODINGS | UNENCODED:
            raise Unwanted(UNREADABLE)
        inspect_attached(EMAIL, names, attached, inspection)


def names_of(part: Message) -> set[str]:
    """Return the names that a mail program may give a part: two of its headers can hold one."""
    params = (part.get_param("filename", header="content-disposition"), part.get_param("name"))
    names = [email.utils.collapse_rfc2231_value(param) for param in params if param]
    try:
        return {str(make_header(decode_header(name))) for name in names}
    except Exception as error:  # the library does not say what it can raise
        raise Unwanted(UNREADABLE) from error


def is_body(part: Message, names: set[str], content: bytes) -> bool:
    """Return whether a part is shown as the text of an email: not where it begins as a program or an archive and is no text."""
    is_attached = names or part.get_content_disposition() == "attachment"
    if is_attached or part.get_content_type() not in BODY_TYPES:
        return False
    return (
        not content.startswith((b"PK\x03\x04", olefile.MAGIC, *REFUSED_BEGINNINGS))
        or text_of(content) is not None
    )


def inspect_attached(
    message_kind: Kind, names: Iterable[str], content: bytes, inspection: Inspection
) -> None:
    """Refuse a message for a file that is attached to it. Raises `Unwanted`."""
    endings = {ending_of(name) for name in names}
    if not content or (endings <= SIGNATURE_ENDINGS and is_signature(content)):
        return
    try:
        attached = inspection.kind_within(content)
        for ending in endings - {"", *attached.endings}:
            raise Unwanted(f"{attached.words} whose name ends in {ending}")
    except Unwanted as unwanted:
        raise Unwanted(f"{message_kind.words} with something attached that is {unwanted}") from unwanted


def ending_of(name: str) -> str:
    """Return the ending of a name once Windows has saved it, which leaves out dots and spaces at the end."""
    return PurePath(name.rstrip(". \0")).suffix.casefold()


def is_signature(content: bytes) -> bool:
    """Return whether a content only says who wrote an email."""
    begins_so = PGP_SIGNATURE.match(content) or (content[:1] == b"0" and SMIME_BEGINNING in content[:20])
    return bool(begins_so) and len(content) <= LARGEST_SIGNATURE
