"""Who hears an appeal. Policy §22."""

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
from reviews import actions, rules, worklist
from reviews.worklist import TaskCode

from .. import factories, files
from .conftest import in_days, name

pytestmark = [pytest.mark.django_db, pytest.mark.policy("22")]


def hears(user, appeal):
    """Whether somebody may hear an appeal: the predicate and the work list agree on it."""
    allowed = rules.may_hear_appeal(user, appeal) is None
    assert allowed == (
        appeal.reference in {row["row_record"] for row in worklist.appeals_to_hear(user, today())}
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
def case(request, organisation, officer, manager, executive2, customer, log):
    """`case(part)` is an appeal in whose matter `executive2` had this part and no other."""

    def case(part):
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
                incident=incident, by=manager, version=incident.version, **nobody
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
            said = {"findings": "Calm.", "reasons": "It goes on.", "next_review_on": in_days(60)}
            outcome = {"varied": "vary", "reviewed": "continue"}[part]
            changes = (
                {"terms": {"closed": ["phone"], "open": ["letter", "email", "office"]}}
                if part == "varied"
                else None
            )
            actions.hold_review(
                review=restriction.reviews.get(),
                by=executive2,
                version=1,
                outcome=outcome,
                changes=changes,
                **said,
            )
            restriction = type(restriction).objects.get(status="imposed")
        return log(restriction)

    return case


@pytest.mark.parametrize("part", PARTS)
def test_whoever_had_a_part_in_it_does_not_hear_it_and_is_told_which(case, part, executive, executive2):
    appeal = case(part)
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
    assert not hears(executive2, appeal)
    assert hears(executive, appeal)


def test_a_part_in_an_earlier_version_counts(officer, manager, executive, executive2, incident, log):
    decision = factories.decision(by=manager, incidents=[incident])
    first = factories.restriction(by=executive2, decision=decision)
    said = {"findings": "Calm.", "reasons": "Eased.", "next_review_on": in_days(60)}
    changes = {"terms": {"closed": ["phone"], "open": ["letter", "email", "office"]}}
    actions.hold_review(
        review=first.reviews.get(), by=manager, version=1, outcome="vary", changes=changes, **said
    )
    first.refresh_from_db()
    assert not hears(executive2, log(first.superseded_by))


def test_a_part_in_another_restriction_of_the_same_decision_does_not_count(
    manager, executive, executive2, decision, restriction, log
):
    people = {"named_contact": manager, "deputy": executive2, "terms": {"open": ["letter", "email"]}}
    factories.restriction(by=executive2, decision=decision, kind="named_contact", **people)
    assert hears(executive2, log(restriction))


def test_a_part_in_another_restriction_of_the_same_kind_does_not_count_either(
    executive, executive2, decision, restriction, log
):
    factories.restriction(by=executive2, decision=decision)
    assert hears(executive2, log(restriction))


def test_a_part_in_what_cited_evidence_belongs_to_counts(
    officer, manager, customer, executive, executive2, decision, log
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
    appeal = log(factories.restriction(by=manager, decision=decision, incidents=[], evidence=[evidence]))
    assert not hears(executive2, appeal)
    assert f"had been affected by {suffered}" in rules.may_hear_appeal(executive2, appeal).sentence


def test_those_on_the_panel_carry_out_what_they_decided_and_nobody_else_or_later(
    acknowledged, restriction, executive, executive2, decide, monkeypatch
):
    """It lets past those who are no managers, so it lets past nobody but the panel, and once."""
    may_change, asked = rules.may_change_on_appeal, []

    def watched(user, record):
        asked.extend([may_change(user, record), may_change(executive2, record)])
        return None

    monkeypatch.setattr(rules, "may_change_on_appeal", watched)
    decide(acknowledged, "upheld")
    on_the_panel, another = asked
    assert on_the_panel is None
    assert "Only the panel" in another.sentence
    assert "Only the panel" in may_change(executive, restriction).sentence


def test_one_who_imposed_one_of_two_hears_neither(manager, executive, executive2, decision, restriction, log):
    people = {"named_contact": manager, "deputy": executive, "terms": {"open": ["letter", "email"]}}
    other = factories.restriction(by=executive2, decision=decision, kind="named_contact", **people)
    appeal = log(restriction, other)
    assert not hears(executive2, appeal)
    assert hears(executive, appeal)


@pytest.mark.parametrize(
    "role", ["Officer", "Manager", "Management Team", "CCSM", "Data Protection", "Administrator"]
)
def test_only_the_executive_team_hears_appeals_while_somebody_is_free(role, acknowledged):
    assert not hears(factories.staff("somebody", role), acknowledged)


@pytest.fixture
def nobody_left(decision, executive2, log):
    """An appeal about what the only executive imposed."""
    appeal = log(factories.restriction(by=executive2, decision=decision))
    return actions.acknowledge_appeal(
        appeal=appeal, by=executive2, version=appeal.version, acknowledged_on=today()
    )


@pytest.fixture
def other_manager(db):
    return factories.staff("other_manager", "Manager", first_name="Ailsa", job_title="Finance Manager")


def to_name(user):
    return [row["row_kind"] for row in worklist.appeals_to_hear(user, today())] == [TaskCode.NAME_SUBSTITUTE]


def refusal_to_name(appeal, by):
    """Why somebody may not name who hears it: the predicate, the work list and the verb agree on it."""
    refusal = rules.may_name_substitute(by, appeal)
    assert to_name(by) == (refusal is None)
    if refusal:
        with pytest.raises(Refused):
            name(appeal, by, by=by)
    return refusal and refusal.sentence


def test_nobody_left_and_the_management_team_names_who_hears_this_appeal_and_no_other(
    nobody_left, executive2, management, other_manager, officer, customer, log, decide
):
    assert refusal_to_name(nobody_left, management) is None
    assert not hears(other_manager, nobody_left)
    named = name(nobody_left, other_manager, by=management)
    other = log(factories.unrelated_restriction(by=executive2, customer=customer, reported_by=officer))
    assert [hears(user, named) for user in (other_manager, management, executive2)] == [True, False, False]
    assert not hears(other_manager, other)
    assert decide(named, by=other_manager).panel.get() == other_manager
    assert other_manager in [notice.recipient for notice in Notice.objects.filter(text__contains="named")]


@pytest.mark.database
def test_a_substitute_without_a_reason_is_not_named(signed_in, nobody_left, management, other_manager):
    form = {"version": nobody_left.version, "substitute": other_manager.username}
    answer = signed_in(management).post(f"{nobody_left.get_absolute_url()}substitute/", form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["substitute_reason"])
    with pytest.raises(Incomplete, match="Say why"):
        name(nobody_left, other_manager, by=management, reason="")
    with pytest.raises(IntegrityError), transaction.atomic():
        writing.save_record(nobody_left, by=management, reason="Named", substitute=other_manager)


def test_nobody_is_named_while_an_executive_is_left(acknowledged, executive, management, other_manager):
    assert "can hear this appeal" in refusal_to_name(acknowledged, management)


def test_others_do_not_name_who_hears_it(nobody_left, management, executive2, manager):
    assert str(management) in refusal_to_name(nobody_left, manager)
    assert str(management) in refusal_to_name(nobody_left, executive2)


def test_one_who_had_a_part_is_not_named_and_one_who_has_since_had_a_part_hears_it_no_more(
    nobody_left, manager, management, other_manager, incident
):
    with pytest.raises(Incomplete) as missing:
        name(nobody_left, manager, by=management)
    assert missing.value.refusals[0].field == "substitute"
    named = name(nobody_left, other_manager, by=management)
    assert not to_name(management)
    restriction = named.appealed.get().restriction
    said = {"findings": "Calm.", "reasons": "It goes on.", "next_review_on": in_days(60)}
    actions.hold_review(
        review=restriction.reviews.get(), by=other_manager, version=1, outcome="continue", **said
    )
    assert not hears(other_manager, named)
    assert to_name(management)


def test_where_all_of_the_management_team_had_a_part_the_executive_team_names(
    nobody_left, executive2, other_manager
):
    assert refusal_to_name(nobody_left, executive2) is None
    assert hears(other_manager, name(nobody_left, other_manager, by=executive2))


def test_where_nobody_is_left_at_all_the_page_says_whom_to_ask(signed_in, nobody_left, executive2):
    page = signed_in(executive2).get(f"{nobody_left.get_absolute_url()}substitute/").content.decode()
    assert "Ask an Administrator" in page
    assert executive2.username not in page.split("<form")[-1]


def test_an_executive_away_beyond_the_day_lets_somebody_else_be_named(
    acknowledged, executive, management, other_manager
):
    executive.away_until = in_days(400)
    executive.save()
    assert refusal_to_name(acknowledged, management) is None
    named = name(acknowledged, other_manager, by=management)
    assert hears(other_manager, named)
    assert hears(executive, named)


def test_those_who_name_are_told_that_nobody_is_left(decision, executive2, management, log):
    appeal = log(factories.restriction(by=executive2, decision=decision))
    told = {
        notice.recipient: notice.text for notice in Notice.objects.filter(text__contains=appeal.reference)
    }
    assert list(told) == [management]
    assert "name who does" in told[management]


def test_the_page_says_who_was_named_and_why(signed_in, nobody_left, management, executive2, other_manager):
    name(nobody_left, other_manager, by=management, reason="Everybody else had a part.")
    page = signed_in(executive2).get(nobody_left.get_absolute_url()).content.decode()
    assert "named as a substitute" in page
    assert "Everybody else had a part." in page


def test_everybody_on_the_panel_is_free_of_it(acknowledged, decide, executive2, manager):
    with pytest.raises(Incomplete) as refused:
        decide(acknowledged, panel=[executive2, manager])
    assert [refusal.field for refusal in refused.value.refusals] == ["panel"]
    assert str(manager) in str(refused.value)
    assert set(decide(acknowledged, panel=[executive2]).panel.all()) >= {executive2}


def test_whoever_may_not_hear_it_cannot_decide_it_by_hand(decision, executive, executive2, log, decide):
    appeal = log(factories.restriction(by=executive2, decision=decision))
    appeal = actions.acknowledge_appeal(
        appeal=appeal, by=executive2, version=appeal.version, acknowledged_on=today()
    )
    with pytest.raises(Refused):
        decide(appeal, by=executive2)


def test_the_page_names_each_who_does_not_hear_it(decision, executive, executive2, log):
    hearing = rules.hearing_of_appeal(log(factories.restriction(by=executive2, decision=decision)))
    assert hearing.impartial == [executive]
    assert [str(executive2) in refusal.sentence for refusal in hearing.check_executives()] == [True]


def test_the_number_of_queries_does_not_grow_with_what_it_rests_on(
    officer, customer, manager, executive, log, django_assert_max_num_queries
):
    incidents = [factories.incident(by=officer, customer=customer) for _ in range(10)]
    appeal = log(
        factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=incidents))
    )
    with django_assert_max_num_queries(4):
        rules.hearing_of_appeal(appeal)


