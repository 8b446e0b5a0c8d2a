"""What is measured: the demonstration, and around it an association of 500 staff with ten years of cases.

Closed cases are as many as asked. What is open depends on how many people work there and not on the years, so there is the same of it
at every size.
"""

from itertools import islice
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection, models

from .customers import invented
from .filling import (
    BASE,
    DAY,
    NOW,
    YEAR,
    at_once,
    chance,
    count_to,
    day,
    day_of,
    fill,
    later,
    link,
    moment,
    numbers,
    one_of,
    reference,
    remember,
    run,
    seconds_ago,
    text,
    uuid,
    written,
)

OFFICERS, MANAGERS, TEAM, EXECUTIVES = 424, 50, 6, 6
FIRST_OFFICER = BASE + 1
FIRST_MANAGER = FIRST_OFFICER + OFFICERS
FIRST_OF_TEAM = FIRST_MANAGER + MANAGERS
FIRST_EXECUTIVE = FIRST_OF_TEAM + TEAM
TOGETHER = 2_000  # written with one statement

OPEN = 300  # incidents on which something is to be done
STANDING = 400  # restrictions
UNFINISHED = 20  # of whatever else waits for somebody: letters, appeals, proposals
FACTS = "They rang about the repair and shouted for some minutes. Asked to be calm, they went on. The call was ended after a warning."


