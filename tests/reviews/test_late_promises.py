"""What is late by the set time goes to the Management Team, and is suspended where they do nothing. Beyond the policy: B25."""

import datetime
import uuid

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from cha_engagement.core.permissions import Permission
from cha_engagement.core.records import Stale, writing
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers import actions as customers
from cha_engagement.letters import actions as letters
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import Notice, StaffMember
from incidents import actions as incidents
from incidents.enums import Category
from incidents.rules import may_confirm_danger
from restrictions import actions as restrictions
from restrictions import rules as restrictions_rules
from restrictions.enums import RestrictionStatus
from restrictions.kinds import KINDS
from reviews import actions, daily
from reviews.enums import AppealOutcome, LateAnswer, LatePromiseEvent, LatePromiseStatus, ReviewOutcome
from reviews.models import LatePromise
from tests.desks import chase, task_rows
from tests.threads import run_at_once

from .. import factories
from .conftest import acknowledge_appeal, hold_review, send_letter, suspend_restrictions, version_facts

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B25"), pytest.mark.usefixtures("adviser")]

MAY_BE_SUSPENDED = "What is late for long is suspended unless it is held"
WORDS = "Two of three reviewers are ill."


@pytest.fixture(autouse=True)
def adopted(organisation):
    organisation.promises_adopted_on = datetime.date(2026, 1, 15)
    organisation.promises_adopted_by = "Housing committee, item 7"
    organisation.save()


@pytest.fixture
def incident(organisation, officer, customer):
    return factories.incident(by=officer, customer=customer, categories=[Category.LEVEL_OF_CONTACT])


@pytest.fixture
def restriction(manager, decision):
    imposed = factories.restriction(by=manager, decision=decision, **factories.WAITS)
    return restrictions.notify_customer(restriction=imposed, on=today(), by=manager)


@pytest.fixture
def late_day(review):
    """The day on which the review is late by twenty working days."""
    return add_working_days(review.due_on, 20)


def at(day):
    return time_machine.travel(datetime.datetime.combine(day, datetime.time(9), datetime.UTC), tick=False)


def run_on(day):
    with at(day):
        daily.keep_promises(day)


def run_until(day):
    """Run the job each day until this one; return the only late promise."""
    first = day - datetime.timedelta(days=45)
    for number in range(46):
        run_on(first + datetime.timedelta(days=number))
    return LatePromise.objects.get()


@pytest.fixture
def promise(late_day, management):
    """A review with the Management Team, on the day on which it comes to them."""
    run_on(late_day)
    return LatePromise.objects.get()


@pytest.fixture
def suspended(promise):
    """The same once nobody has answered, with its restriction suspended."""
    run_on(promise.answer_by)
    run_on(add_working_days(promise.answer_by, 1))
    promise.refresh_from_db()
    return promise


def answer(promise, by, answer=LateAnswer.PUT_OFF, days=5, **changes):
    facts = {"put_off_to": add_working_days(today(), days)} if answer == LateAnswer.PUT_OFF else {}
    facts |= {"answer": answer, "answer_reason": WORDS, "version": promise.version}
    return actions.answer_late_promise(promise=promise, by=by, **facts | changes)


def status_of(restriction):
    restriction.refresh_from_db()
    return restriction.status


def tasks_of(user):
    return [row["kind"] for row in task_rows(user, "late.answer", "late.hold", "late.write")]


def test_nothing_happens_until_the_committee_has_adopted_it(organisation, late_day, restriction):
    Organisation.objects.update(promises_adopted_on=None, promises_adopted_by="")
    run_on(late_day + datetime.timedelta(days=90))
    assert not LatePromise.objects.exists()
    assert status_of(restriction) == RestrictionStatus.IMPOSED


def switch(organisation, on):
    organisation.promises_adopted_on = datetime.date(2026, 1, 15) if on else None
    organisation.promises_adopted_by = "Housing committee, item 7" if on else ""
    organisation.save()


def test_while_it_is_switched_off_nobody_answers_for_it(promise, management, organisation, signed_in):
    switch(organisation, on=False)
    with at(promise.passed_up_on):
        for each in LateAnswer:
            with pytest.raises(Refused, match="switched off"):
                answer(promise, management, each)
        client = signed_in(management)
        assert client.get(reverse("late_promise_answer", args=[promise.reference])).status_code == 403
        page = client.get(promise.get_absolute_url()).content.decode()
        assert "is switched off" in page
        assert "or suspend it" not in page


def test_switched_off_and_on_again_staff_are_told_anew_before_it_is_suspended(
    promise, restriction, organisation, officer
):
    run_on(promise.answer_by)
    switch(organisation, on=False)
    run_on(told_on := add_working_days(promise.answer_by, 1))
    run_on(told_on + datetime.timedelta(days=30))
    told = Notice.objects.filter(recipient=officer).order_by("pk")
    assert "is not suspended after all" in told.last().text
    assert told.filter(text__contains="after all").count() == 1
    switch(organisation, on=True)
    run_on(again := told_on + datetime.timedelta(days=40))
    assert "is suspended from" in told.last().text
    assert status_of(restriction) == RestrictionStatus.IMPOSED
    run_on(add_working_days(again, 1))
    assert status_of(restriction) == RestrictionStatus.SUSPENDED


