"""The table of a list says the values that its file has, in words."""

from datetime import UTC, date, datetime

import pytest

from cha_engagement.lists.interfaces import Column, field_column, list_definitions
from cha_engagement.lists.queries import table_cells
from restrictions.enums import RestrictionStatus
from restrictions.models import Restriction


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 7, 1), "1 July 2026"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026 at 12:30am"),
        ("Phone", "Phone"),
        ("", "Nobody yet"),
        (None, "Nobody yet"),
    ],
)
def test_a_cell_says_its_value_in_words(value, words):
    ((cell,),) = table_cells([Column("Who", lambda row: row, blank="Nobody yet")], [value])
    assert cell.words == words


def test_a_cell_leads_where_its_column_says():
    columns = [
        Column("Here", str, url=lambda row: f"/{row}/"),
        Column("Nowhere", str, url=lambda row: ""),
        Column("Text", str),
    ]
    ((here, nowhere, text),) = table_cells(columns, ["kelp"])
    assert (here.url, nowhere.url, text.url) == ("/kelp/", "", "")


@pytest.mark.parametrize("definition", list_definitions().values(), ids=lambda definition: definition.code)
def test_no_list_has_two_columns_of_one_heading(definition):
    headings = [column.heading for column in definition.file_columns]
    assert len(headings) == len(set(headings))


def test_the_column_of_a_field_has_its_label_and_says_a_choice_in_words():
    restriction = Restriction(status=RestrictionStatus.IMPOSED)
    column = field_column(Restriction, "status")
    assert (column.heading, column.value(restriction)) == ("Status", restriction.get_status_display())
