"""A measure that adds nothing to what its customer lives under already is none. Policy §14; beyond the policy: B28, B29."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cha_engagement.core.refusals import Incomplete
from cha_engagement.organisation.calendar import today
from restrictions import actions
from restrictions.enums import Begins
from restrictions.models import Restriction
from tests import factories

from .test_deciding import decision_page, measures_page

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.policy("14"),
    pytest.mark.beyond("B28"),
    pytest.mark.beyond("B29"),
]

DOES_THIS = "does this already"
PHONE = {"closed": ["phone"], "open": ["letter", "email"]}
LIMIT = {
    "limited": ["phone"],
    "most": {"contacts": 5, "minutes": None, "every": "week"},
    "days": [],
    "hours": [],
}
STRICTER = LIMIT | {"most": {"contacts": 3, "minutes": None, "every": "week"}}
MORE_GENEROUS = LIMIT | {"most": {"contacts": 9, "minutes": None, "every": "week"}}
MEETING = factories.OWN_WORDS | {"description": "We meet you at the library.", "closed": []}
AT_LIBRARY = {"kind": "other", "terms": MEETING, "staff_instruction": "Meet them at the library."}


def impose(decision, manager, **facts):
    return factories.restriction(by=manager, decision=decision, **facts)


@pytest.fixture
def fresh(decision, manager, officer, customer):
    """A later decision, on what has happened since."""
    return factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])


@pytest.mark.parametrize("begins", [{}, factories.WAITS])
@pytest.mark.parametrize(
    ("first", "again", "other"),
    [
        ({"terms": PHONE}, {"terms": PHONE | {"open": ["letter"]}}, {"terms": {"closed": ["phone", "office"], "open": ["letter"]}}),
        ({"kind": "volume", "terms": LIMIT}, {"kind": "volume", "terms": MORE_GENEROUS}, {"kind": "volume", "terms": STRICTER}),
        ({"kind": "no_recording_pause", "terms": {}}, {"kind": "no_recording_pause", "terms": {}}, AT_LIBRARY),
        (
            {"kind": "block_account", "terms": {"blocked": ["@one"]}},
            {"kind": "block_account", "terms": {"blocked": ["@ONE"]}},
            {"kind": "block_account", "terms": {"blocked": ["@one", "@two"]}},
        ),
        (
            {"kind": "third_party", "terms": factories.ADVOCATE},
            {"kind": "third_party", "terms": factories.ADVOCATE | {"contact_details": "By post"}},
            {"kind": "third_party", "terms": factories.ADVOCATE | {"name": "Bob Example"}},
        ),
        (
            AT_LIBRARY,
            AT_LIBRARY | {"terms": MEETING | {"description": "we meet you, at the library"}},
            AT_LIBRARY | {"terms": MEETING | {"description": "Two of us come to you."}},
        ),
    ],
    ids=["channel", "volume", "without terms", "block", "third party", "own words"],
)  # fmt: skip
def test_what_does_the_same_is_refused_and_what_differs_is_not(
    decision, manager, first, again, other, begins
):
    impose(decision, manager, **first | begins)
    with pytest.raises(Incomplete, match=DOES_THIS):
        impose(decision, manager, **again | begins)
    assert impose(decision, manager, **other | begins).status == "imposed"


def test_another_person_is_another_measure_and_another_deputy_is_not(decision, manager):
    one, two, three = (factories.staff(name, "Officer") for name in ("one", "two", "three"))
    impose(decision, manager, **factories.named_contact_facts(three, one, "letter", "email", "phone"))
    with pytest.raises(Incomplete, match=DOES_THIS):
        impose(decision, manager, **factories.named_contact_facts(three, two, "letter", "email", "phone"))
    assert impose(decision, manager, **factories.named_contact_facts(two, one, "letter", "email", "phone"))


def test_two_that_close_together_what_a_third_would_leave_nothing_for_it(decision, manager):
    impose(decision, manager, terms=PHONE)
    impose(decision, manager, terms={"closed": ["office"], "open": ["letter"]})
    with pytest.raises(Incomplete, match=DOES_THIS):
        impose(decision, manager, terms={"closed": ["phone", "office"], "open": ["letter"]})


def test_what_ended_or_waits_on_an_appeal_can_be_imposed_again(fresh, decision, manager, suspend):
    suspend(impose(decision, manager, terms=PHONE))
    again = impose(fresh, manager, terms=PHONE)
    actions.lift_restriction(restriction=again, by=manager, status_reason="Calm since.")
    assert impose(fresh, manager, terms=PHONE)


def test_only_longer_is_a_fresh_decision_that_begins_when_the_first_ends(fresh, decision, manager):
    ends_on = today() + timedelta(days=20)
    until = {"ends_on": ends_on, "first_review_on": today() + timedelta(days=10)}
    impose(decision, manager, terms=PHONE, **until)
    with pytest.raises(Incomplete, match="Only the time would be longer"):
        impose(decision, manager, terms=PHONE)
    after = {"not_before": ends_on + timedelta(days=1), "first_review_on": ends_on + timedelta(days=60)}
    with pytest.raises(Incomplete, match="under the same decision"):
        impose(decision, manager, terms=PHONE, **after)
    with pytest.raises(Incomplete, match="Only the time would be longer"):
        impose(fresh, manager, terms=PHONE)
    assert impose(fresh, manager, terms=PHONE, **after).status == "imposed"


def test_a_proposal_of_the_same_is_refused_when_it_is_written_and_when_it_is_imposed(
    decision, manager, officer
):
    incidents = list(decision.incidents.all())
    proposal = factories.proposal(by=officer, incidents=incidents, terms=PHONE)
    impose(decision, manager, terms=PHONE)
    with pytest.raises(Incomplete, match=DOES_THIS):
        factories.proposal(by=officer, incidents=incidents, terms=PHONE)
    with pytest.raises(Incomplete, match=DOES_THIS):
        actions.impose_proposal(restriction=proposal, decision=decision, by=manager, version=proposal.version)


def test_the_pages_lead_to_what_stands_already(incident, decision, restriction, customer, manager, signed_in):
    client = signed_in(manager)
    link = (
        f'<a class="govuk-link" href="{restriction.get_absolute_url()}">Open Phone closed ({restriction})</a>'
    )
    url = reverse("restrict", args=[decision.reference]) + "?kind=channel"
    form = client.get(url).context["form"]
    sent = {name: form[name].value() for name in ("submission", "known")}
    sent |= {
        "closed": ["phone"],
        "open": ["letter", "email"],
        "begins": Begins.WHEN_TOLD,
        "review_months": "3",
    }
    sent |= {"reason": "You shouted at us.", "easing_conditions": "Three calm months. Ask Customer Services."}
    answer = client.post(url, sent | {"incidents": [incident.reference]})
    assert answer.status_code == 422
    assert link in answer.content.decode()
    assert Restriction.objects.count() == 1
    client.post(reverse("decide", args=[customer.reference]), decision_page(incident, known=1))
    measures = reverse("decide_measures", args=[customer.reference])
    answer = client.post(
        measures, measures_page(incident, closed=["phone"], measures=[], known_restrictions=1)
    )
    assert answer.status_code == 422
    assert link in answer.content.decode()
