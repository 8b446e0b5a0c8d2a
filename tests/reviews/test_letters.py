"""What customers are told of reviews and appeals."""

import datetime
import re

import pytest

from cha_engagement.core.refusals import Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.letters import actions as letters
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import today
from restrictions import actions as restrictions
from reviews import actions, worklist

from .. import factories
from .conftest import eased, in_days, name, send, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("adviser")]


def hold(review, by, outcome, **facts):
    said = {"findings": "Calm.", "reasons": "You kept to *what* we asked.", "next_review_on": in_days(85)}
    return actions.hold_review(review=review, by=by, version=review.version, outcome=outcome, **said | facts)


def arrived(appeal, by):
    return actions.acknowledge_appeal(appeal=appeal, by=by, version=appeal.version, acknowledged_on=today())


@pytest.mark.policy("23")
@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ("continue", "goes on as it is"),
        ("vary", "We have changed this. You can contact us in person at the office again."),
        ("lift", "It no longer applies. You can contact us by phone or in person at the office again."),
    ],
)
def test_the_letter_of_a_review_lacks_nothing_and_says_the_outcome(manager, decision, outcome, says):
    terms = {"closed": ["phone", "office"], "open": ["letter"]}
    review = factories.restriction(by=manager, decision=decision, terms=terms).reviews.get()
    changes = {"terms": {"closed": ["phone"], "open": ["letter"]}} if outcome == "vary" else None
    held = hold(review, manager, outcome, changes=changes)
    letter = actions.write_letter(about=held, kind="review_outcome", by=manager)
    text = placeholders.filled_text(letter)
    assert issuing.check_ready(letter) == []
    assert says in text
    assert r"You kept to \*what\* we asked." in text
    assert ("20 working days" in text) == (outcome != "lift")


@pytest.mark.beyond("B4")
def test_a_varied_version_is_told_by_the_letter_of_its_review(review, restriction, manager):
    hold(
        review,
        manager,
        "vary",
        changes={"terms": {"closed": ["phone"], "open": ["letter", "email", "office"]}},
    )
    letter = actions.write_letter(
        about=type(review).objects.get(pk=review.pk), kind="review_outcome", by=manager
    )
    send(letter, manager)
    restriction.refresh_from_db()
    new = restriction.superseded_by
    assert (new.customer_notified_on, list(new.letters.all())) == (today(), [letter])


@pytest.mark.policy("6.3")
def test_the_acknowledgement_says_stage_who_by_when_and_what_it_can_lead_to(acknowledged, executive):
    letter = actions.write_letter(about=acknowledged, kind="appeal_received", by=executive)
    text = placeholders.filled_text(letter)
    assert issuing.check_ready(letter) == []
    for said in [
        acknowledged.reference,
        "Executive Team",
        "cannot make it harsher",
        "applies until they have decided",
        "Ombudsman",
    ]:
        assert said in text


@pytest.fixture
def heard_by_another(log, decision, executive2, management):
    """An appeal about what the only executive imposed, which a manager was named to hear."""
    appeal = log(factories.restriction(by=executive2, decision=decision))
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive2, version=appeal.version, acknowledged_on=today()
    )
    ailsa = factories.staff("ailsa", "Manager", job_title="Finance *Manager*")
    return name(appeal, ailsa, by=management)


@pytest.mark.policy("22")
def test_the_letters_say_who_was_named_to_hear_it(heard_by_another, management, decide):
    named = heard_by_another.substitute
    arrived = actions.write_letter(about=heard_by_another, kind="appeal_received", by=named)
    said = r"we have named Ailsa Example, Finance \*Manager\* to hear it in their place."
    assert said in placeholders.filled_text(arrived)
    heard_by_another.refresh_from_db()
    decided = decide(heard_by_another, by=named)
    outcome = actions.write_letter(about=decided, kind="appeal_outcome", by=named)
    assert r"so Ailsa Example, Finance \*Manager\* was named to hear it" in placeholders.filled_text(outcome)


@pytest.mark.policy("21.3")
def test_where_names_are_withheld_the_letters_say_what_they_do_here(
    heard_by_another, officer, customer, manager, decide
):
    withheld = {"kind": "withhold_staff_details", "terms": {}}
    factories.unrelated_restriction(by=manager, customer=customer, reported_by=officer, **withheld)
    named = heard_by_another.substitute
    letter = actions.write_letter(about=heard_by_another, kind="appeal_received", by=named)
    heard_by_another.refresh_from_db()
    decided = decide(heard_by_another, by=named)
    outcome = actions.write_letter(about=decided, kind="appeal_outcome", by=named)
    for text in (placeholders.filled_text(letter), placeholders.filled_text(outcome)):
        assert r"Finance \*Manager\*" in text
        assert "Ailsa" not in text