def test_what_is_suspended_stays_so_as_it_is_switched_off(suspended, restriction, organisation, officer):
    switch(organisation, on=False)
    told = Notice.objects.filter(recipient=officer).count()
    run_on(suspended.suspends_on + datetime.timedelta(days=1))
    assert Notice.objects.filter(recipient=officer).count() == told
    day, status = suspended.suspends_on, status_of(restriction)
    suspended.refresh_from_db()
    assert (suspended.suspends_on, status) == (day, RestrictionStatus.SUSPENDED)


def test_a_review_goes_to_the_management_team_once_it_is_late_by_the_set_time(
    late_day, review, management, manager, officer
):
    run_on(late_day - datetime.timedelta(days=1))
    assert not LatePromise.objects.exists()
    run_on(late_day)
    run_on(late_day)
    promise = LatePromise.objects.get()
    assert (promise.promised_on, promise.passed_up_on) == (review.due_on, late_day)
    assert promise.answer_by == add_working_days(late_day, 5)
    assert (tasks_of(management), tasks_of(manager), tasks_of(officer)) == (["late.answer"], [], [])
    assert Notice.objects.filter(recipient=management, reference=promise.reference).count() == 1


def test_where_nobody_answers_staff_are_told_before_it_is_suspended(promise, restriction, officer, customer):
    before = Notice.objects.filter(recipient=officer).count()
    run_on(promise.answer_by - datetime.timedelta(days=1))
    assert Notice.objects.filter(recipient=officer).count() == before
    run_on(promise.answer_by)
    run_on(promise.answer_by)
    notices = Notice.objects.filter(recipient=officer).order_by("-pk")
    assert notices.count() == before + 1
    assert "is suspended from" in notices[0].text
    assert customer.name not in notices[0].text
    assert status_of(restriction) == RestrictionStatus.IMPOSED
    run_on(add_working_days(promise.answer_by, 1))
    assert status_of(restriction) == RestrictionStatus.SUSPENDED
    promise.refresh_from_db()
    assert (promise.status, [*promise.suspended.all()]) == (LatePromiseStatus.SUSPENDED, [restriction])


def test_a_job_that_was_skipped_takes_one_stage_a_working_day(late_day, restriction, management):
    late = late_day + datetime.timedelta(days=40)
    run_on(late)
    promise = LatePromise.objects.get()
    assert promise.answer_by == add_working_days(late, 5)
    run_on(later := promise.answer_by + datetime.timedelta(days=10))
    run_on(later)
    assert status_of(restriction) == RestrictionStatus.IMPOSED
    promise.refresh_from_db()
    assert promise.suspends_on == add_working_days(later, 1)
    run_on(promise.suspends_on + datetime.timedelta(days=3))
    assert status_of(restriction) == RestrictionStatus.SUSPENDED
    day, promise.suspends_on = promise.suspends_on, None
    promise.refresh_from_db()
    assert promise.suspends_on == day + datetime.timedelta(days=3)


def test_the_letter_is_left_with_a_manager_to_issue(suspended, customer, manager, restriction):
    (letter,) = suspended.letters.all()
    assert (letter.drafted_by, letter.status) == (manager, "draft")
    assert letter.history.earliest("sequence").history_user is None
    with at(suspended.suspends_on):
        assert issuing.check_ready(letter) == []
        text = placeholders.filled_text(letter)
        assert "does not apply until we have looked at it again. You can contact us by phone again." in text
        assert actions.write_late_letter(promise=suspended, by=manager) == letter


def test_a_suspended_restriction_applies_again_once_the_review_is_held(
    suspended, review, restriction, manager, client, signed_in
):
    with at(suspended.suspends_on):
        card = signed_in(manager).get(reverse("customer_card", args=[restriction.customer.reference]))
        assert "Suspended since" in card.content.decode()
        review.refresh_from_db()
        hold_review(review, manager)
        suspended.refresh_from_db()
        assert suspended.status == LatePromiseStatus.HELD
        assert status_of(restriction) == RestrictionStatus.IMPOSED
        (letter,) = suspended.letters.all()
        outcome = actions.write_letter(about=review, kind="review_outcome", by=manager)
        assert "because we were late in looking at it. It applies again from" in placeholders.filled_text(
            outcome
        )
        assert "was held since" in letter.letter_kind.check_still_true(letter)[0].sentence


def send_late_letter(promise, by):
    letter = actions.write_late_letter(promise=promise, by=by)
    return send_letter(letter, by)


def test_each_answer_that_the_customer_has_to_know_is_a_letter_to_write(promise, management, manager):
    with at(promise.answer_by):
        put_off = answer(promise, management)
        assert tasks_of(manager) == ["late.write"]
        send_late_letter(put_off, manager)
        assert tasks_of(manager) == []
    run_on(put_off.put_off_to)
    with at(put_off.put_off_to):
        assert tasks_of(manager) == []
    run_on(day := add_working_days(put_off.put_off_to, 1))
    with at(day):
        promise.refresh_from_db()
        (letter,) = promise.letters.filter(status="draft")
        letters.void_letter(letter=letter, by=manager, version=letter.version, void_reason="Written anew.")
        assert tasks_of(manager) == ["late.write"]
        send_late_letter(promise, manager)
        assert tasks_of(manager) == []


