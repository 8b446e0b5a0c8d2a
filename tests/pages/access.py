"""Who gets which answer from which page: generated from the permissions of each role and the rules about a record.

A new route is one line of `ROUTES`: its answers to GET and POST, and who of those who read its record may use it. What
it is about stands in `routes.py`; a new kind of record says in `READERS` who reads it. A new role is a line of
`tests/role_matrix.py` and none here, since no rule names its person.

A condition joins permissions and named rules (`RULES`) by `and`, `or` and `not`, as Python does, or is `anybody`.
"""

from ..role_matrix import PERMISSIONS, PERMISSIONS_OF_PERSON
from .routes import cases_of, record_of

PEOPLE = list(PERMISSIONS_OF_PERSON)


def is_officers(person, case, record):
    """Hold for the officer in `own`. In `other` a colleague had the same part, who asks for nothing here."""
    return (person, case) == ("officer", "own")


def is_executives(person, case, record):
    return person == "executive"


def is_officers_proposal(person, case, record):
    return record == "proposal" and is_officers(person, case, record)


def is_under_appeal(person, case, record):
    return case == "own" and record in UNDER_APPEAL


def is_so_nowhere(person, case, record):
    """Hold for no record of either case, and so for nobody."""
    return False


UNDER_APPEAL = {
    "incident",
    "note",
    "evidence",
    "decision",
    "restriction",
    "review",
    "held",
    "letter",
    "enclosure",
}

RULES = {
    # What somebody has to do with a record.
    "looks after the customer": is_officers,
    "reported it": is_officers,
    "it affected them": is_officers,
    "had a part in it": is_officers,
    "recorded it": is_officers,
    "uploaded it": is_officers,
    "logged it": is_officers,
    "proposed it": is_officers_proposal,
    "is asked": is_officers,
    "owns it": is_officers,
    "was given it alone": is_executives,
    "line manages them": is_so_nowhere,
    "handles it": is_so_nowhere,
    # How things stand with the record itself.
    "under appeal": is_under_appeal,
    "named to hear it": is_so_nowhere,
    "nobody left to hear it": is_so_nowhere,
    "about to lapse": is_so_nowhere,
    "without reviews": is_so_nowhere,
    "names a contact": is_so_nowhere,
    "counts": is_so_nowhere,
    "answered for": is_so_nowhere,
    "one alone says so": is_so_nowhere,
}
"""Whether each rule about a record holds, `(person, case, record)`, as `conftest.py` makes the two cases."""

READERS = {
    "customer closed few contact breach counted objection": "customers.view_customer",
    "incident warned undecided": """
        incidents.view_incident
        or incidents.add_incident and reported it
        or incidents.add_incident and reviews.hear_appeal and under appeal
    """,
    "conversation": "incidents.view_incident or line manages them",
    "agreement": "incidents.assess_incident or is asked",
    "note": """
        incidents.view_incident
        or incidents.add_incident and recorded it
        or incidents.add_incident and reviews.hear_appeal and under appeal
    """,
    "contact_request": "incidents.view_incident or restorative.add_restorativeaction and recorded it",
    "restorative_action": "incidents.view_incident or restorative.add_restorativeaction and recorded it",
    "evidence": """
        evidence.view_evidence
        or evidence.add_evidence and uploaded it
        or evidence.add_evidence and reviews.hear_appeal and under appeal
    """,
    "decision managed": "restrictions.view_managementdecision or reviews.hear_appeal and under appeal",
    "restriction ended third_party proposal block": """
        restrictions.view_restriction
        or restrictions.propose_restriction and proposed it
        or reviews.hear_appeal and under appeal
    """,
    "interim": "restrictions.view_restriction",
    "late": "reviews.view_review",
    "second_look": "restrictions.view_managementdecision or was given it alone",
    "review held": "reviews.view_review or reviews.hear_appeal and under appeal",
    "appeal acknowledged": "reviews.view_appeal or logged it or reviews.hear_named_appeal and named to hear it",
    "letter sent enclosure": """
        letters.view_letter
        or customers.view_customer and looks after the customer
        or reviews.hear_appeal and under appeal
    """,
    "typed_draft kept notice": "owns it",
    "task colleague": "anybody",
}
"""Who reads each record of a case, by its name there. Nobody else is told that it exists."""

