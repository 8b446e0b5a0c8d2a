import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Incomplete
from cha_engagement.core.templatetags.ui import uk_datetime
from cha_engagement.core.unsettled import UnsettledRecord, forget_settled
from cha_engagement.customers.enums import Channel
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.mail import send_due_emails
from cha_engagement.staff.models import Notice
from incidents import actions, rules
from incidents.conversations.models import Conversation
from incidents.enums import Category, Harm, IncidentStatus, Outcome, Warning, YesNo
from incidents.models import Incident
from incidents.restorative import actions as restorative
from incidents.restorative.enums import RestorativeKind, RestorativeOutcome
from restrictions.actions import leave_customer_unnotified, leave_decision_unexplained, notify_customer
from tests.desks import chase
from tests.overwriting import overwrite_record

from .. import factories

pytestmark = pytest.mark.django_db


def assess(incident, manager, **changes):
    given = {"outcome": Outcome.WARNED, "reasons": "It was over in a minute.", "version": incident.version}
    return actions.assess_incident(incident=incident, by=manager, **given | changes)


@pytest.mark.policy("25")
def test_saving_sends_it_to_the_line_manager_at_once(officer, manager, customer):
    officer.line_manager = manager
    officer.save()
    incident = factories.incident(by=officer, customer=customer)
    assert incident.status == IncidentStatus.WITH_MANAGER
    notified = set(Notice.objects.filter(recipient=manager).values_list("reference", "path"))
    assert notified == {
        (record.reference, record.get_absolute_url()) for record in (incident, incident.conversations.get())
    }


@pytest.mark.policy("57")
def test_the_deputy_is_told_while_the_line_manager_is_away(officer, manager, management, customer):
    manager.deputy, manager.away_until = management, timezone.localdate()
    manager.save()
    officer.line_manager = manager
    officer.save()
    factories.incident(by=officer, customer=customer)
    assert {notice.recipient for notice in Notice.objects.all()} == {management}


def notices(person):
    return [notice.text for notice in Notice.objects.filter(recipient=person)]


@pytest.mark.policy("24")
@pytest.mark.parametrize(
    ("codes", "is_notified"),
    [(["physical_threat"], True), ([], True), (["level_of_contact"], False)],
)
def test_who_looks_after_a_customer_is_told_of_what_their_card_warns_of(report, manager, codes, is_notified):
    """Their line manager is told alone that it waits."""
    lead = factories.staff("lead", "Officer")
    customer = factories.customer(by=report, assigned_to=lead)
    Notice.objects.all().delete()
    incident = factories.incident(by=report, customer=customer, categories=codes)
    text = f"{incident} was logged about a customer you look after. Read their card before any contact."
    assert notices(lead) == [text] * is_notified
    assert text not in notices(manager)


@pytest.mark.policy("24")
def test_who_looks_after_a_customer_is_told_once_that_a_threat_was_theirs(report, manager):
    lead = factories.staff("lead", "Officer")
    customer = factories.customer(by=report, assigned_to=lead)
    Notice.objects.all().delete()
    incident = factories.incident(
        by=report, customer=None, unidentified_person="A man", categories=[Category.VIOLENCE]
    )
    for facts in ("He hit out.", "He hit out twice."):
        incident = edit(incident, report, customer=customer, facts=facts)
        assert len(notices(lead)) == 1
    own = factories.customer(by=report, name="Their Own", assigned_to=report)
    Notice.objects.all().delete()
    factories.incident(by=report, customer=own, categories=[Category.VIOLENCE])
    assert not [text for text in notices(report) if "look after" in text]


@pytest.mark.policy("62")
def test_the_named_reporter_is_told_who_logged_it_for_them(customer, officer, manager):
    own = factories.incident(by=officer, customer=customer)
    assert not [text for text in notices(officer) if "for you" in text]
    entered = factories.incident(by=manager, customer=customer, reported_by=officer)
    text = f"{manager} logged {entered} for you. Tell a manager if that is not how it was."
    assert text in notices(officer)
    assert own.entered_by == own.reported_by


@pytest.mark.policy("62")
@pytest.mark.parametrize(
    ("change", "is_notified"),
    [
        ({"facts": "It was worse than that."}, True),
        ({"categories": [Category.ABUSE, Category.OTHER_THREAT]}, True),
        ({"occurred_at": timezone.now() - timedelta(days=3)}, True),
        ({"customer": "another"}, True),
        ({"reported_by": "another"}, True),
        ({"location": "At the door"}, False),
        ({"categories": [Category.ABUSE, Category.HARASSMENT]}, False),
    ],
)
def test_who_reported_it_is_told_once_that_others_changed_what_happened(
    incident, officer, manager, change, is_notified
):
    colleague = factories.staff("colleague", "Officer")
    records = {
        "customer": factories.customer(by=officer, name="Somebody Else"),
        "reported_by": colleague,
    }
    change = {name: records[name] if value == "another" else value for name, value in change.items()}
    Notice.objects.all().delete()
    edit(incident, officer, needs_known="None that we know of.")
    assert not notices(officer)
    edit(incident, manager, **change)
    text = f"{manager} changed {incident}, which you reported. Tell a manager if that is not how it was."
    assert notices(officer).count(text) == is_notified
    assert notices(colleague).count(text) == ("reported_by" in change)
    edit(incident, manager, facts="And it went on.", reported_by=officer)
    assert notices(officer).count(text) == 1


