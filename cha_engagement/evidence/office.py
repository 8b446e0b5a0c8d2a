"""What an office document does by itself when it is opened: looked for in the XML that it is made of."""

import re

MOST_XML = 50 * 1024 * 1024  # bytes of one part

RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
ELSEWHERE = re.compile(rb"\bTargetMode\s*=\s*[\"']External[\"']")
LINK = re.compile(rb"\bType\s*=\s*[\"'][^\"']*/hyperlink[\"']")  # which waits for a click
INSTRUCTION = re.compile(rb"<w:instrText\b[^>]*>([^<]*)|\bw:instr\s*=\s*[\"']([^\"']*)")
STARTS = re.compile(rb"\bDDE(?:AUTO)?\b", re.I)
OWN_RULES = re.compile(rb"<!(?:DOCTYPE|ENTITY)\b")
READ_WHOLE = re.compile(r"\.rels$|^word/[^/]+\.xml$|^xl/externallinks/|(?:^|/)(?:content|styles)\.xml$", re.I)
"""The parts in which a document says what to do. Of others the beginning is enough."""
BEGINNING = 4096  # bytes


def fault(xml: bytes) -> str:
    """Return why a part does more than to say what stands in a document, in words that follow "an office document"; nothing where it does not."""
    xml = xml.replace(b"\0", b"")  # as UTF-16 has them
    if OWN_RULES.search(xml):
        return "with rules of its own for how it is read (DTD)"
    if any(ELSEWHERE.search(tag) and not LINK.search(tag) for tag in RELATION.findall(xml)):
        return "that fetches something from elsewhere"
    # One instruction may be cut into many.
    instructions = b"".join(b"".join(found) for found in INSTRUCTION.findall(xml))
    if STARTS.search(instructions) or b"<ddeLink" in xml:
        return "that starts a program (DDE)"
    if b"<script:event-listener" in xml:
        return "with macros, which are programs"
    return ""