def make(size: int) -> None:
    """As many incidents and as many contacts; a fifth as many customers, and a twentieth as many restrictions."""
    from incidents.contacts.models import Contact
    from incidents.models import Incident
    from restrictions.models import Restriction

    count_to(size)
    staff()
    with at_once():
        customers(size // 5)
        incidents(size, size // 5)
        contacts(size, size // 5)
        restrictions(size)
        letters(size)
        reviews(size)
        appeals(size)
        around(size)
    print({model.__name__: model.objects.count() for model in (Incident, Contact, Restriction)}, flush=True)


def staff() -> None:
    """500 with the accounts of the demonstration, and two who have just begun."""
    from cha_engagement.staff.models import Notice, StaffMember

    roles = {group.name: group for group in Group.objects.all()}
    teams = (
        ("Officer", FIRST_OFFICER, OFFICERS),
        ("Manager", FIRST_MANAGER, MANAGERS),
        ("Management Team", FIRST_OF_TEAM, TEAM),
        ("Executive Team", FIRST_EXECUTIVE, EXECUTIVES),
    )
    people, held = [], []
    for role, first, count in teams:
        for number in range(count):
            pk = first + number
            # An officer's line manager is one of the managers; theirs is of the Management Team.
            above = {"Officer": FIRST_MANAGER + number % MANAGERS, "Manager": FIRST_OF_TEAM + number % TEAM}
            people.append(
                StaffMember(
                    pk=pk,
                    username=f"{role.split()[0].lower()}.{number}",
                    password="!",  # noqa: S106 nobody signs in with it
                    first_name=f"{role.split()[0]} {number}",
                    last_name="Example",
                    line_manager_id=above.get(role),
                    deputy_id=first + (number + 1) % count if role == "Manager" else None,
                    away_until=NOW.date() if number % 20 == 3 else None,
                    is_active=number % 40 != 39,
                )
            )
            held.append((pk, roles[role]))
    for name, role in (("newcomer", "Officer"), ("new_executive", "Executive Team")):
        pk = BASE + len(people) + 1
        people.append(
            StaffMember(
                pk=pk,
                username=name,
                password="!",  # noqa: S106
                first_name=name.title(),
                line_manager=StaffMember.objects.get(username="manager"),
            )
        )
        held.append((pk, roles[role]))
    people.sort(key=lambda one: -one.pk)
    StaffMember.objects.bulk_create(people)
    given = StaffMember.groups.through
    given.objects.bulk_create(given(staffmember_id=pk, group=role) for pk, role in held)
    Notice.objects.bulk_create(
        Notice(recipient=person, text="Something waits.", path="/", sent_at=NOW)
        for person in StaffMember.objects.all()
        for _ in range(5)
    )


def named(username: str) -> str:
    from cha_engagement.staff.models import StaffMember

    return str(StaffMember.objects.get(username=username).pk)


def some_officer(salt: int, of: str = "n") -> str:
    return f"{FIRST_OFFICER} + {chance(salt, OFFICERS, of)}"


def some_manager(salt: int, of: str = "n") -> str:
    return f"{FIRST_MANAGER} + {chance(salt, MANAGERS, of)}"


def customers(count: int) -> None:
    from cha_engagement.customers import lookup_keys
    from cha_engagement.customers.models import Adjustment, Customer, Signposting
    from cha_engagement.organisation.models import AdviceOrganisation

    officer = int(named("officer"))
    some = invented(count)
    number = 0
    while batch := list(islice(some, TOGETHER)):
        for customer in batch:
            customer.pk = BASE + number
            # One in five hundred is assigned to the officer who has seen much, and one in seven to another.
            if number % 500 == 4:
                customer.assigned_to_id = officer
            elif number % 7 == 3:
                customer.assigned_to_id = FIRST_OFFICER + number // 7 % OFFICERS
            if number % 50 == 8:
                customer.cannot_use = ["phone"]
            number += 1
        models.QuerySet(Customer).bulk_create(batch)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO customers_lookupkey (customer_id, kind, key) VALUES (%s, %s, %s)",
                [
                    (one.pk, kind, key)
                    for one in batch
                    for kind, key in sorted(lookup_keys.customer_keys(one))
                ],
            )
    run(
        f"UPDATE customers_customer SET created_at = {moment(f'{seconds_ago(9 * 365)} + id % {8 * YEAR}')} WHERE id >= {BASE}"
    )
    remember(Customer, some_officer(1, "id"), ("add", 0, "1 = 1"))
    every = f"customers_customer WHERE id >= {BASE} AND id % "
    advice = str(AdviceOrganisation.objects.earliest("pk").pk)
    given = {
        "id": "id",
        "reference": reference("ADJ", "id"),
        "submission": uuid("id"),
        "customer": "id",
        "created_at": "created_at",
    }
    fill(
        Adjustment,
        f"{every} 10 = 3",
        **given,
        what=text("Text first."),
        agreed_on=day_of("created_at"),
        agreed_by=some_officer(2, "id"),
        ends_on=f"CASE id % 20 WHEN 3 THEN {day_of('created_at')} END",
    )
    fill(
        Signposting,
        f"{every} 20 = 5",
        **given | {"reference": reference("SGN", "id")},
        organisation=advice,
        on=day_of("created_at"),
        by=some_officer(3, "id"),
    )
    remember(Adjustment, "agreed_by_id", ("agree", 0, "1 = 1"))
    remember(Signposting, "by_id", ("signpost", 0, "1 = 1"))


def happened(size: int, salt: int) -> str:
    """When something was: over ten years, in the order of `n` but for some weeks; the last of them in the last ones."""
    begin, every = seconds_ago(3650), 3600 * DAY // size
    long_ago = f"{begin} + n * {every} + {chance(salt, 40 * DAY)}"
    lately = f"{seconds_ago(0)} - {chance(salt, 30 * DAY)} - {DAY}"
    return f"CASE WHEN n > {size - OPEN} THEN {lately} ELSE {long_ago} END"


def whose(size: int, count: int, salt: int, each: int) -> str:
    """Whom something is about: the first customer of as many as `each`, few of a quarter, and anybody of the rest."""
    few, anybody = chance(salt, max(count // 50, 1)), chance(salt, count)
    return (
        f"CASE WHEN n % {size // each} = 7 THEN {BASE} WHEN n % 4 = 0 THEN {BASE} + {few} "
        f"ELSE {BASE} + {anybody} END"
    )


CATEGORY = """CASE
    WHEN n % {third} = 9 THEN 'outside_influence'
    WHEN n % 100 < 1 THEN 'violence'
    WHEN n % 100 < 6 THEN 'other_threat'
    WHEN n % 100 < 20 THEN 'abuse'
    WHEN n % 100 < 25 THEN 'harassment'
    WHEN n % 200 = 50 THEN 'complaints_process'
    WHEN n % 100 < 40 THEN 'refusal'
    WHEN n % 100 < 70 THEN 'level_of_contact'
    ELSE 'unreasonable_demands' END"""
"""Three of one kind, whatever the size, and of others up to a third of all."""


def incidents(size: int, count: int) -> None:
    from cha_engagement.evidence.models import Evidence
    from incidents.conversations.models import Conversation
    from incidents.models import Assessment, Incident
    from incidents.restorative.models import RestorativeAction

    officer, settled = named("officer"), f"n <= {size - OPEN}"
    third = size // 3
    fill(
        Incident,
        numbers(size),
        customer=whose(size, count, 11, 60),
        reported_by=f"CASE n % 50 WHEN 11 THEN {officer} ELSE {some_officer(12)} END",
        entered_by=f"CASE n % 50 WHEN 11 THEN {officer} ELSE {some_officer(12)} END",
        assigned_to=f"CASE WHEN n % 100 = 12 THEN {officer} WHEN n % 5 = 3 THEN {some_officer(13)} END",
        occurred_at=moment(happened(size, 14)),
        created_at=moment(f"3600 + {happened(size, 14)}"),
        waiting_since=moment(f"3600 + {happened(size, 14)}"),
        channel=f"CASE WHEN n % {third} = 9 THEN 'training' ELSE {one_of(*map(text, ('phone', 'phone', 'office', 'email', 'home_visit')), salt=15)} END",
        facts=text(FACTS),
        warning="CASE n % 4 WHEN 1 THEN 'given' ELSE '' END",
        contact_ended="CASE n % 4 WHEN 1 THEN 'yes' ELSE 'no' END",
        how_ended="CASE n % 4 WHEN 1 THEN 'ended_call' ELSE '' END",
        is_complete=f"{settled} OR n % 5 <> 0",
        status=f"CASE WHEN {settled} THEN 'closed' WHEN n % 3 = 0 THEN 'with_manager' ELSE 'assessed' END",
        closed_at=f"CASE WHEN {settled} THEN {moment(f'{20 * DAY} + {happened(size, 14)}')} END",
        history_length=f"CASE WHEN {settled} THEN 3 WHEN n % 3 = 0 THEN 1 ELSE 2 END",
    )
    of = numbers(size)
    link(Incident, "categories", of, f"{BASE} + n", CATEGORY.format(third=third))
    link(Incident, "categories", numbers(size, "n % 5 = 2"), f"{BASE} + n", "'other'")
    link(Incident, "affected_staff", numbers(size, "n % 10 = 4"), f"{BASE} + n", some_officer(16))
    link(Incident, "witnesses", numbers(size, "n % 10 = 6"), f"{BASE} + n", some_officer(17))
    remember(
        Incident,
        "reported_by_id",
        ("log", 0, "1 = 1"),
        ("assess", 5 * DAY, "status <> 'with_manager'"),
        ("close", 15 * DAY, "status = 'closed'"),
    )
    history = Incident.history.model._meta.db_table
    link_history(
        Incident,
        "categories",
        f"{history} h JOIN incidents_incident_categories l ON l.incident_id = h.id AND h.event = 'log'",
    )
    fill(
        Assessment,
        f"{of} AND ({settled} OR n % 3 <> 0)",
        id=f"{BASE} + n",
        history_length="1",
        incident=f"{BASE} + n",
        by=some_manager(18),
        at=moment(f"{5 * DAY} + {happened(size, 14)}"),
        # Where one in 25 leads to active management there is a decision; where one in ten leads to a letter it was sent.
        outcome="CASE WHEN n % 25 = 0 THEN 'active_management' WHEN n % 10 = 3 THEN 'warning_letter' WHEN n % 5 = 1 THEN 'restorative' ELSE 'no_action' END",
        reasons=text("It was the first time."),
    )
    remember(Assessment, "by_id", ("", 0, "1 = 1"))
    held = f"n <= {size - 5 * UNFINISHED}"
    fill(
        Conversation,
        numbers(size, "n % 7 = 1"),
        incident=f"{BASE} + n",
        staff_member=some_officer(12),
        status=f"CASE WHEN {held} THEN 'held' ELSE 'open' END",
        held_by=f"CASE WHEN {held} THEN {some_manager(19)} END",
        held_at=f"CASE WHEN {held} THEN {moment(f'{DAY} + {happened(size, 14)}')} END",
        created_at=moment(f"3600 + {happened(size, 14)}"),
    )
    remember(Conversation, "held_by_id", ("open", 0, "1 = 1"), ("hold", DAY, "status = 'held'"))
    paused, to_do = "n % 20 = 1", f"n > {size - 20 * UNFINISHED}"
    fill(
        RestorativeAction,
        numbers(size, "n % 5 = 1"),
        customer=whose(size, count, 11, 60),
        incident=f"{BASE} + n",
        kind=f"CASE WHEN {paused} THEN 'contact_paused' ELSE {one_of(text('break_suggested'), text('expectations_set'), text('early_intervention'), salt=20)} END",
        by=some_officer(12),
        on=day(f"{6 * DAY} + {happened(size, 14)}"),
        what=text("Spoke with them about what had gone wrong."),
        outcome=one_of(text("restored"), text("partly"), text("not_restored"), salt=21),
        reengage_on=f"CASE WHEN {paused} THEN {day(f'{20 * DAY} + {happened(size, 14)}')} END",
        owner=f"CASE WHEN {paused} THEN {some_officer(12)} END",
        status=f"CASE WHEN {paused} AND {to_do} THEN 'to_do' WHEN {paused} THEN 'done' ELSE 'recorded' END",
        created_at=moment(f"{6 * DAY} + {happened(size, 14)}"),
    )
    remember(RestorativeAction, "by_id", ("record", 0, "1 = 1"))
    fill(
        Evidence,
        numbers(size, "n % 10 = 5"),
        file=text("evidence/nowhere"),
        original_name=text("screen.png"),
        content_type=text("image/png"),
        size="1000",
        sha256=text("0" * 64),
        summary=text("What they wrote"),
        uploaded_by=some_officer(12),
        created_at=moment(f"3600 + {happened(size, 14)}"),
    )
    link(Incident, "evidence", numbers(size, "n % 10 = 5"), f"{BASE} + n", f"{BASE} + n")
    remember(Evidence, "uploaded_by_id", ("add", 0, "1 = 1"))


def link_history(record: Any, name: str, source: str) -> None:
    """What rows of history were linked to: `h` is the row, `l` the link of its record."""
    kept: Any = record.history_writer.m2m_models[record._meta.get_field(name)]._meta
    theirs = record._meta.get_field(name).m2m_reverse_name()
    mine = record._meta.get_field(name).m2m_column_name()
    run(
        f"INSERT INTO {kept.db_table} (history_id, id, {mine}, {theirs}) SELECT h.history_id, l.id, h.id, l.{theirs} FROM {source} WHERE h.id > {BASE}"
    )


def contacts(size: int, count: int) -> None:
    from incidents.contacts.models import Contact

    fill(
        Contact,
        numbers(size),
        customer=whose(size, count, 31, 120),
        by=some_officer(32),
        occurred_at=moment(happened(size, 33)),
        created_at=moment(happened(size, 33)),
        channel=one_of(*map(text, ("phone", "phone", "office", "email", "letter")), salt=34),
        minutes=f"1 + {chance(35, 30)}",
        subject=text("The repair to the kitchen window"),
        same_issue=one_of(text("yes"), text("no"), salt=36),
        about="CASE n % 10 WHEN 3 THEN 'emergency' ELSE '' END",
    )
    remember(Contact, "by_id", ("log", 0, "1 = 1"))


def restrictions(size: int) -> None:
    """A decision for each 25th incident of those that are closed, restrictions under these, and what belongs to them."""
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
        ("needs_considered", "normal_operation", "training_need", "effect", "proportionality", "alternatives_considered"),
        text("We looked at it with care, and found nothing that would do."),
    )  # fmt: skip
    fill(
        ManagementDecision,
        "decided",
        customer="customer",
        by=some_manager(41),
        decided_at=later("at", 7 * DAY),
        created_at=later("at", 7 * DAY),
        basis=text("tried_and_failed"),
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
    remember(ManagementDecision, "by_id", ("decide", 0, "1 = 1"))

    count = size // 20
    run(
        "CREATE TEMPORARY TABLE restricted AS SELECT number.n, d.customer, d.at, d.incident, d.n AS decision, "
        f"CASE WHEN number.n > {count - STANDING} THEN 1 ELSE 0 END AS stands "
        f"FROM number JOIN decided d ON d.n = 1 + number.n % {most} WHERE number.n <= {count}"
    )
    run("CREATE UNIQUE INDEX restricted_n ON restricted (n)")
    ended = one_of(text("lifted"), text("expired"), text("lifted"), text("overturned"), salt=42)
    named_contact = f"(n % 5 = 2 AND n % {count // 3} <> 9)"
    fill(
        Restriction,
        "restricted",
        customer="customer",
        decision=f"{BASE} + decision",
        kind=f"CASE WHEN n % {count // 3} = 9 THEN 'complaints_process' WHEN {named_contact} THEN 'named_contact' ELSE 'channel' END",
        terms=written({"closed": ["phone"], "open": ["letter", "email"]}),
        named_contact=f"CASE WHEN {named_contact} THEN {FIRST_OFFICER} + n % 30 END",
        deputy=f"CASE WHEN {named_contact} THEN {FIRST_MANAGER} + n % 30 END",
        reason=text("You shouted at our colleagues on the phone."),
        starts_on=f"CASE WHEN stands = 1 THEN {day(f'{seconds_ago(60)} + n % 50 * {DAY}')} ELSE {day_of(later('at', 8 * DAY))} END",
        ends_on=f"CASE WHEN stands = 1 THEN {day(f'{seconds_ago(-90)} + n % 200 * {DAY}')} ELSE {day_of(later('at', 200 * DAY))} END",
        first_review_on=day_of(later("at", 90 * DAY)),
        review_months="3",
        easing_conditions=text("Three months of calm letters. Ask Customer Services."),
        staff_instruction=text("Answer in writing."),
        customer_notified_on=f"CASE WHEN n <= {count - UNFINISHED} THEN {day_of(later('at', 9 * DAY))} END",
        proposed_by=some_officer(43),
        imposed_by=some_manager(41),
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
        terms=written({"closed": ["phone"], "open": ["letter", "email"]}),
        reason=text("You shouted at our colleagues on the phone."),
        first_review_on=day(seconds_ago(0)),
        review_months="3",
        easing_conditions=text("Three months of calm letters."),
        staff_instruction=text("Answer in writing."),
        proposed_by=some_officer(44),
        created_at=moment(happened(count, 45)),
        status=f"CASE WHEN n > {count - 10 * UNFINISHED} THEN 'proposed' ELSE 'declined' END",
        status_reason=f"CASE WHEN n > {count - 10 * UNFINISHED} THEN '' ELSE {text('Too soon.')} END",
    )
    link(Restriction, "incidents", "restricted", f"{BASE} + n", "incident")
    link(Restriction, "incidents", "restricted WHERE n % 3 = 0", f"{BASE} + n", "incident - 1")
    held = "restricted JOIN evidence_evidence e ON e.id = restricted.incident"
    link(Restriction, "evidence", held, f"{BASE} + n", "e.id")
    remember(
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
        by=some_officer(46),
        read_at=later("at", 10 * DAY),
    )
    remember(ReadReceipt, "by_id", ("", 0, "1 = 1"))
    fill(
        Block,
        "restricted WHERE n % 10 = 3 AND stands = 0",
        restriction=f"{BASE} + n",
        target=text("somebody@mail.example"),
        status=text("unblocked"),
        blocked_by=some_manager(41),
        blocked_at=later("at", 9 * DAY),
        unblocked_by=some_manager(41),
        unblocked_at=later("at", 190 * DAY),
        created_at=later("at", 9 * DAY),
    )
    remember(
        Block, "blocked_by_id", ("", 0, "1 = 1"), ("block", DAY, "1 = 1"), ("unblock", 180 * DAY, "1 = 1")
    )
    suggested = f"n > {count - 10 * UNFINISHED}"
    fill(
        Breach,
        "restricted WHERE n % 10 = 4",
        restriction=f"{BASE} + n",
        contact=f"{BASE} + 20 * n - 7",
        why=text("They rang."),
        status=f"CASE WHEN {suggested} THEN 'suggested' ELSE {one_of(text('confirmed'), text('dismissed'), salt=47)} END",
        settled_by=f"CASE WHEN {suggested} THEN NULL ELSE {some_officer(48)} END",
        settled_at=f"CASE WHEN {suggested} THEN NULL ELSE {later('at', 30 * DAY)} END",
        created_at=later("at", 30 * DAY),
    )
    remember(Breach, "settled_by_id", ("", 0, "1 = 1"), ("confirm", DAY, "status = 'confirmed'"))
    now = f"n > {most - 10 * UNFINISHED}"
    fill(
        InterimMeasure,
        "decided WHERE n % 10 = 6",
        customer="customer",
        by=some_manager(49),
        staff_instruction=text("Two people at every visit."),
        reason=text("A threat was made this afternoon."),
        told=text("By phone, today."),
        starts_on=f"CASE WHEN {now} THEN {day(seconds_ago(3))} ELSE {day_of('at')} END",
        ends_on=f"CASE WHEN {now} THEN {day(seconds_ago(-30))} ELSE {day_of(later('at', 9 * DAY))} END",
        created_at=f"CASE WHEN {now} THEN {moment(seconds_ago(3))} ELSE {later('at', DAY)} END",
        status=f"CASE WHEN {now} THEN 'in_force' ELSE 'lapsed' END",
    )
    link(InterimMeasure, "incidents", "decided WHERE n % 10 = 6", f"{BASE} + n", "incident")
    remember(InterimMeasure, "by_id", ("set", 0, "1 = 1"), ("lapse", 9 * DAY, "status = 'lapsed'"))


LETTER = "Dear customer,\n\nWe write about what happened, and about what we expect. You can ask us about it.\n\nYours sincerely"


def write(source: str, number: str, *, kind: str, by: str, at: str, sent: bool = True, **more: str) -> None:
    """Letters that were sent, or wait for that."""
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


def letters(size: int) -> None:
    """About what we expect, where that was decided; about each decision; and about each restriction that has ended."""
    from cha_engagement.letters.models import Letter
    from incidents.models import Incident
    from restrictions.models import ManagementDecision, Restriction

    warned = f"number JOIN incidents_incident i ON i.id = {BASE} + n WHERE n <= {size - OPEN} AND n % 10 = 3"
    write(
        warned,
        "n",
        kind="expectations",
        by=some_manager(51),
        at=later("i.occurred_at", 8 * DAY),
        customer="i.customer_id",
    )
    link(Incident, "letters", numbers(size - OPEN, "n % 10 = 3"), f"{BASE} + n", f"{BASE} + n")
    told = f"{2 * size} + n"
    write(
        "decided",
        told,
        kind="restriction_decided",
        by=some_manager(41),
        at=later("at", 9 * DAY),
        customer="customer",
    )
    link(ManagementDecision, "letters", "decided", f"{BASE} + n", f"{BASE} + {told}")
    link(
        Restriction,
        "letters",
        f"restricted WHERE n <= {size // 20 - UNFINISHED}",
        f"{BASE} + n",
        f"{BASE} + {2 * size} + decision",
    )
    over, number = "restricted WHERE stands = 0", f"{3 * size} + n"
    write(
        over,
        number,
        kind="restriction_ended",
        by=some_manager(41),
        at=later("at", 195 * DAY),
        customer="customer",
    )
    link(Restriction, "letters", over, f"{BASE} + n", f"{BASE} + {number}")
    # What waits, and what was withdrawn.
    waits, number = f"decided WHERE n <= {5 * UNFINISHED}", f"{4 * size} + n"
    draft = {
        "status": text("draft"), "issued_by": "NULL", "issued_at": "NULL", "sha256": text(""), "pdf": text(""),
    }  # fmt: skip
    write(
        waits,
        number,
        kind="general",
        by=some_manager(52),
        at=moment(seconds_ago(3)),
        sent=False,
        customer="customer",
        **draft,
    )
    write(
        waits,
        f"{5 * size} + n",
        kind="general",
        by=some_manager(53),
        at=moment(seconds_ago(3)),
        sent=False,
        customer="customer",
    )
    void = {"status": text("void"), "void_reason": text("A mistake.")}
    write(
        "decided WHERE n % 10 = 1",
        f"{6 * size} + n",
        kind="general",
        by=some_manager(54),
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
    remember(Letter, "drafted_by_id", *events)


def reviews(size: int) -> None:
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
            held_by=some_manager(41),
            findings=text("Calm."),
            outcome=text("continue"),
            reasons=text("It goes on."),
            created_at=later("at", 8 * DAY),
        )
        write(
            "restricted",
            written_as,
            kind="review_outcome",
            by=some_manager(41),
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
    remember(Review, "held_by_id", ("", 0, "1 = 1"), ("hold", 90 * DAY, "status = 'held'"))


def appeals(size: int) -> None:
    """One against each tenth restriction, heard by one of the Executive Team or two, and acknowledged and answered by letter."""
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
        received_by=some_officer(62),
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
    link(Appeal, "panel", f"{heard} AND n % 100 = 0", f"{BASE} + n", named("executive"))
    for number, kind, after, source in (
        (10, "appeal_received", 14, of),
        (11, "appeal_outcome", 31, heard),
    ):
        written_as = f"{number * size} + n"
        write(source, written_as, kind=kind, by=executive, at=later("at", after * DAY), customer="customer")
        link(Appeal, "letters", source, f"{BASE} + n", f"{BASE} + {written_as}")
    events = (
        ("log", 0, "1 = 1"),
        ("acknowledge", 2 * DAY, "1 = 1"),
        ("decide", 18 * DAY, "status = 'decided'"),
    )
    remember(Appeal, "received_by_id", *events)
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


def around(size: int) -> None:
    """What was told to staff and read."""
    from cha_engagement.staff.models import Notice

    fill(
        Notice,
        numbers(size, "n % 2 = 0"),
        recipient=some_officer(71),
        text=text("An incident waits."),
        path=text("/"),
        created_at=moment(happened(size, 72)),
        sent_at=moment(happened(size, 72)),
        read_at=moment(happened(size, 72)),
    )
