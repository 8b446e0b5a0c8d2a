"""A line of My work leads to the page where it is done: one with a form, or with the button or the way to it.

`tests/demo` walks the lines that wait in the demonstration, as those for whom they wait.
"""

import re

import pytest
from django.conf import settings

from cha_engagement.staff.interfaces import ORDINARY, TaskKind, task_kinds

from ..pages.access import PAGES

DONE_BY = {
    "appeal.close": "appeal_letter",
    "appeal.confirm": "appeal_letter",
    "appeal.tell": "appeal_letter",
    "appeal.write": "appeal_letter",
    "breach.settle": "breach_confirm",
    "breach.tell": "breach_notice",
    "conversation.hold": "conversation_hold",
    "decision.explain": "decision_explain",
    "incident.write": "incident_letter",
    "interim.tell": "interim_letter",
    "late.answer": "late_promise_answer",
    "late.hold": "review_hold",
    "late.write": "late_promise_letter",
    "restriction.open": "restriction_lift",
    "restriction.tell": "decision_letter",
    "restriction.tell_end": "restriction_letter",
    "review.write": "review_letter",
}
"""Kinds of task whose page has several ways on, or a button, and no form of its own: what a button or a link there leads to."""

DONE_FIRST = {"restriction.settle": "decide"}
"""Kinds of task whose page may have no form yet, since something else comes first: what a link there leads to."""

ELSEWHERE = {"organisation.emergency": "the pages of the Administrator, who changes settings there"}


@pytest.mark.parametrize("code", sorted(task_kinds()))
def test_each_kind_of_task_leads_to_where_it_is_done(code):
    if code in ELSEWHERE:
        return
    name = DONE_BY.get(code, task_kinds()[code].url_name)
    assert PAGES[name]["own", "POST"][0] != 405, (
        "Lead it to the page with its form, or say in DONE_BY which button or link there does it."
    )


def test_nothing_is_said_of_a_page_that_has_its_form():
    assert not DONE_BY.keys() - task_kinds().keys()
    has_form = {code for code in DONE_BY if PAGES[task_kinds()[code].url_name]["own", "POST"][0] != 405}
    assert has_form == set(), "Its page has a form: leave it out of DONE_BY."


def test_a_task_done_by_a_button_or_link_leads_to_that_very_place():
    """The id is that of a button or link in a template; `tests/demo` looks for it on the page of each line that waits."""
    places = {code: task_kinds()[code].place for code in DONE_BY}
    assert places == DONE_BY, "Give the kind this `place`, and the button or link this id."
    written = "".join(path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html"))
    in_views = {"breach_confirm", "breach_notice"}  # `Question.place`
    lost = [
        place
        for place in {*places.values()} - in_views
        if not re.search(rf"(?:id=|place=\S*)\"{place}\b", written)
    ]
    assert not lost


def test_a_task_done_on_a_page_of_the_customer_says_which_record_it_is_about():
    kind = TaskKind("Decide", "decide", ORDINARY, about="incident")
    assert (
        kind.url("INC-2026-0001", "CUS-2026-0002")
        == "/customers/CUS-2026-0002/decide/?incident=INC-2026-0001"
    )
    assert TaskKind("Decide", "incident", ORDINARY).url("INC-2026-0001", "") == "/incidents/INC-2026-0001/"
    assert (
        TaskKind("Write", "incident", ORDINARY, place="incident_letter")
        .url("INC-2026-0001", "")
        .endswith("/#incident_letter")
    )
    undo = TaskKind("Undo", "customer_unmerge", ORDINARY, below_customer=True)
    assert undo.url("MRG-2026-0001", "CUS-2026-0002") == "/customers/CUS-2026-0002/merges/MRG-2026-0001/part/"
