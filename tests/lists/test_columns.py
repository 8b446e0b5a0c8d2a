"""The table of a list says the values that its file has, in words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cha_engagement.lists.interfaces import Column, field_column, list_definitions, show_due_day
from cha_engagement.lists.queries import table_cells
from cha_engagement.organisation.calendar import today
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


def html_of(column, row):
    ((cell,),) = table_cells([column], [row])
    return cell.html


@pytest.mark.parametrize(
    ("column", "row", "html"),
    [
        (Column("Who", str), "<b>", '<td data-label="Who">&lt;b&gt;</td>'),
        (Column("Who", str, names_row=True), "Kelp", '<th scope="row">Kelp</th>'),
        (
            Column("Who", str, url=lambda row: "/kelp/"),
            "<b>",
            '<td data-label="Who"><a class="govuk-link" href="/kelp/">&lt;b&gt;</a></td>',
        ),
        (
            Column("Who", str, blank="Nobody"),
            "",
            '<td data-label="Who"><span class="app-quiet">Nobody</span></td>',
        ),
        (
            Column("Who", str, below=Column("Whose", lambda row: "<i>")),
            "Kelp",
            '<td data-label="Who">Kelp<span class="app-table__below">&lt;i&gt;</span></td>',
        ),
    ],
)
def test_a_cell_is_shown_as_text_that_leads_on(column, row, html):
    assert html_of(column, row) == html


def test_a_day_that_has_passed_is_said_to_be_overdue():
    column = Column("Due", lambda row: row, blank="None", show=show_due_day)
    assert "Overdue" in html_of(column, today() - timedelta(days=1))
    assert "Overdue" not in html_of(column, today())
    assert "Overdue" not in html_of(column, None)