def test_nobody_writes_of_what_is_late_but_a_manager_once_it_is_answered(promise, manager, officer):
    with at(promise.passed_up_on):
        with pytest.raises(Refused, match="nobody has answered"):
            actions.write_late_letter(promise=promise, by=manager)
        with pytest.raises(Refused, match="Only a manager"):
            actions.write_late_letter(promise=promise, by=officer)


def test_nobody_applies_it_again_but_by_holding_the_review(suspended, restriction, manager, management):
    with at(suspended.suspends_on):
        for user in (manager, management):
            with pytest.raises(Refused, match="applies again once that is held"):
                restrictions.resume_restriction(restriction=restriction, by=user)


def test_a_review_that_lifts_or_varies_it_settles_it_too(suspended, review, restriction, manager):
    with at(suspended.suspends_on):
        review.refresh_from_db()
        hold_review(review, manager, outcome=ReviewOutcome.LIFT, next_review_on=None)
        suspended.refresh_from_db()
        assert suspended.status == LatePromiseStatus.HELD
        assert status_of(restriction) == RestrictionStatus.LIFTED


def test_it_is_put_off_once_by_the_management_team_alone(promise, management, manager, officer, restriction):
    with at(promise.answer_by):
        with pytest.raises(Refused, match="Only a Management Team member"):
            answer(promise, manager)
        put_off = answer(promise, management)
        assert (put_off.status, put_off.answer_by) == (LatePromiseStatus.PUT_OFF, put_off.put_off_to)
        with pytest.raises(Incomplete, match="put off once already"):
            answer(put_off, management)
        with pytest.raises(Stale):
            answer(promise, management, version=1)
    run_on(put_off.put_off_to - datetime.timedelta(days=1))
    assert status_of(restriction) == RestrictionStatus.IMPOSED
    run_on(put_off.put_off_to)
    run_on(add_working_days(put_off.put_off_to, 1))
    assert status_of(restriction) == RestrictionStatus.SUSPENDED


@pytest.mark.policy("54")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "withheld", [None, Permission.IMPOSE_RESTRICTIONS, Permission.JUDGE_COMPLAINTS_PROCESS]
)
def test_nobody_answers_for_a_kind_that_they_may_not_use(kind, withheld, management, manager, decision):
    """The Management Team may use each kind, as long as its role is as we made it."""
    facts = {"kind": kind, "terms": factories.TERMS_BY_KIND[kind]}
    if kind == "named_contact":
        facts |= {"named_contact": factories.staff("eilidh", "Officer"), "deputy": manager}
    if kind == "other":
        facts["staff_instruction"] = "Meet them at the library."
    imposed = factories.restriction(by=management, decision=decision, **facts, **factories.WAITS)
    limited = restrictions.notify_customer(restriction=imposed, on=today(), by=management)
    promise = actions.pass_up(about=limited.reviews.get())
    for role in ("Manager", "Management Team") if withheld else ():
        factories.withhold_permission(withheld, role=role)
    sentences = {
        Permission.IMPOSE_RESTRICTIONS: "Only a manager decides on restrictions.",
        KINDS[kind].permission: KINDS[kind].refusal.sentence if KINDS[kind].permission else "",
    }
    person = StaffMember.objects.get(pk=management.pk)
    if withheld and withheld in sentences:
        with pytest.raises(Refused, match=sentences[withheld]):
            answer(promise, person)
    else:
        assert answer(promise, person).status == LatePromiseStatus.PUT_OFF


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"put_off_to": None}, "Say by which day"),
        ({"days": 21}, "Choose a day after today"),
        ({"days": 0}, "Choose a day after today"),
        ({"put_off_to": "saturday"}, "Choose a working day"),
        ({"answer_reason": "n/a"}, "Say why"),
    ],
)
def test_a_day_or_a_reason_that_makes_no_sense_is_refused(promise, management, facts, sentence):
    with at(promise.answer_by):
        if facts.get("put_off_to") == "saturday":
            saturday = today() + datetime.timedelta(days=(5 - today().weekday()) % 7 or 7)
            facts = {"put_off_to": saturday}
        with pytest.raises(Incomplete, match=sentence):
            answer(promise, management, **facts)


def test_it_is_not_put_off_after_the_days_to_answer(promise, management):
    run_on(promise.answer_by)
    promise.refresh_from_db()
    with (
        at(promise.answer_by + datetime.timedelta(days=1)),
        pytest.raises(Incomplete, match="could be put off"),
    ):
        answer(promise, management)