def test_the_acknowledgement_says_what_is_suspended_meanwhile(acknowledged, restriction, executive):
    suspend(acknowledged, executive, restriction)
    letter = actions.write_letter(about=acknowledged, kind="appeal_received", by=executive)
    assert "does not apply while your appeal is being heard" in placeholders.filled_text(letter)


@pytest.mark.policy("6.3")
@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ("upheld", "is upheld. What we had decided no longer applies. You can contact us by phone again."),
        ("partly_upheld", "upheld in part. We have eased this. It now ends on"),
        ("not_upheld", "not upheld. What we had decided applies as before."),
    ],
)
def test_the_outcome_of_an_appeal_says_what_is_left(
    acknowledged, decide, restriction, executive, outcome, says
):
    changes = (
        eased(
            restriction,
            terms={"closed": ["phone"], "open": ["letter", "email", "office"]},
            ends_on=in_days(120),
        )
        if outcome == "partly_upheld"
        else None
    )
    decided = decide(acknowledged, outcome, changes=changes)
    letter = actions.write_letter(about=decided, kind="appeal_outcome", by=executive)
    text = placeholders.filled_text(letter)
    assert issuing.check_ready(letter) == []
    assert says in text
    assert "the last step with us" in text
    assert "20 working days" not in text


@pytest.mark.beyond("B4")
def test_what_a_panel_eased_is_told_by_its_letter_and_the_ombudsman_is_next(
    acknowledged, decide, restriction, executive
):
    changes = eased(restriction, terms={"closed": ["phone"], "open": ["letter", "email", "office"]})
    decided = decide(acknowledged, "partly_upheld", changes=changes)
    letter = send(actions.write_letter(about=decided, kind="appeal_outcome", by=executive), executive)
    new = decided.appealed.get().varied_to
    new.refresh_from_db()
    assert (new.customer_notified_on, list(new.letters.all())) == (today(), [letter])
    assert "in person at the office" in letter.text


@pytest.mark.beyond("B3")
@pytest.mark.parametrize(
    ("words", "named"),
    [
        *(
            (f"[{place}]",) * 2
            for place in ("what we have decided", "what is left", "the ombudsman", "reviews")
        ),
        ("[how to complain]", "[how to complain]"),
        ("We have weighed what you say.", "## Why"),
        ("Three months of calm letters. Ask Customer Services.", "## What would change this"),
    ],
)
def test_an_outcome_is_not_issued_without_what_it_must_say(acknowledged, decide, executive, words, named):
    letter = actions.write_letter(about=decide(acknowledged), kind="appeal_outcome", by=executive)
    assert words in letter.body
    letter.body = letter.body.replace(words, "")
    assert any(named in refusal.sentence for refusal in issuing.check_ready(letter))


@pytest.mark.policy("22")
def test_what_a_panel_opened_is_said_in_words(decision, manager, log, executive, decide):
    colleague = factories.staff("colleague", "Officer")
    contact = factories.restriction(
        by=manager,
        decision=decision,
        kind="named_contact",
        terms={"open": ["letter"]},
        named_contact=colleague,
        deputy=manager,
    )
    appeal = log(contact)
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    people = {"named_contact": colleague, "deputy": manager}
    changes = eased(contact, **people, terms={"open": ["letter", "email", "message"]})
    decided = decide(appeal, "partly_upheld", changes=changes)
    letter = actions.write_letter(about=decided, kind="appeal_outcome", by=executive)
    said = placeholders.placeholder_texts(letter)["what we have decided"]
    assert "We have eased this. You can contact us by email or by text or messaging again." in said
    assert "Colleague Example will look after everything that you bring to us" in said
    assert "One named contact" not in placeholders.filled_text(letter)


@pytest.mark.policy("12", "61.3")
@pytest.mark.beyond("B29")
def test_what_a_panel_eases_while_something_else_keeps_it_closed_is_said_beside_the_choice_and_in_the_letter(
    signed_in, decision, manager, log, executive, decide
):
    shut = {"closed": ["phone", "office"], "open": ["letter"]}
    ways = factories.restriction(by=manager, decision=decision, terms=shut)
    advocate = factories.ADVOCATE | {"open": ["phone", "letter"]}
    other = factories.restriction(by=manager, decision=decision, kind="third_party", terms=advocate)
    appeal = log(ways)
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    keeps = f"Contact through a third party ({other}) closes this too, and keeps it closed whatever you decide here: In person at the office."
    client = signed_in(executive)
    for page in (appeal.get_absolute_url(), f"{appeal.get_absolute_url()}decide/"):
        assert keeps in client.get(page).content.decode()
    changes = eased(ways, terms={"closed": ["phone"], "open": ["letter", "office"]})
    letter = actions.write_letter(
        about=decide(appeal, "partly_upheld", changes=changes), kind="appeal_outcome", by=executive
    )
    said = placeholders.placeholder_texts(letter)["what we have decided"]
    assert "We have eased this. This no longer closes contact in person at the office." in said
    assert "Something else still does for now: “Who speaks with us for you”." in said


