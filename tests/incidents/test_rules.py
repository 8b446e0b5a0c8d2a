import uuid

import pytest

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers.enums import Channel, Relationship
from cha_engagement.letters import actions as letters
from cha_engagement.organisation.calendar import today
from incidents import actions, rules
from incidents.actions import write_letter
from incidents.enums import AimedAt, Category, HowEnded, IncidentStatus, NoWarningReason, Outcome, Warning
from incidents.queries import managers_to_tell
from incidents.restorative import actions as restorative
from incidents.restorative.enums import RestorativeKind, RestorativeOutcome

from .. import factories, files

pytestmark = pytest.mark.django_db


def needed_fields(incident):
    return {refusal.field: refusal.paragraph for refusal in rules.check_complete(incident)}


@pytest.fixture
def log(customer, officer):
    def log(**changes):
        return factories.incident(by=officer, customer=customer, **changes)

    return log


def test_nothing_is_still_needed_of_a_complete_incident(log):
    assert needed_fields(log()) == {}


@pytest.mark.policy("26")
def test_a_call_ended_without_saying_whether_there_was_a_warning_needs_it(log):
    assert needed_fields(log(warning="")) == {"warning": "26"}


@pytest.mark.policy("26")
def test_no_warning_needs_a_reason(log):
    assert needed_fields(log(warning=Warning.NOT_GIVEN)) == {"no_warning_reason": "26"}
    assert needed_fields(log(warning=Warning.NOT_GIVEN, no_warning_reason=NoWarningReason.UNSAFE)) == {}


@pytest.mark.policy("26")
def test_reading_no_further_needs_no_warning(log):
    assert (
        needed_fields(
            log(channel=Channel.EMAIL, how_ended=HowEnded.STOPPED_READING, warning="", recording_warning="")
        )
        == {}
    )


@pytest.mark.policy("28", "46")
def test_no_warning_is_expected_of_somebody_who_streams(log):
    incident = log(
        told_of_public_recording=True, categories=[Category.PUBLIC_RECORDING], warning="", aimed_at=""
    )
    assert needed_fields(incident) == {}


@pytest.mark.policy("28", "46")
def test_being_told_of_public_recording_counts_as_harassment(log):
    incident = log(told_of_public_recording=True, categories=[Category.OTHER], other_category="Filming")
    assert "public_recording" in incident.category_codes


@pytest.mark.policy("27")
def test_an_ended_call_says_whether_recording_had_been_paused(log):
    assert needed_fields(log(recording_warning="")) == {"recording_warning": "27"}
    assert needed_fields(log(channel=Channel.OFFICE, recording_warning="")) == {}


@pytest.mark.policy("56", "15")
def test_whether_contact_was_ended_and_how_is_asked(log):
    assert needed_fields(log(contact_ended="", how_ended="", warning="", recording_warning="")) == {
        "contact_ended": "56"
    }
    assert needed_fields(log(how_ended="")) == {"how_ended": "56"}


@pytest.mark.policy("24", "25")
@pytest.mark.parametrize("category", ["violence", "physical_threat", "other_threat", "abuse"])
def test_zero_tolerance_says_what_was_done_and_what_was_not(log, category):
    incident = log(categories=[category], action_taken="", nothing_left=False)
    assert needed_fields(incident) == {"action_taken": "25", "action_not_taken": "25"}
    assert incident.is_zero_tolerance
    assert needed_fields(log(categories=[category], nothing_left=True)) == {}


@pytest.mark.policy("39", "40", "37", "38")
def test_abuse_says_who_it_was_aimed_at(log):
    assert needed_fields(log(aimed_at="")) == {"aimed_at": "39"}
    assert (
        needed_fields(log(aimed_at=AimedAt.OTHERS, channel=Channel.SOCIAL_MEDIA, recording_warning="")) == {}
    )


@pytest.mark.policy("35")
def test_a_category_is_needed_and_another_kind_is_described(log):
    assert needed_fields(log(categories=[])) == {"categories": "35"}
    assert needed_fields(log(categories=[Category.OTHER])) == {"other_category": "35"}


@pytest.mark.policy("47", "48")
def test_demands_say_what_was_asked_and_what_it_meant_for_others(log):
    assert needed_fields(log(categories=[Category.UNREASONABLE_DEMANDS])) == {
        "demand": "47",
        "effect_on_service": "47",
    }