@pytest.mark.policy("65")
def test_a_notice_says_nothing_of_the_case(officer, manager, customer):
    officer.line_manager = manager
    officer.save()
    factories.incident(by=officer, customer=customer)
    text = " ".join(notice.text + notice.path for notice in Notice.objects.all())
    assert customer.name not in text
    assert "buse" not in text


@pytest.mark.beyond("B22")
def test_whoever_reported_it_is_told_that_something_came_of_it(incident, manager, officer):
    assess(incident, manager)
    notice = Notice.objects.get(recipient=officer)
    assert incident.reference in notice.text
    assert notice.path == incident.get_absolute_url()


@pytest.mark.beyond("B22")
def test_whoever_reported_it_is_told_though_a_colleague_typed_it(customer, officer, manager):
    typist = factories.staff("typist", "Officer")
    incident = factories.incident(by=typist, customer=customer, reported_by=officer)
    Notice.objects.all().delete()
    assess(incident, manager)
    assert officer in {notice.recipient for notice in Notice.objects.filter(path=incident.get_absolute_url())}


@pytest.mark.policy("24")
def test_a_manager_corrects_the_categories(incident, manager):
    incident = assess(incident, manager, categories=[Category.OTHER])
    assert incident.category_codes == {"other"}
    assert not incident.is_complete  # 'other' wants to be described


@pytest.mark.policy("26")
def test_an_incident_of_which_something_is_needed_cannot_be_closed(customer, officer, manager):
    incident = factories.incident(by=officer, customer=customer, warning="")
    incident = assess(incident, manager, outcome=Outcome.NOT_POSSIBLE)
    with pytest.raises(Incomplete) as raised:
        actions.close_incident(incident=incident, by=manager, version=incident.version)
    assert [(refusal.field, refusal.paragraph) for refusal in raised.value.refusals] == [("warning", "26")]
    incident = actions.change_incident(
        incident=incident, by=officer, version=incident.version, warning=Warning.GIVEN
    )
    assert (
        actions.close_incident(incident=incident, by=manager, version=incident.version).status
        == IncidentStatus.CLOSED
    )


def test_new_facts_bring_a_closed_incident_back(incident, manager):
    incident = actions.close_incident(
        incident=assess(incident, manager), by=manager, version=incident.version + 1
    )
    incident = actions.reopen_incident(
        incident=incident, by=manager, version=incident.version, reason="A witness came forward"
    )
    assert (incident.status, incident.closed_at) == (IncidentStatus.WITH_MANAGER, None)


def test_two_managers_cannot_both_assess(incident, manager, management):
    assess(incident, manager)
    with pytest.raises(Stale):
        assess(incident, management)
    assert incident.assessments.count() == 1


def test_a_form_sent_twice_logs_once(customer, officer):
    submission = uuid.uuid4()
    first, second = (
        actions.log_incident(
            by=officer, submission=submission, customer=customer, **factories.incident_facts()
        )
        for _ in range(2)
    )
    assert first == second
    assert Incident.objects.count() == Conversation.objects.count() == 1


@pytest.mark.database
def test_what_fails_half_way_leaves_nothing(officer):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.incident(by=officer, customer=None, unidentified_person="")
    assert not Incident.objects.exists()
    assert not Incident.history.exists()
    assert not Notice.objects.exists()


@pytest.mark.policy("24", "25")
def test_the_line_manager_has_it_at_once_and_every_manager_after_a_quarter_of_an_hour(
    customer, officer, manager, management, time_machine, tasks
):
    time_machine.move_to("2026-11-23T09:30:00+00:00")
    officer.line_manager = manager
    officer.save()
    incident = factories.incident(by=officer, customer=customer)
    assert tasks(manager)["incident.assess", incident.reference] == timezone.localdate()
    assert "incident.assess" not in {kind for kind, *_ in tasks(management)}
    assert "conversation.hold" not in {kind for kind, *_ in tasks(management)}
    time_machine.shift(timedelta(minutes=14))
    assert "incident.assess" not in {kind for kind, *_ in tasks(management)}
    time_machine.shift(timedelta(minutes=2))
    kinds = {kind for kind, *_ in tasks(management)}
    assert "incident.assess" in kinds
    assert "conversation.hold" not in kinds
    time_machine.shift(timedelta(minutes=45))
    assert {"incident.assess", "conversation.hold"} <= {kind for kind, *_ in tasks(management)}


