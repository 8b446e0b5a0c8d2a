"""Tell what was seen in a year, in tables."""

from collections import Counter
from collections.abc import Iterator

from cha_engagement.staff.interfaces import task_kinds

from .seeing import Seen

MOST_EMAILS = 10
"""To one person on one day."""
COUNTED = ("all", "late", "at once")


def faults(seen: Seen) -> list[str]:
    """Return what must not be, a sentence each."""
    titles = {code: kind.title for code, kind in task_kinds().items()}
    return [
        *(
            f"{count} emails to {person} on {day}"
            for day, people in seen.emails.items()
            for person, count in people.items()
            if count > MOST_EMAILS
        ),
        *(
            f"late, and nobody was told: {titles[kind]} (on {count} mornings)"
            for kind, count in seen.unsaid.items()
        ),
        *(
            f"ended on {day}, and nobody was told ahead: {name}"
            for day, name, was_said in seen.lapsed
            if not was_said
        ),
        *(f"its warning went on {day}, and nobody had decided: {name}" for day, name in seen.warnings_gone),
        *(f"a day that has passed, on {count} mornings: {text}" for text, count in seen.passed_days.items()),
        *(
            f"with nobody after {number} days: {titles[kind]} ({count})"
            for number, kinds in seen.nobodys.items()
            for kind, count in kinds.items()
        ),
    ]


def lines_of(effort: str, seen: Seen) -> Iterator[str]:
    """Yield the lines that say what was seen with an effort."""
    yield f"\n## With {effort} at work\n"
    yield f"What waits for whoever of a role has most ({', of it '.join(COUNTED)}):\n"
    yield "| | " + " | ".join(f"after {number} days" for number in seen.lists) + " |"
    yield "| --- " * (len(seen.lists) + 1) + "|"
    for role in sorted({role for roles in seen.lists.values() for role in roles}):
        counts = [roles.get(role, Counter()) for roles in seen.lists.values()]
        cells = ["/".join(str(count[name]) for name in COUNTED) for count in counts]
        yield f"| {role} | {' | '.join(cells)} |"
    each_day = [count for people in seen.emails.values() for count in people.values()]
    yield f"\n{sum(each_day)} emails; to one person on one day {max(each_day, default=0)} at most."
    yield f"{len(seen.lapsed)} records ended by themselves."
    if seen.done:
        yield f"{seen.done.total()} tasks were done of {len(seen.done)} kinds."
    for (kind, why), count in seen.refused.most_common():
        yield f"- refused {count} times, {task_kinds()[kind].title}: {why}"
    found = faults(seen)
    yield f"\n{len(found)} faults" + (":" if found else ".")
    for fault in found:
        yield f"- {fault}"