@pytest.mark.policy("51", "52")
def test_refusal_says_what_we_asked_when_and_any_difficulty(log):
    assert needed_fields(log(categories=[Category.REFUSAL])) == {
        "request_made": "51",
        "request_difficulty": "52",
    }
    asked = {"categories": [Category.REFUSAL], "no_difficulty": True, "request_made": "To let us in"}
    assert needed_fields(log(**asked)) == {"request_made_on": "51"}
    assert needed_fields(log(request_made_on=today(), **asked)) == {}


@pytest.mark.parametrize(
    ("tick", "words"),
    [
        pytest.param("nothing_left", "action_not_taken", marks=pytest.mark.policy("25")),
        pytest.param("no_difficulty", "request_difficulty", marks=pytest.mark.policy("52")),
    ],
)
def test_words_about_what_was_ticked_as_nothing_are_refused(log, tick, words):
    with pytest.raises(Incomplete) as raised:
        log(**{tick: True, words: "There was something after all."})
    assert [refusal.field for refusal in raised.value.refusals] == [words]


@pytest.mark.policy("24")
def test_categories_that_a_manager_confirmed_are_taken_away_by_managers_alone(log, officer, manager):
    incident = log(categories=[Category.REFUSAL])
    assert rules.check_categories_kept(officer, incident, []) == []
    incident = factories.assess_incident(incident, by=manager)
    (refusal,) = rules.check_categories_kept(officer, incident, [])
    assert (refusal.paragraph, refusal.field) == ("24", "categories")
    assert rules.check_categories_kept(officer, incident, ["refusal", "other"]) == []
    assert rules.check_categories_kept(manager, incident, []) == []


@pytest.mark.policy("25", "31")
def test_only_a_manager_assesses(log, officer, executive, dpo, manager):
    incident = log()
    for user in (officer, executive, dpo):
        assert rules.may_assess_incident(user, incident).paragraph == "25"
    assert rules.may_assess_incident(manager, incident) is None


@pytest.mark.policy("12", "13")
def test_a_manager_who_was_affected_leaves_it_to_another_who_is_there(log, manager, management):
    incident = log(affected_staff=[manager])
    assert rules.may_decide_on(manager, [incident]).paragraph == "13"
    assert rules.may_decide_on(management, [incident]) is None


@pytest.mark.policy("12", "13")
def test_a_manager_who_reports_what_happened_to_them_leaves_it_to_another(customer, manager, management):
    incident = factories.incident(by=manager, customer=customer)
    assert rules.may_decide_on(manager, [incident]).paragraph == "13"
    for facts in ({"saw_only": True}, {"reported_by": management}):
        seen = factories.incident(
            by=manager, customer=customer, categories=[Category.LEVEL_OF_CONTACT], **facts
        )
        assert rules.may_decide_on(manager, [seen]) is None


@pytest.mark.policy("13", "24")
def test_a_manager_who_says_they_only_saw_a_threat_leaves_it_to_another_who_is_there(
    customer, manager, management
):
    seen = factories.incident(
        by=manager, customer=customer, saw_only=True, categories=[Category.PHYSICAL_THREAT], affected_staff=[]
    )
    answers = {"version": seen.version, "outcome": Outcome.WARNED, "reasons": "It was not so bad."}
    with pytest.raises(
        Incomplete, match=f"You reported or entered it yourself, so another manager decides: {management}"
    ):
        actions.assess_incident(incident=seen, by=manager, **answers)
    other = factories.staff("other", "Manager")
    moved = actions.change_incident(
        incident=seen, by=other, version=seen.version, reported_by=other, correction_reason="She told me so."
    )
    assert rules.may_decide_on(manager, [moved]).paragraph == "13"
    assert rules.may_decide_on(management, [moved]) is None


