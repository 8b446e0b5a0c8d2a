"""Find what an office document does by itself when it is opened, in the XML that it is made of."""

import re
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

MOST_XML = 30 * 1024 * 1024  # bytes of all parts of a document, and of the documents in it
LONGEST_NAMESPACE = 1_000  # characters, which the parser writes out for each element
ENCODINGS = {"utf-8", "utf-16"}
HYPERLINKS = {  # they wait for a click
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/hyperlink",
}
PROGRAMS = ("/vbaproject", "/xlmacrosheet", "/xlintlmacrosheet", "/control")
PROGRAM_TYPES = ("macroenabled", "vbaproject", "macrosheet", "activex")
XML = (".xml", ".rels", ".psmdcp")  # the last as .NET calls what says who wrote a document
PACKED = "/afchunk"  # a web page, an email or another document that Word takes over when it opens this one
LOADING = {"image", "fill-image", "background-image", "list-level-style-image", "object", "object-ole", "plugin", "applet", "floating-frame", "section-source", "table-source", "cell-range-source"}  # fmt: skip
"""Elements of OpenDocument that load the file they name, whether or not they say so."""
ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|[/\\]{2})", re.I)
"""The beginning of an address that leads out of a document."""
ANY_NAME = ("image/", "text/")
INSTRUCTIONS = {"instrText", "delInstrText"}
FORMULAS = {"f", "formula", "formula1", "formula2", "definedName"}
FETCHING = re.compile(r"\b(?:WEBSERVICE|IMAGE|RTD)\s*\(", re.I)
BORDER = "\0"  # between the elements of a formula; it stands in no XML
MATHS = "/math f"  # the name of a fraction
DDE_INSTRUCTION = re.compile(r"\W*DDE|.*\bDDE(?:AUTO)?\b", re.I | re.S)
PRESENTATION = "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0 event-listener"  # which turns a page

DAMAGED = "that is damaged, or locked with a password"
DTD = "with rules of its own for how it is read (DTD)"
FETCHES = "that fetches something from elsewhere"
ANOTHER = "with another file packed into it"
DDE = "that starts a program (DDE)"
MACROS = "with macros, which are programs"


class HarmfulPart(Exception):
    """A part does more than hold what stands in a document. Its text says what, in words that follow "an office document"."""


def is_xml(name: str) -> bool:
    """Return whether a part of this name says what a document does; `refuse_type` sees to it that no other does."""
    return name.casefold().endswith(XML)


def describe_harm(xml: bytes) -> str:
    """Return the harm that a part can do, in words that follow "an office document"; empty where it can do none."""
    try:
        Part().read(xml)
    except HarmfulPart as harm:
        return str(harm)
    except expat.ExpatError:
        return DAMAGED
    return ""