def test_staff_who_were_told_hear_that_it_is_not_suspended_after_all(
    promise, management, officer, restriction
):
    run_on(promise.answer_by)
    promise.refresh_from_db()
    with at(promise.answer_by):
        answer(promise, management)
    assert "is not suspended after all" in Notice.objects.filter(recipient=officer).latest("pk").text
    run_on(add_working_days(promise.answer_by, 1))
    assert status_of(restriction) == RestrictionStatus.IMPOSED


def test_the_management_team_has_it_suspended_from_the_next_working_day(
    promise, management, restriction, officer
):
    with at(promise.passed_up_on):
        decided = answer(promise, management, LateAnswer.SUSPEND)
        assert decided.suspends_on == add_working_days(today(), 1)
        rows = decided.history.filter(event__in=[LatePromiseEvent.DECIDE, LatePromiseEvent.TELL])
        assert {row.history_user for row in rows} == {management}
        with pytest.raises(Incomplete, match="It is decided that it is suspended"):
            answer(decided, management)
    assert "is suspended from" in Notice.objects.filter(recipient=officer).latest("pk").text
    run_on(decided.suspends_on)
    assert status_of(restriction) == RestrictionStatus.SUSPENDED


@pytest.fixture
def protecting(manager, officer, customer, organisation):
    """A restriction in force that rests on harassment, as it was first reported."""
    harassed = factories.incident(by=officer, customer=customer)
    return factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[harassed]))


def test_what_protects_from_violence_is_never_suspended_and_comes_back_each_week(protecting, management):
    review = protecting.reviews.get()
    run_on(late_day := add_working_days(review.due_on, 20))
    promise = LatePromise.objects.get()
    with at(late_day), pytest.raises(Incomplete, match="protects from violence"):
        answer(promise, management, LateAnswer.SUSPEND)
    told = set()
    for days in range(1, 30):
        run_on(day := late_day + datetime.timedelta(days=days))
        if MAY_BE_SUSPENDED in chase(day).get("management", ""):
            told.add(day.isocalendar().week)
    assert status_of(protecting) == RestrictionStatus.IMPOSED
    assert len(told) >= 4
    assert tasks_of(management) == ["late.answer"]


def test_what_was_first_reported_protects_though_the_incident_says_something_else_now(
    protecting, manager, management
):
    incident = protecting.incidents.get()
    incident.refresh_from_db()
    incidents.change_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        categories=[Category.ABUSE],
        correction_reason="It was abuse, and no more.",
    )
    run_until(add_working_days(protecting.reviews.get().due_on, 30))
    assert status_of(protecting) == RestrictionStatus.IMPOSED


def test_what_was_reported_protects_though_a_manager_took_it_for_less_before_it_was_imposed(
    officer, manager, customer, management
):
    reported = factories.incident(by=officer, customer=customer)
    incidents.change_incident(
        incident=reported,
        by=manager,
        version=reported.version,
        categories=[Category.ABUSE],
        correction_reason="It was abuse, and no more.",
    )
    decision = factories.decision(by=manager, incidents=[reported])
    imposed = factories.restriction(by=manager, decision=decision, **factories.WAITS)
    assert restrictions_rules.protects_from_danger(imposed)


def test_what_one_manager_called_a_danger_before_it_was_imposed_protects(
    incident, manager, management, officer
):
    incidents.change_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        categories=[Category.HARASSMENT],
        correction_reason="He rang a colleague at home.",
    )
    decision = factories.decision(by=manager, incidents=[incident])
    imposed = factories.restriction(by=manager, decision=decision, **factories.WAITS)
    assert imposed.incidents.get().danger_said_by
    assert restrictions_rules.protects_from_danger(imposed)


def test_one_manager_who_calls_it_a_danger_afterwards_keeps_nothing_in_force(
    promise, incident, restriction, manager, management
):
    incident.refresh_from_db()
    with at(promise.passed_up_on):
        incidents.change_incident(
            incident=incident,
            by=manager,
            version=incident.version,
            categories=[Category.HARASSMENT, Category.LEVEL_OF_CONTACT],
            correction_reason="He rang a colleague at home.",
        )
    run_on(promise.answer_by)
    run_on(add_working_days(promise.answer_by, 1))
    assert status_of(restriction) == RestrictionStatus.SUSPENDED


def test_a_second_manager_who_confirms_the_danger_keeps_it_in_force(
    promise, incident, restriction, manager, management
):
    incident.refresh_from_db()
    with at(promise.passed_up_on):
        changed = incidents.change_incident(
            incident=incident,
            by=manager,
            version=incident.version,
            categories=[Category.HARASSMENT, Category.LEVEL_OF_CONTACT],
            correction_reason="He rang a colleague at home.",
        )
        assert may_confirm_danger(management, changed) is None
        incidents.confirm_danger(
            incident=changed, by=management, version=changed.version, reason="I heard the message."
        )
    run_on(promise.answer_by)
    run_on(add_working_days(promise.answer_by, 1))
    assert status_of(restriction) == RestrictionStatus.IMPOSED


@pytest.fixture
def late_appeal(log_appeal, restriction, executive, management):
    """An appeal that was acknowledged and whose hearing is late, on the day on which it comes to the Management Team."""
    appeal = acknowledge_appeal(log_appeal(restriction), executive)
    run_on(add_working_days(appeal.decide_by, 20))
    return LatePromise.objects.get(appeal=appeal)