@pytest.fixture
def mails(time_machine, mailoutbox):
    """`mails(minutes)` are those to whom an email went once so many minutes have passed."""

    def mails(minutes):
        time_machine.shift(timedelta(minutes=minutes))
        mailoutbox.clear()
        send_due_emails()
        return {address for message in mailoutbox for address in message.to}

    return mails


@pytest.fixture
def logged_threat(customer, officer, manager, management, time_machine):
    time_machine.move_to("2026-11-23T09:30:00+00:00")
    officer.line_manager = manager
    officer.save()
    factories.staff("away", "Manager", away_until=timezone.localdate())
    facts = {"categories": [], "harm": Harm.YES, "contact_ended": YesNo.NO, "how_ended": "", "warning": ""}
    return factories.incident(by=officer, customer=customer, **facts)


@pytest.mark.policy("25", "57")
def test_other_managers_at_work_are_told_where_the_line_manager_does_not_open_a_threat(
    logged_threat, manager, management, officer, mails, mailoutbox, signed_in
):
    assert mails(0) == {manager.email}
    page = signed_in(officer).get(logged_threat.get_absolute_url()).content.decode()
    assert "Told: Manager Example, <strong>not opened yet" in page
    assert str(management) not in page.partition("Told:")[2].partition("</p>")[0]
    assert mails(14) == set()
    assert mails(2) == {management.email}
    assert (
        f"{logged_threat} waits for any manager: nobody who was told has opened it yet." in mailoutbox[0].body
    )
    page = signed_in(officer).get(logged_threat.get_absolute_url()).content.decode()
    assert "Management Example, <strong>not opened yet" in page


@pytest.mark.policy("25", "57")
@pytest.mark.parametrize("opened", ["", "assess/"])
def test_nobody_else_is_told_of_a_threat_that_the_line_manager_has_opened(
    logged_threat, manager, officer, mails, signed_in, opened
):
    assert mails(5) == {manager.email}
    signed_in(officer).get(logged_threat.get_absolute_url())
    signed_in(manager).get(f"{logged_threat.get_absolute_url()}{opened}")
    assert mails(20) == set()
    shown = signed_in(officer).get(logged_threat.get_absolute_url()).content.decode()
    assert "Told: Manager Example, <span" in shown
    assert "who opened it on 23 November 2026 at 9:35am" in shown


@pytest.mark.policy("25", "57")
def test_a_daily_reminder_leaves_it_known_who_has_opened_a_threat(logged_threat, manager, officer, signed_in):
    signed_in(manager).get(logged_threat.get_absolute_url())
    chase(today())
    assert "not opened yet" not in signed_in(officer).get(logged_threat.get_absolute_url()).content.decode()


@pytest.mark.policy("24", "25", "57")
@pytest.mark.parametrize("found", ["harm", "category", "reopened"])
def test_a_threat_that_is_found_later_is_told_as_one_that_is_logged(
    found, customer, officer, manager, management, mails, time_machine, tasks
):
    time_machine.move_to("2026-11-23T09:30:00+00:00")
    officer.line_manager = manager
    officer.save()
    incident = factories.incident(by=officer, customer=customer, categories=[Category.LEVEL_OF_CONTACT])
    if found == "reopened":
        incident = assess(incident, manager, outcome=Outcome.WARNED)
    assert management.email not in mails(20)
    change = {"harm": Harm.YES} if found == "harm" else {"categories": ["level_of_contact", "violence"]}
    change["raised_reason"] = "He hit her, as two people saw."
    incident = actions.change_incident(incident=incident, by=officer, version=incident.version, **change)
    assert manager.email in mails(0)
    assert management.email in mails(16)
    assert ("incident.assess", incident.reference) in tasks(management)


@pytest.fixture
def add_threat(logged_threat):
    def add_threat(by, category=Category.PHYSICAL_THREAT):
        incident = Incident.objects.get(pk=logged_threat.pk)
        categories = {*incident.category_codes, category}
        actions.change_incident(
            incident=incident,
            by=by,
            version=incident.version,
            categories=categories,
            correction_reason="She told me so.",
        )

    return add_threat


@pytest.mark.policy("25", "57")
def test_no_fallback_follows_what_a_deciding_manager_has_changed(manager, management, mails, add_threat):
    add_threat(manager)
    assert management.email not in mails(20)


@pytest.mark.policy("25", "57")
def test_a_fallback_is_told_once_and_not_to_whoever_changed_it(
    manager, management, officer, mails, add_threat
):
    other = factories.staff("other", "Manager")
    add_threat(officer)
    add_threat(management, Category.VIOLENCE)
    mails(16)
    sent = Notice.objects.filter(is_fallback=True, sent_at__isnull=False)
    assert [notice.recipient for notice in sent] == [other]