ROUTES = """
route                    GET     POST  for whom
account_change_password  302     302   anybody
account_set_password     302     302   anybody
absence                  200     422   anybody
absence_of               200     422   owns it
account_changes          200     405   staff.view_wideraccess or organisation.administer
adjustment_agree         200     422   customers.change_customer
adjustment_end           200     422   customers.change_customer
agreement                200     422   POST: is asked
agreement_ask            200     422   incidents.assess_incident
appeal                   200     405   anybody
appeal_acknowledge       200/302 422   reviews.hear_appeal and not had a part in it
appeal_check             302     302   reviews.hear_appeal and not had a part in it
appeal_decide            200/302 422   reviews.hear_appeal and not had a part in it
appeal_letter            405     302   letters.issue_letter and reviews.hear_appeal
appeal_new               200     422   reviews.log_appeal
appeal_substitute        200     422   reviews.receive_escalations and nobody left to hear it
appeal_suspend           200/302 422   reviews.hear_appeal and not had a part in it
appeal_withdraw          200/302 422   reviews.hear_appeal and not had a part in it
appeals                  200     302   customers.view_customer
block                    200     302   POST: restrictions.impose_restriction
breach_answer            200     422   restrictions.impose_restriction
breach_confirm           405     302   restrictions.impose_restriction or logged it
breach_dismiss           405     302   restrictions.impose_restriction or logged it
breach_notice            405     302   restrictions.impose_restriction and counts
breach_stop_withholding  405     302   restrictions.impose_restriction
breach_withhold          200     422   restrictions.impose_restriction
card_read                405     302   contacts.add_contact
contact                  200     405   anybody
contact_edit             200     422   logged it
contact_new              200     422   contacts.add_contact
contact_request          200     405   anybody
contact_request_new      200     422   restorative.add_restorativeaction
contact_request_take_back 200    422   incidents.assess_incident
                                       or restorative.add_restorativeaction and recorded it
contacts                 200     405   customers.view_card
conversation             200     405   anybody
conversation_hold        405     302   incidents.assess_incident or line manages them
conversation_take        405     302   incidents.assess_incident or line manages them
customer                 200     405   customers.view_card
customer_ask             405     302   customers.change_customer and not customers.assign_customer
                                       and not looks after the customer
customer_assign          200     422   customers.assign_customer
customer_card            200     405   customers.view_card
customer_details         200     405   customers.view_card
customer_edit            200     422   customers.change_customer
customer_incidents       200     405   customers.view_card
customer_letters         200     405   customers.view_card
customer_merge           200     422   customers.merge_customer
customer_new             200     422   customers.add_customer
customer_note            200     422   incidents.add_incident
customer_unmerge            200     422   customers.merge_customer
customer_notes           200     405   customers.view_card
customers                200     302   customers.view_customer
customer_restrictions    200     405   customers.view_card
customer_timeline        200     405   customers.view_card
decide                   200     422   restrictions.decide_management
decide_check             302     302   restrictions.decide_management
decide_measures          302     302   restrictions.decide_management
decision                 200     405   anybody
decisions                200     302   customers.view_customer
decision_explain         405     302   letters.issue_letter and restrictions.impose_restriction
decision_explain_after_all 405   302   restrictions.decide_management
decision_letter          405     302   letters.issue_letter and restrictions.impose_restriction
decision_unexplained     200     422   restrictions.decide_management
decision_unnotified      302     302   restrictions.decide_management
evidence                 200     405   anybody
evidence_open            405     200   anybody
exports                  200     405   staff.view_accesslogentry
few                      200     405   anybody
few_end                  200     422   customers.assign_customer
few_new                  200     422   customers.assign_customer or staff.view_wideraccess
few_open                 200     422   customers.assign_customer
few_readings             200     405   staff.view_accesslogentry
few_readers              200     422   customers.assign_customer
filter_remove            405     302   anybody
filter_save              200     422   customers.view_customer
guide                    200     405   anybody
guide_image              200     405   anybody
guide_page               200     405   anybody
history                  200     405   staff.view_history
home                     200     405   anybody
work_of_team             200     405   incidents.assign_incident
work_of_everybody        200     405   incidents.assign_incident
work_of_nobody           200     405   organisation.administer or reviews.hear_appeal or reviews.receive_escalations
task_hand_over           200     302   incidents.assign_incident and incidents.assess_incident
incident                 200     405   anybody
incident_assess          200     422   GET: incidents.assess_incident and not it affected them;
                                       POST: incidents.assess_incident
assessment_check         302     302   incidents.assess_incident
incident_assign          200     422   incidents.assign_incident
incident_close           200     422   incidents.close_incident
incident_danger          302     422   GET: incidents.assess_incident; POST: incidents.assess_incident and one alone says so
incident_edit            200     422   incidents.assess_incident or reported it
incident_more            200     422   incidents.assess_incident or reported it
incident_evidence        200     422   incidents.assess_incident or reported it
incident_hand_over       200     422   handles it
incident_letter          405     302   letters.issue_letter and incidents.assess_incident
incident_new             200     422   incidents.add_incident
incident_no_part         200     422   it affected them
incident_note            200     422   incidents.add_incident
incident_parts           302     422   incidents.assess_incident
incident_reopen          200     422   incidents.close_incident
incident_take            405     302   incidents.add_incident and incidents.view_incident or reported it
incidents                200     302   customers.view_customer
interim                  200     405   anybody
interim_end              200     422   restrictions.impose_restriction
interim_extend           200     422   restrictions.impose_restriction and about to lapse
interim_letter           405     302   letters.issue_letter and restrictions.impose_restriction
interim_new              200     422   restrictions.impose_restriction
late_promise             200     405   anybody
late_promise_answer      200     422   restrictions.impose_restriction and reviews.receive_escalations
late_promise_letter      405     302   letters.issue_letter and reviews.hold_review and answered for
letter                   200     422   POST: letters.issue_letter and restrictions.impose_restriction
letter_ask               405     422   letters.issue_letter and restrictions.impose_restriction
letter_came_back         200     422   letters.issue_letter and letters.view_letter
letter_check             405     200   letters.issue_letter and restrictions.impose_restriction
letter_enclose           200     422   letters.issue_letter and restrictions.impose_restriction
letter_enclosure         200     405   anybody
letter_issue             405     422   letters.issue_letter and restrictions.impose_restriction
letter_new               200     422   letters.issue_letter and letters.view_letter
letter_pdf               200     405   anybody
letter_preview           302     405   anybody
letter_read              302     302   letters.issue_letter and letters.view_letter
letter_replace           200     422   letters.issue_letter and restrictions.impose_restriction
letter_sent              200     422   letters.issue_letter and restrictions.impose_restriction
letter_sound             404     405   anybody
letter_text              200     405   anybody
letters                  200     302   customers.view_customer
letter_words             200     405   letters.issue_letter
letter_void              200     422   letters.issue_letter and restrictions.impose_restriction
list_export              405     200   customers.view_customer and lists.export
look_up                  200     302   customers.view_card
note                     200     405   anybody
notes                    200     405   incidents.add_incident
notes_written            200     405   incidents.add_incident
note_edit                200     422   recorded it
note_notify              200     422   incidents.add_incident
notice_read              405     302   anybody
notices_read             405     302   anybody
outcomes                 200     405   restrictions.view_restriction
policy                   200     405   anybody
restorative_action       200     405   anybody
restorative_complete     200     422   incidents.assess_incident
                                       or restorative.add_restorativeaction and recorded it
restorative_drop         200     422   incidents.assess_incident
                                       or restorative.add_restorativeaction and recorded it
restore                  200     422   restorative.add_restorativeaction
restrict                 200     422   restrictions.impose_restriction
restriction              200     405   anybody
restriction_agreement    200     422   restrictions.impose_restriction
restriction_ask_reading  405     302   restrictions.impose_restriction
restriction_decline      200     422   restrictions.impose_restriction
                                       and restrictions.restrict_complaints_process
restriction_impose       200     422   restrictions.impose_restriction
                                       and restrictions.restrict_complaints_process
restriction_letter       405     302   letters.issue_letter and restrictions.impose_restriction
restriction_lift         200     422   restrictions.impose_restriction
restriction_look_again   200     422   restrictions.impose_restriction and reviews.receive_escalations
                                       and without reviews
restriction_not_notified 200     422   restrictions.impose_restriction
objection_new            200     422   contacts.add_contact
objection                200     405   anybody
objection_answer         200     422   restrictions.impose_restriction
restriction_unnotified   302     302   restrictions.impose_restriction
restriction_propose      200     422   restrictions.propose_restriction
restriction_rename       200     422   restrictions.impose_restriction and names a contact
restriction_talk         200     422   contacts.add_contact
restriction_withdraw     405     302   proposed it
restrictions             200     302   customers.view_customer
review                   200     405   anybody
review_check             302     302   reviews.hold_review and restrictions.impose_restriction
review_hold              200     422   reviews.hold_review and restrictions.impose_restriction
review_letter            405     302   letters.issue_letter and reviews.hold_review
                                       and restrictions.impose_restriction
review_pack              200     405   anybody
review_pack_pdf          200     405   anybody
reviews                  200     302   customers.view_customer
search                   200     405   customers.view_card
second_look              200     422   POST: restrictions.decide_management or was given it alone
signpost                 200     422   customers.change_customer
typed_draft_discard      405     302   anybody
wider_access             200     405   staff.view_wideraccess
"""
"""What each page answers to whoever may use it, as `own/other` where that differs, and who that is.

POST sends nothing: 422 is a form that asks for what is missing. 405 is a page that only shows, or only does, whoever
asks. Whoever does not read the record gets 404; whoever reads it and may not use the page gets 403. A line that begins
with spaces goes on from the one before. `POST:` and `GET:` say whom the method alone is for.
"""