@pytest.fixture
def suspended_appeal(late_appeal):
    run_on(late_appeal.answer_by)
    run_on(add_working_days(late_appeal.answer_by, 1))
    late_appeal.refresh_from_db()
    return late_appeal


def test_a_late_hearing_suspends_what_it_is_about_until_it_is_held(
    suspended_appeal, restriction, executive, manager, decide_appeal
):
    appeal = suspended_appeal.appeal
    assert status_of(restriction) == RestrictionStatus.SUSPENDED
    with at(suspended_appeal.suspends_on):
        (letter,) = suspended_appeal.letters.all()
        assert letter.drafted_by == manager
        assert "until we have heard and decided your appeal" in placeholders.filled_text(letter)
        assert not task_rows(executive, "appeal.tell")
        appeal.refresh_from_db()
        with pytest.raises(Refused, match="applies again once that is held"):
            suspend_restrictions(appeal, executive)
        decide_appeal(appeal)
        assert status_of(restriction) == RestrictionStatus.IMPOSED
        suspended_appeal.refresh_from_db()
        assert suspended_appeal.status == LatePromiseStatus.HELD


def test_an_appeal_that_is_over_does_not_apply_what_its_late_review_suspends(
    suspended, restriction, log_appeal, executive, review, manager, decide_appeal
):
    with at(suspended.suspends_on):
        appeal = acknowledge_appeal(log_appeal(restriction), executive)
        suspend_restrictions(appeal, executive, restriction)
        appeal.refresh_from_db()
        decided = decide_appeal(appeal)
        assert status_of(restriction) == RestrictionStatus.SUSPENDED
        letter = actions.write_letter(about=decided, kind="appeal_outcome", by=executive)
        assert "does not apply until we have looked at it again" in placeholders.filled_text(letter)
        assert issuing.check_ready(letter) == []
        review.refresh_from_db()
        hold_review(review, manager)
        assert status_of(restriction) == RestrictionStatus.IMPOSED


def test_a_late_review_that_is_held_does_not_apply_what_an_appeal_suspends(
    suspended, restriction, log_appeal, executive, executive2, review
):
    with at(suspended.suspends_on):
        appeal = acknowledge_appeal(log_appeal(restriction), executive)
        suspend_restrictions(appeal, executive, restriction)
        review.refresh_from_db()
        hold_review(review, executive2)
        assert status_of(restriction) == RestrictionStatus.SUSPENDED


def test_the_form_offers_what_can_still_be_answered(promise, management, signed_in, manager):
    url = reverse("late_promise_answer", args=[promise.reference])
    with at(promise.passed_up_on):
        page = signed_in(management).get(url).content.decode()
        assert "Put it off, once" in page
        assert signed_in(manager).get(url).status_code == 403
        day = add_working_days(today(), 5)
        sent = {
            "version": promise.version,
            "answer": LateAnswer.PUT_OFF,
            "put_off_to": day.isoformat(),
            "answer_reason": WORDS,
        }
        client = signed_in(management)
        assert client.post(url, sent).status_code == 302
        promise.refresh_from_db()
        assert promise.put_off_to == day
        page = client.get(url).content.decode()
        assert "Put it off, once" not in page
        assert client.post(url, sent | {"version": promise.version}).status_code == 422
        promise.refresh_from_db()
        assert promise.put_off_to == day


def test_what_ends_meanwhile_is_settled(suspended, restriction):
    restriction.refresh_from_db()
    with at(suspended.suspends_on + datetime.timedelta(days=1)):
        restrictions.expire_restriction(restriction=restriction)
    suspended.refresh_from_db()
    assert suspended.status == LatePromiseStatus.OVER
    run_on(suspended.suspends_on + datetime.timedelta(days=60))


def test_what_is_late_does_not_move_with_its_letter(promise, restriction, review, manager):
    """A letter that is said to have come back makes nothing that is late punctual."""
    with at(promise.passed_up_on):
        restriction.refresh_from_db()
        restrictions.first_day_changed.send(sender=type(restriction), restriction=restriction, by=manager)
        restriction.first_review_on = add_working_days(today(), 40)
        restrictions.first_day_changed.send(sender=type(restriction), restriction=restriction, by=manager)
    due_on = review.due_on
    review.refresh_from_db()
    assert review.due_on == due_on


@pytest.fixture
def late_in_part(log_appeal, restriction, protecting, executive, management):
    """A hearing that is late, about one restriction that protects and one that does not, on the day on which it is passed up."""
    appeal = acknowledge_appeal(log_appeal(restriction, protecting), executive)
    run_on(add_working_days(appeal.decide_by, 20))
    return LatePromise.objects.get(appeal=appeal)