@pytest.mark.policy("12", "13")
@pytest.mark.parametrize("codes", [["abuse"], []])
def test_a_manager_who_enters_a_report_for_a_colleague_leaves_it_to_another(
    customer, officer, manager, codes
):
    """'He rang and said …': nobody but the manager has said that anything happened."""
    entered = factories.incident(by=manager, customer=customer, reported_by=officer, categories=codes)
    answers = {"version": entered.version, "outcome": Outcome.WARNED, "reasons": "It was over in a minute."}
    with pytest.raises(Incomplete) as raised:
        actions.assess_incident(incident=entered, by=manager, **answers)
    assert [refusal.field for refusal in raised.value.refusals] == ["involvement_reason"]
    management = factories.staff("management", "Manager", "Management Team")
    with pytest.raises(Incomplete, match=f"You reported or entered it yourself, so .* {management}"):
        actions.assess_incident(
            incident=entered, by=manager, **answers, involvement_reason="They asked me to."
        )
    assert managers_to_tell(entered).at_once == [management]
    assert rules.may_decide_on(management, [entered]) is None


@pytest.mark.policy("13")
def test_to_be_edited_away_clears_nobody_whom_it_affected(log, manager, management):
    incident = log(affected_staff=[manager])
    incident = actions.change_incident(
        incident=incident,
        by=management,
        version=incident.version,
        affected_staff=[],
        correction_reason="She told me so.",
    )
    assert rules.may_decide_on(manager, [incident]).paragraph == "13"
    assert rules.may_decide_on(management, [incident]) is None


@pytest.mark.policy("12", "13")
def test_the_only_manager_may_decide_on_what_affected_them_and_says_why(log, manager):
    incident = log(affected_staff=[manager])
    assert rules.may_decide_on(manager, [incident]) is None
    with pytest.raises(Incomplete) as raised:
        actions.assess_incident(
            incident=incident, by=manager, version=incident.version, outcome=Outcome.WARNED, reasons="Over."
        )
    assert [refusal.field for refusal in raised.value.refusals] == ["involvement_reason"]
    actions.assess_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        outcome=Outcome.WARNED,
        reasons="Over.",
        involvement_reason="Nobody else is at work today.",
    )
    assert incident.assessments.get().involvement_reason


@pytest.mark.policy("24")
@pytest.mark.parametrize(
    "categories", [["violence"], ["physical_threat", "other"], ["other_threat"], ["abuse"]]
)
def test_zero_tolerance_never_ends_in_no_action(log, manager, categories):
    incident = log(categories=categories, warning=Warning.NOT_GIVEN, no_warning_reason=NoWarningReason.UNSAFE)

    def assess(incident, outcome, **changes):
        answers = {"version": incident.version, "outcome": outcome, "reasons": "They had a bad day."}
        return actions.assess_incident(incident=incident, by=manager, **answers | changes)

    for outcome in ("no_action", "other", "restorative", "warned", "interim_measure"):
        with pytest.raises(Incomplete) as refused:
            assess(incident, outcome)
        assert [(refusal.paragraph, refusal.field) for refusal in refused.value.refusals] == [
            ("24", "outcome")
        ]
    incident = assess(incident, "not_possible")
    again = actions.reopen_incident(
        incident=incident, by=manager, version=incident.version, reason="A witness."
    )
    with pytest.raises(Incomplete):
        assess(again, "no_action")
    assert assess(again, "no_action", categories=[Category.LEVEL_OF_CONTACT]).category_codes == {
        "level_of_contact"
    }


@pytest.mark.policy("24")
@pytest.mark.parametrize("category", ["abuse", "level_of_contact"])
@pytest.mark.parametrize(
    "facts",
    [{"warning": Warning.NOT_GIVEN, "no_warning_reason": NoWarningReason.UNSAFE}, {"warning": ""}],
    ids=["not_given", "unanswered"],
)
def test_manager_cannot_leave_it_at_a_warning_that_nobody_gave(log, officer, manager, category, facts):
    incident = log(categories=[category], **facts)

    def assess():
        answers = {"version": incident.version, "outcome": Outcome.WARNED, "reasons": "They were told."}
        return actions.assess_incident(incident=incident, by=manager, **answers)

    with pytest.raises(Incomplete, match="Nobody warned them") as refused:
        assess()
    assert [refusal.field for refusal in refused.value.refusals] == ["outcome"]
    incident = actions.change_incident(
        incident=incident, by=officer, version=incident.version, warning=Warning.GIVEN, no_warning_reason=""
    )
    assert assess().status == IncidentStatus.ASSESSED


