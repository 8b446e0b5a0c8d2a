"""What a PDF does by itself: looked for in all that a reader can come to from its trailer."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it complains of may be somebody's words

MOST_OBJECTS = 200_000
ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/RichMediaExecute"}  # fmt: skip
MOVES = {"/RichMedia", "/Movie", "/Screen", "/Sound", "/3D"}


class Endless(Exception):
    """It has more parts than any document."""


def parts(reader: pypdf.PdfReader) -> Iterator[Any]:
    """Yield all that its reader can come to, but the marks on its pages."""
    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if (key := (found.idnum, found.generation)) in seen:
                continue
            seen.add(key)
            if len(seen) > MOST_OBJECTS:
                raise Endless
            found = found.get_object()
        yield found
        if isinstance(found, DictionaryObject):
            waiting.extend(found.raw_get(key) for key in found)
        elif isinstance(found, ArrayObject):
            waiting.extend(list.__iter__(found))


def acts_on_opening(reader: pypdf.PdfReader) -> bool:
    """Whether it does more when it is opened than to show one of its pages."""
    catalogue: Any = reader.trailer["/Root"].get_object()
    opening = catalogue.get("/OpenAction")
    opening = opening and opening.get_object()
    return isinstance(opening, DictionaryObject) and opening.get("/S") != "/GoTo"


def acts(part: Any) -> bool:
    """Whether a part of it runs a script, starts something, or moves."""
    if not isinstance(part, DictionaryObject):
        return False
    return "/JS" in part or part.get("/S") in ACTIONS or part.get("/Subtype") in MOVES


def fault(content: bytes) -> str:
    """Return why a PDF may do harm, or cannot be looked into, in words that follow "a PDF that"; nothing where it is a page and no more."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        # Most that are locked only limit what one can do with them, and open without a password.
        if reader.is_encrypted and not reader.decrypt(""):
            return "is locked with a password"
        if acts_on_opening(reader) or any(map(acts, parts(reader))):
            return "runs a script or starts something"
    except Exception:  # whatever is wrong in a file: the library names no end of errors
        return "is damaged"
    return ""
