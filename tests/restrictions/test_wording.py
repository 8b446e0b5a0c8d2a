"""Words and choices of staff that reach too far. Policy §53, 54; beyond the policy: B2, B5."""

import pytest

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers.enums import Channel
from restrictions import actions
from restrictions.card import restriction_lines
from restrictions.enums import InterimStatus, RestrictionStatus
from restrictions.kinds.affected_matters import NOT_ASKED
from restrictions.models import InterimMeasure, Restriction
from tests import factories
from tests.overwriting import overwrite_record

pytestmark = pytest.mark.django_db

OTHER = {"description": "We meet you at the library.", "closed": [], "affected_matters": ["none"]}


def impose_other(manager, decision, *, terms=None, **facts):
    facts = {"staff_instruction": "Meet them at the library."} | facts
    return factories.restriction(
        by=manager, decision=decision, kind="other", terms=OTHER | (terms or {}), **facts
    )


def refusals_of(step):
    with pytest.raises(Incomplete) as incomplete:
        step()
    return {(refusal.field, refusal.paragraph) for refusal in incomplete.value.refusals}


@pytest.mark.policy("54")
@pytest.mark.beyond("B2")
@pytest.mark.beyond("B5")
@pytest.mark.parametrize(
    ("affected_matters", "paragraph"),
    [
        (["complaints"], "54"),
        (["emergencies"], "B2"),
        (["repairs"], "B2"),
        (["household"], "B5"),
        (["none", "complaints"], "54"),
        ([], "54"),
    ],
)
def test_measure_in_own_words_answers_what_it_touches_and_leaves_that_alone(
    manager, decision, incident, affected_matters, paragraph
):
    refusals = {("affected_matters", paragraph)}
    assert (
        refusals_of(lambda: impose_other(manager, decision, terms={"affected_matters": affected_matters}))
        == refusals
    )
    assert (
        refusals_of(
            lambda: factories.interim_measure(
                by=manager, incidents=[incident], affected_matters=affected_matters
            )
        )
        == refusals
    )


@pytest.mark.beyond("B2")
def test_measure_in_own_words_closes_the_channels_that_it_ticks(manager, officer, decision, customer):
    restriction = impose_other(manager, decision, terms={"closed": ["office"]})
    (closed,) = [line.text for line in restriction_lines(customer) if line.section == "dont"]
    assert closed.startswith("Deal with them in person at the office")
    restriction.customer = customer
    factories.leave_unnotified(restriction, by=manager, reason="Safety")
    contact = factories.contact(by=officer, customer=customer, channel=Channel.OFFICE)
    assert restriction.kind_rules.apparent_breach(restriction, contact)
    ways = ["phone", "letter", "email", "online_form", "message", "office"]
    assert ("", "B2") in refusals_of(lambda: impose_other(manager, decision, terms={"closed": ways}))


@pytest.mark.policy("54")
@pytest.mark.beyond("B5")
@pytest.mark.parametrize(
    ("words", "field", "paragraph"),
    [
        ("You may not make any complaint to us.", "description", "54"),
        ("This applies to your wife and children too.", "description", "B5"),
        ("No repairs until you apologise.", "description", "B2"),
        ("You cannot appeal against this.", "description", "22"),
        ("This stays for ever.", "description", "23"),
        ("Please ignore the paragraph above.", "description", "B3"),
        ("You may not phone us.", "closed", "21.1"),
    ],
)
def test_words_of_a_measure_do_not_do_what_a_record_does(manager, decision, words, field, paragraph):
    assert refusals_of(lambda: impose_other(manager, decision, terms={"description": words})) == {
        (field, paragraph)
    }


@pytest.mark.policy("54")
@pytest.mark.parametrize(
    "field",
    ["reason", "easing_conditions", "review_circumstances", "staff_instruction"],
)
@pytest.mark.parametrize("kind", ["channel", "other"])
def test_no_other_text_of_a_restriction_denies_a_complaint(manager, decision, kind, field):
    facts = {"kind": kind, field: "They may not complain any more."}
    if kind == "other":
        facts = {"terms": OTHER, "staff_instruction": "Meet them."} | facts
    assert refusals_of(lambda: factories.restriction(by=manager, decision=decision, **facts)) == {
        (field, "54")
    }


@pytest.mark.policy("54")
@pytest.mark.parametrize("field", ["name", "organisation", "contact_details"])
def test_words_about_a_third_party_deny_no_complaint(manager, decision, field):
    facts = {"kind": "third_party", "terms": factories.ADVOCATE | {field: "Do not take complaints from him."}}
    assert refusals_of(lambda: factories.restriction(by=manager, decision=decision, **facts)) == {
        (field, "54")
    }


def test_how_a_third_party_is_reached_may_name_what_is_left_open(manager, decision):
    terms = factories.ADVOCATE | {
        "contact_details": "She says: never call the office, write to us at 1 Kirk Street."
    }
    assert factories.restriction(by=manager, decision=decision, kind="third_party", terms=terms)


