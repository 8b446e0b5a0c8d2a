"""Channels that are left to a customer: seen before anything is imposed, and such as they can use."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.rendering import placeholders
from cha_engagement.organisation.calendar import add_months, today
from restrictions import actions, rules
from restrictions.actions import draft_decision_letter
from restrictions.models import Restriction
from tests import factories
from tests.overwriting import overwrite_record

from .test_deciding import decision_page, measures_page

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B2")]

ALONE = {"kind": "third_party", "terms": factories.ADVOCATE | {"open": [], "alone": True}}
HOW = "Her sister reads and writes for her each evening."


def volume_facts(**terms):
    nothing = {
        "limited": ["phone"],
        "most": {"contacts": None, "minutes": None, "every": ""},
        "days": [],
        "hours": [],
    }
    return {"kind": "volume", "terms": nothing | terms}


def refused_fields(refused):
    return [refusal.field for refusal in refused.value.refusals]


# What is left must be of use


@pytest.mark.policy("9", "18")
@pytest.mark.parametrize(
    ("words", "quoted"),
    [("Cannot read or write. Phone only.", "Cannot read"), ("She can hardly write or type.", "hardly write")],
)
def test_whoever_can_hardly_write_is_not_limited_to_writing_without_a_word(decision, manager, words, quoted):
    """Guard against the case of the tenant whom the Housing Ombudsman heard in 202210638."""
    writing.save_record(decision.customer, by=manager, reason="Needs", accessibility_needs=words)
    terms = {"closed": ["phone", "office"], "open": ["letter", "email"]}
    with pytest.raises(Incomplete) as refused:
        factories.restriction(by=manager, decision=decision, terms=terms)
    assert refused_fields(refused) == ["open_channels_reason"]
    assert f"“{quoted}”" in str(refused.value)
    restriction = factories.restriction(by=manager, decision=decision, terms=terms, open_channels_reason=HOW)
    assert restriction.open_channels_reason == HOW


@pytest.mark.policy("9", "18")
def test_what_closes_a_way_months_later_takes_no_question_away_now(decision, manager):
    """Together with it nothing they can use would be left, and nothing would be asked."""
    writing.save_record(
        decision.customer, by=manager, reason="Needs", accessibility_needs="Cannot read or write"
    )
    later = {"not_before": today() + timedelta(days=30), "open_channels_reason": HOW}
    terms = {"closed": ["letter", "email", "online_form", "message"], "open": ["phone"]}
    factories.restriction(by=manager, decision=decision, terms=terms, **later)
    terms = {"closed": ["phone", "office"], "open": ["letter", "email"]}
    before = {"ends_on": today() + timedelta(days=29), "first_review_on": today() + timedelta(days=20)}
    with pytest.raises(Incomplete) as refused:
        factories.restriction(by=manager, decision=decision, terms=terms, **before)
    assert refused_fields(refused) == ["open_channels_reason"]


@pytest.mark.beyond("B29")
def test_what_another_left_open_is_asked_about_though_a_third_closes_it_later(decision, manager):
    factories.restriction(by=manager, decision=decision)  # which leaves letter and email open
    later = {"terms": {"closed": ["letter"], "open": ["email"]}, "not_before": today() + timedelta(days=30)}
    factories.restriction(by=manager, decision=decision, **later)
    terms = {"closed": ["letter"], "open": ["email"]}
    with pytest.raises(Incomplete) as refused:
        factories.restriction(
            by=manager,
            decision=decision,
            terms=terms,
            ends_on=today() + timedelta(days=29),
            closing=[],
            first_review_on=today() + timedelta(days=20),
        )
    assert refused_fields(refused) == ["closing"]


@pytest.mark.beyond("B21")
def test_an_interim_measure_asks_too(decision, incident, manager, officer):
    writing.save_record(
        decision.customer, by=manager, reason="Needs", accessibility_needs="Cannot read or write"
    )
    later = factories.incident(by=officer, customer=decision.customer)
    with pytest.raises(Incomplete) as refused:
        factories.interim_measure(by=manager, incidents=[later], closed=[Channel.PHONE, Channel.OFFICE])
    assert refused_fields(refused) == ["open_channels_reason"]
    assert factories.interim_measure(by=manager, incidents=[later], closed=[Channel.OFFICE])


def change_channels(restriction, by, *closed):
    terms = {"closed": closed, "open": [way for way in ("phone", "letter", "email") if way not in closed]}
    return actions.vary_restriction(
        restriction=restriction,
        by=by,
        terms=terms,
        status_reason="Calm letters.",
        review_months=6,
        first_review_on=add_months(today(), 6),
    )


@pytest.mark.policy("9", "18")
def test_what_eases_asks_neither_for_needs_recorded_since_nor_again_for_old_words(decision, manager):
    first = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["phone", "office"], "open": ["letter", "email"]}
    )
    writing.save_record(
        decision.customer, by=manager, reason="Needs", accessibility_needs="Cannot read or write"
    )
    overwrite_record(first, reason="None.", easing_conditions="n/a")
    first.refresh_from_db()
    eased = change_channels(first, manager, "phone")
    assert (eased.reason, eased.terms["closed"]) == ("None.", [Channel.PHONE])


def test_a_new_reason_of_a_new_version_says_something(restriction, manager):
    with pytest.raises(Incomplete) as refused:
        actions.vary_restriction(
            restriction=restriction,
            by=manager,
            terms=restriction.terms,
            status_reason="Calm letters.",
            reason="None.",
            review_months=6,
            first_review_on=add_months(today(), 6),
        )
    assert refused_fields(refused) == ["reason"]


@pytest.mark.policy("21.5")
@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"most": {"contacts": None, "minutes": 1, "every": "month"}}, "most_minutes"),
        ({"most": {"contacts": None, "minutes": 14, "every": "day"}}, "most_minutes"),
        ({"most": {"contacts": None, "minutes": 14, "every": "week"}}, "most_minutes"),
        ({"most": {"contacts": None, "minutes": 74, "every": "month"}}, "most_minutes"),
        ({"most": {"contacts": 4, "minutes": None, "every": "month"}}, "most_contacts"),
        ({"hours": ["08:00", "09:20"]}, "hours_until"),
        ({"hours": ["16:45", "20:00"]}, "hours_until"),
        ({"days": [0], "hours": ["02:00", "02:30"]}, "hours_until"),
        ({"hours": ["05:00", "08:20"]}, "hours_until"),
        ({"hours": ["19:45", "23:00"]}, "hours_until"),
    ],
)
def test_a_limit_that_leaves_no_time_to_talk_is_refused(decision, manager, terms, field):
    with pytest.raises(Incomplete) as refused:
        factories.restriction(by=manager, decision=decision, **volume_facts(**terms))
    assert refused_fields(refused) == [field]


@pytest.mark.policy("21.4")
def test_all_contact_goes_through_somebody_alone_where_both_agreed(
    signed_in, organisation, decision, manager
):
    with pytest.raises(Incomplete) as refused:
        factories.restriction(by=manager, decision=decision, **ALONE)
    assert refused_fields(refused) == ["evidence"]
    agreed = [factories.agreement_file(by=manager, decision=decision)]
    factories.restriction(by=manager, decision=decision, evidence=agreed, **ALONE)
    text = placeholders.filled_text(draft_decision_letter(decision=decision, by=manager))
    assert "- through Ann Example, Clydeside Advocacy, who speaks with us for you" in text
    assert "You can contact us through Ann Example" in text
    page = signed_in(manager).get(decision.get_absolute_url()).content.decode()
    assert "Ann Example, Clydeside Advocacy speaks with us for them." in page
    assert "for you" not in page
    # What else is imposed leaves a way for when that ends.
    every_way = {"closed": ["phone", "office", "email", "online_form", "message"], "open": ["letter"]}
    factories.restriction(by=manager, decision=decision, terms=every_way)
    with pytest.raises(Incomplete):
        factories.restriction(
            by=manager, decision=decision, terms={"closed": ["letter"], "open": ["phone", "email"]}
        )


@pytest.mark.policy("21.4")
@pytest.mark.parametrize(
    ("terms", "field"),
    [({"open": [], "alone": False}, "open"), ({"open": ["letter"], "alone": True}, "alone")],
)
def test_nobody_is_left_to_somebody_alone_by_leaving_a_question_open(decision, manager, terms, field):
    with pytest.raises(Incomplete) as refused:
        factories.restriction(
            by=manager, decision=decision, kind="third_party", terms=factories.ADVOCATE | terms
        )
    assert field in refused_fields(refused)


# What closes besides is seen before


@pytest.mark.beyond("B29")
@pytest.mark.policy("12")
def test_a_manager_sees_what_closes_that_another_left_open_before_imposing_it(
    signed_in, decision, restriction, manager, management
):
    helper = factories.staff("helper", "Officer")
    client = signed_in(manager)
    url = f"{decision.get_absolute_url()}restrict/?kind=named_contact"
    page = client.get(url)
    assert "How they can contact us now" in page.content.decode()
    typed = {
        "submission": page.context["form"]["submission"].value(),
        "known": 0,
        "named_contact": helper.username,
        "deputy": management.username,
        "open": ["email"],
        "reason": "You rang five of us about one repair.",
        "begins": "for_safety",
        "at_once_reason": "Your calls kept emergency calls waiting.",
        "incidents": [str(incident) for incident in decision.incidents.all()],
        "review_months": 3,
        "easing_conditions": "Three months of calm letters. Ask Customer Services.",
    }
    answer = client.post(url, typed)
    sentence = answer.content.decode()
    assert answer.status_code == 422
    assert (
        "This closes what another restriction left open: Letter. With both, they can reach us by: Email."
        in sentence
    )
    assert "Yes, close it" in sentence
    assert not Restriction.objects.filter(kind="named_contact").exists()
    wrong = client.post(url, typed | {"closing": ["office"]})
    assert wrong.status_code == 422
    [value] = [value for value, _ in answer.context["form"].fields["closing"].choices]
    assert client.post(url, typed | {"closing": [value]}).status_code == 302
    for address in (restriction.get_absolute_url(), decision.get_absolute_url()):
        shown = " ".join(client.get(address).content.decode().split())
        assert "<strong>Letter</strong>: closed" in shown
        assert "<strong>Email</strong>: open, ask for Helper Example" in shown


@pytest.mark.beyond("B29")
@pytest.mark.policy("12")
def test_several_measures_close_what_another_left_open_only_where_that_is_meant(
    signed_in, restriction, customer, manager, officer
):
    client = signed_in(manager)
    incident = factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)
    first, measures, check = (
        reverse(name, args=[customer.reference]) for name in ("decide", "decide_measures", "decide_check")
    )
    client.post(first, decision_page(incident, known=1))
    typed = measures_page(
        incident, closed=["letter", "office"], measures=["no_recording_pause"], known_restrictions=1
    )
    answer = client.post(measures, typed)
    assert answer.status_code == 422
    assert "This closes what another restriction left open: Letter." in answer.content.decode()
    assert client.post(measures, typed | {"closing": ["office"]}).status_code == 422
    [value] = [value for value, _ in answer.context["form"].fields["closing"].choices]
    assert client.post(measures, typed | {"closing": [value]}).url == check
    form = client.get(check).context["form"]
    sent = {name: form[name].value() for name in ("submission", "shown")}
    assert client.post(check, sent).status_code == 302
    assert customer.restrictions.count() == 3


@pytest.mark.beyond("B2")
def test_what_an_appeal_suspended_is_not_resumed_where_needs_that_nobody_confirmed_forbid_it(
    decision, customer, manager, executive, suspend
):
    terms = {"closed": ["letter"], "open": ["phone", "email"]}
    suspended = suspend(factories.restriction(by=manager, decision=decision, terms=terms))
    writing.save_record(
        customer, by=manager, reason="Needs", needs_confirmed_on=None, needs_confirmed_with=""
    )
    with pytest.raises(Incomplete, match="It is not confirmed with them what they need"):
        actions.resume_restriction(restriction=suspended, by=executive)


# A limit leaves what the association always does


def counted(every, contacts=None, minutes=None, days=()):
    return volume_facts(most={"contacts": contacts, "minutes": minutes, "every": every}, days=list(days))


@pytest.mark.policy("21.5")
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (counted("week", contacts=1), "most_contacts"),
        (counted("day", contacts=1, days=[0]), "most_contacts"),
        (counted("day", contacts=1, days=[0, 5, 6]), "most_contacts"),
        (counted("month", contacts=9), "most_contacts"),
        (counted("week", minutes=39), "most_minutes"),
        (counted("day", minutes=19), "most_minutes"),
        (counted("month", minutes=199), "most_minutes"),
        (volume_facts(hours=["10:00", "10:15"]), "hours_until"),
        (volume_facts(hours=["08:00", "10:20"]), "hours_until"),
        (volume_facts(hours=["15:45", "17:00"]), "hours_until"),
        (counted("week", contacts=2, minutes=40), None),
        (counted("day", contacts=1, days=[0, 1]), None),
        (counted("month", contacts=10, minutes=200), None),
        (volume_facts(hours=["10:00", "10:30"]), None),
    ],
)
def test_no_limit_leaves_less_than_the_association_always_does(organisation, decision, manager, facts, field):
    organisation.least_weekly_contacts, organisation.least_contact_minutes = 2, 20
    organisation.staffed_from_hour, organisation.staffed_until_hour = 10, 16
    organisation.save()
    if field is None:
        assert factories.restriction(by=manager, decision=decision, **facts).is_in_force
        return
    for write in (
        lambda: factories.restriction(by=manager, decision=decision, **facts),
        lambda: factories.proposal(by=manager, incidents=list(decision.incidents.all()), **facts),
    ):
        with pytest.raises(Incomplete) as refused:
            write()
        assert refused_fields(refused) == [field]


@pytest.mark.policy("21.5")
def test_what_the_association_always_leaves_counts_whenever_a_limit_is_written_anew(
    organisation, decision, manager, officer
):
    proposal = factories.proposal(
        by=officer, incidents=list(decision.incidents.all()), **counted("week", contacts=1)
    )
    restriction = factories.restriction(by=manager, decision=decision, **counted("week", contacts=1))
    organisation.least_weekly_contacts = 2
    organisation.save()
    with pytest.raises(Incomplete) as refused:
        actions.impose_proposal(restriction=proposal, decision=decision, by=manager, version=proposal.version)
    assert refused_fields(refused) == ["most_contacts"]
    eased = {"status_reason": "Calm calls.", "review_months": 3, "first_review_on": add_months(today(), 3)}
    with pytest.raises(Incomplete) as refused:
        actions.vary_restriction(restriction=restriction, by=manager, terms=restriction.terms, **eased)
    assert refused_fields(refused) == ["most_contacts"]
    terms = counted("week", contacts=2)["terms"]
    assert actions.vary_restriction(restriction=restriction, by=manager, terms=terms, **eased).is_in_force


@pytest.mark.policy("22")
def test_what_the_association_asks_since_does_not_keep_a_limit_from_going_on(organisation, decision, manager):
    restriction = factories.restriction(by=manager, decision=decision, **counted("week", contacts=1))
    organisation.least_weekly_contacts = 2
    organisation.save()
    assert rules.check_open_channel(restriction, decision.customer) == []


@pytest.mark.policy("21.5")
def test_limits_on_other_days_leave_it_together_too(organisation, decision, manager):
    organisation.least_weekly_contacts = 2
    organisation.save()
    factories.restriction(by=manager, decision=decision, **counted("day", contacts=1, days=[0, 1]))
    with pytest.raises(Incomplete) as refused:
        factories.restriction(by=manager, decision=decision, **volume_facts(days=[1, 2]))
    assert refused_fields(refused) == ["most_contacts"]


@pytest.mark.policy("21.5")
@pytest.mark.parametrize(
    ("words", "is_limit"),
    [
        ("You can ring us once a month.", True),
        ("They may contact us one time a month, for five minutes.", True),
        ("Take one call from her a week.", True),
        ("At most two calls per week.", True),
        ("Twice a year they can come in.", True),
        ("Answer 1 email each month", True),
        ("We will ring you once a week, on Mondays.", False),
        ("Two of us come to each visit.", False),
        ("Only with a colleague. See the plan each week.", False),
    ],
)
def test_words_set_no_limit_that_the_kind_for_it_would_not_leave(
    decision, manager, incident, words, is_limit
):
    own_words = {"kind": "other", "terms": factories.OWN_WORDS, "staff_instruction": "Meet at the library."}
    ways = (
        lambda: factories.restriction(
            by=manager,
            decision=decision,
            **own_words | {"terms": factories.OWN_WORDS | {"description": words}},
        ),
        lambda: factories.restriction(
            by=manager, decision=decision, **own_words | {"staff_instruction": words}
        ),
        lambda: factories.restriction(by=manager, decision=decision, staff_instruction=words),
        lambda: factories.interim_measure(by=manager, incidents=[incident], staff_instruction=words),
    )
    sentences = []
    for write in ways:
        try:
            write()
        except Incomplete as refused:
            sentences += [refusal.sentence for refusal in refused.refusals]
    assert sum("Limited time or number of contacts" in sentence for sentence in sentences) == 4 * is_limit