class Part:
    """A part while it is read. No tree is made of it."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.XmlDeclHandler = refuse_encoding
        self.parser.StartDoctypeDeclHandler = lambda *_: refuse(DTD)
        self.parser.StartNamespaceDeclHandler = refuse_namespace
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        # The instructions of each field that has begun, the outermost first: one may be cut into many.
        self.fields: list[list[str]] = [[]]
        # A formula and the elements in it: Excel writes one in another where it speaks of another sheet.
        self.formula: list[str] = []
        self.in_formula = 0  # elements that have begun since the outermost formula, which is one of them
        self.in_instruction = False

    def read(self, xml: bytes) -> None:
        self.parser.Parse(xml, True)
        while self.fields:
            refuse_instruction("".join(self.fields.pop()))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if self.in_instruction:
            refuse(DAMAGED)  # it is text alone
        for attribute, words in attributes.items():
            local_attribute = attribute.rpartition(" ")[2]
            if local_attribute == "formula":
                refuse_formula(words)
            elif (
                local_attribute == "href"
                and ELSEWHERE.match(words)
                and (local in LOADING or is_loaded(attributes))
            ):
                refuse(FETCHES)
        if self.in_formula or (local in FORMULAS and not name.endswith(MATHS)):
            self.in_formula += 1
            self.formula.append(BORDER)
            self.parser.CharacterDataHandler = self.formula.append
        if refuse_element := REFUSE_ELEMENT.get(local):
            refuse_element(strip_namespaces(attributes))
        elif local in INSTRUCTIONS:
            self.in_instruction = True
            self.parser.CharacterDataHandler = self.fields[-1].append
        elif local == "fldChar":
            self.turn(strip_namespaces(attributes))
        elif local == "event-listener" and name != PRESENTATION:
            refuse(MACROS)

    def end(self, name: str) -> None:
        self.in_instruction = False
        self.in_formula = max(self.in_formula - 1, 0)
        if self.in_formula:
            self.formula.append(BORDER)
            self.parser.CharacterDataHandler = self.formula.append
            return
        self.parser.CharacterDataHandler = None
        if self.formula:
            words = "".join(self.formula)
            refuse_formula(words.replace(BORDER, ""))
            refuse_formula(words.replace(BORDER, " "))
            self.formula.clear()

    def turn(self, mark: dict[str, str]) -> None:
        if mark.get("fldCharType") == "begin":
            self.fields.append([])
        elif mark.get("fldCharType") == "end" and len(self.fields) > 1:
            refuse_instruction("".join(self.fields.pop()))


def refuse(words: str) -> None:
    raise HarmfulPart(words)


def strip_namespaces(attributes: dict[str, str]) -> dict[str, str]:
    stripped = {name.rpartition(" ")[2]: value for name, value in attributes.items()}
    if len(stripped) < len(attributes):
        refuse(DAMAGED)  # one would hide another
    return stripped


def is_loaded(attributes: dict[str, str]) -> bool:
    """Return whether an element of OpenDocument loads the file it names with the document, not by a click."""
    return any(
        name.rpartition(" ")[2] == "actuate" and words.strip().casefold() == "onload"
        for name, words in attributes.items()
    )


def refuse_encoding(version: str, encoding: str | None, standalone: int) -> None:
    if encoding and encoding.casefold() not in ENCODINGS:
        refuse(DAMAGED)


def refuse_namespace(prefix: str | None, uri: str | None) -> None:
    if len(uri or "") > LONGEST_NAMESPACE:
        refuse(DAMAGED)


def refuse_relation(relation: dict[str, str]) -> None:
    if relation.get("Type", "").casefold().endswith(PROGRAMS):
        refuse(MACROS)
    if relation.get("Type", "").casefold().endswith(PACKED):
        refuse(ANOTHER)
    if (
        relation.get("TargetMode", "").strip().casefold() == "external"
        and relation.get("Type") not in HYPERLINKS
    ):
        refuse(FETCHES)


def refuse_type(part: dict[str, str]) -> None:
    """Refuse macros by whatever name, and XML by a name of something else."""
    media_type = part.get("ContentType", "").casefold()
    names = [part.get("PartName", ".xml"), f".{part.get('Extension', 'xml')}"]
    if any(words in media_type for words in PROGRAM_TYPES):
        refuse(MACROS)
    if "+xml" in media_type and not media_type.startswith(ANY_NAME) and not all(map(is_xml, names)):
        refuse("with parts that are not what they are called")


def refuse_instruction(words: str) -> None:
    if DDE_INSTRUCTION.match(words):
        refuse(DDE)


def refuse_formula(words: str) -> None:
    """Refuse a formula that asks another computer, as it does as soon as the document is opened."""
    if FETCHING.search(words.replace("_xlfn.", "")):
        refuse(FETCHES)


REFUSE_ELEMENT: dict[str, Callable[[dict[str, str]], Any]] = {
    "Relationship": refuse_relation,
    "Override": refuse_type,
    "Default": refuse_type,
    "fldSimple": lambda field: refuse_instruction(field.get("instr", "")),
    "ddeLink": lambda _: refuse(DDE),
    "dde-source": lambda _: refuse(DDE),
    "dde-connection-decl": lambda _: refuse(DDE),
}
"""The function that looks at an element, by its name in whatever namespace."""