def test_where_a_part_protects_notices_and_the_page_say_that_this_part_is_not_suspended(
    late_in_part, restriction, protecting, management, signed_in
):
    pages = []
    for days in range(1, 20):
        run_on(day := late_in_part.passed_up_on + datetime.timedelta(days=days))
        with at(day):
            pages.append(signed_in(management).get(late_in_part.get_absolute_url()).content.decode())
    ahead = "What does not protect from violence, threats or harassment is suspended from"
    assert any(ahead in page for page in pages[:-1])
    assert (status_of(restriction), status_of(protecting)) == (
        RestrictionStatus.SUSPENDED,
        RestrictionStatus.IMPOSED,
    )
    texts = "; ".join(
        management.notices.filter(reference=late_in_part.reference).values_list("text", flat=True)
    )
    assert "part of what it is about is suspended until it is held" in texts


def test_where_nothing_that_a_hearing_is_about_applies_any_more_nothing_is_suspended(
    late_appeal, restriction, manager, management, signed_in
):
    restriction.refresh_from_db()
    with at(late_appeal.passed_up_on):
        restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="It worked.")
        page = signed_in(management).get(late_appeal.get_absolute_url()).content.decode()
        assert "Nothing that this is about applies any more" in page
        assert "This protects" not in page
        with pytest.raises(Incomplete, match="Nothing that it is about applies any more"):
            answer(late_appeal, management, LateAnswer.SUSPEND)


@pytest.mark.parametrize("is_decided", [False, True])
def test_nobody_is_reminded_to_answer_what_is_decided(promise, management, is_decided):
    day = add_working_days(promise.passed_up_on, 3)
    if is_decided:
        with at(day):
            answer(promise, management, LateAnswer.SUSPEND)
    run_on(day)
    assert (MAY_BE_SUSPENDED in chase(day).get("management", "")) == (not is_decided)


def test_what_was_put_off_is_chased_before_the_day_to_which_it_was(promise, management):
    with at(promise.passed_up_on):
        answer(promise, management, days=10)
    assert MAY_BE_SUSPENDED not in chase(add_working_days(promise.passed_up_on, 4)).get("management", "")
    assert MAY_BE_SUSPENDED in chase(add_working_days(promise.passed_up_on, 8))["management"]


def test_what_is_decided_stands_once_it_is_switched_on_again(promise, management, organisation):
    with at(promise.passed_up_on):
        decided = answer(promise, management, LateAnswer.SUSPEND)
    switch(organisation, on=False)
    run_on(decided.suspends_on)
    promise.refresh_from_db()
    assert promise.suspends_on is None
    switch(organisation, on=True)
    run_on(again := decided.suspends_on + datetime.timedelta(days=1))
    assert again < promise.answer_by
    promise.refresh_from_db()
    assert promise.suspends_on == add_working_days(again, 1)


def test_a_task_offers_an_answer_as_long_as_there_is_one(promise, management, organisation):
    with at(promise.passed_up_on):
        assert tasks_of(management) == ["late.answer"]
        switch(organisation, on=False)
        assert tasks_of(management) == ["late.hold"]
        switch(organisation, on=True)
        assert tasks_of(management) == ["late.answer"]
        decided = answer(promise, management, LateAnswer.SUSPEND)
        assert tasks_of(management) == ["late.hold"]
    run_on(decided.suspends_on)
    with at(decided.suspends_on):
        assert tasks_of(management) == ["late.hold"]


def save_death(customer, died_on, by):
    customer.refresh_from_db()
    writing.save_record(customer, by=by, reason="Their day of death", deceased_on=died_on)


def test_once_their_customer_has_died_nobody_answers_or_writes(promise, customer, manager, management):
    with at(promise.passed_up_on):
        answer(promise, management, days=3)
        waiting = (["late.answer", "late.write"], ["late.write"])
        assert (tasks_of(management), tasks_of(manager)) == waiting
        save_death(customer, today(), by=manager)
        assert (tasks_of(management), tasks_of(manager)) == ([], [])
        save_death(customer, None, by=manager)
        assert (tasks_of(management), tasks_of(manager)) == waiting


def test_what_is_late_is_not_suspended_once_their_customer_has_died(
    promise, restriction, customer, manager, management, signed_in
):
    with at(promise.passed_up_on):
        save_death(customer, today(), by=manager)
        page = signed_in(management).get(promise.get_absolute_url()).content.decode()
        assert "The customer has died, so this is not suspended" in page
        assert "or suspend it" not in page
        promise = LatePromise.objects.get()
        with pytest.raises(Refused, match="The customer has died"):
            answer(promise, management)
    run_on(promise.answer_by)
    run_on(add_working_days(promise.answer_by, 1))
    assert status_of(restriction) == RestrictionStatus.IMPOSED


