"""Everything that other apps contribute to the pages of the desk, put together."""

from calendar import day_name, month_name
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.interfaces import desks
from cha_engagement.core.paging import Page, paginate
from cha_engagement.core.statements import kept_answer, kept_rows
from cha_engagement.customers.enums import ActionGroup, CardSection, CustomerTab, EventGroup
from cha_engagement.customers.interfaces import (
    Action,
    CardLine,
    CustomerPage,
    EventKind,
    SideBox,
    event_kinds,
    event_sources,
)
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import household_members, join_summaries
from cha_engagement.organisation import calendar
from cha_engagement.staff.interfaces import TaskKind, task_kinds
from cha_engagement.staff.models import StaffMember
from cha_engagement.staff.requests import StaffRequest

from .events import keep_visible_events, models_seen_in_part
from .models import ChasedTask, Event, TaskRow
from .rules import may_hand_over_tasks, may_see_what_nobody_does, may_see_work_of_others, may_view_history
from .waiting import Deadline, Whose, deadlines_of_others, people_asked, tasks_able, waiting_deadlines

LIMITING = (CardSection.STOP, CardSection.DO, CardSection.DONT)
EVENTS_PER_PAGE = 20
MOST_LOADS = 12
"""Colleagues of whom it is said how much they have: those who have most."""


@dataclass(frozen=True, slots=True)
class CardPart:
    """Some lines of a card under the heading of their section."""

    section: CardSection
    lines: list[CardLine]


MOST_SUMMARIES = 3
"""Of what applies, above each page about a customer: more than these would push all else down on a phone."""


@dataclass(frozen=True, slots=True)
class Card:
    """A customer card. It `is_clear` where nothing was decided about them: deal with them as with anybody.

    `to_confirm` are references of what staff are asked to confirm that they have read; none where its reader has. `summaries` are what
    applies in a few words each, the worst first.
    """

    parts: list[CardPart]
    is_clear: bool
    to_confirm: list[str]
    summaries: list[str]

    @property
    def short_summary(self) -> str:
        """Return all that applies in one line: "Phone closed to 28 Feb · through Iain Drummond"."""
        return join_summaries(self.summaries)

    @property
    def shortest_summary(self) -> str:
        """Return the worst of it, which fits on a phone; `count_left_out` says how much more the card has."""
        return join_summaries(self.summaries[:MOST_SUMMARIES])

    @property
    def count_left_out(self) -> int:
        return len(self.summaries[MOST_SUMMARIES:])


def customer_card(customer: Customer, reader: StaffMember | None = None) -> Card:
    # Each app says its lines before those that it rests on. Whether somebody lives, and whom to speak to, is read first of all.
    all_lines = [line for desk in reversed(desks(CustomerPage)) for line in desk.card_lines(customer)]
    if reader:
        own_lines = [replace(line, text=line.to_reader.get(reader.pk, line.text)) for line in all_lines]
        all_lines = [
            line for line in own_lines if line.text and line.names_customer not in reader.closed_customers
        ]
    to_confirm = [line.to_confirm for line in all_lines if line.to_confirm]
    if not (to_confirm and reader and is_unread(customer, reader)):
        to_confirm = []
    lines = merge_lines(all_lines)
    parts = [
        CardPart(section, section_lines)
        for section in CardSection
        if (section_lines := [line for line in lines if line.section == section])
    ]
    return Card(
        parts,
        is_clear=not any(line.section in LIMITING for line in lines),
        to_confirm=to_confirm,
        summaries=list(dict.fromkeys(line.short_summary for line in all_lines if line.short_summary)),
    )


def card_to_act_by(customer: Customer, reader: StaffMember) -> Card:
    """Return what a card says to do and not to do, without the rest: it stands beside a form about dealing with them."""
    card = customer_card(customer, reader)
    parts = [part for part in card.parts if part.section in LIMITING]
    return replace(card, parts=parts, to_confirm=[])


def card_of_closed_case(customer: Customer, reader: StaffMember) -> Card:
    """Return the instructions alone of a card, for whoever may not read the case. Beyond the policy: B33."""
    card = customer_card(customer, reader)
    parts = [part for part in card.parts if part.section != CardSection.WHO]
    return replace(card, parts=parts, to_confirm=[])


def is_unread(customer: Customer, reader: StaffMember) -> bool:
    return any(desk.is_card_unread(customer, reader) for desk in desks(CustomerPage))


def note_lacking(customer: Customer) -> None:
    """Find out at once which of the records that few customers have a customer lacks."""
    names = {name for desk in desks(CustomerPage) for name in desk.rare_records}
    customer.lacking = names.difference(name for (name,) in kept_rows(names_of_rare_records, customer.pk))