@pytest.mark.policy("25", "57")
def test_no_fallback_is_sent_once_another_manager_has_opened_it(
    logged_threat, manager, management, mails, signed_in
):
    factories.staff("other", "Manager")
    signed_in(management).get(logged_threat.get_absolute_url())
    assert mails(16) == {manager.email}


@pytest.mark.policy("25", "57")
def test_a_fallback_is_sent_though_a_threat_was_opened_before_more_was_known(
    logged_threat, manager, management, officer, mails, signed_in, add_threat
):
    signed_in(manager).get(logged_threat.get_absolute_url())
    mails(1)
    add_threat(officer)
    assert mails(16) == {manager.email, management.email}


@pytest.mark.policy("24", "25")
def test_whoever_finds_a_threat_is_not_told_of_it(manager, mails, add_threat):
    mails(0)
    add_threat(manager)
    assert manager.email not in mails(0)


@pytest.mark.policy("25", "57")
def test_nobody_is_told_that_a_threat_waits_once_another_manager_has_decided(
    logged_threat, management, manager, mails, signed_in
):
    assert mails(5) == {manager.email}
    categories = [Category.PHYSICAL_THREAT]
    factories.assess_incident(logged_threat, by=management, categories=categories)
    assert management.email not in mails(20)
    assert "Told:" not in signed_in(manager).get(logged_threat.get_absolute_url()).content.decode()


@pytest.mark.policy("54")
def test_what_is_about_the_complaints_process_goes_to_the_management_team_at_once(
    customer, officer, manager, management, tasks
):
    officer.line_manager = manager
    officer.save()
    incident = factories.incident(by=officer, customer=customer, categories=[Category.COMPLAINTS_PROCESS])
    assert ("incident.assess", incident.reference) in tasks(management)
    assert ("incident.assess", incident.reference) in tasks(manager)


@pytest.mark.policy("26", "62")
def test_what_is_still_needed_stands_on_the_reporters_work_list(customer, officer, tasks):
    incident = factories.incident(by=officer, customer=customer, warning="")
    assert "incident.finish" in {kind for kind, *_ in tasks(officer)}
    actions.change_incident(incident=incident, by=officer, version=incident.version, warning=Warning.GIVEN)
    assert "incident.finish" not in {kind for kind, *_ in tasks(officer)}


@pytest.mark.policy("3")
def test_who_it_was_stands_on_the_reporters_work_list_and_nothing_waits_for_it(officer, manager, tasks):
    incident = factories.incident(by=officer, customer=None, unidentified_person="A man in a green coat")
    assert ("incident.identify", incident.reference) in tasks(officer)
    assert "Say who it was" in " ".join(str(refusal) for refusal in rules.check_complete(incident))
    assess(incident, manager)
    incident.refresh_from_db()
    closed = actions.close_incident(incident=incident, by=manager, version=incident.version)
    assert closed.status == IncidentStatus.CLOSED
    assert ("incident.identify", incident.reference) not in tasks(officer)


@pytest.mark.policy("3", "25")
def test_who_it_was_is_due_when_a_manager_decides_what_follows(officer, manager, tasks):
    officer.line_manager = manager
    officer.save()
    factories.incident(
        by=officer, customer=None, unidentified_person="A man", categories=[Category.LEVEL_OF_CONTACT]
    )
    due = {kind: day for (kind, _), day in {**tasks(officer), **tasks(manager)}.items()}
    assert due["incident.identify"] == due["incident.assess"] == timezone.localdate() + timedelta(days=5)


THREATS = ["violence", "physical_threat", "other_threat"]


@pytest.fixture
def threat(report, customer):
    """Logged by somebody whose line manager is the manager."""
    return factories.incident(by=report, customer=customer, categories=[Category.PHYSICAL_THREAT])


@pytest.mark.policy("24")
@pytest.mark.parametrize("category", THREATS)
def test_the_card_says_whom_to_speak_to_until_it_is_decided(report, customer, manager, card, category):
    incident = factories.incident(by=report, customer=customer, categories=[category])
    assert str(manager) in card(customer)[0].text
    assess(incident, manager)
    assert not card(customer)


@pytest.mark.policy("24")
@pytest.mark.parametrize("undecided", ["logged", "found_to_need_a_decision", "closed_undecided"])
def test_no_neglect_takes_a_threat_off_the_card(
    undecided, threat, customer, manager, card, organisation, time_machine
):
    """Violence logged on Christmas Eve, and nobody acts."""
    time_machine.move_to("2026-12-24T16:45:00+00:00", tick=False)
    if undecided != "logged":
        threat = assess(threat, manager, outcome=Outcome.ACTIVE_MANAGEMENT)
    if undecided == "closed_undecided":
        actions.close_incident(incident=threat, by=manager, version=threat.version)
    for day in ("2027-01-07", "2028-01-07"):
        time_machine.move_to(f"{day}T12:00:00+00:00", tick=False)
        assert [(line.text, line.until) for line in card(customer)] == [
            (f"Speak to {manager} ({manager.email}) before any contact.", None),
            (f"A physical threat was reported: {uk_datetime(threat.occurred_at)}, by phone.", None),
        ]