def test_the_card_says_from_when_each_of_two_is_suspended_that_are_called_the_same(
    decision, manager, management, signed_in
):
    blocked = [
        factories.restriction(
            by=manager, decision=decision, kind="block_email", terms={"blocked": [address]}, **factories.WAITS
        )
        for address in ("orla@example.com", "orla.two@example.com")
    ]
    for each in blocked:
        restrictions.notify_customer(restriction=each, on=today(), by=manager)
    assert len({each.title_in_sentence for each in blocked}) == 1
    run_on(late_day := add_working_days(blocked[0].first_review_on, 20))
    with at(late_day):
        first = answer(blocked[0].reviews.get().late_promise, management, LateAnswer.SUSPEND)
    for days in range(1, 20):
        run_on(late_day + datetime.timedelta(days=days))
    second = blocked[1].reviews.get().late_promise
    assert {status_of(each) for each in blocked} == {RestrictionStatus.SUSPENDED}
    with at(second.suspends_on):
        card = signed_in(manager).get(reverse("customer_card", args=[decision.customer.reference]))
    for promise in (first, second):
        assert f"Suspended since {uk_date(promise.suspends_on)}, because we are late" in card.content.decode()


def test_a_restriction_shows_the_late_hearing_that_it_is_part_of(
    late_appeal, restriction, manager, signed_in
):
    promise_url = late_appeal.get_absolute_url()
    with at(late_appeal.passed_up_on):
        client = signed_in(manager)
        for record in (restriction, late_appeal.appeal):
            assert promise_url in client.get(record.get_absolute_url()).content.decode()


def test_what_was_held_or_decided_meanwhile_is_not_passed_up(
    review, restriction, manager, log_appeal, executive, decide_appeal, late_day, management
):
    with at(late_day):
        appeal = decide_appeal(acknowledge_appeal(log_appeal(restriction), executive))
        hold_review(review, manager)
        for about in (review, appeal):
            with pytest.raises(Stale):
                actions.pass_up(about=about)
    assert not LatePromise.objects.exists()


LESS = {"closed": ["phone"], "open": ["letter", "email", "office"]}


def test_a_review_that_varies_what_is_suspended_settles_it_and_the_new_version_applies(
    suspended, review, restriction, manager, management, signed_in
):
    facts = version_facts(restriction, terms=LESS)
    changes = {name: facts[name] for name in ("terms", "ends_on", "easing_conditions", "staff_instruction")}
    with at(suspended.suspends_on):
        review.refresh_from_db()
        hold_review(review, manager, outcome=ReviewOutcome.VARY, changes=changes)
        suspended.refresh_from_db()
        restriction.refresh_from_db()
        new = restriction.superseded_by
        assert (suspended.status, restriction.status, new.status) == (
            LatePromiseStatus.HELD,
            RestrictionStatus.SUPERSEDED,
            RestrictionStatus.IMPOSED,
        )
        card = signed_in(manager).get(reverse("customer_card", args=[restriction.customer.reference]))
        assert "Suspended since" not in card.content.decode()
        assert not new.reviews.get().is_overdue
    asked = management.notices.count()
    run_on(suspended.suspends_on + datetime.timedelta(days=30))
    assert (status_of(new), management.notices.count()) == (RestrictionStatus.IMPOSED, asked)
    assert LatePromise.objects.get() == suspended


def test_what_a_late_hearing_eases_applies_as_it_is_eased(
    suspended_appeal, restriction, decide_appeal, management
):
    appeal = suspended_appeal.appeal
    appeal.refresh_from_db()
    with at(suspended_appeal.suspends_on):
        facts = version_facts(restriction, terms=LESS)
        new = decide_appeal(appeal, AppealOutcome.PARTLY_UPHELD, changes=facts).appealed.get().varied_to
    suspended_appeal.refresh_from_db()
    assert (suspended_appeal.status, new.status) == (LatePromiseStatus.HELD, RestrictionStatus.IMPOSED)
    assert status_of(restriction) == RestrictionStatus.SUPERSEDED


def late_lines_on_card(client, customer):
    page = client.get(reverse("customer_card", args=[customer.reference])).content.decode()
    return page.count("because we are late in looking at it again")


def test_once_the_review_is_held_the_card_lays_no_suspension_to_lateness(
    suspended, review, restriction, customer, manager, executive, log_appeal, signed_in
):
    with at(suspended.suspends_on):
        client = signed_in(manager)
        assert late_lines_on_card(client, customer) == 1
        review.refresh_from_db()
        hold_review(review, manager)
        suspend_restrictions(acknowledge_appeal(log_appeal(restriction), executive), executive, restriction)
        assert status_of(restriction) == RestrictionStatus.SUSPENDED
        assert late_lines_on_card(client, customer) == 0


def test_the_card_names_nothing_that_has_ended_since_its_hearing_suspended_it(
    restriction, decision, customer, manager, executive, management, log_appeal, signed_in
):
    another = factories.restriction(by=manager, decision=decision, **factories.WAITS)
    another = restrictions.notify_customer(restriction=another, on=today(), by=manager)
    appeal = acknowledge_appeal(log_appeal(restriction, another), executive)
    late_day = add_working_days(appeal.decide_by, 20)
    for days in range(20):
        run_on(day := late_day + datetime.timedelta(days=days))
    with at(day):
        client = signed_in(manager)
        assert late_lines_on_card(client, customer) == 2
        another.refresh_from_db()
        restrictions.lift_restriction(restriction=another, by=manager, status_reason="It worked.")
        assert late_lines_on_card(client, customer) == 1