def names_of_rare_records(customer: int) -> QuerySet[Any]:
    names = [
        records(customer).order_by().values_list(Value(name, TextField()))
        for desk in desks(CustomerPage)
        for name, records in desk.rare_records.items()
    ]
    return names[0].union(*names[1:])


def merge_lines(lines: Iterable[CardLine]) -> list[CardLine]:
    """Merge equal lines of several records into one, which stands for as long as the last of them."""
    merged: dict[tuple[str, str], CardLine] = {}
    for line in lines:
        same = merged.setdefault((line.section, line.text), line)
        if same.until and (line.until is None or line.until > same.until):
            merged[line.section, line.text] = line
    return list(merged.values())


def household(customer: Any, reader: StaffMember) -> list[Customer]:
    """Return the others in a customer's household whose case is not closed to a reader; nobody is looked for where none can be."""
    if not customer.household_of_id and customer.lacks("household"):
        return []
    members = household_members(customer).leave_out_closed(reader)
    return list(members.only("reference", "name", "deceased_on"))


def customer_actions(customer: Customer, user: StaffMember) -> list[Action]:
    """Return the actions that this user may begin: the main one first, then those done most, which lower apps give."""
    actions = [
        action for desk in reversed(desks(CustomerPage)) for action in desk.customer_actions(customer, user)
    ]
    if not may_view_history(user, customer):
        url = reverse("history", args=["customers", customer.reference])
        actions.append(Action("History of their details", url, group=ActionGroup.RECORD))
    return sorted(actions, key=lambda action: bool(action.kind))


def side_boxes(customer: Customer, user: StaffMember, tab: CustomerTab) -> list[SideBox]:
    """Return the boxes of a tab, those of lower apps first."""
    return [
        box
        for desk in reversed(desks(CustomerPage))
        for box in desk.side_boxes(customer, user, tab)
        if box.rows
    ]


def timeline_page(
    request: StaffRequest, customer: Customer, *, size: int = EVENTS_PER_PAGE, group: EventGroup | None = None
) -> Page:
    """Return a page of what happened, newest first and of one group where it is given, as far as this user may see it."""
    user = request.user
    models = kept_answer(models_seen_in_part, user)
    reader = user.narrow_to_customer(customer.pk)
    keep_visible = partial(keep_visible_events, user=reader, models=models) if models else None
    shown = ("at", "model", "record", "history", "event", "reference", "text")
    names = ("by__username", "by__first_name", "by__last_name")
    events = Event.objects.filter(customer=customer)
    if group:
        events = events.filter(model__in=models_of_group(group))
    page = paginate(
        request,
        # Rows, not instances: many are read for the few that are shown.
        events.values_list(*shown, *names, named=True),
        ("-at", "-model", "-history"),
        size,
        keep_visible=keep_visible,
    )
    kinds = event_kinds()
    return replace(page, rows=[event_item(event, kinds) for event in page.rows])


def models_of_group(group: EventGroup) -> list[str]:
    """Return the labels of the models whose events stand in a group."""
    return list({source.model._meta.label_lower for source in event_sources() if source.group == group})


def event_kind_key(event: Any) -> str:
    """Return the key of a row's kind in `event_kinds()`, such as `incident.assess`."""
    return f"{event.model.partition('.')[2]}.{event.event}"


def event_item(event: Any, kinds: Mapping[str, EventKind]) -> dict[str, Any]:
    kind = kinds[event_kind_key(event)]
    by = StaffMember(
        username=event.by__username or "The daily job",
        first_name=event.by__first_name or "",
        last_name=event.by__last_name or "",
    )
    # "Incident logged" need not be followed by "Logged".
    is_in_title = event.text.lower() in kind.title.lower()
    return {
        "at": event.at,
        "model": event.model,
        "event": event.event,
        "record": event.record,
        "history": event.history,
        "who": by,
        "text": "" if is_in_title else event.text,
        "title": kind.title,
        "url": reverse(kind.url_name, args=[event.reference]) if kind.url_name else "",
    }


class WorkSection(StrEnum):
    """A heading of My work, in their order."""

    NOW = "Now"
    TODAY = "Today"
    THIS_WEEK = "This week"
    LATER = "Later"


def work_section(deadline: Deadline, today: date) -> WorkSection:
    """Return below which heading a task stands. A week ends with its Sunday; what is overdue is for today."""
    if deadline.urgent_from and deadline.urgent_from <= timezone.now():
        return WorkSection.NOW
    if deadline.due_on <= today:
        return WorkSection.TODAY
    return WorkSection.THIS_WEEK if deadline.due_on <= sunday_of(today) else WorkSection.LATER