@pytest.mark.policy("12")
def test_the_outcome_on_what_had_ended_before_does_not_say_that_the_panel_ended_it(
    acknowledged, decide, restriction, manager, executive
):
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm")
    letter = actions.write_letter(
        about=decide(acknowledged, "not_upheld"), kind="appeal_outcome", by=executive
    )
    said = placeholders.placeholder_texts(letter)["what we have decided"]
    assert "not upheld. What we had decided had ended already, before your appeal was decided." in said
    assert "no longer applies" not in said


@pytest.mark.policy("12")
@pytest.mark.parametrize("end", ["lift", "expire", "vary"])
@pytest.mark.parametrize("outcome", ["not_upheld", "partly_upheld"])
def test_the_outcome_on_what_ended_after_the_panel_decided_says_so(
    outcome, end, log, decision, manager, decide, executive, time_machine
):
    restriction = factories.restriction(by=manager, decision=decision, ends_on=in_days(100))
    appeal = arrived(log(restriction), executive)
    changes = None
    if outcome == "partly_upheld":
        changes = eased(restriction, terms={"closed": ["phone"], "open": ["letter", "email", "office"]})
    one = decide(appeal, outcome, changes=changes).appealed.get()
    latest = one.varied_to or restriction
    if end == "vary":
        terms = latest.terms | {"open": ["letter", "email", "office", "message"]}
        kept = eased(latest, terms=terms) | {"status_reason": "Calm letters."}
        restrictions.vary_restriction(restriction=latest, by=manager, **kept)
    elif end == "lift":
        restrictions.lift_restriction(restriction=latest, by=manager, status_reason="Calm letters.")
    else:
        time_machine.move_to(f"{latest.ends_on + datetime.timedelta(days=1)}T12:00:00+00:00")
        restrictions.expire_restriction(restriction=latest)
    letter = actions.write_letter(about=one.appeal, kind="appeal_outcome", by=executive)
    said = placeholders.placeholder_texts(letter)["what we have decided"]
    latest.refresh_from_db()
    day = uk_date(latest.ends_on if end == "expire" else today())
    ended = f"What we had decided ended on {day}, after your appeal was decided. You can contact us by phone"
    looked_at = "looked at it again since your appeal was decided, and changed it. Another letter says what"
    assert (looked_at if end == "vary" else ended) in said
    assert ("We had eased this." in said) == (outcome == "partly_upheld")
    assert "before your appeal was decided" not in said
    assert "We have eased this" not in said


@pytest.mark.policy("12")
def test_the_outcome_on_what_had_run_out_before_says_that_it_had_ended(
    log, decision, manager, decide, executive, time_machine
):
    """The calendar was slow: the panel decided on the day after the last, before it was seen to have passed."""
    restriction = factories.restriction(by=manager, decision=decision, ends_on=in_days(100))
    appeal = arrived(log(restriction), executive)
    time_machine.move_to(f"{restriction.ends_on + datetime.timedelta(days=1)}T06:00:00+00:00")
    decided = decide(appeal)
    restrictions.expire_restriction(restriction=restriction)
    letter = actions.write_letter(about=decided, kind="appeal_outcome", by=executive)
    assert "had ended already, before your appeal was decided" in placeholders.filled_text(letter)


@pytest.mark.policy("12")
def test_the_letter_of_an_outcome_tells_nothing_new_of_what_has_ended(
    acknowledged, decide, restriction, executive
):
    letter = send(
        actions.write_letter(about=decide(acknowledged, "upheld"), kind="appeal_outcome", by=executive),
        executive,
    )
    restriction.refresh_from_db()
    assert (restriction.customer_notified_on, list(restriction.letters.all())) == (None, [letter])


@pytest.mark.policy("12")
def test_a_letter_of_a_review_is_overtaken_by_what_happens_before_it_is_issued(review, restriction, manager):
    letter = actions.write_letter(about=hold(review, manager, "continue"), kind="review_outcome", by=manager)
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm")
    assert any("has ended or changed since" in refusal.sentence for refusal in issuing.check_ready(letter))


