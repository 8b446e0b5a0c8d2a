"""Read all that a PDF says, and refuse one that not anybody can open, or that does something by itself."""

import re
from collections.abc import Iterator
from typing import Any

from pypdf.generic import DictionaryObject, StreamObject

from cha_engagement.evidence import contents, pdfs

MAX_PAGES = 300
ALLOWED_LINK = re.compile(r"\s*(?:https?|mailto|tel):", re.I)
INSTEAD = "Print it to a new PDF, and choose that."
LOCKED = "This PDF is locked: it asks for a password, or limits what its reader can do. Save it without, and choose that."
BROKEN = f"This PDF is damaged, or cut off. {INSTEAD}"


class UnfitFile(Exception):
    """A file cannot go with a letter: why, and what to do."""


def read_once(file: Any) -> list[str] | UnfitFile:
    """Return all that a PDF says, or why it is unfit; the file is then at its beginning. It takes long, so it is kept with the file.

    A form asks this before the transaction in which its action asks it again.
    """
    if not hasattr(file, "texts"):
        file.seek(0)
        content = file.read()
        file.seek(0)
        try:
            file.texts = read_pdf(content)
        except UnfitFile as unfit:
            file.texts = unfit
    return file.texts


def read_pdf(content: bytes) -> list[str]:
    """Return all that a PDF says: on its pages, in its notes and in its properties. Raises `UnfitFile`."""
    try:
        kind = contents.kind_of_content(content)
    except contents.Unwanted as unwanted:
        raise UnfitFile(f"This file is {unwanted}. Save it as a PDF, and choose that.") from unwanted
    if kind is not contents.PDF:
        raise UnfitFile(f"This file is {kind.words}, not a PDF. Save it as a PDF, and choose that.")
    if b"%%EOF" not in content[-1024:]:
        raise UnfitFile(BROKEN)
    try:
        reader = pdfs.Reader(content)
        if reader.is_encrypted:
            raise UnfitFile(LOCKED)
        texts = list(hidden_texts(reader))
        if not reader.pages:
            raise UnfitFile(BROKEN)
        if len(reader.pages) > MAX_PAGES:
            raise UnfitFile(f"This PDF has more than {MAX_PAGES} pages. Send it in parts.")
        return [*texts, *(page.extract_text() for page in reader.pages)]
    except UnfitFile:
        raise
    except pdfs.Endless as endless:
        raise UnfitFile(f"This PDF {pdfs.TOO_MUCH}. {INSTEAD}") from endless
    except Exception as error:  # whatever is wrong in a file: the library names no end of errors
        raise UnfitFile(BROKEN) from error


def hidden_texts(reader: pdfs.Reader) -> Iterator[str]:
    """Yield the texts of all that a reader of a PDF can come to, but the pages' own. Raises `UnfitFile` where it is more than pages."""
    for part in pdfs.reachable_parts(reader):
        if harm := pdfs.describe_harm_of_part(part):
            raise UnfitFile(f"This PDF {harm}. {INSTEAD}")
        if not all(map(ALLOWED_LINK.match, link_addresses(part))):
            raise UnfitFile(
                f"This PDF has a link to something other than a web page, an email address or a phone number. {INSTEAD}"
            )
        if isinstance(part, StreamObject) and pdfs.value_of(part, "/Type") == "/Metadata":
            yield re.sub(r"<[^>]*>", " ", part.get_data().decode("utf-8", "replace"))
        elif isinstance(part, bytes):
            yield part.decode("latin-1")
        elif isinstance(part, str) and not part.startswith("/"):
            yield part


def link_addresses(part: Any) -> Iterator[str]:
    """Yield where a link of a PDF leads, and the address from which all its links are read."""
    if not isinstance(part, DictionaryObject):
        return
    key = "/URI"
    address = pdfs.value_of(part, key)
    if isinstance(address, DictionaryObject):
        part, key = address, "/Base"
        address = pdfs.value_of(part, key)
    if key in part:
        yield address.decode("latin-1") if isinstance(address, bytes) else str(address)