@pytest.mark.policy("24", "65")
@pytest.mark.parametrize(
    ("facts", "reported"),
    [
        (
            {"categories": [], "harm": Harm.YES},
            "It was reported that somebody was threatened, hurt or abused",
        ),
        (
            {"categories": [Category.OTHER], "harm": Harm.NOT_SURE},
            "It was reported that somebody may have been threatened, hurt or abused",
        ),
        (
            {"categories": []},
            "Something was reported, and a manager has not said yet what it was",
        ),
        ({"categories": [Category.ABUSE, Category.PHYSICAL_THREAT]}, "A physical threat was reported"),
        ({"categories": [Category.VIOLENCE, Category.PHYSICAL_THREAT]}, "Violence was reported"),
    ],
)
def test_the_card_says_at_once_what_was_reported_when_and_how_and_no_more(
    officer, customer, manager, card, signed_in, facts, reported
):
    occurred_at = timezone.now().replace(year=2025, month=12, day=1, hour=17, minute=35)
    story = {"facts": "Came at Rona with a hammer.", "location": "In Rona's car."}
    incident = factories.incident(
        by=officer,
        customer=customer,
        channel=Channel.HOME_VISIT,
        occurred_at=occurred_at,
        **story | facts,
    )
    text = f"{reported}: 1 December 2025 at 5:35pm, at a home visit."
    assert [line.text for line in card(customer)][1:] == [text]
    other = factories.staff("passer", "Officer")
    page = signed_in(other).get(customer.get_absolute_url()).content.decode()
    assert text in page
    assert "hammer" not in page
    assert "Rona" not in page
    assert incident.reference not in page
    factories.assess_incident(
        incident, by=manager, categories=[Category.LEVEL_OF_CONTACT], outcome=Outcome.NO_ACTION
    )
    assert not card(customer)


def test_the_card_names_the_latest_reports_and_counts_the_others(officer, customer, card):
    for day in range(5):
        occurred_at = timezone.now() - timedelta(days=day, hours=1)
        facts = {"occurred_at": occurred_at, "categories": [Category.OTHER_THREAT]}
        factories.incident(by=officer, customer=customer, **facts)
    lines = [line.text for line in card(customer)]
    assert len(lines) == 1 + 3 + 1
    assert lines[-1] == "2 more such incidents before."


@pytest.mark.policy("24")
@pytest.mark.parametrize("by", ["officer", "manager"])
@pytest.mark.parametrize("codes", [[], ["abuse"], ["level_of_contact"]])
def test_only_whoever_decides_takes_a_threat_off_the_card(
    request, by, codes, threat, manager, customer, card
):
    changes = {"by": request.getfixturevalue(by), "version": threat.version, "categories": codes}
    with pytest.raises(Incomplete, match="corrected where a manager decides"):
        actions.change_incident(incident=threat, **changes)
    assert card(customer)
    assess(threat, manager, categories=[Category.LEVEL_OF_CONTACT], outcome=Outcome.NO_ACTION)
    assert not card(customer)


@pytest.mark.policy("24")
def test_only_a_manager_takes_a_threat_to_another_customers_card(threat, officer, manager, customer, card):
    other = factories.customer(by=officer, name="Somebody Else")
    changes = {"version": threat.version, "customer": other}
    with pytest.raises(Incomplete, match="Ask a manager"):
        actions.change_incident(incident=threat, by=officer, **changes)
    actions.change_incident(incident=threat, by=manager, correction_reason="She told me so.", **changes)
    assert (card(customer), bool(card(other))) == ([], True)


@pytest.mark.policy("24")
def test_abuse_is_on_the_card_for_five_working_days_once_a_manager_confirms_it(
    incident, manager, customer, organisation, time_machine, card
):
    assert not card(customer)
    time_machine.move_to("2026-11-20T16:45:00+00:00")  # a Friday
    assess(incident, manager, outcome=Outcome.ACTIVE_MANAGEMENT)
    for day, shown in [("2026-11-27", True), ("2026-11-28", False), ("2026-11-30", False)]:
        time_machine.move_to(f"{day}T12:00:00+00:00")
        assert bool(card(customer)) is shown, day