@pytest.mark.parametrize("act", [actions.announce_suspension, actions.suspend_until_held])
def test_what_was_held_since_it_was_read_is_not_suspended(promise, review, restriction, manager, act):
    if act == actions.suspend_until_held:
        run_on(promise.answer_by)
        promise.refresh_from_db()
    with at(add_working_days(promise.answer_by, 1)):
        review.refresh_from_db()
        hold_review(review, manager)
        with pytest.raises(Stale):
            act(promise=promise)
    assert status_of(restriction) == RestrictionStatus.IMPOSED


@pytest.mark.parametrize("act", [actions.suspend_until_held, actions.take_back_suspension])
def test_what_was_put_off_since_it_was_read_is_not_suspended(promise, restriction, management, act):
    run_on(promise.answer_by)
    read, told = LatePromise.objects.get(), LatePromise.objects.get()
    with at(promise.answer_by):
        answer(told, management)
    with at(read.suspends_on), pytest.raises(Stale):
        act(promise=read)
    assert status_of(restriction) == RestrictionStatus.IMPOSED


def merge_into(kept, other, *, by, asker):
    factories.ask_merge(kept, other, by=asker)
    return customers.merge_customers(
        kept=kept, other=other, by=by, submission=uuid.uuid4(), why="They confirmed it."
    )


@pytest.fixture
def namesake(officer):
    return factories.customer(by=officer, name="Orla Breen", phones=["0141 496 0000"])


def test_what_is_late_goes_along_with_a_merge_and_back(
    promise, restriction, customer, namesake, manager, management, signed_in
):
    def waits_for():
        rows = task_rows(management, "late.answer")
        return [(row["reference"], row["name"]) for row in rows]

    with at(promise.answer_by):
        merge = merge_into(namesake, customer, by=management, asker=manager)
        promise.refresh_from_db()
        assert promise.customer == namesake
        assert waits_for() == [(promise.reference, namesake.name)]
        answer(promise, management, LateAnswer.SUSPEND)
        customers.unmerge_customers(merge=merge, by=management, version=merge.version)
    promise.refresh_from_db()
    assert promise.customer == customer
    run_on(promise.suspends_on)
    assert status_of(restriction) == RestrictionStatus.SUSPENDED
    with at(promise.suspends_on):
        client = signed_in(manager)
        cards = {
            each: client.get(reverse("customer_card", args=[each.reference])).content.decode()
            for each in (customer, namesake)
        }
    assert "Suspended since" in cards[customer]
    assert "Suspended since" not in cards[namesake]


def test_what_was_passed_up_while_two_were_one_goes_back_with_its_review(
    late_day, customer, namesake, manager, management
):
    with at(late_day):
        merge = merge_into(namesake, customer, by=management, asker=manager)
        run_on(late_day)
        assert LatePromise.objects.get().customer == namesake
        customers.unmerge_customers(merge=merge, by=management, version=merge.version)
        promise = LatePromise.objects.get()
    assert promise.customer == promise.review.customer == customer


def test_a_merge_is_not_undone_while_a_letter_about_what_is_late_was_written_since(
    promise, customer, namesake, manager, management
):
    with at(promise.passed_up_on):
        merge = merge_into(namesake, customer, by=management, asker=manager)
        promise.refresh_from_db()
        letter = actions.write_late_letter(promise=answer(promise, management), by=manager)
        with pytest.raises(Incomplete, match=f"{letter} was written since"):
            customers.unmerge_customers(merge=merge, by=management, version=merge.version)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_does_and_the_other_is_told(promise, management, signed_in):
    people = [management, factories.staff("second_manager", "Manager", "Management Team")]
    with at(promise.passed_up_on):
        clients = [*map(signed_in, people)]
        forms = [
            {"answer": LateAnswer.PUT_OFF, "put_off_to": add_working_days(today(), 5).isoformat()},
            {"answer": LateAnswer.SUSPEND},
        ]
        url = reverse("late_promise_answer", args=[promise.reference])
        asked = {"version": promise.version, "answer_reason": WORDS}
        connection.close()
        responses = run_at_once(2, lambda number: clients[number].post(url, asked | forms[number]))
        assert sorted(response.status_code for response in responses) == [302, 409]
        promise.refresh_from_db()
        winner = next(number for number in range(2) if responses[number].status_code == 302)
        assert promise.answered_by == people[winner]
        assert people[winner].get_full_name() in responses[1 - winner].content.decode()
    assert (promise.status == LatePromiseStatus.PUT_OFF) == (winner == 0) == (promise.suspends_on is None)
    assert promise.history.filter(event__in=[LatePromiseEvent.PUT_OFF, LatePromiseEvent.DECIDE]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_held_as_the_job_suspends_it_applies(promise, review, restriction, manager):
    run_on(promise.answer_by)
    day = add_working_days(promise.answer_by, 1)
    review.refresh_from_db()
    with at(day):
        connection.close()
        run_at_once(2, lambda number: hold_review(review, manager) if number else daily.keep_promises(day))
    promise.refresh_from_db()
    assert (promise.status, status_of(restriction)) == (LatePromiseStatus.HELD, RestrictionStatus.IMPOSED)