def test_asked_for_twice_it_is_one_letter_and_after_a_withdrawn_one_another(acknowledged, executive):
    first = actions.write_letter(about=acknowledged, kind="appeal_received", by=executive)
    assert actions.write_letter(about=acknowledged, kind="appeal_received", by=executive) == first
    letters.void_letter(letter=first, by=executive, version=first.version, void_reason="Wrong.")
    assert actions.write_letter(about=acknowledged, kind="appeal_received", by=executive) != first


def test_who_does_not_hear_appeals_does_not_write_about_them(acknowledged, manager):
    with pytest.raises(Refused):
        actions.write_letter(about=acknowledged, kind="appeal_received", by=manager)


def test_words_of_a_customer_or_colleague_fill_no_place_and_make_no_link(
    manager, decision, log, executive, decide
):
    restriction = factories.restriction(
        by=manager, decision=decision, easing_conditions="[why] <b>x</b> [a](http://b)"
    )
    appeal = log(restriction)
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    letter = actions.write_letter(about=decide(appeal), kind="appeal_outcome", by=executive)
    assert r"\[why\]" in placeholders.filled_text(letter)


CLOSED_TO_THEM = ("call us", "0141 496 0000", "by phone", "in person")


def names_closed_ways(letter):
    """What a letter says of the ways that are closed, apart from saying that they are."""
    said = {
        name: re.sub(r"please do not contact us[^.]*\.", "", str(text))
        for name, text in placeholders.placeholder_texts(letter).items()
        if name != "what we have decided"
    }
    return [(name, way) for name, text in said.items() for way in CLOSED_TO_THEM if way in text]


@pytest.mark.policy("5", "9")
@pytest.mark.parametrize("kind", ["review_outcome", "appeal_received", "appeal_outcome"])
def test_no_letter_names_a_way_that_is_closed_to_its_reader(kind, manager, executive, decision, log, decide):
    terms = {"closed": ["phone", "office"], "open": ["letter", "email"]}
    restriction = factories.restriction(by=manager, decision=decision, terms=terms)
    if kind == "review_outcome":
        about, by = hold(restriction.reviews.get(), manager, "continue"), manager
    else:
        about, by = log(restriction), executive
        about = actions.acknowledge_appeal(
            appeal=about, by=by, version=about.version, acknowledged_on=today()
        )
        about = decide(about) if kind == "appeal_outcome" else about
    letter = actions.write_letter(about=about, kind=kind, by=by)
    assert names_closed_ways(letter) == []
    assert "by email: hello@lochside.example" in placeholders.filled_text(letter)


def test_a_way_that_a_review_opened_again_is_named(review, manager):
    letter = actions.write_letter(about=hold(review, manager, "lift"), kind="review_outcome", by=manager)
    assert "by phone: 0141 496 0000" in placeholders.filled_text(letter)


@pytest.mark.policy("22")
def test_the_letter_of_a_review_does_not_offer_an_appeal_that_is_under_way(acknowledged, review, manager):
    held = hold(review, manager, "continue")
    letter = actions.write_letter(about=held, kind="review_outcome", by=manager)
    text = placeholders.filled_text(letter)
    assert issuing.check_ready(letter) == []
    assert f"our reference is {acknowledged}" in text
    for offer in ("You can appeal", "20 working days", "follow from it can"):
        assert offer not in text


def writes(user):
    sources = (worklist.review_letters_to_write, worklist.appeal_letters_to_write)
    return [row["row_kind"] for source in sources for row in source(user, today())]


@pytest.mark.policy("6.3", "22")
def test_a_letter_that_waits_is_one_task_from_what_it_is_about_to_its_sending(
    acknowledged, decide, executive
):
    """While somebody at work has the draft, they finish it. A letter that was withdrawn told nobody."""
    decided = decide(acknowledged)
    assert writes(executive) == ["appeal.write"]
    letter = actions.write_letter(about=decided, kind="appeal_outcome", by=executive)
    assert writes(executive) == []
    executive.away_until = today()
    executive.save()
    assert writes(factories.staff("executive3", "Executive Team")) == ["appeal.write"]
    executive.away_until = None
    executive.save()
    issued = factories.issue_letter(letter, by=executive)
    assert writes(executive) == []
    letters.void_letter(letter=issued, by=executive, version=issued.version, void_reason="Wrong address")
    assert writes(executive) == ["appeal.write"]
    send(actions.write_letter(about=decided, kind="appeal_outcome", by=executive), executive)
    assert writes(executive) == []


@pytest.mark.policy("23")
def test_the_outcome_of_a_review_waits_to_be_written_by_whoever_held_it(review, manager, management, officer):
    held = hold(review, manager, "continue")
    assert (writes(manager), writes(management), writes(officer)) == (["review.write"], [], [])
    send(actions.write_letter(about=held, kind="review_outcome", by=manager), manager)
    assert writes(manager) == []