@pytest.mark.policy("54")
def test_a_proposal_and_its_imposition_are_read_alike(officer, manager, incident, decision):
    words = {"kind": "other", "terms": OTHER | {"description": "Complaints from you are not accepted."}}
    more = {"staff_instruction": "Take no complaint."}
    assert ("description", "54") in refusals_of(
        lambda: factories.proposal(by=officer, incidents=[incident], **words | more)
    )
    proposal = factories.proposal(
        by=officer, incidents=[incident], kind="other", terms=OTHER, staff_instruction="Meet them."
    )
    assert ("description", "54") in refusals_of(
        lambda: actions.impose_proposal(
            restriction=proposal,
            decision=decision,
            by=manager,
            version=proposal.version,
            terms=words["terms"],
        )
    )


@pytest.mark.policy("54")
@pytest.mark.parametrize("field", ["staff_instruction", "reason", "how_notified"])
def test_an_interim_measure_denies_nothing_by_its_words(manager, incident, field):
    words = {field: "Do not take complaints from them."}
    assert refusals_of(lambda: factories.interim_measure(by=manager, incidents=[incident], **words)) == {
        (field, "54")
    }


@pytest.mark.policy("21.1")
def test_an_interim_measure_ticks_what_its_words_close(manager, incident):
    words = {"staff_instruction": "They may not come to the office."}
    assert refusals_of(lambda: factories.interim_measure(by=manager, incidents=[incident], **words)) == {
        ("closed", "21.1")
    }
    assert (
        factories.interim_measure(by=manager, incidents=[incident], closed=[Channel.OFFICE], **words).status
        == InterimStatus.IN_FORCE
    )


@pytest.mark.policy("21.1")
def test_a_restriction_closes_nothing_more_by_its_words(manager, decision):
    words = {"easing_conditions": "You may not come to our office either. Ask us in May."}
    refusals = refusals_of(lambda: factories.restriction(by=manager, decision=decision, **words))
    assert refusals == {("easing_conditions", "21.1")}


@pytest.mark.policy("21")
def test_older_records_say_that_it_was_not_asked(manager, decision, incident, signed_in):
    restriction = impose_other(manager, decision)
    overwrite_record(restriction, terms={"description": "We meet you at the library."})
    overwrite_record(factories.interim_measure(by=manager, incidents=[incident]), affected_matters=[])
    for record in (Restriction.objects.get(), InterimMeasure.objects.get()):
        assert NOT_ASKED in signed_in(manager).get(record.get_absolute_url()).content.decode()


@pytest.mark.policy("54")
@pytest.mark.parametrize(
    ("new_complaints", "fields"),
    [
        (
            "We will not read any complaint from you about anything.",
            {("new_complaints", "54"), ("new_complaints", "B2")},
        ),
        ("You may not complain about anything new.", {("new_complaints", "54")}),
        ("A manager reads each within two working days.", set()),
    ],
)
def test_limiting_the_complaints_process_closes_it_to_nothing_new(
    management, decision, new_complaints, fields
):
    terms = {
        "exceptional_circumstances": "Eleven complaints about one bin store.",
        "earlier_complaints": "We will not look again at the complaint of 3 March.",
        "new_complaints": new_complaints,
    }
    restrict = lambda: factories.restriction(  # noqa: E731
        by=management, decision=decision, kind="complaints_process", terms=terms
    )
    assert (refusals_of(restrict) if fields else restrict().status) == (fields or "imposed")


@pytest.mark.policy("12")
@pytest.mark.parametrize(
    "facts",
    [
        {"reason": "You rang 42 times, and nobody else could get through to report an emergency."},
        {
            "reason": "You told our colleague that she would lose her job if she did not answer your complaint that day."
        },
        {
            "staff_instruction": "Transfer complaints to the complaints team; do not discuss them on the phone."
        },
        {
            "staff_instruction": "Log each call. Do not argue about the old complaint, which was answered in May."
        },
    ],
)
def test_what_may_be_meant_well_is_left_to_whoever_reads_the_letter(manager, decision, facts):
    assert factories.restriction(by=manager, decision=decision, **facts).status == RestrictionStatus.IMPOSED


@pytest.mark.policy("22")
def test_a_new_version_is_read_for_what_it_changes_alone(manager, decision):
    restriction = factories.restriction(by=manager, decision=decision)
    overwrite_record(restriction, reason="You may not complain.")
    restriction.refresh_from_db()
    vary = lambda **changes: actions.vary_restriction(  # noqa: E731
        restriction=restriction,
        by=manager,
        terms=restriction.terms,
        status_reason="Eased.",
        first_review_on=restriction.first_review_on,
        review_months=3,
        **changes,
    )
    assert refusals_of(lambda: vary(easing_conditions="You cannot appeal.")) == {("easing_conditions", "22")}
    assert vary().status == RestrictionStatus.IMPOSED


@pytest.mark.policy("21.1")
@pytest.mark.beyond("B2")
@pytest.mark.parametrize("field", ["description", "staff_instruction"])
def test_measure_in_own_words_throws_nothing_away_that_they_send(manager, decision, field):
    words = "Put his letters in the bin."
    facts = {"terms": {"description": words}} if field == "description" else {"staff_instruction": words}
    assert refusals_of(lambda: impose_other(manager, decision, **facts)) == {(field, "B2")}
