"""The chain of a history, and what shows when somebody with the database in hand changes something."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cha_engagement.core.records import HistoryFault, find_history_faults, find_model_faults, history, writing
from incidents.enums import Category
from incidents.models import Incident
from tests.overwriting import overwrite_record, remove_record, remove_rows

from .logged import log_incident

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def incident(customer, officer):
    incident = log_incident(customer, officer, categories=[Category.ABUSE])
    writing.save_record(incident, by=officer, reason="Second", location="Desk")
    return writing.save_record(incident, by=officer, reason="Third", location="Stair")


@pytest.fixture
def rows(incident):
    return list(incident.history.order_by("sequence"))


def test_a_history_as_it_was_written_has_no_faults(incident):
    assert find_history_faults(incident) == []


def test_values_are_sealed_as_the_database_keeps_them(incident, officer, customer):
    summer = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/London"))
    writing.save_record(
        incident, by=officer, reason="Corrected", occurred_at=summer, customer_id=str(customer.pk)
    )
    assert find_history_faults(incident) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("facts", "Was polite."), ("location", ""), ("history_change_reason", "Mended"), ("status", "closed")],
)
def test_a_changed_value_is_found_by_the_name_of_its_field(incident, rows, field, value):
    overwrite_record(rows[1], **{field: value})
    assert find_history_faults(incident) == [HistoryFault(2, field)]


def test_a_value_that_was_put_where_none_was_is_found(incident, rows):
    overwrite_record(rows[0], request_made="Repair the lift.")
    assert find_history_faults(incident) == [HistoryFault(1, "request_made")]


def test_a_removed_link_is_found_by_the_name_of_its_field(incident, rows):
    rows[1].categories.all().delete()
    assert find_history_faults(incident) == [HistoryFault(2, "categories")]


def test_another_author_is_found(incident, rows, manager):
    overwrite_record(rows[1], history_user=manager)
    assert find_history_faults(incident) == [HistoryFault(2, "history_user")]


@pytest.mark.parametrize(("removed", "fault"), [(0, 1), (1, 2), (2, 3)])
def test_a_removed_row_is_found_by_its_number(incident, rows, removed, fault):
    remove_rows([rows[removed]])
    assert find_history_faults(incident)[0] == HistoryFault(fault)


def test_an_added_row_is_found(incident, rows):
    rows[1].pk = None
    rows[1].save(force_insert=True)
    assert find_history_faults(incident)[0] == HistoryFault(3)


@pytest.mark.parametrize("seals", [{}, [], {"facts": 1}, {"facts": ["salt", "digest"]}])
def test_changed_seals_are_found(incident, rows, seals):
    overwrite_record(rows[1], seals=seals)
    assert find_history_faults(incident) == [HistoryFault(2)]


def test_a_value_sealed_anew_is_found_by_its_row(incident, rows):
    rows[1].facts = "Was polite."
    values = history.row_values(rows[1], {})
    overwrite_record(rows[1], facts="Was polite.", seals=history.seal_values(values))
    assert find_history_faults(incident) == [HistoryFault(2)]


def test_a_record_that_does_not_say_what_its_history_says_last_is_found(incident):
    overwrite_record(incident, facts="Was polite.")
    Incident.categories.through.objects.filter(incident=incident).delete()
    assert find_history_faults(incident) == [HistoryFault(None, "facts"), HistoryFault(None, "categories")]


def test_a_record_whose_history_is_gone_is_found(incident, rows):
    for row in rows:
        row.categories.all().delete()
    remove_rows(rows)
    assert find_history_faults(incident) == [HistoryFault(1)]


def test_a_history_whose_record_is_gone_is_found(customer, officer):
    incident = log_incident(customer, officer)
    remove_record(incident)
    assert list(find_model_faults(Incident)) == [(incident.pk, HistoryFault(None))]


def test_faults_are_found_among_many_records_in_few_queries(officer, customer, django_assert_max_num_queries):
    incidents = [log_incident(customer, officer) for _ in range(5)]
    writing.save_record(incidents[2], by=officer, reason="Changed", location="Desk")
    overwrite_record(incidents[2].history.last(), facts="Was polite.")
    with django_assert_max_num_queries(3 + 2 * len(history.link_fields(Incident))):
        faults = list(find_model_faults(Incident))
    assert faults == [(incidents[2].pk, HistoryFault(1, "facts"))]


@pytest.mark.parametrize("name", ["facts", "location", "history_change_reason", "categories"])
def test_a_value_can_be_struck_out_and_the_chain_still_holds(incident, rows, name):
    writing.strike_out_value(rows[1], name)
    row = incident.history.get(sequence=2)
    assert not list(row.categories.all()) if name == "categories" else not getattr(row, name)
    assert row.seals[name][0] is None
    assert find_history_faults(incident) == []


def test_only_what_was_struck_out_is_believed_to_be_empty(incident, rows):
    writing.strike_out_value(rows[1], "facts")
    overwrite_record(rows[1], facts="Was polite.")
    assert find_history_faults(incident) == [HistoryFault(2, "facts")]


def test_equal_values_have_seals_that_nobody_can_compare(rows):
    assert rows[0].facts == rows[1].facts
    assert rows[0].seals["facts"] != rows[1].seals["facts"]


def test_a_value_that_cannot_be_empty_is_not_struck_out(rows):
    with pytest.raises(ValueError, match="occurred_at"):
        writing.strike_out_value(rows[1], "occurred_at")


@pytest.mark.parametrize("name", ["location", "request_made_on", "told_of_public_recording", "status"])
def test_a_field_that_comes_to_a_model_later_breaks_no_chain(customer, officer, monkeypatch, name):
    def earlier_values(row, keys, all_values=history.row_values):
        return {field: value for field, value in all_values(row, keys).items() if field != name}

    with monkeypatch.context() as earlier:
        earlier.setattr(history, "row_values", earlier_values)
        incident = log_incident(customer, officer)
    assert name not in incident.history.get().seals
    assert find_history_faults(incident) == []


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (HistoryFault(2, "facts"), "“facts” in row 2 of its history was changed"),
        (HistoryFault(2), "row 2 of its history was changed, removed or added"),
        (HistoryFault(None, "facts"), "“facts” is not what its history says last"),
        (HistoryFault(None), "is gone, its history is not"),
    ],
)
def test_a_fault_is_described_in_a_sentence(fault, sentence):
    assert str(fault) == sentence
