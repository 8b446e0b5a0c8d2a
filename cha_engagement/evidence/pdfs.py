"""Find what a PDF does by itself or carries along, in all that a reader can come to from its trailer."""

import io
import itertools
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings may quote somebody's words

MOST_PARTS = 500_000  # a report of 300 pages that is made to be read aloud has as many
MOST_READ = (
    5_000_000  # times that the library goes to the file for a few bytes, and bytes of objects that it unpacks
)
MOST_STEPS = 10  # from a reference to another
MOST_NESTED = 100  # lists and dictionaries, each in another
FRAMES = 3 * MOST_NESTED  # of the interpreter, in which the library reads somewhat more levels than that
READS_BETWEEN = 50  # two looks at how deep it is
ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/RichMediaExecute"}  # fmt: skip
MOVING_MEDIA = {"/RichMedia", "/Movie", "/Screen", "/Sound", "/3D"}

RUNS = "runs a script or starts something"
PACKED = "has another file packed into it"
XFA_FORM = "is a form that hardly any program opens (XFA)"
TOO_MUCH = "has more parts than we can look into"


MARKS, OPENING = re.compile(rb"<<|>>|[][]"), {b"<<", b"["}


class Endless(BaseException):
    """A PDF has so many parts that to look into them would keep everybody waiting.

    It is no mere `Exception`, as the library ignores those, and goes on.
    """


class Spent:
    """The count of what was read of a PDF, or of all that are attached to one email."""

    reads = 0

    def count(self, reads: int = 1) -> None:
        self.reads += reads
        if self.reads > MOST_READ:
            raise Endless


class BoundedFile(io.BytesIO):
    """A file that can be read only for so long: one object alone can have millions of parts, and is there only once all are read."""

    def __init__(self, content: bytes, spent: Spent):
        super().__init__(content)
        self.spent, self.most_frames = spent, count_frames() + FRAMES

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


def count_frames() -> int:
    return next(count for count in itertools.count() if not has_frames(count))


class Reader(pypdf.PdfReader):
    """Reads a PDF that is in memory, within bounds."""

    def __init__(self, content: bytes, spent: Spent | None = None):
        self.spent = spent or Spent()
        super().__init__(BoundedFile(content, self.spent))


def resolve(part: Any) -> Any:
    """Return the part that a reference leads to, and any other part as it is."""
    for _ in range(MOST_STEPS):
        if not isinstance(part, IndirectObject):
            return part
        part = part.get_object()
    raise Endless


def value_of(part: DictionaryObject, key: str) -> Any:
    """Return the value of a part by its name; None where there is none."""
    return resolve(part.raw_get(key)) if key in part else None


def count_unpacked(reader: Reader) -> None:
    """Count the bytes of objects that are packed together, which are read from elsewhere. Raises `Endless`."""
    for number in {number for number, _ in reader.xref_objStm.values()}:
        packed: Any = reader.get_object(number)
        if isinstance(packed, StreamObject):
            refuse_bad_packing(reader.spent, packed)


def refuse_bad_packing(spent: Spent, packed: StreamObject) -> None:
    """Raise `Endless` for objects that are nested too often, or of which some stand in one place, so that it is read again and again."""
    data, first = packed.get_data(), value_of(packed, "/First")
    spent.count(len(data))
    level = 0
    for mark in MARKS.finditer(data):
        level = level + 1 if mark[0] in OPENING else max(level - 1, 0)
        if level > 2 * MOST_NESTED:  # a text may have some of these marks too
            raise Endless
    offsets = data[:first].split()[1::2] if isinstance(first, int) else []
    if len(set(offsets)) < len(offsets):
        raise Endless


def reachable_parts(reader: Reader) -> Iterator[Any]:
    """Yield all parts that a reader can come to, but the marks on pages. Raises `Endless`."""
    count_unpacked(reader)
    waiting: list[tuple[Any, int]] = [(reader.trailer, 0)]
    seen: set[tuple[int, int]] = set()
    visited = 0
    while waiting:
        part, level = waiting.pop()
        if isinstance(part, IndirectObject):
            if (key := (part.idnum, part.generation)) in seen:
                continue
            seen.add(key)
            part, level = resolve(part), 0
        if (visited := visited + 1) > MOST_PARTS or level > MOST_NESTED:
            raise Endless
        yield part
        if isinstance(part, DictionaryObject):
            waiting.extend((part.raw_get(key), level + 1) for key in part)
        elif isinstance(part, ArrayObject):
            waiting.extend((item, level + 1) for item in list.__iter__(part))


def describe_harm_of_part(part: Any) -> str:
    """Return the harm that a part can do, in words that follow "a PDF that"; empty where it is a page and no more."""
    if not isinstance(part, DictionaryObject):
        return ""
    # A value that is no name here, be it a list, does nothing.
    action, kind, subtype = (str(value_of(part, key)) for key in ("/S", "/Type", "/Subtype"))
    # A page, a field or the whole may have actions without anybody's click (/AA), of whatever kind.
    if (
        "/JS" in part
        or value_of(part, "/AA")
        or action in ACTIONS
        or subtype in MOVING_MEDIA
        or acts_on_opening(part)
    ):
        return RUNS
    if "/XFA" in part:
        return XFA_FORM
    if "/EF" in part or kind == "/EmbeddedFile" or subtype == "/FileAttachment":
        return PACKED
    return ""


def acts_on_opening(catalogue: DictionaryObject) -> bool:
    """Return whether a PDF does more when it is opened than show one of its pages."""
    opening = value_of(catalogue, "/OpenAction")
    return isinstance(opening, DictionaryObject) and (
        value_of(opening, "/S") != "/GoTo" or "/Next" in opening
    )


def describe_harm(content: bytes, spent: Spent | None = None) -> str:
    """Return the harm that a PDF can do, or why it cannot be looked into, in words that follow "a PDF that"; empty where there is none."""
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
