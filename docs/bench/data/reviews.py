"""Make reviews and appeals, with their letters."""

from typing import Any

from ..filling import (
    BASE,
    DAY,
    chance,
    day,
    day_of,
    fill,
    later,
    link,
    moment,
    reference,
    seconds_ago,
    text,
    uuid,
    write_history,
)
from .cases import UNFINISHED
from .letters import make_letters
from .people import EXECUTIVES, FIRST_EXECUTIVE, random_manager, random_officer, staff_id


def make_reviews(size: int) -> None:
    """Two for each restriction that were held and written about, and the next of those that stand."""
    from reviews.models import Review

    for which, when in ((0, 90), (1, 180)):
        number = f"2 * n + {which}"
        written_as = f"{7 * size} + {number}"
        fill(
            Review,
            "restricted",
            id=f"{BASE} + {number}",
            reference=reference("REV", number),
            submission=uuid(number),
            restriction=f"{BASE} + n",
            customer="customer",
            due_on=day_of(later("at", when * DAY)),
            status=text("held"),
            held_at=later("at", when * DAY),
            held_by=random_manager(41),
            findings=text("Calm."),
            heard=text("told_us"),
            their_side=text("You told us that it is better."),
            outcome=text("continue"),
            reasons=text("It goes on."),
            created_at=later("at", 8 * DAY),
        )
        make_letters(
            "restricted",
            written_as,
            kind="review_outcome",
            by=random_manager(41),
            at=later("at", (when + 1) * DAY),
            customer="customer",
        )
        link(Review, "letters", "restricted", f"{BASE} + {number}", f"{BASE} + {written_as}")
    number = f"{size} + n"
    fill(
        Review,
        "restricted WHERE stands = 1",
        id=f"{BASE} + {number}",
        reference=reference("REV", number),
        submission=uuid(number),
        restriction=f"{BASE} + n",
        customer="customer",
        due_on=day(f"{seconds_ago(5)} + n % 90 * {DAY}"),
        created_at=moment(seconds_ago(60)),
    )
    write_history(Review, "held_by_id", ("", 0, "1 = 1"), ("hold", 90 * DAY, "status = 'held'"))


def make_appeals(size: int) -> None:
    """Make an appeal against each tenth restriction, heard by one of the Executive Team or two, and acknowledged and answered by letter."""
    from reviews.models import Appeal, AppealedRestriction

    count = size // 200
    open_ = f"n > {10 * (count - UNFINISHED)}"
    of = "restricted WHERE n % 10 = 0"
    executive = f"{FIRST_EXECUTIVE} + {chance(61, EXECUTIVES)}"
    fill(
        Appeal,
        of,
        customer="customer",
        received_on=day_of(later("at", 12 * DAY)),
        received_by=random_officer(62),
        channel=text("phone"),
        lodged_by=text("They themselves"),
        grounds=text("It is not fair."),
        status=f"CASE WHEN {open_} THEN 'acknowledged' ELSE 'decided' END",
        acknowledge_by=day_of(later("at", 15 * DAY)),
        acknowledged_on=day_of(later("at", 14 * DAY)),
        decide_by=day_of(later("at", 40 * DAY)),
        heard_on=f"CASE WHEN {open_} THEN NULL ELSE {day_of(later('at', 30 * DAY))} END",
        decided_at=f"CASE WHEN {open_} THEN NULL ELSE {later('at', 30 * DAY)} END",
        decided_by=f"CASE WHEN {open_} THEN NULL ELSE {executive} END",
        created_at=later("at", 12 * DAY),
    )
    fill(
        AppealedRestriction,
        of,
        id=f"{BASE} + n",
        history_length="1",
        appeal=f"{BASE} + n",
        restriction=f"{BASE} + n",
        last_day=day_of(later("at", 40 * DAY)),
        outcome=f"CASE WHEN {open_} THEN '' ELSE 'not_upheld' END",
        reasons=f"CASE WHEN {open_} THEN '' ELSE {text('It stands.')} END",
    )
    link(AppealedRestriction, "versions", of, f"{BASE} + n", f"{BASE} + n")
    heard = f"{of} AND NOT ({open_})"
    link(Appeal, "panel", heard, f"{BASE} + n", executive)
    link(Appeal, "panel", f"{heard} AND n % 100 = 0", f"{BASE} + n", staff_id("executive"))
    for number, kind, after, source in (
        (10, "appeal_received", 14, of),
        (11, "appeal_outcome", 31, heard),
    ):
        written_as = f"{number * size} + n"
        make_letters(
            source, written_as, kind=kind, by=executive, at=later("at", after * DAY), customer="customer"
        )
        link(Appeal, "letters", source, f"{BASE} + n", f"{BASE} + {written_as}")
    events = (
        ("log", 0, "1 = 1"),
        ("acknowledge", 2 * DAY, "1 = 1"),
        ("decide", 18 * DAY, "status = 'decided'"),
    )
    write_history(Appeal, "received_by_id", *events)
    history: Any = AppealedRestriction.history.model
    fill(
        history,
        f"reviews_appealedrestriction WHERE id > {BASE}",
        **{"history_length": "1", "id": "id", "appeal": "appeal_id", "restriction": "restriction_id"},
        history_date=moment(seconds_ago(100)),
        history_type=text("+"),
        sequence="1",
        digest=text("0" * 64),
    )
