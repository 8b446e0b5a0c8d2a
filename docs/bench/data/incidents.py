"""Make incidents with what stands on them, and contacts."""

from typing import Any

from ..filling import (
    BASE,
    DAY,
    chance,
    day,
    fill,
    link,
    moment,
    numbers,
    random_choice,
    run,
    text,
    write_history,
)
from .cases import OPEN, UNFINISHED, random_customer, random_moment
from .people import random_manager, random_officer, staff_id

FACTS = "They rang about the repair and shouted for some minutes. Asked to be calm, they went on. The call was ended after a warning."
RARE = " They named a quincunx."
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


def make_incidents(size: int, count: int) -> None:
    from cha_engagement.evidence.models import Evidence
    from incidents.conversations.models import Conversation
    from incidents.models import Assessment, Incident
    from incidents.restorative.models import RestorativeAction

    officer, settled = staff_id("officer"), f"n <= {size - OPEN}"
    third = size // 3
    fill(
        Incident,
        numbers(size),
        customer=random_customer(size, count, 11, 60),
        reported_by=f"CASE n % 50 WHEN 11 THEN {officer} ELSE {random_officer(12)} END",
        entered_by=f"CASE n % 50 WHEN 11 THEN {officer} ELSE {random_officer(12)} END",
        assigned_to=f"CASE WHEN n % 100 = 12 THEN {officer} WHEN n % 5 = 3 THEN {random_officer(13)} END",
        occurred_at=moment(random_moment(size, 14)),
        counts_from=moment(random_moment(size, 14)),
        created_at=moment(f"3600 + {random_moment(size, 14)}"),
        waiting_since=moment(f"3600 + {random_moment(size, 14)}"),
        channel=f"CASE WHEN n % {third} = 9 THEN 'training' ELSE {random_choice(*map(text, ('phone', 'phone', 'office', 'email', 'home_visit')), salt=15)} END",
        facts=f"CASE WHEN n = 777 THEN {text(FACTS + RARE)} ELSE {text(FACTS)} END",
        warning="CASE n % 4 WHEN 1 THEN 'given' ELSE '' END",
        contact_ended="CASE n % 4 WHEN 1 THEN 'yes' ELSE 'no' END",
        how_ended="CASE n % 4 WHEN 1 THEN 'ended_call' ELSE '' END",
        is_complete=f"{settled} OR n % 5 <> 0",
        status=f"CASE WHEN {settled} THEN 'closed' WHEN n % 3 = 0 THEN 'with_manager' ELSE 'assessed' END",
        closed_at=f"CASE WHEN {settled} THEN {moment(f'{20 * DAY} + {random_moment(size, 14)}')} END",
        history_length=f"CASE WHEN {settled} THEN 3 WHEN n % 3 = 0 THEN 1 ELSE 2 END",
    )
    of = numbers(size)
    link(Incident, "categories", of, f"{BASE} + n", CATEGORY.format(third=third))
    link(Incident, "categories", numbers(size, "n % 5 = 2"), f"{BASE} + n", "'other'")
    link(Incident, "affected_staff", numbers(size, "n % 10 = 4"), f"{BASE} + n", random_officer(16))
    link(Incident, "witnesses", numbers(size, "n % 10 = 6"), f"{BASE} + n", random_officer(17))
    write_history(
        Incident,
        "reported_by_id",
        ("log", 0, "1 = 1"),
        ("assess", 5 * DAY, "status <> 'with_manager'"),
        ("close", 15 * DAY, "status = 'closed'"),
    )
    history = Incident.history.model._meta.db_table
    copy_links_to_history(
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
        by=random_manager(18),
        at=moment(f"{5 * DAY} + {random_moment(size, 14)}"),
        # Where one in 25 leads to active management there is a decision; where one in ten leads to a letter it was sent.
        outcome="CASE WHEN n % 25 = 0 THEN 'active_management' WHEN n % 10 = 3 THEN 'warning_letter' WHEN n % 5 = 1 THEN 'restorative' ELSE 'no_action' END",
        reasons=text("It was the first time."),
    )
    write_history(Assessment, "by_id", ("", 0, "1 = 1"))
    held = f"n <= {size - 5 * UNFINISHED}"
    fill(
        Conversation,
        numbers(size, "n % 7 = 1"),
        incident=f"{BASE} + n",
        staff_member=random_officer(12),
        status=f"CASE WHEN {held} THEN 'held' ELSE 'open' END",
        held_by=f"CASE WHEN {held} THEN {random_manager(19)} END",
        held_at=f"CASE WHEN {held} THEN {moment(f'{DAY} + {random_moment(size, 14)}')} END",
        created_at=moment(f"3600 + {random_moment(size, 14)}"),
    )
    write_history(Conversation, "held_by_id", ("open", 0, "1 = 1"), ("hold", DAY, "status = 'held'"))
    paused, to_do = "n % 20 = 1", f"n > {size - 20 * UNFINISHED}"
    fill(
        RestorativeAction,
        numbers(size, "n % 5 = 1"),
        customer=random_customer(size, count, 11, 60),
        incident=f"{BASE} + n",
        kind=f"CASE WHEN {paused} THEN 'contact_paused' ELSE {random_choice(text('break_suggested'), text('expectations_set'), text('early_intervention'), salt=20)} END",
        by=random_officer(12),
        on=day(f"{6 * DAY} + {random_moment(size, 14)}"),
        what=text("Spoke with them about what had gone wrong."),
        outcome=random_choice(text("restored"), text("partly"), text("not_restored"), salt=21),
        reengage_on=f"CASE WHEN {paused} THEN {day(f'{20 * DAY} + {random_moment(size, 14)}')} END",
        owner=f"CASE WHEN {paused} THEN {random_officer(12)} END",
        status=f"CASE WHEN {paused} AND {to_do} THEN 'to_do' WHEN {paused} THEN 'done' ELSE 'recorded' END",
        created_at=moment(f"{6 * DAY} + {random_moment(size, 14)}"),
    )
    write_history(RestorativeAction, "by_id", ("record", 0, "1 = 1"))
    fill(
        Evidence,
        numbers(size, "n % 10 = 5"),
        file=text("evidence/nowhere"),
        original_name=text("screen.png"),
        content_type=text("image/png"),
        size="1000",
        sha256=text("0" * 64),
        summary=text("What they wrote"),
        uploaded_by=random_officer(12),
        created_at=moment(f"3600 + {random_moment(size, 14)}"),
    )
    link(Incident, "evidence", numbers(size, "n % 10 = 5"), f"{BASE} + n", f"{BASE} + n")
    write_history(Evidence, "uploaded_by_id", ("add", 0, "1 = 1"))


