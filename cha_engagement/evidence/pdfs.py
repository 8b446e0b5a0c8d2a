"""What a PDF does by itself or carries along: looked for in all that a reader can come to from its trailer."""

import io
import itertools
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it complains of may be somebody's words

MOST_PARTS = 500_000  # a report of 300 pages that is made to be read aloud has as many
MOST_READ = (
    5_000_000  # times that the library goes to the file for a few bytes, and bytes of objects that it unpacks
)
MOST_STEPS = 10  # from a reference to another
MOST_NESTED = 100  # lists and dictionaries, each in another
FRAMES = 3 * MOST_NESTED  # of the interpreter, in which the library reads somewhat more levels than that
READS_BETWEEN = 50  # two looks at how deep it is
ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/RichMediaExecute"}  # fmt: skip
MOVES = {"/RichMedia", "/Movie", "/Screen", "/Sound", "/3D"}

RUNS = "runs a script or starts something"
PACKED = "has another file packed into it"
ONE_PROGRAM = "is a form that hardly any program opens (XFA)"
TOO_MUCH = "has more parts than we can look into"


MARKS, OPENING = re.compile(rb"<<|>>|[][]"), {b"<<", b"["}


class Endless(BaseException):
    """It has so many parts that to look into them would keep everybody waiting.

    No mere `Exception`: the library takes what it could not read for nothing, and goes on.
    """


class Spent:
    """What was read, of a PDF or of all that are attached to one email."""

    reads = 0

    def count(self, reads: int = 1) -> None:
        self.reads += reads
        if self.reads > MOST_READ:
            raise Endless


class BoundedFile(io.BytesIO):
    """A file that is read only for so long: one object alone can be made of millions of parts, and is there only once all are read."""

    def __init__(self, content: bytes, spent: Spent):
        super().__init__(content)
        self.spent, self.most_frames = spent, frames() + FRAMES

    def read(self, size: int | None = -1, /) -> bytes:
        self.spent.count()
        if self.spent.reads % READS_BETWEEN == 0 and has_frames(self.most_frames):
            raise Endless
        return super().read(size)


def has_frames(count: int) -> bool:
    """Return whether there are more frames than so many below this one."""
    try:
        sys._getframe(count)
    except ValueError:
        return False
    return True


def frames() -> int:
    return next(count for count in itertools.count() if not has_frames(count))


class Reader(pypdf.PdfReader):
    """Reads what is in memory, and no longer than that."""

    def __init__(self, content: bytes, spent: Spent | None = None):
        self.spent = spent or Spent()
        super().__init__(BoundedFile(content, self.spent))


def resolve(found: Any) -> Any:
    """What a reference leads to; all else is itself. Any part of a PDF may stand elsewhere in it."""
    for _ in range(MOST_STEPS):
        if not isinstance(found, IndirectObject):
            return found
        found = found.get_object()
    raise Endless


def value_of(part: DictionaryObject, key: str) -> Any:
    """What a part says by a name; nothing where it does not."""
    return resolve(part.raw_get(key)) if key in part else None


def count_unpacked(reader: Reader) -> None:
    """Count the bytes of objects that are packed together, which are read from elsewhere. Raises `Endless`."""
    for number in {packed for packed, _ in reader.xref_objStm.values()}:
        found: Any = reader.get_object(number)
        if isinstance(found, StreamObject):
            check_packed(reader.spent, found)


def check_packed(spent: Spent, packed: StreamObject) -> None:
    """Refuse objects that are nested too often, or of which some stand in one place: each is read from where it is said to stand."""
    data, first = packed.get_data(), value_of(packed, "/First")
    spent.count(len(data))
    level = 0
    for mark in MARKS.finditer(data):
        level = level + 1 if mark[0] in OPENING else max(level - 1, 0)
        if level > 2 * MOST_NESTED:  # a text may have some of these marks too
            raise Endless
    places = data[:first].split()[1::2] if isinstance(first, int) else []
    if len(set(places)) < len(places):
        raise Endless


def reachable_parts(reader: Reader) -> Iterator[Any]:
    """Yield all that its reader can come to, but the marks on its pages. Raises `Endless`."""
    count_unpacked(reader)
    waiting: list[tuple[Any, int]] = [(reader.trailer, 0)]
    seen: set[tuple[int, int]] = set()
    visited = 0
    while waiting:
        found, level = waiting.pop()
        if isinstance(found, IndirectObject):
            if (key := (found.idnum, found.generation)) in seen:
                continue
            seen.add(key)
            found, level = resolve(found), 0
        if (visited := visited + 1) > MOST_PARTS or level > MOST_NESTED:
            raise Endless
        yield found
        if isinstance(found, DictionaryObject):
            waiting.extend((found.raw_get(key), level + 1) for key in found)
        elif isinstance(found, ArrayObject):
            waiting.extend((part, level + 1) for part in list.__iter__(found))


def describe_harm_of_part(part: Any) -> str:
    """Why a part of a PDF may do harm, in words that follow "a PDF that"; nothing where it is a page and no more."""
    if not isinstance(part, DictionaryObject):
        return ""
    # Whatever is no name here, be it a list, is none of those that do something.
    action, kind, subtype = (str(value_of(part, key)) for key in ("/S", "/Type", "/Subtype"))
    # A page, a field or the whole may have what is done without anybody's click (/AA), of whatever kind.
    if (
        "/JS" in part
        or value_of(part, "/AA")
        or action in ACTIONS
        or subtype in MOVES
        or acts_on_opening(part)
    ):
        return RUNS
    if "/XFA" in part:
        return ONE_PROGRAM
    if "/EF" in part or kind == "/EmbeddedFile" or subtype == "/FileAttachment":
        return PACKED
    return ""


def acts_on_opening(catalogue: DictionaryObject) -> bool:
    """Whether it does more when it is opened than to show one of its pages."""
    opening = value_of(catalogue, "/OpenAction")
    return isinstance(opening, DictionaryObject) and (
        value_of(opening, "/S") != "/GoTo" or "/Next" in opening
    )


def describe_harm(content: bytes, spent: Spent | None = None) -> str:
    """Return why a PDF may do harm, or cannot be looked into, in words that follow "a PDF that"; nothing where it is a page and no more."""
    try:
        reader = Reader(content, spent)
        # Most that are locked only limit what one can do with them, and open without a password.
        if reader.is_encrypted and not reader.decrypt(""):
            return "is locked with a password"
        return next(filter(None, map(describe_harm_of_part, reachable_parts(reader))), "")
    except Endless:
        return TOO_MUCH
    except Exception:  # whatever is wrong in a file: the library names no end of errors
        return "is damaged"