@pytest.mark.policy("24")
def test_what_was_decided_before_new_facts_came_decides_nothing_about_these(threat, customer, manager, card):
    apply_decision(factories.decision(by=manager, incidents=[threat]), manager)
    assert not warns(card(customer))
    threat.refresh_from_db()
    again = actions.reopen_incident(
        incident=threat, by=manager, version=threat.version, reason="They came back."
    )
    again = assess(again, manager, outcome=Outcome.ACTIVE_MANAGEMENT)
    assert warns(card(customer))
    apply_decision(
        factories.decision(by=manager, incidents=[again]), manager, {"closed": ["email"], "open": ["phone"]}
    )
    assert not warns(card(customer))


def apply_decision(decision, by, terms=None):
    """Restrict something under it, from today, and tell the customer."""
    changes = factories.WAITS | ({"terms": terms} if terms else {})
    return notify_customer(
        restriction=factories.restriction(by=by, decision=decision, **changes), on=today(), by=by
    )


def warns(lines):
    return "before any contact" in " ".join(line.text for line in lines)


@pytest.mark.policy("24")
@pytest.mark.parametrize("codes", [["violence"], []])
@pytest.mark.parametrize("how", ["restricted", "left_unexplained"])
def test_a_threat_warns_until_what_was_decided_is_carried_out(
    how, codes, report, customer, manager, card, tasks, organisation
):
    incident = factories.incident(by=report, customer=customer, categories=codes)
    factories.assess_incident(incident, by=manager)
    decision = factories.decision(by=manager, incidents=[incident])
    factories.proposal(by=report, incidents=[incident], **factories.WAITS)
    forget_settled()
    assert {line.until for line in card(customer)} == {None}
    assert ("incident.decide", incident.reference) not in tasks(manager)
    chase(today())
    assert incident.reference in reminders(manager)[0]
    if how == "restricted":
        later = factories.restriction(
            by=manager,
            decision=decision,
            kind="no_recording_pause",
            terms={},
            not_before=today() + timedelta(days=9),
        )
        notify_customer(restriction=later, on=today(), by=manager)
        assert warns(card(customer))
        restriction = factories.restriction(by=manager, decision=decision, **factories.WAITS)
        assert warns(card(customer))
        notify_customer(restriction=restriction, on=today(), by=manager)
    else:
        unexplained = leave_decision_unexplained(
            decision=decision, by=manager, version=None, not_explained_reason="They moved."
        )
        leave_customer_unnotified(
            record=unexplained,
            by=factories.staff("second", "Manager"),
            version=unexplained.version,
            unnotified_answer=factories.READ_AND_AGREED,
        )
        assert warns(card(customer))
        overwrite_record(incident, status=IncidentStatus.CLOSED, closed_at=timezone.now())
        forget_settled()
    assert not warns(card(customer))
    chase(today() + timedelta(days=1))
    assert len(reminders(manager)) == 1
    forget_settled()
    assert not UnsettledRecord.objects.filter(kind="incidents.incident").exists()


def reminders(person):
    return [
        notice.text
        for notice in Notice.objects.filter(recipient=person)
        if "before any contact" in notice.text
    ]


@pytest.mark.policy("24")
def test_each_morning_a_threat_reminds_its_manager_and_later_the_management_team(
    threat, manager, management, organisation
):
    factories.staff("colleague", "Manager")
    chase(today())
    assert reminders(manager) == []  # it cannot wait, and is told of as a task
    assess(threat, manager, outcome=Outcome.ACTIVE_MANAGEMENT)
    days = [today() + timedelta(days=count) for count in (1, 8, 9)]
    for count, day in enumerate(days, start=1):
        for _ in range(2):
            chase(day)
        assert len(reminders(manager)) == count
        assert len(reminders(management)) == count - 1  # passed up after a working day
    assert Notice.objects.filter(text__contains="before any contact").count() == 5
    assert threat.reference in reminders(manager)[0]
    apply_decision(factories.decision(by=manager, incidents=[threat]), manager)
    chase(days[-1] + timedelta(days=1))
    assert len(reminders(manager)) == 3


@pytest.mark.policy("24")
def test_a_reminder_goes_to_whoever_is_there_to_decide(threat, manager, management, organisation):
    assess(threat, manager, outcome=Outcome.ACTIVE_MANAGEMENT)
    manager.is_active = False
    manager.save()
    chase(today())
    assert (reminders(manager), len(reminders(management))) == ([], 1)


@pytest.mark.policy("24")
def test_what_is_not_zero_tolerance_is_not_on_the_card(customer, officer, card):
    factories.incident(by=officer, customer=customer, categories=[Category.LEVEL_OF_CONTACT])
    assert not card(customer)


def incident_to_manage(by, customer, manager):
    """An incident that was assessed as to be managed actively."""
    return assess(factories.incident(by=by, customer=customer), manager, outcome=Outcome.ACTIVE_MANAGEMENT)