@pytest.mark.policy("24")
def test_a_warning_and_an_interim_measure_are_responses(log, manager):
    def assess(incident, outcome):
        incident.refresh_from_db()
        answers = {"version": incident.version, "outcome": outcome, "reasons": "It was over at once."}
        return actions.assess_incident(incident=incident, by=manager, **answers).status

    for outcome in ("restorative", "warned"):
        assert assess(log(categories=[Category.ABUSE], warning=Warning.GIVEN), outcome) == "assessed"
    under_measure = log(categories=[Category.VIOLENCE])
    factories.interim_measure(by=manager, incidents=[under_measure])
    assert assess(under_measure, "interim_measure") == "assessed"
    with pytest.raises(Incomplete, match="no further action"):
        assess(log(categories=[Category.LEVEL_OF_CONTACT]), "not_possible")


@pytest.mark.policy("24")
def test_what_is_found_to_be_a_threat_later_is_decided_on_again(log, officer, manager):
    incident = log(categories=[Category.LEVEL_OF_CONTACT])
    answers = {"version": incident.version, "outcome": Outcome.NO_ACTION, "reasons": "Over."}
    incident = actions.assess_incident(incident=incident, by=manager, **answers)
    for by in (officer, manager):
        changes = {
            "categories": [Category.LEVEL_OF_CONTACT, Category.OTHER_THREAT],
            "version": incident.version,
            "correction_reason": "She told me so.",
        }
        incident = actions.change_incident(incident=incident, by=by, **changes)
        assert incident.status == IncidentStatus.WITH_MANAGER
        answers = {"version": incident.version, "outcome": Outcome.NO_ACTION, "reasons": "Not a threat."}
        incident = actions.assess_incident(
            incident=incident, by=manager, categories=[Category.LEVEL_OF_CONTACT], **answers
        )


@pytest.mark.policy("3")
def test_only_what_a_contractor_did_is_dealt_with_under_contract(log, manager, officer):
    assert [refusal.paragraph for refusal in rules.check_outcome(log(), "under_contract", [])] == ["3"]
    contractor = factories.customer(
        by=officer, name="Roofers", relationship=Relationship.CONTRACTOR, is_organisation=True
    )
    assert (
        rules.check_outcome(factories.incident(by=officer, customer=contractor), "under_contract", []) == []
    )


@pytest.mark.policy("54")
def test_only_the_management_team_calls_use_of_the_complaints_process_unacceptable(log, manager, management):
    incident = log(categories=[Category.COMPLAINTS_PROCESS])

    def assess(by, **changes):
        answers = {
            "outcome": Outcome.WARNING_LETTER,
            "reasons": "The tenth this month.",
            "raised_reason": "He swore at her, as two people heard.",
        } | changes
        return actions.assess_incident(incident=incident, by=by, version=incident.version, **answers)

    for categories in (None, ["complaints_process", "abuse"]):
        with pytest.raises(Incomplete, match="Only a Management Team member") as refused:
            assess(manager, categories=categories)
        assert [(refusal.paragraph, refusal.field) for refusal in refused.value.refusals] == [
            ("54", "outcome")
        ]
        assert f"Leave it to {management}." in str(refused.value)
    management.away_until = today()
    management.save()
    assert (
        str(management)
        in rules.may_choose_outcome(manager, "warning_letter", log(), ["complaints_process"]).sentence
    )
    assert assess(management).status == IncidentStatus.ASSESSED


@pytest.mark.policy("54")
@pytest.mark.parametrize(
    ("outcome", "categories"), [("restorative", ["complaints_process"]), ("warning_letter", ["abuse"])]
)
def test_a_manager_decides_all_else_and_corrects_what_was_taken_for_it(log, manager, outcome, categories):
    incident = log(categories=[Category.COMPLAINTS_PROCESS])
    answers = {
        "outcome": outcome,
        "categories": categories,
        "reasons": "Shouting, and no more.",
        "raised_reason": "He swore at her, as two people heard.",
    }
    assert actions.assess_incident(
        incident=incident, by=manager, version=incident.version, **answers
    ).category_codes == {*categories}


@pytest.mark.policy("22")
def test_engagement_is_managed_actively_with_somebody_known(log, officer, manager, customer):
    incident = factories.incident(by=officer, customer=None, unidentified_person="A man in a green coat")
    (refusal,) = rules.check_outcome(incident, "active_management", [])
    assert "link the incident to its customer" in refusal.sentence
    assert rules.check_outcome(incident, "no_action", []) == []
    assert rules.check_outcome(log(), "active_management", []) == []