def holds(condition, person, case, record, permissions):
    """Return whether a condition holds for a person with these permissions."""
    if condition == "anybody":
        return True
    return any(
        all(term_holds(term, person, case, record, permissions) for term in alternative.split(" and "))
        for alternative in " ".join(condition.split()).split(" or ")
    )


def term_holds(term, person, case, record, permissions):
    """Return whether a permission or a named rule holds, or where `not` precedes it, does not."""
    name = term.removeprefix("not ")
    if "." in name:
        assert name in PERMISSIONS, f"tests/role_matrix.py has no permission {name}"
        held = name in permissions
    else:
        held = RULES[name](person, case, record)
    return held != term.startswith("not ")


def answer_to(person, permissions, route, case, method):
    """Return the status with which a page answers a person who sends nothing."""
    code, condition = PAGES[route][case, method]
    if code == 405:
        return 405
    record = record_of(route)
    assert not record or record in READERS_OF, f"Say in tests/pages/access.py (READERS) who reads {record}."
    if record and not holds(READERS_OF[record], person, case, record, permissions):
        return 404
    return code if holds(condition, person, case, record, permissions) else 403


def read_line(line):
    """Return a route of `ROUTES`, and by case and method what it answers to whom."""
    route, get, post, *words = line.split()
    who = " ".join(words)
    conditions = {"GET": who, "POST": who}
    if ": " in who:
        conditions = {"GET": "anybody"} | dict(part.split(": ") for part in who.split("; "))
    codes = {"GET": get.split("/"), "POST": post.split("/")}
    return route, {
        (case, method): (int(codes[method][place]), conditions[method])
        for place, case in ((0, "own"), (-1, "other"))
        for method in codes
    }


READERS_OF = {record: condition for records, condition in READERS.items() for record in records.split()}
PAGES = dict(map(read_line, ROUTES.replace("\n    ", " ").strip().splitlines()[1:]))

EXPECTED = {
    (route, case): tuple(
        [
            answer_to(person, permissions, route, case, method)
            for person, permissions in PERMISSIONS_OF_PERSON.items()
        ]
        for method in ("GET", "POST")
    )
    for route in PAGES
    for case in cases_of(route)
}
"""The answers to everybody in `PEOPLE`, to GET and to POST, by route and case."""
