"""The association's own policy, as text: headings, and paragraphs that begin with their numbers."""

import re
from collections import Counter
from dataclasses import dataclass

NUMBERED = re.compile(r"(?:§\s*)?(\d{1,3}(?:\.\d{1,3})*)[.):]?\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class PolicyPart:
    """A heading, without a number, or a numbered paragraph with all its lines."""

    number: str
    text: str


def read_policy(text: str) -> list[PolicyPart]:
    """Return the parts of a policy in their order.

    A line that begins with a number begins a paragraph, "21.1" for one. Lines below it belong to it up to an empty line; what
    stands alone between empty lines is a heading.
    """
    parts: list[PolicyPart] = []
    is_open = False
    for line in map(str.strip, text.splitlines()):
        if not line:
            is_open = False
        elif match := NUMBERED.match(line):
            parts.append(PolicyPart(match[1], line[match.end() :]))
            is_open = True
        elif is_open:
            parts[-1] = PolicyPart(parts[-1].number, f"{parts[-1].text}\n{line}")
        else:
            parts.append(PolicyPart("", line))
    return parts


def repeated_numbers(text: str) -> list[str]:
    """Return the numbers that more than one paragraph has: a link to one of these would lead to the first alone."""
    counts = Counter(part.number for part in read_policy(text) if part.number)
    return [number for number, count in counts.items() if count > 1]
