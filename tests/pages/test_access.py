"""S1: every page of ours × every role × GET and POST × an own case and another's. What is not in the table fails."""

import pytest

from ..test_public_pages import PUBLIC
from .conftest import is_stored_nowhere
from .routes import OWN, RECORDS, names, path_of

ROLES = ["officer", "manager", "management", "executive", "ccsm", "dpo", "admin"]

# `own` is the officer's case, under appeal; `other` a colleague's, whose appeal is withdrawn. POST sends nothing: 422 is a form that
# asks for what is missing, 405 a page that only shows or only does, 403 what one sees and may not do, 404 what is not
# there for them. The proposal of each case is for a restriction of the complaints process (policy §54).
TABLE = """
page                     case    GET: officer manager management executive ccsm dpo admin
                                                               POST: officer manager management executive ccsm dpo admin
account_change_password  own     302 302 302 302 302 302 302   302 302 302 302 302 302 302
account_set_password     own     302 302 302 302 302 302 302   302 302 302 302 302 302 302
adjustment_agree         own     200 200 200 200 200 403 404   422 422 422 422 422 403 404
adjustment_agree         other   200 200 200 200 200 403 404   422 422 422 422 422 403 404
adjustment_end           own     200 200 200 200 200 403 404   422 422 422 422 422 403 404
adjustment_end           other   200 200 200 200 200 403 404   422 422 422 422 422 403 404
agreement                own     200 200 200 404 200 404 404   422 403 403 404 403 404 404
agreement                other   404 200 200 404 200 404 404   404 403 403 404 403 404 404
agreement_ask            own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
agreement_ask            other   403 200 200 403 200 403 404   403 422 422 403 422 403 404
appeal                   own     200 200 200 200 200 200 404   405 405 405 405 405 405 405
appeal                   other   404 200 200 200 200 200 404   405 405 405 405 405 405 405
appeal_acknowledge       own     403 403 403 200 403 403 404   403 403 403 422 403 403 404
appeal_acknowledge       other   404 403 403 302 403 403 404   404 403 403 422 403 403 404
appeal_decide            own     403 403 403 200 403 403 404   403 403 403 422 403 403 404
appeal_decide            other   404 403 403 302 403 403 404   404 403 403 422 403 403 404
appeal_letter            own     405 405 405 405 405 405 405   403 403 403 302 403 403 404
appeal_new               own     200 200 200 200 200 403 404   422 422 422 422 422 403 404
appeal_new               other   200 200 200 200 200 403 404   422 422 422 422 422 403 404
appeal_substitute        own     403 403 403 403 403 403 404   403 403 403 403 403 403 404
appeal_substitute        other   404 403 403 403 403 403 404   404 403 403 403 403 403 404
appeal_suspend           own     403 403 403 200 403 403 404   403 403 403 422 403 403 404
appeal_suspend           other   404 403 403 302 403 403 404   404 403 403 422 403 403 404
appeal_withdraw          own     403 403 403 200 403 403 404   403 403 403 422 403 403 404
appeal_withdraw          other   404 403 403 302 403 403 404   404 403 403 422 403 403 404
appeals                  own     200 200 200 200 200 200 403   302 302 302 302 302 302 403
block                    own     404 200 200 404 200 200 404   404 302 302 404 302 403 404
block                    other   404 200 200 404 200 200 404   404 302 302 404 302 403 404
breach_confirm           own     405 405 405 405 405 405 405   302 302 302 403 302 403 404
breach_confirm           other   405 405 405 405 405 405 405   403 302 302 403 302 403 404
breach_dismiss           own     405 405 405 405 405 405 405   302 302 302 403 302 403 404
breach_dismiss           other   405 405 405 405 405 405 405   403 302 302 403 302 403 404
card_read                own     405 405 405 405 405 405 405   302 302 302 302 302 403 404
card_read                other   405 405 405 405 405 405 405   302 302 302 302 302 403 404
contact                  own     200 200 200 200 200 200 404   405 405 405 405 405 405 405
contact                  other   200 200 200 200 200 200 404   405 405 405 405 405 405 405
contact_edit             own     200 403 403 403 403 403 404   422 403 403 403 403 403 404
contact_edit             other   403 403 403 403 403 403 404   403 403 403 403 403 403 404
contact_new              own     200 200 200 200 200 403 404   422 422 422 422 422 403 404
contact_new              other   200 200 200 200 200 403 404   422 422 422 422 422 403 404
contacts                 own     200 200 200 200 200 200 404   405 405 405 405 405 405 405
contacts                 other   200 200 200 200 200 200 404   405 405 405 405 405 405 405
customer                 own     200 200 200 200 200 200 404   405 405 405 405 405 405 405
customer                 other   200 200 200 200 200 200 404   405 405 405 405 405 405 405
customer_ask             own     405 405 405 405 405 405 405   403 403 403 302 403 403 404
customer_ask             other   405 405 405 405 405 405 405   302 403 403 302 403 403 404
customer_assign          own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
customer_assign          other   403 200 200 403 200 403 404   403 422 422 403 422 403 404
customer_card            own     200 200 200 200 200 200 404   405 405 405 405 405 405 405
customer_card            other   200 200 200 200 200 200 404   405 405 405 405 405 405 405
customer_edit            own     200 200 200 200 200 403 404   422 422 422 422 422 403 404
customer_edit            other   200 200 200 200 200 403 404   422 422 422 422 422 403 404
customer_merge           own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
customer_merge           other   403 200 200 403 200 403 404   403 422 422 403 422 403 404
customer_new             own     200 200 200 200 200 403 403   422 422 422 422 422 403 403
customer_part            own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
customer_part            other   403 200 200 403 200 403 404   403 422 422 403 422 403 404
customers                own     200 200 200 200 200 200 403   302 302 302 302 302 302 403
decide                   own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
decide                   other   403 200 200 403 200 403 404   403 422 422 403 422 403 404
decision                 own     404 200 200 200 200 200 404   405 405 405 405 405 405 405
decision                 other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
decision_explain         own     405 405 405 405 405 405 405   404 302 302 404 302 403 404
decision_explain         other   405 405 405 405 405 405 405   404 302 302 404 302 403 404
decision_letter          own     405 405 405 405 405 405 405   404 302 302 403 302 403 404
decision_letter          other   405 405 405 405 405 405 405   404 302 302 404 302 403 404
decision_unexplained     own     404 200 200 403 200 403 404   404 422 422 403 422 403 404
decision_unexplained     other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
draft_discard            own     405 405 405 405 405 405 405   302 404 404 404 404 404 404
draft_discard            other   405 405 405 405 405 405 405   404 404 404 404 404 404 404
evidence                 own     200 200 200 200 200 200 404   405 405 405 405 405 405 405
evidence                 other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
evidence_open            own     405 405 405 405 405 405 405   200 200 200 200 200 200 404
evidence_open            other   405 405 405 405 405 405 405   404 200 200 404 200 200 404
exports                  own     403 403 403 403 403 200 403   405 405 405 405 405 405 405
filter_keep              own     200 200 200 200 200 200 403   422 422 422 422 422 422 403
filter_remove            own     405 405 405 405 405 405 405   302 404 404 404 404 404 404
filter_remove            other   405 405 405 405 405 405 405   404 404 404 404 404 404 404
history                  own     403 200 200 200 200 200 404   405 405 405 405 405 405 405
history                  other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
home                     own     200 200 200 200 200 200 200   405 405 405 405 405 405 405
incident                 own     200 200 200 200 200 200 404   405 405 405 405 405 405 405
incident                 other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
incident_assess          own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
incident_assess          other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
incident_assign          own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
incident_assign          other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
incident_close           own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
incident_close           other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
incident_edit            own     200 200 200 403 200 403 404   422 422 422 403 422 403 404
incident_edit            other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
incident_evidence        own     200 200 200 403 200 403 404   422 422 422 403 422 403 404
incident_evidence        other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
incident_letter          own     405 405 405 405 405 405 405   403 302 302 404 302 403 404
incident_letter          other   405 405 405 405 405 405 405   404 302 302 404 302 403 404
incident_new             own     200 200 200 200 200 403 403   422 422 422 422 422 403 403
incident_reopen          own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
incident_reopen          other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
incidents                own     200 200 200 200 200 200 403   302 302 302 302 302 302 403
interim                  own     404 200 200 404 200 200 404   405 405 405 405 405 405 405
interim                  other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
interim_end              own     404 200 200 404 200 403 404   404 422 422 404 422 403 404
interim_end              other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
interim_extend           own     404 403 403 404 403 403 404   404 403 403 404 403 403 404
interim_extend           other   404 403 403 404 403 403 404   404 403 403 404 403 403 404
interim_letter           own     405 405 405 405 405 405 405   404 302 302 404 302 403 404
interim_letter           other   405 405 405 405 405 405 405   404 302 302 404 302 403 404
interim_new              own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
interim_new              other   403 200 200 403 200 403 404   403 422 422 403 422 403 404
letter                   own     200 200 200 200 200 200 404   403 422 422 403 422 403 404
letter                   other   404 200 200 404 200 200 404   404 422 422 404 422 403 404
letter_ask               own     405 405 405 405 405 405 405   403 422 422 403 422 403 404
letter_ask               other   405 405 405 405 405 405 405   404 422 422 404 422 403 404
letter_check             own     405 405 405 405 405 405 405   403 200 200 403 200 403 404
letter_check             other   405 405 405 405 405 405 405   404 200 200 404 200 403 404
letter_enclose           own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
letter_enclose           other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
letter_enclosure         own     200 200 200 200 200 200 404   405 405 405 405 405 405 405
letter_enclosure         other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
letter_issue             own     405 405 405 405 405 405 405   403 422 422 403 422 403 404
letter_issue             other   405 405 405 405 405 405 405   404 422 422 404 422 403 404
letter_new               own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
letter_new               other   403 200 200 403 200 403 404   403 422 422 403 422 403 404
letter_pdf               own     200 200 200 200 200 200 404   405 405 405 405 405 405 405
letter_pdf               other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
letter_preview           own     302 302 302 302 302 302 404   405 405 405 405 405 405 405
letter_preview           other   404 302 302 404 302 302 404   405 405 405 405 405 405 405
letter_read              own     403 302 302 403 302 403 404   403 302 302 403 302 403 404
letter_read              other   404 302 302 404 302 403 404   404 302 302 404 302 403 404
letter_replace           own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
letter_replace           other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
letter_sent              own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
letter_sent              other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
letter_sound             own     404 404 404 404 404 404 404   405 405 405 405 405 405 405
letter_sound             other   404 404 404 404 404 404 404   405 405 405 405 405 405 405
letter_text              own     200 200 200 200 200 200 404   405 405 405 405 405 405 405
letter_text              other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
letter_void              own     403 200 200 403 200 403 404   403 422 422 403 422 403 404
letter_void              other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
list_export              own     405 405 405 405 405 405 405   200 200 200 200 200 200 403
look_up                  own     200 200 200 200 200 200 403   302 302 302 302 302 302 403
notice_read              own     405 405 405 405 405 405 405   302 404 404 404 404 404 404
notice_read              other   405 405 405 405 405 405 405   404 404 404 404 404 404 404
restorative_action       own     200 200 200 404 200 200 404   405 405 405 405 405 405 405
restorative_action       other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
restorative_complete     own     200 200 200 404 200 403 404   422 422 422 404 422 403 404
restorative_complete     other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
restorative_drop         own     200 200 200 404 200 403 404   422 422 422 404 422 403 404
restorative_drop         other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
restore                  own     200 200 200 200 200 403 404   422 422 422 422 422 403 404
restore                  other   200 200 200 200 200 403 404   422 422 422 422 422 403 404
restrict                 own     404 200 200 403 200 403 404   404 422 422 403 422 403 404
restrict                 other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
outcomes                 own     403 200 200 403 200 200 403   405 405 405 405 405 405 405
restriction              own     404 200 200 200 200 200 404   405 405 405 405 405 405 405
restriction              other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
restriction_agreement    own     404 200 200 404 200 403 404   404 422 422 404 422 403 404
restriction_agreement    other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
restriction_ask_reading  own     405 405 405 405 405 405 405   404 302 302 403 302 403 404
restriction_ask_reading  other   405 405 405 405 405 405 405   404 302 302 404 302 403 404
restriction_decline      own     403 403 200 404 403 403 404   403 403 422 404 403 403 404
restriction_decline      other   404 403 200 404 403 403 404   404 403 422 404 403 403 404
restriction_impose       own     403 403 200 404 403 403 404   403 403 422 404 403 403 404
restriction_impose       other   404 403 200 404 403 403 404   404 403 422 404 403 403 404
restriction_letter       own     405 405 405 405 405 405 405   404 302 302 404 302 403 404
restriction_letter       other   405 405 405 405 405 405 405   404 302 302 404 302 403 404
restriction_lift         own     404 200 200 403 200 403 404   404 422 422 403 422 403 404
restriction_lift         other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
restriction_look_again   own     404 403 403 403 403 403 404   404 403 403 403 403 403 404
restriction_look_again   other   404 403 403 404 403 403 404   404 403 403 404 403 403 404
restriction_propose      own     200 200 200 200 200 403 404   422 422 422 422 422 403 404
restriction_propose      other   200 200 200 200 200 403 404   422 422 422 422 422 403 404
restriction_rename       own     404 403 403 403 403 403 404   404 403 403 403 403 403 404
restriction_rename       other   404 403 403 404 403 403 404   404 403 403 404 403 403 404
restriction_untold       own     404 200 200 403 200 403 404   404 422 422 403 422 403 404
restriction_untold       other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
restriction_withdraw     own     405 405 405 405 405 405 405   302 403 403 404 403 403 404
restriction_withdraw     other   405 405 405 405 405 405 405   404 403 403 404 403 403 404
restrictions             own     200 200 200 200 200 200 403   302 302 302 302 302 302 403
review                   own     404 200 200 200 200 200 404   405 405 405 405 405 405 405
review                   other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
review_hold              own     404 200 200 403 200 403 404   404 422 422 403 422 403 404
review_hold              other   404 200 200 404 200 403 404   404 422 422 404 422 403 404
review_letter            own     405 405 405 405 405 405 405   404 302 302 403 302 403 404
review_letter            other   405 405 405 405 405 405 405   404 302 302 404 302 403 404
review_pack              own     404 200 200 200 200 200 404   405 405 405 405 405 405 405
review_pack              other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
review_pack_pdf          own     404 200 200 200 200 200 404   405 405 405 405 405 405 405
review_pack_pdf          other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
reviews                  own     200 200 200 200 200 200 403   302 302 302 302 302 302 403
signpost                 own     200 200 200 200 200 403 404   422 422 422 422 422 403 404
signpost                 other   200 200 200 200 200 403 404   422 422 422 422 422 403 404
talk                     own     404 200 200 404 200 200 404   405 405 405 405 405 405 405
talk                     other   404 200 200 404 200 200 404   405 405 405 405 405 405 405
talk_hold                own     405 405 405 405 405 405 405   404 302 302 404 302 403 404
talk_hold                other   405 405 405 405 405 405 405   404 302 302 404 302 403 404
talk_take                own     405 405 405 405 405 405 405   404 302 302 404 302 403 404
talk_take                other   405 405 405 405 405 405 405   404 302 302 404 302 403 404
wider_access             own     403 403 403 403 403 200 403   405 405 405 405 405 405 405
"""
EXPECTED = {
    tuple(line.split()[:2]): (
        [int(code) for code in line.split()[2:9]],
        [int(code) for code in line.split()[9:]],
    )
    for line in TABLE.strip().splitlines()[2:]
}