def copy_links_to_history(record: Any, name: str, source: str) -> None:
    """Copy the links of records to their rows of history: in `source`, `h` is the row and `l` the link of its record."""
    kept: Any = record.history_writer.m2m_models[record._meta.get_field(name)]._meta
    far_column = record._meta.get_field(name).m2m_reverse_name()
    near_column = record._meta.get_field(name).m2m_column_name()
    run(
        f"INSERT INTO {kept.db_table} (history_id, id, {near_column}, {far_column}) SELECT h.history_id, l.id, h.id, l.{far_column} FROM {source} WHERE h.id > {BASE}"
    )


def make_contacts(size: int, count: int) -> None:
    from incidents.contacts.models import Contact

    fill(
        Contact,
        numbers(size),
        customer=random_customer(size, count, 31, 120),
        by=random_officer(32),
        occurred_at=moment(random_moment(size, 33)),
        created_at=moment(random_moment(size, 33)),
        channel=random_choice(*map(text, ("phone", "phone", "office", "email", "letter")), salt=34),
        minutes=f"1 + {chance(35, 30)}",
        subject=text("The repair to the kitchen window"),
        same_issue=random_choice(text("yes"), text("no"), salt=36),
        about="CASE n % 10 WHEN 3 THEN 'emergency' ELSE '' END",
    )
    write_history(Contact, "by_id", ("log", 0, "1 = 1"))