def change(incident, by, **people):
    incident.refresh_from_db()
    return incidents.change_incident(incident=incident, by=by, version=incident.version, **people)


@pytest.fixture
def everybody(executive, executive2):
    return [executive, executive2]


@pytest.mark.parametrize("role", ["affected_staff", "witnesses", "reported_by"])
def test_while_it_is_heard_whoever_imposed_it_names_nobody_who_could_hear_it(
    role, log, restriction, incident, manager, executive
):
    appeal = log(restriction)
    with pytest.raises(Incomplete, match=f"{appeal} is being heard") as refused:
        change(incident, manager, **{role: executive if role == "reported_by" else [executive]})
    assert [refusal.field for refusal in refused.value.refusals] == [role]
    assert hears(executive, appeal)


def test_the_form_of_an_incident_says_so_beside_the_question_and_keeps_what_was_typed(
    signed_in, log, restriction, incident, manager, everybody
):
    log(restriction)
    client, url = signed_in(manager), reverse("incident_edit", args=[incident.reference])
    form = client.get(url).context["form"]
    typed = {name: value for field in form if (value := field.value()) for name in [field.html_name]}
    typed |= {"witnesses": [person.username for person in everybody], "facts": "Shouted, and left."}
    answer = client.post(url, typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["witnesses"])
    assert "Shouted, and left." in answer.content.decode()