@pytest.mark.policy("20", "22")
def test_active_management_is_its_assessors_task_until_it_is_decided(
    officer, customer, manager, management, tasks
):
    incident = incident_to_manage(officer, customer, manager)
    task = ("incident.decide", incident.reference)
    assert task in tasks(manager)
    assert task not in tasks(management)
    manager.away_until = timezone.localdate()
    manager.save()
    assert task in tasks(management)
    factories.decision(by=management, incidents=[incident])
    assert task not in tasks(management)


@pytest.mark.policy("24")
def test_the_card_stays_until_active_management_is_decided(officer, customer, manager, card):
    incident = incident_to_manage(officer, customer, manager)
    assert card(customer)
    factories.decision(by=manager, incidents=[incident])
    assert not card(customer)


@pytest.mark.policy("24")
def test_the_card_does_not_wait_for_a_decision_for_ever(
    officer, customer, manager, card, organisation, time_machine
):
    time_machine.move_to("2026-11-20T16:45:00+00:00")  # a Friday
    incident = factories.incident(by=officer, customer=customer)
    time_machine.move_to("2026-11-23T09:00:00+00:00")
    assess(incident, manager, outcome=Outcome.ACTIVE_MANAGEMENT)
    for day, shown in [("2026-11-30", True), ("2026-12-02", False)]:
        time_machine.move_to(f"{day}T12:00:00+00:00")
        assert bool(card(customer)) is shown, day


@pytest.mark.policy("24")
def test_zero_tolerance_that_comes_back_is_on_the_card_again(
    threat, customer, manager, card, organisation, time_machine
):
    incident = assess(threat, manager)
    time_machine.move_to(timezone.now() + timedelta(days=20))
    actions.reopen_incident(
        incident=incident, by=manager, version=incident.version, reason="A witness came forward"
    )
    assert card(customer)


@pytest.mark.policy("24")
def test_zero_tolerance_is_on_the_card_from_when_its_customer_is_known(
    officer, customer, card, organisation, time_machine
):
    incident = factories.incident(
        by=officer, customer=None, unidentified_person="A man in a green coat", categories=[Category.VIOLENCE]
    )
    time_machine.move_to(timezone.now() + timedelta(days=20))
    actions.change_incident(incident=incident, by=officer, version=incident.version, customer=customer)
    assert card(customer)


@pytest.mark.policy("24", "25")
@pytest.mark.parametrize("by_a_manager", [False, True])
def test_zero_tolerance_found_after_the_assessment_goes_to_a_manager_and_the_card(
    by_a_manager, report, customer, manager, management, card, tasks
):
    incident = factories.incident(by=report, customer=customer, categories=[Category.LEVEL_OF_CONTACT])
    incident = assess(incident, manager, outcome=Outcome.NO_ACTION)
    Notice.objects.all().delete()
    incident = actions.change_incident(
        incident=incident,
        by=management if by_a_manager else report,
        version=incident.version,
        categories=[Category.LEVEL_OF_CONTACT, Category.PHYSICAL_THREAT],
        correction_reason="She told me so.",
    )
    assert incident.status == IncidentStatus.WITH_MANAGER
    # Other managers are told only where nobody opens it.
    recipients = {notice.recipient for notice in Notice.objects.filter(is_fallback=False)}
    assert recipients == ({manager, report} if by_a_manager else {manager})
    assert ("incident.assess", incident.reference) in tasks(manager)
    assert card(customer)


@pytest.mark.policy("24")
def test_what_is_not_zero_tolerance_goes_back_to_a_manager_unless_one_adds_it(report, customer, manager):
    for by, status in ((report, "with_manager"), (manager, "assessed")):
        incident = assess(factories.incident(by=report, customer=customer), manager)
        added = {"categories": [Category.ABUSE, Category.HARASSMENT, Category.PUBLIC_RECORDING]}
        incident = actions.change_incident(
            incident=incident, by=by, version=incident.version, correction_reason="She told me so.", **added
        )
        assert incident.status == status


@pytest.mark.policy("62")
def test_what_was_assessed_some_days_ago_asks_to_be_closed(officer, customer, manager, tasks, time_machine):
    open_still = factories.incident(by=officer, customer=customer, warning="")
    decide_first = incident_to_manage(officer, customer, manager)
    assess(open_still, manager, outcome=Outcome.NOT_POSSIBLE)
    incident = assess(factories.incident(by=officer, customer=customer), manager)
    assert not {kind for kind, _ in tasks(manager)} & {"incident.close"}
    time_machine.move_to(timezone.now() + timedelta(days=6))
    paused = {"reengage_on": timezone.localdate(), "owner": officer}
    pause = factories.restorative_action(
        by=officer, customer=customer, kind=RestorativeKind.CONTACT_PAUSED, incident=incident, **paused
    )
    assert "incident.close" not in {kind for kind, _ in tasks(manager)}
    restorative.complete_pause(
        pause=pause, by=officer, version=pause.version, outcome=RestorativeOutcome.RESTORED
    )
    closing = {record for kind, record in tasks(manager) if kind == "incident.close"}
    assert closing == {incident.reference}
    assert ("incident.decide", decide_first.reference) in tasks(manager)
    actions.close_incident(incident=incident, by=manager, version=incident.version)
    assert "incident.close" not in {kind for kind, _ in tasks(manager)}


