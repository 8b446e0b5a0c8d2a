"""Bound one look into a file, and into the files in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .. import office, pdfs
from .kinds import PDF, Kind, Unwanted

MOST_PARTS = 5_000  # of an email, or of a document
MOST_DEEP = 2  # documents within documents, such as the numbers of a chart
MOST_LINES = 1_000_000  # of emails, each of which is asked at each level whether it ends it
MOST_HEADER_CHARACTERS = 1_000_000  # in which the parts of emails say what they are, all of them together
TOO_MUCH_EMAIL = "an email with more in it than we can look into"


class EmailBudget:
    """The lines, parts and characters of headers that may still be read of emails."""

    def __init__(self) -> None:
        self.lines, self.parts, self.characters = MOST_LINES, MOST_PARTS, MOST_HEADER_CHARACTERS

    def spend(self, *, lines: int = 0, parts: int = 0, characters: int = 0) -> None:
        self.lines, self.parts = self.lines - lines, self.parts - parts
        self.characters -= characters
        if min(self.lines, self.parts, self.characters) < 0:
            raise Unwanted(TOO_MUCH_EMAIL)


class Inspection:
    """One look into a file: how deep it may still go, and how much it may still read.

    `kind_of_content(content, inspection)` returns the kind of a content, and raises `Unwanted`.
    """

    def __init__(self, kind_of_content: "Callable[[bytes, Inspection], Kind]") -> None:
        self.kind_of_content = kind_of_content
        self.depth = 0
        self.xml = office.MOST_XML
        self.email = EmailBudget()
        self.spent = pdfs.Spent()

    @contextmanager
    def deeper(self) -> Iterator[None]:
        if self.depth >= MOST_DEEP:
            raise Unwanted("a file in a file in a file")
        self.depth += 1
        yield
        self.depth -= 1  # nothing goes on after what was raised there

    def spend_xml(self, size: int) -> None:
        self.xml -= size
        if self.xml < 0:
            raise Unwanted("an office document with more in it than we can look into")

    def kind_within(self, content: bytes) -> Kind:
        """Return the kind of a file that is in another. Raises `Unwanted`."""
        with self.deeper():
            kind = self.kind_of_content(content, self)
        if kind is PDF and (harm := pdfs.describe_harm(content, self.spent)):
            raise Unwanted(f"a PDF that {harm}")
        return kind
