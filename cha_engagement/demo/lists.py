"""Filters that people of the demonstration have saved, and lists that they took away as files."""

from functools import partial

from django.http import QueryDict

from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.demo.staff import person
from cha_engagement.lists import actions
from cha_engagement.lists.interfaces import list_definitions

SAVED_FILTERS = (
    ("manager", "incidents", "Threats and abuse to decide on", "status=with_manager&zero_tolerance=on"),
    ("manager", "reviews", "Due in two weeks", "within=14"),
    ("officer", "incidents", "What I reported", "reported_by=on"),
)
EXPORTS = (("manager", "restrictions", "status=imposed"), ("ccsm", "incidents", ""))


def plan(demonstration: Demonstration) -> None:
    for username, code, name, query in SAVED_FILTERS:
        demonstration.plan(20, "09:10", partial(save_filter, username, code, name, query))
    for username, code, query in EXPORTS:
        demonstration.plan(4, "16:10", partial(export_list, username, code, query))


def save_filter(username: str, code: str, name: str, query: str) -> None:
    actions.save_filter(name=name, query=query, definition=list_definitions()[code], by=person(username))


def export_list(username: str, code: str, query: str) -> None:
    definition, user = list_definitions()[code], person(username)
    list_filter = definition.filter_class(QueryDict(query), user=user)
    actions.export_list(definition=definition, list_filter=list_filter, by=user)