def test_others_name_them_and_they_name_themselves_and_afterwards_anybody_does(
    log, officer, manager, executive, executive2, incident, decide
):
    decision = factories.decision(by=manager, incidents=[incident])
    appeal = log(factories.restriction(by=executive2, decision=decision))
    change(incident, executive2, witnesses=[executive2])
    with pytest.raises(Incomplete, match="is being heard"):
        change(incident, executive2, witnesses=[executive2, manager])
    another = factories.staff("another", "Manager")
    change(incident, another, witnesses=[executive2, manager])
    change(incident, executive2, witnesses=[manager, executive2], facts="He shouted.")
    acknowledged = actions.acknowledge_appeal(
        appeal=appeal, by=executive, version=appeal.version, acknowledged_on=today()
    )
    decide(acknowledged, "not_upheld")
    change(incident, manager, affected_staff=[officer, another])


def test_a_file_of_what_is_heard_leads_to_no_other_incident(
    decision, officer, manager, customer, incident, log, everybody
):
    def add(to):
        return add_evidence(
            incident=to, by=manager, submission=submission, file=files.picture("post.png"), summary="It"
        )

    submission = uuid.uuid4()
    appeal = log(factories.restriction(by=manager, decision=decision, incidents=[], evidence=[add(incident)]))
    other = factories.incident(by=manager, customer=customer, witnesses=everybody)
    with pytest.raises(Incomplete, match="kept with another incident"):
        add(other)
    assert hears(everybody[0], appeal)
