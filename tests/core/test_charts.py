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
def html(chart):
    return render_to_string("components/chart.html", {"chart": chart})


def test_a_chart_is_described_in_words(chart):
    assert chart.description == (
        "8 from 1 May 2026 to 4 May 2026, 2 a day on average. The most in one day was 6 (3 May 2026). Before that it was 1.5 a day."
    )


def test_a_chart_of_nothing_says_so():
    nothing = Chart("Minutes", "week", LABELS, [Series("All", [0, 0, 0, 0], 2)])
    assert nothing.description == "None from 1 May 2026 to 4 May 2026. Before that it was 2 a week."


def test_an_earlier_level_that_is_not_known_is_not_shown_as_none():
    new = Chart("Contacts", "week", LABELS, [Series("All", [0, 0, 0, 4], None)])
    assert new.description.endswith("What it was before is not known.")
    assert [label for label, _ in new.table] == LABELS
    shown = render_to_string("components/chart.html", {"chart": new})
    assert "4, 1 a week</text>" in shown
    assert "app-chart__before" not in shown
    assert "Dashed" not in shown


def test_all_rows_are_drawn_to_one_scale(chart):
    everything, phone = chart.rows
    assert [bar.height for bar in everything.bars] == ["18.7", "56"]
    assert [bar.height for bar in phone.bars] == ["9.3", "18.7"]
    assert float(phone.earlier_line) == phone.base - 28


def test_bars_share_the_width_evenly(chart):
    first, third = chart.rows[0].bars
    assert (first.x, first.width) == ("10.76%", "17.48%")
    assert third.x == "56.76%"


def test_each_row_stands_beside_a_scale_from_nothing_to_the_highest_of_all(html):
    numbers = re.findall(r'<text class="app-chart__number"[^>]*>(\d+)</text>', html)
    assert numbers == ["6", "0"] * 2
    assert "Each row is drawn from 0 to 6 a day." in html


def test_a_chart_is_a_picture_with_a_name_and_a_description_and_no_script_or_style(html, chart):
    (svg,) = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    picture = ElementTree.fromstring(svg)
    named_by = picture.get("aria-labelledby").split()
    texts = {element.get("id"): element.text for element in picture if element.tag in ("title", "desc")}
    assert picture.get("role") == "img"
    assert [texts[name] for name in named_by] == ["Contacts by day", chart.description]
    assert "<script" not in html
    assert "style=" not in html


def test_the_figures_stand_below_a_chart_as_a_table(html):
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', html)
    values = {label: re.findall(r">([\d.]+)</td>", cells) for label, cells in rows}
    assert values["3 May 2026"] == ["6", "2"]
    assert values["Before, on average"] == ["1.5", "3"]
