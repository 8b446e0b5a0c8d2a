"""The demonstration is the same however often it is made on a day: pictures and documents rest on it."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command

from cha_engagement.core.records import CaseRecord
from cha_engagement.customers.models import Customer
from cha_engagement.demo.demonstration import Demonstration
from cha_engagement.letters.models import Letter
from incidents.models import Incident
from restrictions.models import Restriction
from reviews.models import Appeal

from ..undoing import undone

RECORDS = [model for model in apps.get_models() if issubclass(model, CaseRecord)]
WORDS = {Customer: ["name"], Incident: ["facts"], Appeal: ["grounds"]}


@pytest.fixture
def only_a_third(monkeypatch):
    ordered_steps = Demonstration.ordered_steps
    monkeypatch.setattr(
        Demonstration, "ordered_steps", lambda self: ordered_steps(self)[: len(self.steps) // 3]
    )


def make_texts():
    """Make the demonstration, and return its texts by kind of record: each reference, the words of its history, facts and grounds."""
    with undone():
        call_command("demo", stdout=StringIO())
        return {
            model: [
                *model.history.order_by("history_id").values_list(
                    "reference", "history_change_reason", *WORDS.get(model, [])
                )
            ]
            for model in RECORDS
        }


@pytest.mark.long
@pytest.mark.django_db
def test_two_runs_on_a_day_make_the_same_demonstration(settings, only_a_third):
    settings.ENVIRONMENT = "demo"
    texts = make_texts()
    assert all(texts[model] for model in (Customer, Incident, Appeal, Restriction, Letter))
    assert make_texts() == texts