def sunday_of(day: date) -> date:
    """Return the last day of a day's week."""
    return day + timedelta(days=6 - day.weekday())


def turn_of_task(today: date) -> Case:
    """Return an expression for when it is a task's turn: dangers, what else cannot wait, then by `WorkSection`, what is only tidying last in each."""
    now = timezone.now()
    tidying = [code for code, kind in task_kinds().items() if kind.chasing.tidying]
    turns = [
        ~Q(danger="") & Q(urgent_from__lte=now),
        Q(urgent_from__lte=now),
        Q(due_on__lte=today) & ~Q(kind__in=tidying),
        Q(due_on__lte=today),
        Q(due_on__lte=sunday_of(today)) & ~Q(kind__in=tidying),
        Q(due_on__lte=sunday_of(today)),
        ~Q(kind__in=tidying),
    ]
    whens = [When(turn, then=Value(number)) for number, turn in enumerate(turns)]
    return Case(*whens, default=Value(len(turns)))


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits for one person by name: in all, of it late, and of it what cannot wait."""

    person: StaffMember
    count: int
    late: int
    at_once: int


@dataclass(frozen=True, slots=True)
class WorkOfOthers:
    """What waits for others: each task by its key, those for whom it waits by name, and how much each of them has, who has most first.

    `shown` is the one person whose tasks alone are shown, where one was chosen. `unowned_count` wait for nobody by name.
    """

    deadlines: Mapping[int, Deadline]
    asked: Mapping[int, list[StaffMember]]
    loads: Sequence[Load]
    unowned_count: int
    shown: StaffMember | None


def work_of_others(user: StaffMember, whose: Whose, chosen: str, today: date) -> WorkOfOthers:
    """Return what waits for others; of the person with the `chosen` username alone, where something waits for them."""
    deadlines = deadlines_of_others(user, whose)
    keys = people_asked(user, deadlines)
    people = StaffMember.objects.in_bulk({key for several in keys.values() for key in several})
    asked = {task: [people[key] for key in several] for task, several in keys.items()}
    shown = next((person for person in people.values() if person.username == chosen), None)
    loads, unowned_count = loads_of(deadlines, asked, today), len(deadlines.keys() - asked.keys())
    if shown:
        deadlines = {task: deadline for task, deadline in deadlines.items() if shown in asked.get(task, [])}
    return WorkOfOthers(deadlines, asked, loads, unowned_count, shown)


def loads_of(
    deadlines: Mapping[int, Deadline], asked: Mapping[int, list[StaffMember]], today: date
) -> list[Load]:
    now = timezone.now()
    by_person: dict[StaffMember, list[Deadline]] = {}
    for task, people in asked.items():
        for person in people:
            by_person.setdefault(person, []).append(deadlines[task])
    loads = [
        Load(
            person,
            len(several),
            sum(deadline.due_on < today for deadline in several),
            sum(bool(deadline.urgent_from and deadline.urgent_from <= now) for deadline in several),
        )
        for person, several in by_person.items()
    ]
    loads.sort(key=lambda load: (-load.at_once, -load.late, -load.count, str(load.person)))
    return loads[:MOST_LOADS]


def worklist_page(request: StaffRequest, today: date, others: WorkOfOthers | None = None) -> Page:
    """Return a page of the tasks that wait: at once first, dangers before others, then by the day on which they fall due, what is only tidying last.

    Each says below which heading it stands, and how many stand there on all pages; one that waits for `others`, for whom by name.
    """
    is_mine = others is None
    deadlines = waiting_deadlines(request) if others is None else others.deadlines
    counts = Counter(work_section(deadline, today) for deadline in deadlines.values())
    shown = ("pk", "kind", "record", "reference", "name", "danger", "note", "urgent_from")
    # Rows, not instances: each would be three.
    tasks = (
        TaskRow.objects.filter(pk__in=deadlines)
        .annotate(turn=turn_of_task(today))
        .values_list(
            *shown,
            "customer__name",
            "customer__reference",
            "note_about__first_name",
            "note_about__last_name",
            "turn",
            "due_on",
            named=True,
        )
    )
    page = paginate(request, tasks, ("turn", "due_on", "kind", "record"))
    kinds = task_kinds()
    asked = {} if others is None else others.asked
    able = set()
    if not may_hand_over_tasks(request.user):
        able = tasks_able(request.user, [task.pk for task in page.rows])
    rows = []
    for task in page.rows:
        section = work_section(deadlines[task.pk], today)
        heading = {
            "title": section.value,
            "count": counts[section],
            "cannot_wait": section == WorkSection.NOW,
        }
        item = task_item(task, kinds[task.kind], today, asked.get(task.pk, [])) | {"section": heading}
        if task.pk in able:
            text = "Hand over" if is_mine else "Take or hand over"
            item["hand_over"] = {"url": reverse("task_hand_over", args=[task.pk]), "text": text}
        rows.append(item)
    return replace(page, rows=rows)


def work_tabs(user: StaffMember, current: Whose) -> list[dict[str, Any]]:
    """Return the pages of work that a reader may open; none where there is only their own."""
    if may_see_work_of_others(user):
        return []
    pages = {Whose.MINE: ("Mine", "home"), Whose.TEAM: ("My team’s", "work_of_team")}
    pages |= {Whose.EVERYBODY: ("Everybody’s", "work_of_everybody")}
    return [
        {"title": title, "url": reverse(name), "current": whose == current}
        for whose, (title, name) in pages.items()
    ]


def task_in_words(task: TaskRow) -> str:
    """Return what a task is and about whom: "Hold the review: Duncan McAllister"."""
    who = (task.customer.name if task.customer else task.name) or task.note_about or task.reference
    return f"{task_kinds()[task.kind].title}: {who}"


def waiting_with_nobody() -> QuerySet[Any]:
    """Return what nobody could do who was there this morning, each with since when."""
    chased = ChasedTask.objects.filter(kind=OuterRef("kind"), record=OuterRef("record"))
    tasks = TaskRow.objects.annotate(nobody_since=Subquery(chased.values("nobody_since")[:1]))
    return tasks.filter(nobody_since__isnull=False)


def count_of_nobody(user: StaffMember) -> int | None:
    """Return how much waits with nobody; None for whoever is not shown it."""
    return None if may_see_what_nobody_does(user) else waiting_with_nobody().count()


def tasks_of_nobody(reader: StaffMember) -> list[dict[str, Any]]:
    """Return what waits with nobody, the longest first: what it is, since when, and its reference where its case is not closed to the reader."""
    waiting = waiting_with_nobody().order_by("nobody_since", "due_on", "pk")
    kinds = task_kinds()
    return [
        {
            "title": kinds[task.kind].title,
            "reference": "" if task.customer_id in reader.closed_customers else task.reference,
            "due_on": task.due_on,
            "since": task.nobody_since,
        }
        for task in waiting
    ]


def task_item(task: Any, kind: TaskKind, today: date, asked: Iterable[StaffMember] = ()) -> dict[str, Any]:
    """Return what a line of My work shows. What cannot wait says how long it has waited, everything else by when it is due."""
    # Where nobody else is named, it is the colleague whom it is about.
    who = task.customer__name or task.name
    first_name, last_name = task.note_about__first_name or "", task.note_about__last_name or ""
    note = " · ".join(filter(None, (task.note, first_name if who else "")))
    names = ", ".join(person.first_name or person.username for person in asked)
    for_whom = f"For {names}" if names else ""
    is_urgent = task.turn < 2
    return {
        "title": kind.title,
        "who": who or f"{first_name} {last_name}".strip(),
        "url": kind.url(task.reference, task.customer__reference),
        "danger": task.danger,
        "hint": " · ".join(filter(None, (for_whom, note, task.reference))),
        "due": task.due_on,
        "when": waited_in_words(task.urgent_from) if is_urgent else due_in_words(task.due_on, today),
        "overdue": task.due_on < today,
        "tag": {"code": "at_once", "text": "At once"} if is_urgent else None,
    }


def waited_in_words(since: datetime) -> str:
    """Return since when something that cannot wait has waited, as people say it: "Waiting since 14:05", "Waiting since Friday 4 December"."""
    local = timezone.localtime(since)
    if local.date() == calendar.today():
        return f"Waiting since {local:%H:%M}"
    return f"Waiting since {day_in_words(local.date(), calendar.today())}"


def due_in_words(due: date, today: date) -> str:
    """Return a day of My work as people say it: "Due tomorrow", "Due on Friday 4 December", "Was due 4 days ago"."""
    days = (due - today).days
    if days < 0:
        return "Was due yesterday" if days == -1 else f"Was due {-days} days ago"
    if days < 2:
        return "Due tomorrow" if days else "Due today"
    return f"Due on {day_in_words(due, today)}"


def day_in_words(day: date, today: date) -> str:
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day_name[day.weekday()]} {day.day} {month_name[day.month]}{year}"
