"""The Executive Team hears appeals, without those who had a part, or a substitute does. Policy §22."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import Notice
from incidents import actions as incidents
from incidents.actions import add_evidence
from restrictions import actions as restrictions
from restrictions.enums import Explained, RestrictionStatus
from reviews import actions, rules
from reviews.enums import AppealOutcome, ReviewOutcome
from reviews.tasks import TaskCode
from tests.desks import task_rows

from .. import factories, files
from .conftest import acknowledge_appeal, days_from_today, hold_review, name_substitute

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22")]


def may_hear(user, appeal):
    """Tell whether somebody may hear an appeal, checking that the rule and the work list agree."""
    allowed = rules.may_hear_appeal(user, appeal) is None
    assert allowed == (
        appeal.reference
        in {
            row["reference"]
            for row in task_rows(
                user, "appeal.name", "appeal.acknowledge", "appeal.confirm", "appeal.tell", "appeal.decide"
            )
        }
    )
    return allowed


IN_INCIDENT = ["reported", "was affected by", "witnessed"]
EDITED_AWAY = [f"{part}, edited away" for part in IN_INCIDENT]
PARTS = [
    "decided",
    "proposed",
    "imposed",
    "varied",
    "reviewed",
    "assessed",
    "interim",
    *IN_INCIDENT,
    *EDITED_AWAY,
]


@pytest.fixture
def appeal_with_part(request, organisation, officer, manager, executive2, customer, log_appeal):
    """`appeal_with_part(part)` is an appeal in whose matter `executive2` had this part and no other."""

    def appeal_with_part(part):
        part, _, edited_away = part.partition(", ")
        mine = {"decided": "decision", "imposed": "restriction"}.get(part)
        facts = {
            "was affected by": {"affected_staff": [executive2]},
            "witnessed": {"witnesses": [executive2]},
        }.get(part, {})
        incident = factories.incident(
            by=executive2 if part == "reported" else officer, customer=customer, **facts
        )
        if edited_away:
            nobody = {"reported_by": officer, "affected_staff": [], "witnesses": []}
            incident = incidents.change_incident(
                incident=incident,
                by=manager,
                version=incident.version,
                correction_reason="She told me so.",
                **nobody,
            )
        if part == "interim":
            factories.interim_measure(by=executive2, incidents=[incident])
        factories.assess_incident(incident, by=executive2 if part == "assessed" else manager)
        decision = factories.decision(by=executive2 if mine == "decision" else manager, incidents=[incident])
        if part == "proposed":
            proposal = factories.proposal(by=executive2, incidents=[incident])
            restriction = restrictions.impose_proposal(
                restriction=proposal, decision=decision, by=manager, version=proposal.version
            )
        else:
            restriction = factories.restriction(
                by=executive2 if mine == "restriction" else manager, decision=decision
            )
        if part in ("varied", "reviewed"):
            outcome = {"varied": ReviewOutcome.VARY, "reviewed": ReviewOutcome.CONTINUE}[part]
            changes = (
                {"terms": {"closed": ["phone"], "open": ["letter", "email", "office"]}}
                if part == "varied"
                else None
            )
            hold_review(restriction.reviews.get(), executive2, outcome, changes=changes)
            restriction = type(restriction).objects.get(status=RestrictionStatus.IMPOSED)
        return log_appeal(restriction)

    return appeal_with_part


@pytest.mark.parametrize("part", PARTS)
def test_whoever_had_a_part_may_not_hear_the_appeal_and_is_told_which(
    appeal_with_part, part, executive, executive2
):
    appeal = appeal_with_part(part)
    refusal = rules.may_hear_appeal(executive2, appeal)
    words = {
        "decided": "decided on DEC",
        "varied": "imposed RES",
        "imposed": "imposed RES",
        "reviewed": "held REV",
        "was affected by": "had been affected by",
        "assessed": "found active management needed after INC",
        "interim": "set INT",
    }
    part = part.partition(", ")[0]
    assert words.get(part, part) in refusal.sentence
    assert refusal.sentence.startswith("You ")
    assert not may_hear(executive2, appeal)
    assert may_hear(executive, appeal)


def test_a_part_in_an_earlier_version_counts(officer, manager, executive, executive2, incident, log_appeal):
    decision = factories.decision(by=manager, incidents=[incident])
    first = factories.restriction(by=executive2, decision=decision)
    changes = {"terms": {"closed": ["phone"], "open": ["letter", "email", "office"]}}
    hold_review(first.reviews.get(), manager, ReviewOutcome.VARY, changes=changes)
    first.refresh_from_db()
    assert not may_hear(executive2, log_appeal(first.superseded_by))


def test_a_part_in_another_restriction_of_the_same_decision_does_not_count(
    manager, executive, executive2, decision, restriction, log_appeal
):
    people = {"named_contact": manager, "deputy": executive2, "terms": {"open": ["letter", "email"]}}
    factories.restriction(by=executive2, decision=decision, kind="named_contact", **people)
    assert may_hear(executive2, log_appeal(restriction))


def test_a_part_in_another_restriction_of_the_same_kind_does_not_count_either(
    executive, executive2, decision, restriction, log_appeal
):
    factories.restriction(by=executive2, decision=decision)
    assert may_hear(executive2, log_appeal(restriction))


def test_a_part_in_the_incident_of_cited_evidence_counts(
    officer, manager, customer, executive, executive2, decision, log_appeal
):
    """The restriction rests on the evidence alone, and its decision on another incident."""
    suffered = factories.incident(by=officer, customer=customer, affected_staff=[executive2])
    evidence = add_evidence(
        incident=suffered,
        by=officer,
        submission=uuid.uuid4(),
        file=files.picture("post.png"),
        summary="The post",
    )
    suffered.refresh_from_db()
    factories.assess_incident(suffered, by=manager)
    appeal = log_appeal(
        factories.restriction(
            by=manager, decision=decision, incidents=[], evidence=[evidence], **factories.WAITS
        )
    )
    assert not may_hear(executive2, appeal)
    assert f"had been affected by {suffered}" in rules.may_hear_appeal(executive2, appeal).sentence


def test_only_the_panel_carries_out_its_verdict_and_only_once(
    acknowledged_appeal, restriction, executive, executive2, decide_appeal, monkeypatch
):
    """The rule lets past people who are no managers, so it lets past nobody but the panel, and once."""
    may_change, asked = rules.may_change_on_appeal, []

    def record_answers(user, record):
        asked.extend([may_change(user, record), may_change(executive2, record)])
        return None

    monkeypatch.setattr(rules, "may_change_on_appeal", record_answers)
    decide_appeal(acknowledged_appeal, AppealOutcome.UPHELD)
    on_the_panel, another = asked
    assert on_the_panel is None
    assert "Only the panel" in another.sentence
    assert "Only the panel" in may_change(executive, restriction).sentence


def test_whoever_imposed_one_of_two_restrictions_may_not_hear_the_appeal(
    manager, executive, executive2, decision, restriction, log_appeal
):
    people = {
        "named_contact": manager,
        "deputy": factories.staff("other", "Officer"),
        "terms": {"open": ["letter", "email"]},
    }
    other = factories.restriction(by=executive2, decision=decision, kind="named_contact", **people)
    appeal = log_appeal(restriction, other)
    assert not may_hear(executive2, appeal)
    assert may_hear(executive, appeal)


@pytest.mark.parametrize(
    "role", ["Officer", "Manager", "Management Team", "CCSM", "Data Protection", "Administrator"]
)
def test_other_roles_may_not_hear_appeals_while_an_executive_can(role, acknowledged_appeal):
    assert not may_hear(factories.staff("somebody", role), acknowledged_appeal)


@pytest.fixture
def appeal_nobody_can_hear(decision, executive2, log_appeal):
    """An appeal about what the only executive imposed."""
    appeal = log_appeal(factories.restriction(by=executive2, decision=decision))
    return acknowledge_appeal(appeal, executive2)


@pytest.fixture
def finance_manager(db):
    return factories.staff("finance_manager", "Manager", first_name="Ailsa", job_title="Finance Manager")


def is_asked_to_name(user):
    return [
        row["kind"]
        for row in task_rows(
            user, "appeal.name", "appeal.acknowledge", "appeal.confirm", "appeal.tell", "appeal.decide"
        )
    ] == [TaskCode.NAME_SUBSTITUTE]


def refusal_to_name(appeal, by):
    """Return why somebody may not name a substitute, checking that the rule, the work list and the action agree."""
    refusal = rules.may_name_substitute(by, appeal)
    assert is_asked_to_name(by) == (refusal is None)
    if refusal:
        with pytest.raises(Refused):
            name_substitute(appeal, by, by=by)
    return refusal and refusal.sentence


def test_the_management_team_names_a_substitute_where_no_executive_can_hear(
    appeal_nobody_can_hear,
    executive2,
    management,
    finance_manager,
    officer,
    customer,
    log_appeal,
    decide_appeal,
):
    assert refusal_to_name(appeal_nobody_can_hear, management) is None
    assert not may_hear(finance_manager, appeal_nobody_can_hear)
    named = name_substitute(appeal_nobody_can_hear, finance_manager, by=management)
    other = log_appeal(factories.unrelated_restriction(by=executive2, customer=customer, reported_by=officer))
    assert [may_hear(user, named) for user in (finance_manager, management, executive2)] == [
        True,
        False,
        False,
    ]
    assert not may_hear(finance_manager, other)
    assert decide_appeal(named, by=finance_manager).panel.get() == finance_manager
    assert finance_manager in [notice.recipient for notice in Notice.objects.filter(text__contains="named")]


@pytest.mark.database
def test_a_substitute_without_a_reason_is_not_named(
    signed_in, appeal_nobody_can_hear, management, finance_manager
):
    form = {"version": appeal_nobody_can_hear.version, "substitute": finance_manager.username}
    answer = signed_in(management).post(f"{appeal_nobody_can_hear.get_absolute_url()}substitute/", form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["substitute_reason"])
    with pytest.raises(Incomplete, match="Say why"):
        name_substitute(appeal_nobody_can_hear, finance_manager, by=management, reason="")
    with pytest.raises(IntegrityError), transaction.atomic():
        writing.save_record(appeal_nobody_can_hear, by=management, reason="Named", substitute=finance_manager)


def test_no_substitute_is_named_while_an_executive_can_hear_the_appeal(
    acknowledged_appeal, executive, management, finance_manager
):
    assert "can hear this appeal" in refusal_to_name(acknowledged_appeal, management)


def test_managers_and_executives_do_not_name_the_substitute(
    appeal_nobody_can_hear, management, executive2, manager
):
    assert str(management) in refusal_to_name(appeal_nobody_can_hear, manager)
    assert str(management) in refusal_to_name(appeal_nobody_can_hear, executive2)


def test_a_substitute_has_no_part_in_it_and_loses_the_appeal_on_taking_one(
    appeal_nobody_can_hear, manager, management, finance_manager, incident
):
    with pytest.raises(Incomplete) as missing:
        name_substitute(appeal_nobody_can_hear, manager, by=management)
    assert missing.value.refusals[0].field == "substitute"
    named = name_substitute(appeal_nobody_can_hear, finance_manager, by=management)
    assert not is_asked_to_name(management)
    restriction = named.appealed.get().restriction
    hold_review(restriction.reviews.get(), finance_manager)
    assert not may_hear(finance_manager, named)
    assert is_asked_to_name(management)


def test_executives_name_the_substitute_where_all_of_management_had_a_part(
    appeal_nobody_can_hear, executive2, finance_manager
):
    assert refusal_to_name(appeal_nobody_can_hear, executive2) is None
    assert may_hear(finance_manager, name_substitute(appeal_nobody_can_hear, finance_manager, by=executive2))


def test_the_page_says_whom_to_ask_where_nobody_can_be_named(signed_in, appeal_nobody_can_hear, executive2):
    page = (
        signed_in(executive2).get(f"{appeal_nobody_can_hear.get_absolute_url()}substitute/").content.decode()
    )
    assert "Ask an administrator" in page
    assert executive2.username not in page.split("<form")[-1]


def test_a_substitute_is_named_while_the_executive_is_away_too_long(
    acknowledged_appeal, executive, management, finance_manager
):
    executive.away_until = days_from_today(400)
    executive.save()
    assert refusal_to_name(acknowledged_appeal, management) is None
    named = name_substitute(acknowledged_appeal, finance_manager, by=management)
    assert may_hear(finance_manager, named)
    assert may_hear(executive, named)


def test_those_who_name_a_substitute_are_notified_that_nobody_can_hear(
    decision, executive2, management, log_appeal
):
    appeal = log_appeal(factories.restriction(by=executive2, decision=decision))
    texts = {
        notice.recipient: notice.text for notice in Notice.objects.filter(text__contains=appeal.reference)
    }
    assert list(texts) == [management]
    assert "name who does" in texts[management]


def test_the_page_says_who_was_named_as_substitute_and_why(
    signed_in, appeal_nobody_can_hear, management, executive2, finance_manager
):
    name_substitute(
        appeal_nobody_can_hear, finance_manager, by=management, reason="Everybody else had a part."
    )
    page = signed_in(executive2).get(appeal_nobody_can_hear.get_absolute_url()).content.decode()
    assert "named as a substitute" in page
    assert "Everybody else had a part." in page


def test_nobody_on_a_panel_had_a_part(acknowledged_appeal, decide_appeal, executive2, manager):
    with pytest.raises(Incomplete) as refused:
        decide_appeal(acknowledged_appeal, panel=[executive2, manager])
    assert [refusal.field for refusal in refused.value.refusals] == ["panel"]
    assert str(manager) in str(refused.value)
    assert set(decide_appeal(acknowledged_appeal, panel=[executive2]).panel.all()) >= {executive2}


def test_whoever_may_not_hear_an_appeal_cannot_decide_it(
    decision, executive, executive2, log_appeal, decide_appeal
):
    appeal = log_appeal(factories.restriction(by=executive2, decision=decision))
    appeal = acknowledge_appeal(appeal, executive)
    with pytest.raises(Refused):
        decide_appeal(appeal, by=executive2)


@pytest.mark.parametrize("part", ["named_contact", "deputy"])
def test_an_executive_who_is_named_in_it_does_not_hear_the_appeal(
    part, manager, executive, executive2, decision, log_appeal
):
    people = {
        "named_contact": manager,
        "deputy": factories.staff("other", "Officer"),
        part: executive2,
        "terms": {"open": ["letter", "email"]},
    }
    appeal = log_appeal(factories.restriction(by=manager, decision=decision, kind="named_contact", **people))
    assert not may_hear(executive2, appeal)
    assert may_hear(executive, appeal)


def test_who_had_a_part_acknowledges_an_appeal_only_while_nobody_else_is_there(
    executive, executive2, decision, log_appeal
):
    appeal = log_appeal(factories.restriction(by=executive2, decision=decision))
    with pytest.raises(Refused):
        acknowledge_appeal(appeal, executive2)
    factories.is_away(executive)
    assert acknowledge_appeal(appeal, executive2)


def test_each_executive_who_may_not_hear_is_named_with_the_reason(
    decision, executive, executive2, log_appeal
):
    hearing = rules.hearing_of_appeal(log_appeal(factories.restriction(by=executive2, decision=decision)))
    assert hearing.impartial == [executive]
    assert [str(executive2) in refusal.sentence for refusal in hearing.check_executives()] == [True]


def test_finding_the_hearers_takes_few_queries_however_many_incidents(
    officer, customer, manager, executive, log_appeal, django_assert_max_num_queries
):
    incidents = [factories.incident(by=officer, customer=customer) for _ in range(10)]
    appeal = log_appeal(
        factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=incidents))
    )
    executive.get_all_permissions()  # whoever opens a page has them
    with django_assert_max_num_queries(4):
        rules.hearing_of_appeal(appeal, executive)


def change_incident(incident, by, **people):
    incident.refresh_from_db()
    return incidents.change_incident(
        incident=incident, by=by, version=incident.version, correction_reason="She told me so.", **people
    )


def test_whoever_an_incident_names_is_told_where_to_say_that_this_is_an_error(
    signed_in, appeal_with_part, executive, executive2
):
    url = appeal_with_part("was affected by").get_absolute_url()
    assert "names you by mistake" in signed_in(executive2).get(url).content.decode()
    assert "names you by mistake" not in signed_in(executive).get(url).content.decode()


@pytest.fixture
def executives(executive, executive2):
    return [executive, executive2]


@pytest.mark.parametrize("role", ["affected_staff", "witnesses", "reported_by"])
def test_whoever_imposed_it_involves_nobody_who_could_hear_the_appeal(
    role, log_appeal, restriction, incident, manager, executive
):
    appeal = log_appeal(restriction)
    with pytest.raises(Incomplete, match=f"{appeal} is being heard") as refused:
        change_incident(incident, manager, **{role: executive if role == "reported_by" else [executive]})
    assert [refusal.field for refusal in refused.value.refusals] == [role]
    assert may_hear(executive, appeal)


def test_the_incident_form_says_why_nobody_is_named_and_keeps_what_was_typed(
    signed_in, log_appeal, restriction, incident, manager, executives
):
    log_appeal(restriction)
    client, url = signed_in(manager), reverse("incident_edit", args=[incident.reference])
    form = client.get(url).context["form"]
    typed = {name: value for field in form if (value := field.value()) for name in [field.html_name]}
    typed |= {"witnesses": [person.username for person in executives], "facts": "Shouted, and left."}
    answer = client.post(url, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["witnesses"])
    assert "Shouted, and left." in answer.content.decode()


def test_others_name_who_was_involved_and_after_the_verdict_anybody_does(
    log_appeal, officer, manager, executive, executive2, incident, decide_appeal
):
    decision = factories.decision(by=manager, incidents=[incident])
    appeal = log_appeal(factories.restriction(by=executive2, decision=decision))
    change_incident(incident, executive2, witnesses=[executive2])
    with pytest.raises(Incomplete, match="is being heard"):
        change_incident(incident, executive2, witnesses=[executive2, manager])
    another = factories.staff("another", "Manager")
    change_incident(incident, another, witnesses=[executive2, manager])
    change_incident(incident, executive2, witnesses=[manager, executive2], location="At the desk")
    acknowledged_appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    decide_appeal(acknowledged_appeal, AppealOutcome.NOT_UPHELD)
    change_incident(incident, manager, affected_staff=[officer, another], affected_how="Shouted at Another.")


def test_evidence_under_appeal_cannot_be_moved_to_another_incident(
    decision, officer, manager, customer, incident, log_appeal, executives
):
    def add(to):
        return add_evidence(
            incident=to, by=manager, submission=submission, file=files.picture("post.png"), summary="It"
        )

    submission = uuid.uuid4()
    appeal = log_appeal(
        factories.restriction(by=manager, decision=decision, incidents=[], evidence=[add(incident)])
    )
    other = factories.incident(by=manager, customer=customer, witnesses=executives)
    with pytest.raises(Incomplete, match="kept with another incident"):
        add(other)
    assert may_hear(executives[0], appeal)


@pytest.mark.beyond("B36")
def test_whoever_confirmed_that_a_decision_is_not_explained_does_not_hear_the_appeal(
    organisation, officer, manager, executive, executive2, customer, log_appeal
):
    incident = factories.incident(by=officer, customer=customer)
    decision = factories.decision(
        by=manager,
        incidents=[incident],
        explained=Explained.NOT_EXPLAINED,
        not_explained_reason="They would come to her home.",
    )
    restrictions.leave_customer_unnotified(
        record=decision,
        by=executive2,
        version=decision.version,
        unnotified_answer="I read the report of the police.",
    )
    restriction = factories.restriction(by=manager, decision=decision.reload_locked())
    appeal = log_appeal(restriction)
    assert (may_hear(executive2, appeal), may_hear(executive, appeal)) == (False, True)
