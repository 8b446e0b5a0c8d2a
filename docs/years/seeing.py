"""See what a morning leaves: how much waits for whom, who was written to, what nobody could take and what went unsaid."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cha_engagement.customers.models import Customer
from cha_engagement.desk.chasing import Morning, key_of, people_at_work
from cha_engagement.desk.models import ChasedTask, TaskRow
from cha_engagement.desk.queries import customer_card
from cha_engagement.desk.waiting import waiting_tasks
from cha_engagement.organisation.calendar import is_working_day, start_of_day, today
from cha_engagement.staff.models import Email, Notice
from incidents.models import Incident
from incidents.queries import undecided_threats
from restrictions.enums import InterimEvent, RestrictionEvent
from restrictions.models import InterimMeasure, Restriction

LAPSES: dict[Any, str] = {InterimMeasure: InterimEvent.LAPSE, Restriction: RestrictionEvent.EXPIRE}
"""What ends by itself, by its model: the event of that."""


@dataclass
class Seen:
    """What was seen on the mornings until now."""

    lists: dict[int, dict[str, Counter[str]]] = field(default_factory=dict)
    """On a day counted from the first, for each role how much waits for whoever of it has most: `all`, of it `late`, of it `at once`."""
    emails: dict[date, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """How many emails each person was sent on a day, by their username."""
    nobodys: dict[int, Counter[str]] = field(default_factory=dict)
    """On a day counted from the first, what waits with nobody, by its kind."""
    unsaid: Counter[str] = field(default_factory=Counter)
    """What somebody could do and is late, but was said to nobody, by its kind: once for each morning."""
    lapsed: list[tuple[date, str, bool]] = field(default_factory=list)
    """What lapsed or ended by itself, and whether anybody was told ahead."""
    said_to_lapse: set[int] = field(default_factory=set)
    """The interim measures of which somebody was told on a morning that they lapse."""
    warnings: set[int] = field(default_factory=set)
    warnings_gone: list[tuple[date, str]] = field(default_factory=list)
    """Incidents whose warning went off the card though nobody had decided on them."""
    passed_days: Counter[str] = field(default_factory=Counter)
    """Lines of a card whose day has passed: once for each morning."""
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def look(self, day: date) -> None:
        self.look_at_emails(day)
        self.look_for_unsaid(day)
        self.look_for_lapsed(day)
        self.look_at_cards(day)

    def look_at_emails(self, day: date) -> None:
        """Count what waits to be sent, and take it as sent."""
        for username in Email.objects.values_list("notice__recipient__username", flat=True):
            self.emails[day][username] += 1
        Email.objects.all().delete()

    def look_for_unsaid(self, day: date) -> None:
        if not is_working_day(day):
            return
        asked = Morning(day).asked
        said = {key_of(chased) for chased in ChasedTask.objects.exclude(first_said_on=None)}
        late = TaskRow.objects.filter(due_on__lt=day)
        self.unsaid.update(task.kind for task in late if asked.get(task.pk) and key_of(task) not in said)

    def look_for_lapsed(self, day: date) -> None:
        said = ChasedTask.objects.filter(kind="interim.decide").exclude(first_said_on=None)
        self.said_to_lapse.update(said.values_list("record", flat=True))
        for model, event in LAPSES.items():
            ended = model.history.filter(event=event, history_date__gte=start_of_day(day))
            for key, reference in ended.values_list("id", "reference"):
                told = Notice.objects.filter(
                    reference=reference,
                    created_at__gte=start_of_day(day - timedelta(days=7)),
                    created_at__lt=start_of_day(day),
                )
                is_said = model is InterimMeasure and key in self.said_to_lapse
                self.lapsed.append((day, reference, is_said or told.exists()))

    def look_at_cards(self, day: date) -> None:
        standing = set(undecided_threats().values_list("pk", flat=True))
        for incident in Incident.objects.filter(pk__in=self.warnings - standing, decisions=None):
            since = start_of_day(day - timedelta(days=1))
            if not incident.history.filter(history_date__gte=since, history_user__isnull=False).exists():
                self.warnings_gone.append((day, incident.reference))
        self.warnings = standing
        for customer in Customer.objects.filter(merged_into=None):
            for part in customer_card(customer).parts:
                self.passed_days.update(line.text for line in part.lines if line.until and line.until < day)

    def count_lists(self, number: int) -> None:
        roles: dict[str, Counter[str]] = defaultdict(Counter)
        now = timezone.now()
        for person in people_at_work():
            tasks = list(waiting_tasks(person))
            count = Counter(
                {
                    "all": len(tasks),
                    "late": sum(task.due_on < today() for task in tasks),
                    "at once": sum(bool(task.urgent_from and task.urgent_from <= now) for task in tasks),
                }
            )
            for role in person.groups.values_list("name", flat=True):
                roles[role] = max(roles[role], count, key=lambda counted: counted["all"])
        self.lists[number] = dict(roles)
        kinds = ChasedTask.objects.exclude(nobody_since=None).values_list("kind", flat=True)
        self.nobodys[number] = Counter(kinds)