def test_every_page_is_in_the_table_or_public():
    pages = {name for name in names() if name not in PUBLIC}
    cases = {(name, "own") for name in pages}
    cases |= {
        (name, "other")
        for name in pages
        if name in {*RECORDS, *OWN, "history", "adjustment_end", "customer_part"}
    }
    cases -= {(name, "other") for name in pages if RECORDS.get(name) == "acknowledged"}
    assert set(EXPECTED) == cases


@pytest.mark.policy("54", "65")
@pytest.mark.parametrize(("route", "case"), EXPECTED)
def test_each_role_gets_what_the_table_says(world, ask, route, case):
    path = path_of(route, getattr(world, case))
    shown = [ask(role, "get", path) for role in ROLES]
    done = [ask(role, "post", path) for role in ROLES]
    codes = [answer.status_code for answer in shown], [answer.status_code for answer in done]
    assert codes == EXPECTED[route, case]
    assert all(map(is_stored_nowhere, [*shown, *done]))


@pytest.mark.policy("65")
@pytest.mark.parametrize(
    ("route", "case"), [key for key, (shown, _) in EXPECTED.items() if 404 in shown and key[0] in RECORDS]
)
def test_what_one_may_not_see_is_byte_for_byte_what_does_not_exist(world, ask, route, case):
    path = path_of(route, getattr(world, case))
    record = getattr(world, case)[RECORDS[route]]
    missing = path.replace(record.reference, f"{record.PREFIX}-2020-9999")
    shown, _ = EXPECTED[route, case]
    for role, code in zip(ROLES, shown, strict=True):
        if code == 404:
            unseen, nothing = ask(role, "get", path), ask(role, "get", missing)
            assert (nothing.status_code, nothing.content) == (404, unseen.content)


def test_a_role_removed_or_an_account_closed_takes_effect_at_the_next_request(world, ask, clients):
    """S4."""
    manager, path = world.staff["manager"], path_of("incident_assess", world.own)
    assert ask("manager", "get", path).status_code == 200
    roles = list(manager.groups.all())
    manager.groups.clear()
    assert ask("manager", "get", path).status_code == 404
    manager.groups.set(roles)
    assert ask("manager", "get", path).status_code == 200
    manager.is_active = False
    manager.save()
    assert ask("manager", "get", path).status_code == 302


@pytest.mark.parametrize(
    "path", ["/", "/nowhere/", "/incidents/INC-2020-9999/", "/accounts/login/", "/incidents/?after=x"]
)
def test_each_answer_says_what_a_browser_may_do_with_it(ask, path):
    """S10, on error pages too."""
    headers = ask("officer", "get", path).headers
    csp = headers["Content-Security-Policy"]
    assert "default-src 'none'" in csp
    assert "frame-ancestors 'none'" in csp
    assert "unsafe-inline" not in csp
    assert headers["X-Content-Type-Options"] == "nosniff"
