"""Make decisions, restrictions, interim measures, and what belongs to them."""

from ..filling import (
    BASE,
    DAY,
    day,
    day_of,
    fill,
    json_text,
    later,
    link,
    moment,
    numbers,
    random_choice,
    reference,
    run,
    seconds_ago,
    text,
    uuid,
    write_history,
)
from .cases import OPEN, STANDING, UNFINISHED, random_moment
from .people import FIRST_MANAGER, FIRST_OFFICER, random_manager, random_officer


def make_restrictions(size: int) -> None:
    """Make a decision for each 25th incident that is closed, restrictions under these, and what belongs to them."""
    from restrictions.blocks.models import Block
    from restrictions.breaches.models import Breach
    from restrictions.models import InterimMeasure, ManagementDecision, ReadReceipt, Restriction

    # A row for each decision: `n` is its number, and its incident has the id of 25 times that.
    most = (size - OPEN) // 25
    run(
        "CREATE TEMPORARY TABLE decided AS SELECT n, i.customer_id AS customer, i.occurred_at AS at, i.id AS incident "
        f"FROM number JOIN incidents_incident i ON i.id = {BASE} + 25 * n WHERE n <= {most}"
    )
    run("CREATE UNIQUE INDEX decided_n ON decided (n)")
    answers = dict.fromkeys(
        ("needs_considered", "their_side", "training_need", "effect", "proportionality"),
        text("We looked at it with care, and found nothing that would do."),
    )  # fmt: skip
    fill(
        ManagementDecision,
        "decided",
        customer="customer",
        by=random_manager(41),
        decided_at=later("at", 7 * DAY),
        created_at=later("at", 7 * DAY),
        basis=text("tried_and_failed"),
        needs_confirmed_with=text("customer"),
        heard=text("told_us"),
        normal_operation=text("still_too_much"),
        disability=text("no"),
        vulnerability=text("no"),
        explained=text("by_letter"),
        explained_on=day_of(later("at", 9 * DAY)),
        **answers,
    )
    link(ManagementDecision, "incidents", "decided", f"{BASE} + n", "incident")
    link(ManagementDecision, "incidents", "decided WHERE n % 2 = 0", f"{BASE} + n", "incident - 1")
    link(
        ManagementDecision,
        "restorative_actions",
        "decided WHERE n % 3 = 1",
        f"{BASE} + n",
        f"(SELECT min(id) FROM restorative_restorativeaction WHERE id >= {BASE} + 25 * decided.n - 4)",
    )
    write_history(ManagementDecision, "by_id", ("decide", 0, "1 = 1"))

    count = size // 20
    run(
        "CREATE TEMPORARY TABLE restricted AS SELECT number.n, d.customer, d.at, d.incident, d.n AS decision, "
        f"CASE WHEN number.n > {count - STANDING} THEN 1 ELSE 0 END AS stands "
        f"FROM number JOIN decided d ON d.n = 1 + number.n % {most} WHERE number.n <= {count}"
    )
    run("CREATE UNIQUE INDEX restricted_n ON restricted (n)")
    ended = random_choice(text("lifted"), text("expired"), text("lifted"), text("overturned"), salt=42)
    named_contact = f"(n % 5 = 2 AND n % {count // 3} <> 9)"
    fill(
        Restriction,
        "restricted",
        customer="customer",
        decision=f"{BASE} + decision",
        kind=f"CASE WHEN n % {count // 3} = 9 THEN 'complaints_process' WHEN {named_contact} THEN 'named_contact' ELSE 'channel' END",
        terms=json_text({"closed": ["phone"], "open": ["letter", "email"]}),
        named_contact=f"CASE WHEN {named_contact} THEN {FIRST_OFFICER} + n % 30 END",
        deputy=f"CASE WHEN {named_contact} THEN {FIRST_MANAGER} + n % 30 END",
        reason=text("You shouted at our colleagues on the phone."),
        begins=text("for_safety"),
        at_once_reason=text("You said that you would come to a colleague's home."),
        starts_on=f"CASE WHEN stands = 1 THEN {day(f'{seconds_ago(60)} + n % 50 * {DAY}')} ELSE {day_of(later('at', 8 * DAY))} END",
        ends_on=f"CASE WHEN stands = 1 THEN {day(f'{seconds_ago(-90)} + n % 200 * {DAY}')} ELSE {day_of(later('at', 200 * DAY))} END",
        first_review_on=day_of(later("at", 90 * DAY)),
        review_months="3",
        easing_conditions=text("Three months of calm letters. Ask Customer Services."),
        staff_instruction=text("Answer in writing."),
        customer_notified_on=f"CASE WHEN n <= {count - UNFINISHED} THEN {day_of(later('at', 9 * DAY))} END",
        proposed_by=random_officer(43),
        imposed_by=random_manager(41),
        imposed_at=f"CASE WHEN stands = 1 THEN {moment(f'{seconds_ago(60)} + n % 50 * {DAY}')} ELSE {later('at', 8 * DAY)} END",
        created_at=f"CASE WHEN stands = 1 THEN {moment(f'{seconds_ago(61)} + n % 50 * {DAY}')} ELSE {later('at', 7 * DAY)} END",
        read_receipts_requested="n % 4 = 1",
        status=f"CASE WHEN stands = 1 THEN 'imposed' ELSE {ended} END",
        status_reason=f"CASE WHEN stands = 1 THEN '' ELSE {text('It went well.')} END",
    )
    # What was proposed, and never imposed or not yet.
    fill(
        Restriction,
        numbers(count, "n % 10 = 5"),
        id=f"{BASE} + {count} + n",
        reference=reference("RES", f"{count} + n"),
        submission=uuid(f"{count} + n"),
        customer=f"(SELECT customer FROM decided WHERE decided.n = 1 + number.n % {most})",
        kind=text("channel"),
        terms=json_text({"closed": ["phone"], "open": ["letter", "email"]}),
        reason=text("You shouted at our colleagues on the phone."),
        first_review_on=day(seconds_ago(0)),
        review_months="3",
        easing_conditions=text("Three months of calm letters."),
        staff_instruction=text("Answer in writing."),
        proposed_by=random_officer(44),
        created_at=moment(random_moment(count, 45)),
        status=f"CASE WHEN n > {count - 10 * UNFINISHED} THEN 'proposed' ELSE 'declined' END",
        status_reason=f"CASE WHEN n > {count - 10 * UNFINISHED} THEN '' ELSE {text('Too soon.')} END",
    )
    link(Restriction, "incidents", "restricted", f"{BASE} + n", "incident")
    link(Restriction, "incidents", "restricted WHERE n % 3 = 0", f"{BASE} + n", "incident - 1")
    held = "restricted JOIN evidence_evidence e ON e.id = restricted.incident"
    link(Restriction, "evidence", held, f"{BASE} + n", "e.id")
    write_history(
        Restriction,
        "proposed_by_id",
        ("propose", 0, "1 = 1"),
        ("impose", DAY, "imposed_by_id IS NOT NULL"),
        ("lift", 190 * DAY, "status = 'lifted'"),
        ("expire", 190 * DAY, "status IN ('expired', 'overturned')"),
        ("decline", 5 * DAY, "status = 'declined'"),
    )
    fill(
        ReadReceipt,
        "restricted WHERE n % 4 = 1",
        id=f"{BASE} + n",
        history_length="1",
        restriction=f"{BASE} + n",
        by=random_officer(46),
        read_at=later("at", 10 * DAY),
    )
    write_history(ReadReceipt, "by_id", ("", 0, "1 = 1"))
    fill(
        Block,
        "restricted WHERE n % 10 = 3 AND stands = 0",
        restriction=f"{BASE} + n",
        target=text("somebody@mail.example"),
        status=text("unblocked"),
        blocked_by=random_manager(41),
        blocked_at=later("at", 9 * DAY),
        unblocked_by=random_manager(41),
        unblocked_at=later("at", 190 * DAY),
        created_at=later("at", 9 * DAY),
    )
    write_history(
        Block, "blocked_by_id", ("", 0, "1 = 1"), ("block", DAY, "1 = 1"), ("unblock", 180 * DAY, "1 = 1")
    )
    suggested = f"n > {count - 10 * UNFINISHED}"
    fill(
        Breach,
        "restricted WHERE n % 10 = 4",
        restriction=f"{BASE} + n",
        contact=f"{BASE} + 20 * n - 7",
        why=text("They rang."),
        status=f"CASE WHEN {suggested} THEN 'suggested' ELSE {random_choice(text('confirmed'), text('dismissed'), salt=47)} END",
        settled_by=f"CASE WHEN {suggested} THEN NULL ELSE {random_officer(48)} END",
        settled_at=f"CASE WHEN {suggested} THEN NULL ELSE {later('at', 30 * DAY)} END",
        created_at=later("at", 30 * DAY),
    )
    write_history(Breach, "settled_by_id", ("", 0, "1 = 1"), ("confirm", DAY, "status = 'confirmed'"))
    now = f"n > {most - 10 * UNFINISHED}"
    fill(
        InterimMeasure,
        "decided WHERE n % 10 = 6",
        customer="customer",
        by=random_manager(49),
        staff_instruction=text("Two people at every visit."),
        reason=text("A threat was made this afternoon."),
        how_notified=text("By phone, today."),
        starts_on=f"CASE WHEN {now} THEN {day(seconds_ago(3))} ELSE {day_of('at')} END",
        ends_on=f"CASE WHEN {now} THEN {day(seconds_ago(-30))} ELSE {day_of(later('at', 9 * DAY))} END",
        created_at=f"CASE WHEN {now} THEN {moment(seconds_ago(3))} ELSE {later('at', DAY)} END",
        status=f"CASE WHEN {now} THEN 'in_force' ELSE 'lapsed' END",
    )
    link(InterimMeasure, "incidents", "decided WHERE n % 10 = 6", f"{BASE} + n", "incident")
    write_history(InterimMeasure, "by_id", ("set", 0, "1 = 1"), ("lapse", 9 * DAY, "status = 'lapsed'"))
