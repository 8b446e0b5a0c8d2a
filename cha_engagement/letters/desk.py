from collections.abc import Iterable, Iterator

from cha_engagement.core.interfaces import DailyJobs
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.interfaces import Action, CustomerPage, CustomerRules, Limit, Searches
from cha_engagement.customers.models import Customer
from cha_engagement.lists.interfaces import Lists
from cha_engagement.staff.interfaces import OpenRecord, OpenWork, Tasks
from cha_engagement.staff.models import StaffMember

from . import card, daily, letters, search, tasks, timeline
from .interfaces import LetterKinds
from .lists import LETTERS
from .queries.open_work import open_work
from .rules.merging import check_customer_of_letters


class Desk(CustomerPage, CustomerRules, Searches, LetterKinds, Lists, Tasks, OpenWork, DailyJobs):
    kinds_of_open_work = (tasks.TaskCode.FINISH_LETTER, tasks.TaskCode.SEND_LETTER)
    event_kinds = timeline.EVENT_KINDS
    event_sources = timeline.EVENT_SOURCES
    search_sources = search.SEARCH_SOURCES
    task_kinds = tasks.TASK_KINDS
    task_sources = tasks.TASK_SOURCES
    task_links = tasks.TASK_LINKS
    letter_kinds = (letters.GENERAL_LETTER,)
    lists = (LETTERS,)
    daily_jobs = (daily.sweep_letters,)

    def customer_actions(self, customer: Customer, user: StaffMember) -> list[Action]:
        return card.letter_action(customer, user)

    def check_contradictions(self, customer: Customer) -> list[Refusal]:
        return check_customer_of_letters(customer)

    def find_limits(self, text: str) -> Iterator[Limit]:
        return letters.find_limits(text)

    def open_work(
        self, person: StaffMember, reader: StaffMember, *, is_absence: bool
    ) -> Iterable[OpenRecord]:
        return open_work(person, reader)
