"""What the floors above and below say, put together for a page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse

from cha_engagement.core import hub
from cha_engagement.core.converters import ReferenceConverter
from cha_engagement.core.hub import Action, CardLine, SideBox
from cha_engagement.core.paging import Page, pages
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import annotate_flags
from cha_engagement.customers.queries import look_up_customers as find
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest

from .history import models_with_a_page

SECTIONS = {
    "stop": "Before anything else",
    "do": "Do",
    "dont": "Do not",
    "who": "What to know",
    "adjustment": "What helps them",
    "open": "Always open to them",
}
EVENTS_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class CardSection:
    """Some lines of a card under a heading. `code` is a section of `hub.CardLine`."""

    code: str
    title: str
    lines: list[CardLine]


@dataclass(frozen=True, slots=True)
class Card:
    """How to deal with a customer. `is_clear` when nothing was decided about them: deal with them as with anybody.

    `to_confirm` are references of what staff are asked to confirm that they have read.
    """

    sections: list[CardSection]
    is_clear: bool
    to_confirm: list[str]


def card(customer: Customer, reader: StaffMember | None = None) -> Card:
    # Each app says its lines before those that it rests on. Whether somebody lives, and whom to speak to, is read first of all.
    every = [line for source in reversed([*hub.card]) for line in source(customer)]
    if reader:
        every = [replace(line, text=line.to_reader.get(reader.pk, line.text)) for line in every]
    lines = said_once(every)
    sections = [
        CardSection(code, title, of_section)
        for code, title in SECTIONS.items()
        if (of_section := [line for line in lines if line.section == code])
    ]
    return Card(
        sections,
        is_clear=not any(line.section in {"stop", "do", "dont"} for line in lines),
        to_confirm=[line.to_confirm for line in every if line.to_confirm],
    )


def said_once(lines: Iterable[CardLine]) -> list[CardLine]:
    """What several records ask alike stands on the card once, for as long as the last of them."""
    kept: dict[tuple[str, str], CardLine] = {}
    for line in lines:
        same = kept.setdefault((line.section, line.text), line)
        if same.until and (line.until is None or line.until > same.until):
            kept[line.section, line.text] = line
    return list(kept.values())


def actions(customer: Customer, user: StaffMember) -> list[Action]:
    """The main one first; then what is done most, which comes from the lower floors."""
    begun = [action for source in reversed([*hub.customer_actions]) for action in source(customer, user)]
    return sorted(begun, key=lambda action: bool(action.kind))


def side_boxes(customer: Customer, user: StaffMember) -> list[SideBox]:
    return [box for source in hub.customer_side_boxes if (box := source(customer, user)).rows]


def timeline(request: StaffRequest, customer: Customer) -> Page:
    """What happened, newest first, as far as this user may see it."""
    sources = [source(customer, request.user) for source in hub.timeline]
    page = pages(request, sources, ("-row_at", "-row_key"), EVENTS_A_PAGE)
    next_url = page.next_url and f"{page.next_url}#timeline"
    return replace(page, rows=[event(row) for row in page.rows], next_url=next_url)


def event(row: dict[str, Any]) -> dict[str, Any]:
    kind = hub.event_kinds[row["row_kind"]]
    url = reverse(kind.url_name, args=[row["row_record"]]) if kind.url_name else ""
    # "Incident logged" need not be followed by "Logged".
    said = row["row_text"].lower() in kind.title.lower()
    return {
        "at": row["row_at"],
        "who": row["row_who"],
        "text": "" if said else row["row_text"],
        "title": kind.title,
        "url": url,
    }


def worklist(request: StaffRequest, today: date) -> Page:
    """What waits for this user: at once first, then by the day it falls due."""
    sources = [source(request.user, today) for source in hub.worklist]
    page = pages(request, sources, ("row_urgency", "row_due_on", "row_key"))
    return replace(page, rows=[task(row, today) for row in page.rows])


def task(row: dict[str, Any], today: date) -> dict[str, Any]:
    kind = hub.task_kinds[row["row_kind"]]
    return {
        "title": kind.title,
        "url": reverse(kind.url_name, args=[row["row_record"]]),
        "hint": " · ".join(filter(None, (row["row_customer_name"], row["row_record"], row["row_note"]))),
        "due": row["row_due_on"],
        "overdue": row["row_due_on"] < today,
        "tag": {"code": "at_once", "text": "At once"} if row["row_urgency"] == 0 else None,
    }


def look_up(text: str, user: StaffMember) -> list[Customer]:
    """Customers whom somebody may mean: by what is known of them, or by the reference of a record that this user may see.

    An issued letter may be in a customer's hand: its reference leads whoever deals with them to their card, though not to the letter.
    """
    reference = "-".join(re.findall(r"[0-9A-Z]+", text.upper()))
    model = models_with_a_page().get(reference[:3])
    if model in (None, Customer) or not re.fullmatch(ReferenceConverter.regex, reference):
        return find(text, user)
    record = model.objects.visible_to(user).filter(reference=reference).first()
    if record is None and model is Letter:
        record = Letter.objects.filter(reference=reference, status=LetterStatus.ISSUED).first()
    customer = getattr(record, "customer", None)
    # What is no record of theirs to see is nobody: not whoever has the same number, as “Rev” is a title too.
    return (
        list(annotate_flags(Customer.objects.visible_with_merged(user).filter(pk=customer.pk)))
        if customer
        else []
    )
