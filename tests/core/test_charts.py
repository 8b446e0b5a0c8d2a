import re
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from cha_engagement.core.charts import Chart, Series

LABELS = ["1 May 2026", "2 May 2026", "3 May 2026", "4 May 2026"]


@pytest.fixture
def chart():
    return Chart(
        "Contacts", "day", LABELS, [Series("All", [2, 0, 6, 0], 1.5), Series("Phone", [1, 0, 2, 0], 3)]
    )


@pytest.fixture
def page(chart):
    return render_to_string("components/chart.html", {"chart": chart})


def test_it_says_in_words_what_it_shows(chart):
    assert chart.said == (
        "8 from 1 May 2026 to 4 May 2026, 2 a day on average. The most in one day was 6 (3 May 2026). Before that it was 1.5 a day."
    )


def test_nothing_in_it_is_said_plainly():
    nothing = Chart("Minutes", "week", LABELS, [Series("All", [0, 0, 0, 0], 2)])
    assert nothing.said == "None from 1 May 2026 to 4 May 2026. Before that it was 2 a week."


def test_a_level_that_is_not_known_is_not_taken_for_none():
    new = Chart("Contacts", "week", LABELS, [Series("All", [0, 0, 0, 4], None)])
    assert new.said.endswith("What it was before is not known.")
    assert [label for label, _ in new.table] == LABELS
    shown = render_to_string("components/chart.html", {"chart": new})
    assert "4, 1 a week</text>" in shown
    assert "app-chart__before" not in shown
    assert "Dashed" not in shown


def test_its_rows_share_one_scale_so_that_they_can_be_compared(chart):
    everything, phone = chart.rows
    assert [bar.height for bar in everything.bars] == ["18.7", "56"]
    assert [bar.height for bar in phone.bars] == ["9.3", "18.7"]
    assert float(phone.level) == phone.base - 28


def test_bars_stand_in_the_share_of_the_width_that_is_theirs(chart):
    first, third = chart.rows[0].bars
    assert (first.x, first.width) == ("3.00%", "19.00%")
    assert third.x == "53.00%"


def test_it_is_a_picture_with_a_name_and_a_description_and_needs_neither_script_nor_style(page, chart):
    (svg,) = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    picture = ElementTree.fromstring(svg)
    named = picture.get("aria-labelledby").split()
    said = {one.get("id"): one.text for one in picture if one.tag in ("title", "desc")}
    assert picture.get("role") == "img"
    assert [said[name] for name in named] == ["Contacts by day", chart.said]
    assert "<script" not in page
    assert "style=" not in page


def test_the_same_figures_stand_below_it_as_a_table(page):
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', page)
    said = {label: re.findall(r">([\d.]+)</td>", cells) for label, cells in rows}
    assert said["3 May 2026"] == ["6", "2"]
    assert said["Before, on average"] == ["1.5", "3"]
