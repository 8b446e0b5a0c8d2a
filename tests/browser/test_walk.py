"""The main job from end to end, by keyboard alone, with the accounts of the demonstration."""

from datetime import UTC, datetime

import pytest
import time_machine

from cha_engagement.staff.models import StaffMember
from incidents import actions as incidents
from incidents.conversations import actions as conversations
from incidents.enums import Outcome, YesNo

from .. import factories
from .colleague import Colleague
from .steps import appeal, card, incident, letter, restriction, review

pytestmark = pytest.mark.walk

FIRST_DAY = datetime(2027, 3, 1, 10, tzinfo=UTC)  # a Monday


def person(username):
    return StaffMember.objects.get(username=username)


def test_the_main_job_from_end_to_end(association, open_page, colleague):
    with time_machine.travel(FIRST_DAY) as clock:
        customer = factories.customer(
            by=person("officer"), phones=["0141 496 0777"], emails=["orla@home.example"], **factories.HOME
        )
        record_comparable_incident()
        officer = Colleague(open_page())
        manager, executive, executive2, management = map(
            colleague, ("manager", "executive", "executive2", "management")
        )

        incident.officer_signs_in(officer)
        incident.officer_looks_the_customer_up(officer, customer)
        incident.officer_logs_an_abusive_phone_call(officer)
        incident.incident_comes_to_manager_or_deputy(manager, colleague("manager2"))
        incident.manager_talks_restores_and_assesses(manager)
        incident.officer_hears_of_it_and_adds_what_is_still_needed(officer, manager)

        restriction.manager_decides_active_management(manager)
        restriction.manager_closes_the_phone(manager)
        restriction.check_an_open_channel_is_always_left(executive2, customer)
        restriction.complaints_process_is_for_the_management_team(manager, management)
        restriction.officer_proposes_and_manager_declines(officer, manager, customer)

        letter.draft_letter_and_see_what_is_missing(manager, management)
        letter.have_own_words_read_by_somebody_else(manager, management)
        letter.issue_letter_as_pdf(management)
        letter.send_letter_so_that_customer_is_told(management)

        card.officer_sees_how_to_deal_with_the_customer(officer)
        card.print_card_on_a_page_and_fit_a_phone(officer)

        appeal.officer_logs_it_against_both(officer)
        appeal.people_with_a_part_do_not_hear_it(executive2, manager)
        appeal.executive_acknowledges_and_decides(executive)
        appeal.customer_is_written_to_and_can_go_to_the_ombudsman(executive, officer)

        review.review_falls_due_is_overdue_and_is_escalated(clock, colleague)
        review.manager_continues_and_lifts(colleague("manager"), colleague("management"))
        review.restriction_expires_after_its_last_day(clock, colleague)
        review.manager_varies_and_lifts_the_last(clock, colleague)
        review.timeline_and_history_show_everything(colleague("management"))


def record_comparable_incident():
    by = person("manager2")
    stranger = factories.customer(by=by, name="Somebody Else")
    before = factories.incident(by=by, customer=stranger, saw_only=True, contact_ended=YesNo.NO, how_ended="")
    answers = {"outcome": Outcome.WARNED, "reasons": "They said sorry."}
    incidents.assess_incident(incident=before, by=person("management"), version=before.version, **answers)
    for conversation in before.conversations.all():
        conversations.hold_conversation(conversation=conversation, by=person("management"))