@pytest.mark.policy("24", "57")
def test_the_deputy_has_it_at_the_top_of_the_list_while_the_manager_is_away(
    signed_in, report, customer, manager, management
):
    manager.deputy, manager.away_until = management, timezone.localdate()
    manager.save()
    factories.restorative_action(
        by=management,
        customer=customer,
        kind=RestorativeKind.CONTACT_PAUSED,
        reengage_on=timezone.localdate(),
        owner=management,
    )
    incident = factories.incident(by=report, customer=customer, contact_ended=YesNo.NO, how_ended="")
    first = signed_in(management).get("/").context["page"].rows[0]
    assert (first["title"], first["url"]) == ("Decide what follows", f"{incident.get_absolute_url()}assess/")
    assert first["tag"]["text"] == "At once"


@pytest.mark.policy("13")
@pytest.mark.policy("22")
@pytest.mark.parametrize("role", ["reported_by", "affected_staff", "witnesses"])
def test_whoever_may_decide_does_not_take_themselves_out_of_an_incident(manager, officer, customer, role):
    involvement = {"reported_by": manager, "affected_staff": [manager], "witnesses": [manager]}
    logged = factories.incident(by=officer, customer=customer, **{role: involvement[role]})
    without = officer if role == "reported_by" else []
    with pytest.raises(Incomplete, match="ask a colleague"):
        actions.change_incident(incident=logged, by=manager, version=logged.version, **{role: without})
    actions.change_incident(incident=logged, by=officer, version=logged.version, **{role: without})


@pytest.fixture
def kindless(report, customer):
    """Logged without a kind by somebody whose line manager is the manager."""
    return factories.incident(by=report, customer=customer, categories=[])


def edit(incident, by, **changes):
    return actions.change_incident(
        incident=incident.reload_locked(),
        by=by,
        version=None,
        **{"correction_reason": "She told me so."} | changes,
    )


@pytest.mark.policy("24")
@pytest.mark.parametrize("by", ["officer", "manager"])
@pytest.mark.parametrize("codes", [["refusal"], ["abuse"]])
def test_a_report_without_a_kind_warns_until_a_manager_decides_whatever_is_added(
    request, signed_in, by, codes, kindless, officer, manager, customer, card, tasks
):
    """The kind may be left for later: nobody goes there unaware meanwhile."""
    assert "before any contact." in signed_in(officer).get(customer.get_absolute_url()).content.decode()
    assert "At once" in signed_in(manager).get("/").content.decode()
    edit(kindless, request.getfixturevalue(by), categories=codes)
    assert {line.until for line in card(customer)} == {None}
    assert tasks(manager)["incident.assess", kindless.reference] == timezone.localdate()
    assess(kindless.reload_locked(), manager)
    assert not card(customer)


@pytest.mark.policy("24")
def test_a_report_that_loses_its_kind_warns_until_a_manager_decides(report, manager, customer, card):
    mild = factories.incident(by=report, customer=customer, categories=[Category.LEVEL_OF_CONTACT])
    for codes in ([], ["level_of_contact"]):
        edit(mild, report, categories=codes)
        assert card(customer)
    assess(mild.reload_locked(), manager)
    again = actions.reopen_incident(
        incident=mild.reload_locked(), by=manager, version=None, reason="A witness came forward"
    )
    assert again.category_codes == {"level_of_contact"}
    assert not card(customer)


@pytest.mark.policy("24")
def test_a_report_whose_kind_no_manager_set_warns_until_they_decide(kindless, manager, customer, card):
    assess(kindless, manager, outcome=Outcome.ACTIVE_MANAGEMENT)
    assert {line.until for line in card(customer)} == {None}
    apply_decision(factories.decision(by=manager, incidents=[kindless]), manager)
    assert not warns(card(customer))


@pytest.mark.policy("24")
@pytest.mark.parametrize("codes", [[], ["refusal"]])
def test_only_a_manager_takes_what_had_no_kind_off_a_customers_card(
    codes, kindless, officer, manager, customer, card
):
    other = factories.customer(by=officer, name="Somebody Else")
    edit(kindless, officer, categories=codes)
    for whom in ({"customer": other}, {"customer": None, "unidentified_person": "A man"}):
        with pytest.raises(Incomplete, match="Ask a manager"):
            edit(kindless, officer, **whom)
    edit(kindless, manager, customer=other)
    assert (card(customer), bool(card(other))) == ([], True)