@pytest.mark.policy("62")
def test_a_closed_incident_is_not_changed_by_anybody(log, officer, manager):
    incident = log()
    answers = {"by": manager, "version": incident.version, "outcome": Outcome.WARNED, "reasons": "Over."}
    incident = actions.assess_incident(incident=incident, **answers)
    incident = actions.close_incident(incident=incident, by=manager, version=incident.version)
    for person in (officer, manager):
        for refusal in (
            rules.may_change_incident(person, incident),
            rules.may_add_evidence(person, incident),
        ):
            assert "A manager can reopen it" in refusal.sentence
        with pytest.raises(Refused):
            actions.change_incident(
                incident=incident, by=person, version=incident.version, location="At the desk"
            )


@pytest.mark.policy("22")
@pytest.mark.beyond("B5")
@pytest.mark.parametrize(
    "basis", ["decision", "proposal", "file", "interim measure", "letter", "restorative step"]
)
def test_an_incident_that_is_referred_to_keeps_its_customer(
    basis, log, officer, manager, customer, organisation
):
    incident, other = log(), factories.customer(by=officer, name="Somebody Else")
    assert rules.check_customer_kept(officer, incident, other) == []
    if basis == "decision":
        factories.decision(by=manager, incidents=[incident])
    elif basis == "file":
        screen = files.picture("screen.png")
        upload = {"submission": uuid.uuid4(), "file": screen, "summary": "The post"}
        evidence = actions.add_evidence(incident=incident, by=officer, **upload)
        factories.proposal(by=officer, incidents=[log()], evidence=[evidence])
        incident.refresh_from_db()
    elif basis == "interim measure":
        factories.interim_measure(by=manager, incidents=[incident])
    elif basis == "letter":
        answers = {
            "version": incident.version,
            "outcome": Outcome.WARNING_LETTER,
            "reasons": "The first time.",
        }
        incident = actions.assess_incident(incident=incident, by=manager, **answers)
        write_letter(incident=incident, by=manager)
        incident.refresh_from_db()
    elif basis == "proposal":
        factories.proposal(by=officer, incidents=[incident])
    else:
        step = {
            "kind": RestorativeKind.EXPECTATIONS_SET,
            "on": today(),
            "what": "Agreed.",
            "outcome": RestorativeOutcome.TOO_EARLY,
        }
        restorative.record_restorative_action(
            customer=customer, by=officer, submission=uuid.uuid4(), incident=incident, **step
        )
    for new_customer in (other, None):
        assert [refusal.field for refusal in rules.check_customer_kept(officer, incident, new_customer)] == [
            "customer"
        ]
        with pytest.raises(Incomplete):
            actions.change_incident(
                incident=incident, by=officer, version=incident.version, customer=new_customer
            )
    assert rules.check_customer_kept(officer, incident, customer) == []


@pytest.mark.beyond("B5")
def test_a_letter_that_was_withdrawn_keeps_no_customer(log, officer, manager, organisation):
    incident, other = log(), factories.customer(by=officer, name="Somebody Else")
    answers = {"version": incident.version, "outcome": Outcome.WARNING_LETTER, "reasons": "The first time."}
    letter = write_letter(
        incident=actions.assess_incident(incident=incident, by=manager, **answers), by=manager
    )
    letters.void_letter(letter=letter, by=manager, version=letter.version, void_reason="It was not them.")
    assert rules.check_customer_kept(officer, incident, other) == []


@pytest.mark.policy("62")
def test_who_may_not_log_is_refused_with_a_sentence(customer, dpo):
    with pytest.raises(Refused):
        factories.incident(by=dpo, customer=customer)


@pytest.mark.policy("24")
def test_only_a_manager_takes_a_warning_of_confirmed_abuse_off_a_card(officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer, categories=[Category.ABUSE])
    assert rules.check_customer_kept(officer, incident, None) == []
    incident = factories.assess_incident(incident, by=manager)
    (refusal,) = rules.check_customer_kept(officer, incident, None)
    assert (refusal.paragraph, refusal.field) == ("24", "customer")
    assert rules.check_customer_kept(manager, incident, None) == []
