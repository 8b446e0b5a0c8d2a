"""Several windows of one person, on SQLite and PostgreSQL alike."""

import pytest
from django.db import connection

from cha_engagement.lists import actions, rules
from cha_engagement.lists.interfaces import list_definitions
from cha_engagement.lists.models import SavedFilter
from tests.threads import run_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.beyond("B19"), pytest.mark.database]


def save_filter(client, name):
    return client.post("/lists/incidents/keep/?status=closed", {"name": name}).status_code


def test_of_five_at_once_for_the_last_place_one_takes_it(signed_in, manager):
    for number in range(rules.MOST_FILTERS - 1):
        definition = list_definitions()["incidents"]
        actions.save_filter(
            name=f"Filter {number}", query="status=with_manager", definition=definition, by=manager
        )
    clients = [signed_in(manager) for _ in range(5)]
    connection.close()
    answers = run_at_once(5, lambda number: save_filter(clients[number], f"New {number}"))
    assert sorted(answers) == [302, 422, 422, 422, 422]
    assert SavedFilter.objects.count() == rules.MOST_FILTERS


def test_sent_five_times_at_once_a_filter_is_saved_once(signed_in, manager):
    clients = [signed_in(manager) for _ in range(5)]
    connection.close()
    assert run_at_once(5, lambda number: save_filter(clients[number], "Closed")) == [302] * 5
    assert SavedFilter.objects.count() == 1
