"""Make letters that were sent, or wait for that."""

from ..filling import (
    BASE,
    DAY,
    day_of,
    fill,
    later,
    link,
    moment,
    numbers,
    reference,
    seconds_ago,
    text,
    uuid,
    write_history,
)
from .cases import OPEN, UNFINISHED
from .people import random_manager

LETTER = "Dear customer,\n\nWe write about what happened, and about what we expect. You can ask us about it.\n\nYours sincerely"


def make_letters(
    source: str, number: str, *, kind: str, by: str, at: str, sent: bool = True, **more: str
) -> None:
    """Make letters that were sent, or wait for that."""
    from cha_engagement.letters.models import Letter

    fill(
        Letter,
        source,
        **{
            "id": f"{BASE} + {number}",
            "reference": reference("LET", number),
            "submission": uuid(number),
            "kind": text(kind),
            "status": text("issued"),
            "body": text(LETTER),
            "text": text(LETTER),
            "plain_text": text(LETTER),
            "signatory": by,
            "drafted_by": by,
            "issued_by": by,
            "issued_at": at,
            "created_at": at,
            "pdf": text("letters/nowhere.pdf"),
            "sha256": text("0" * 64),
            "sent_by_channel": text("letter" if sent else ""),
            "sent_on": day_of(at) if sent else "NULL",
            "history_length": "3",
        }
        | more,
    )


def make_follow_up_letters(size: int) -> None:
    """Make letters on what we expect, on each decision, and on each restriction that has ended."""
    from cha_engagement.letters.models import Letter
    from incidents.models import Incident
    from restrictions.models import ManagementDecision, Restriction

    warned = f"number JOIN incidents_incident i ON i.id = {BASE} + n WHERE n <= {size - OPEN} AND n % 10 = 3"
    make_letters(
        warned,
        "n",
        kind="expectations",
        by=random_manager(51),
        at=later("i.occurred_at", 8 * DAY),
        customer="i.customer_id",
    )
    link(Incident, "letters", numbers(size - OPEN, "n % 10 = 3"), f"{BASE} + n", f"{BASE} + n")
    number_of_decided = f"{2 * size} + n"
    make_letters(
        "decided",
        number_of_decided,
        kind="restriction_decided",
        by=random_manager(41),
        at=later("at", 9 * DAY),
        customer="customer",
    )
    link(ManagementDecision, "letters", "decided", f"{BASE} + n", f"{BASE} + {number_of_decided}")
    link(
        Restriction,
        "letters",
        f"restricted WHERE n <= {size // 20 - UNFINISHED}",
        f"{BASE} + n",
        f"{BASE} + {2 * size} + decision",
    )
    over, number = "restricted WHERE stands = 0", f"{3 * size} + n"
    make_letters(
        over,
        number,
        kind="restriction_ended",
        by=random_manager(41),
        at=later("at", 195 * DAY),
        customer="customer",
    )
    link(Restriction, "letters", over, f"{BASE} + n", f"{BASE} + {number}")
    # What waits, and what was withdrawn.
    waits, number = f"decided WHERE n <= {5 * UNFINISHED}", f"{4 * size} + n"
    draft = {
        "status": text("draft"), "issued_by": "NULL", "issued_at": "NULL", "sha256": text(""), "pdf": text(""),
    }  # fmt: skip
    make_letters(
        waits,
        number,
        kind="general",
        by=random_manager(52),
        at=moment(seconds_ago(3)),
        sent=False,
        customer="customer",
        **draft,
    )
    make_letters(
        waits,
        f"{5 * size} + n",
        kind="general",
        by=random_manager(53),
        at=moment(seconds_ago(3)),
        sent=False,
        customer="customer",
    )
    void = {"status": text("void"), "void_reason": text("A mistake.")}
    make_letters(
        "decided WHERE n % 10 = 1",
        f"{6 * size} + n",
        kind="general",
        by=random_manager(54),
        at=later("at", DAY),
        sent=False,
        customer="customer",
        **void,
    )
    events = (
        ("", 0, "1 = 1"),
        ("issue", 3600, "status = 'issued'"),
        ("send", DAY, "sent_on IS NOT NULL"),
    )
    write_history(Letter, "drafted_by_id", *events)
