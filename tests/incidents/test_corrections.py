"""What an incident said when a manager decided on it stays as it was: it is added to, and corrected in sight of all. Policy §22, 62."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cha_engagement.core.templatetags.ui import uk_datetime
from incidents import actions
from restrictions.rules.evidence import is_recent
from tests import factories
from tests.refusals import refused_fields

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22"), pytest.mark.policy("62")]
FACTS = "Shouted and swore about a repair."


@pytest.fixture
def assessed(officer, manager, customer):
    return factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)


def change(incident, by, **changes):
    incident.refresh_from_db()
    return actions.change_incident(incident=incident, by=by, version=incident.version, **changes)


@pytest.mark.parametrize("who", ["officer", "manager"])
def test_words_that_were_decided_on_are_not_rewritten_by_anybody(who, assessed, officer, manager, request):
    by = request.getfixturevalue(who)
    for words in ("He threatened to kill her.", f"He hit her. {FACTS}", FACTS[:-8]):
        refused = refused_fields(
            lambda w=words: change(assessed, by, facts=w, correction_reason="It was so.")
        )
        assert refused == ["facts"]
    reopened = actions.reopen_incident(
        incident=assessed, by=manager, version=assessed.version, reason="More is known."
    )
    assert refused_fields(lambda: change(reopened, by, facts="He hit her.")) == ["facts"], (
        "reopened, it was decided on all the same"
    )


def test_what_is_known_since_is_added_with_the_day_and_the_name(assessed, officer):
    added = change(assessed, officer, facts=f"{FACTS}\r\n\r\nHe rang to say sorry.")
    assert added.facts.startswith(FACTS)
    assert f"by {officer}: He rang to say sorry." in added.facts
    assert uk_datetime(timezone.now())[:6] in added.facts
    assert added.corrections == ""


def test_when_who_and_how_are_corrected_by_a_manager_with_a_reason_that_all_see(
    assessed, officer, manager, signed_in
):
    decision = factories.decision(by=manager, incidents=[assessed])
    restriction = factories.restriction(by=manager, decision=decision)
    before, later = assessed.occurred_at, timezone.now()
    assert refused_fields(lambda: change(assessed, officer, occurred_at=later)) == ["occurred_at"]
    assert refused_fields(lambda: change(assessed, manager, occurred_at=later)) == ["correction_reason"]
    change(assessed, manager, occurred_at=later, channel="office", correction_reason="It was typed wrongly.")
    for record in (assessed, decision, restriction):
        page = signed_in(manager).get(record.get_absolute_url()).content.decode()
        for words in (uk_datetime(before), "Phone", "It was typed wrongly."):
            assert words in page, record


def test_what_was_left_empty_can_be_filled_in_and_the_same_minute_is_no_correction(assessed, officer):
    minute = assessed.occurred_at.replace(second=0, microsecond=0)
    filled = change(assessed, officer, occurred_at=minute, location="At the desk")
    assert filled.location == "At the desk"
    assert filled.corrections == ""


MOVED = {"occurred_at": timezone.now() - timedelta(days=1), "correction_reason": "I mistyped it."}


@pytest.fixture
def old(manager, officer, customer):
    return factories.incident(
        by=officer,
        customer=customer,
        occurred_at=timezone.now() - timedelta(days=70),
        categories=["physical_threat"],
    )


def test_a_moved_day_makes_nothing_new(old, officer, manager, signed_in, card):
    assert not is_recent(old)
    moved = change(old, manager, **MOVED)
    assert not is_recent(moved)
    assert not is_recent(change(moved, officer, occurred_at=timezone.now()))
    assert uk_datetime(old.occurred_at) in " ".join(line.text for line in card(moved.customer))
    page = signed_in(manager).get(f"{moved.get_absolute_url()}assess/").content.decode()
    assert "so that one counts until another manager" in page
    moved.refresh_from_db()
    assert not is_recent(factories.assess_incident(moved, by=manager)), "who moved it confirms nothing"
    assert refused_fields(lambda: factories.interim_measure(by=manager, incidents=[moved])) == ["incidents"]


def test_a_slip_that_its_reporter_puts_right_before_anybody_read_it_never_counted(old, officer, manager):
    moved = change(old, officer, **MOVED)
    assert is_recent(moved)
    factories.interim_measure(by=manager, incidents=[moved])


def test_once_read_a_later_day_counts_when_somebody_else_has_assessed_it(old, officer, manager, signed_in):
    signed_in(manager).get(old.get_absolute_url())
    moved = change(old, officer, **MOVED)
    assert not is_recent(moved)
    page = signed_in(manager).get(f"{moved.get_absolute_url()}assess/").content.decode()
    assert "Saving this confirms that day" in page
    moved.refresh_from_db()
    assert is_recent(factories.assess_incident(moved, by=manager))


def test_nothing_happened_after_it_was_logged(assessed, manager, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=30))
    later = {"occurred_at": timezone.now() - timedelta(days=1), "correction_reason": "It was later."}
    assert refused_fields(lambda: change(assessed, manager, **later)) == ["occurred_at"]


def test_a_manager_corrects_on_the_form(assessed, officer, manager, signed_in):
    url = f"{assessed.get_absolute_url()}edit/"
    assert "Why you change what was reported" in signed_in(manager).get(url).content.decode()
    assert "Why you change what was reported" not in signed_in(officer).get(url).content.decode()


# What another changes of a report before anybody decided on it

REWRITTEN = "He threatened her with a hammer."


@pytest.fixture
def reported(officer, customer):
    return factories.incident(
        by=officer, customer=customer, location="At the desk", categories=["abuse"], harm="no"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": REWRITTEN},
        {"facts": f"{REWRITTEN}\n\n{FACTS}"},
        {"occurred_at": timezone.now() - timedelta(days=9)},
        {"categories": ["abuse", "violence"]},
        {"harm": "yes"},
        {"location": "At her home"},
        {"reported_by": "another"},
        {"affected_staff": []},
    ],
)
def test_whoever_changes_what_another_reported_says_why(changes, reported, officer, manager):
    another = factories.staff("another", "Manager")
    if "reported_by" in changes:
        changes = {"reported_by": another}
    for reason in ("", "-", "see above"):
        assert refused_fields(lambda r=reason: change(reported, manager, correction_reason=r, **changes)) == [
            "correction_reason"
        ]
    changed = change(reported, manager, correction_reason="She told me so.", **changes)
    assert f"Changed by {manager} on " in changed.corrections
    assert f": She told me so.\nFirst reported by {officer} on " in changed.corrections
    # Nobody gets round it by having become its reporter, nor by a second change.
    assert refused_fields(lambda: change(reported, another, facts="Nothing was.")) == ["correction_reason"]


def test_what_was_first_said_is_in_view_wherever_somebody_reads_what_it_became(
    reported, officer, manager, signed_in
):
    second = factories.staff("second", "Manager")
    changed = change(reported, officer, facts="Shouted twice.")
    assert not changed.corrections, "nobody had read it"
    changed = change(reported, manager, facts=REWRITTEN, correction_reason="She told me so.")
    pages = [signed_in(second).get(f"{changed.get_absolute_url()}assess/")]
    assessed = factories.assess_incident(changed, by=manager, categories=["abuse", "violence"])
    decision = factories.decision(by=second, incidents=[assessed])
    restriction = factories.restriction(by=second, decision=decision, **factories.WAITS)
    urls = [assessed.get_absolute_url(), f"{assessed.get_absolute_url()}danger/"]
    urls += [decision.get_absolute_url(), restriction.get_absolute_url()]
    for page in [*pages, *(signed_in(second).get(url) for url in urls)]:
        text = page.content.decode()
        assert f"First reported by {officer} on" in text
        assert f"What happened: {FACTS}" in text
        assert "Before that it said: What happened: Shouted twice." in text
        assert "She told me so." in text
    assert "Categories: Abuse" in assessed.corrections, "what a manager found is not what was reported"


def test_what_another_adds_below_is_signed_and_needs_no_reason(reported, manager):
    added = change(reported, manager, facts=f"{FACTS} He came back.")
    assert added.facts.startswith(FACTS)
    assert f"by {manager}: He came back." in added.facts


def test_reporters_change_their_own_and_it_shows_once_a_manager_has_opened_it(
    manager, reported, officer, signed_in
):
    assert not change(reported, officer, facts="Shouted twice.").corrections
    signed_in(manager).get(reported.get_absolute_url())
    changed = change(reported, officer, facts=REWRITTEN)
    assert f"First reported by {officer} on" in changed.corrections
    assert FACTS in changed.corrections


def test_whoever_typed_it_in_for_another_is_named_with_what_was_first_said(officer, manager, customer):
    typed = factories.incident(by=manager, reported_by=officer, customer=customer)
    changed = change(typed, officer, facts=REWRITTEN)
    changed = change(typed, manager, facts="Worse.", correction_reason="I was there.")
    assert f"First reported by {officer}, as {manager} typed it in on" in changed.corrections
