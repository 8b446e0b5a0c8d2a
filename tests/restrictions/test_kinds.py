"""Each kind of restriction: its form, its words, the channels that it closes, and its end."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers.enums import Channel
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.organisation.models import AdviceOrganisation
from restrictions import actions
from restrictions.contact_plan import contact_plan, term_rows
from restrictions.daily import expire_restrictions
from restrictions.enums import RestrictionStatus
from restrictions.kinds import KINDS
from restrictions.letters.reader import letter_records
from restrictions.models import InterimMeasure, Restriction
from restrictions.queries import ended_on
from restrictions.rules import customers_at_risk, measures_leaving_no_channel
from reviews.forms import version_fields
from tests import desks, factories
from tests.factories import TERMS_BY_KIND
from tests.overwriting import overwrite_record

pytestmark = pytest.mark.django_db

MORE = {"staff_instruction": "Meet them at the library."}


def impose_kind(kind, *, by, decision, **terms):
    return factories.restriction(
        by=by, decision=decision, kind=kind, terms=TERMS_BY_KIND[kind] | terms, **MORE
    )


def missing_fields(kind, *, by, decision, staff_instruction="", **terms):
    facts = {"staff_instruction": staff_instruction, "terms": TERMS_BY_KIND[kind] | terms}
    with pytest.raises(Incomplete) as refused:
        factories.restriction(by=by, decision=decision, kind=kind, **facts)
    return {refusal.field for refusal in refused.value.refusals}


def card(customer):
    return desks.card_texts(customer)


@pytest.mark.policy("14")
def test_measures_stand_from_the_least_to_the_most_restrictive():
    assert [*KINDS] == [*TERMS_BY_KIND], (
        "Give terms of each kind in tests/factories.py (TERMS_BY_KIND), in the order of restrictions/kinds/__init__.py."
    )


def type_terms(kind, restriction):
    """Return what somebody types for the terms of a restriction, as its form shows them."""
    answers = kind.form_answers(restriction)
    typed = {name: field.prepare_value(answers[name]) for name, field in kind.form_fields().items()}
    return {name: "" if value is None else value for name, value in typed.items()}


@pytest.mark.parametrize("kind", TERMS_BY_KIND)
def test_a_manager_imposes_it_by_its_own_form_and_every_page_shows_it(
    kind, signed_in, management, decision, customer
):
    client = signed_in(management)
    url = reverse("restrict", args=[decision.reference]) + f"?kind={kind}"
    page = client.get(url).content.decode()
    assert KINDS[kind].title in page
    asked = factories.restriction_facts(kind=kind) | MORE
    posted = {name: value for name, value in asked.items() if name not in ("terms", "kind", "evidence")}
    people = {"named_contact": factories.staff("eilidh", "Officer"), "deputy": decision.by}
    facts = people if kind == "named_contact" else {}
    posted |= type_terms(KINDS[kind], Restriction(kind=kind, terms=TERMS_BY_KIND[kind], **facts))
    posted |= {
        "first_review_on": asked["first_review_on"].isoformat(),
        "ends_on": (asked["first_review_on"] + timedelta(days=1)).isoformat(),
        "incidents": [incident.reference for incident in decision.incidents.all()],
        "submission": client.get(url).context["form"]["submission"].value(),
    }
    answer = client.post(url, posted)
    assert answer.status_code == 302, answer.context["form"].errors
    restriction = Restriction.objects.get(kind=kind)
    assert restriction.terms == TERMS_BY_KIND[kind]
    page = client.get(restriction.get_absolute_url()).content.decode()
    assert all(text in page for _, text in term_rows(restriction, contact_plan(restriction.customer)))
    assert restriction.kind_rules.letter_paragraph(restriction) or restriction.closed_channels
    assert MORE["staff_instruction"] in card(customer)
    assert restriction.summary


@pytest.mark.policy("21.4")
@pytest.mark.parametrize("name", ["name", "contact_details", "mandate_on", "agreed_on"])
def test_a_third_party_needs_a_name_a_dated_mandate_and_a_dated_agreement(name, manager, decision):
    assert missing_fields("third_party", by=manager, decision=decision, **{name: ""}) == {name}


@pytest.mark.beyond("B2")
def test_a_third_party_leaves_a_way_that_the_customer_can_use(manager, decision, customer):
    assert missing_fields("third_party", by=manager, decision=decision, open=[]) == {"open"}
    restriction = impose_kind("third_party", by=manager, decision=decision)
    assert "Deal with them by letter." in card(customer)
    assert "phone" in restriction.kind_rules.closed_channels(restriction)


@pytest.mark.policy("21.4", "61.3")
def test_a_letter_says_who_speaks_for_its_reader_and_that_they_agreed(manager, decision):
    restriction = impose_kind(
        "third_party", by=manager, decision=decision, name="Ann Example", organisation="Lochside Voices"
    )
    assert restriction.kind_rules.letter_paragraph(restriction).startswith(
        "As you asked, somebody will speak with us for you: Ann Example, Lochside Voices. They have agreed to it."
    )


@pytest.mark.policy("21.4")
@pytest.mark.parametrize("ends", ["mandate_until", "agreed_until"])
def test_contact_through_a_third_party_ends_with_the_mandate_or_the_agreement(ends, manager, decision):
    day = today() + timedelta(days=200)
    restriction = impose_kind("third_party", by=manager, decision=decision, **{ends: day.isoformat()})
    assert restriction.ends_on == day
    expire_restrictions(day)
    assert Restriction.objects.get(pk=restriction.pk).status == RestrictionStatus.IMPOSED
    expire_restrictions(day + timedelta(days=1))
    assert Restriction.objects.get(pk=restriction.pk).status == RestrictionStatus.EXPIRED


@pytest.mark.policy("21.4")
def test_a_manager_records_that_the_agreement_has_ended_and_it_ends_at_once(
    signed_in, manager, decision, customer, restriction
):
    other_restriction = impose_kind("third_party", by=manager, decision=decision)
    url = reverse("restriction_agreement", args=[other_restriction.reference])
    assert url in signed_in(manager).get(other_restriction.get_absolute_url()).content.decode()
    posted = {"version": other_restriction.version, "status_reason": "Ann Example has moved away."}
    signed_in(manager).post(url, posted)
    ended = Restriction.objects.get(pk=other_restriction.pk)
    assert (ended.status, ended.ends_on) == (RestrictionStatus.EXPIRED, today())
    assert "Ann Example" not in " ".join(card(customer))
    url = reverse("restriction_agreement", args=[restriction.reference])
    assert signed_in(manager).get(url).status_code == 403


@pytest.mark.policy("23")
def test_the_first_review_comes_before_the_mandate_ends(manager, decision):
    soon = (today() + timedelta(days=20)).isoformat()
    assert missing_fields("third_party", by=manager, decision=decision, mandate_until=soon) == {
        "first_review_on"
    }


@pytest.mark.policy("21.4")
def test_a_mandate_that_is_extended_lets_it_last_longer(manager, decision):
    soon, later = ((today() + timedelta(days=days)).isoformat() for days in (120, 300))
    restriction = impose_kind("third_party", by=manager, decision=decision, mandate_until=soon)
    asked = version_fields(restriction, restriction.kind_rules.form_fields())
    assert asked["ends_on"].initial is None
    new = actions.vary_restriction(
        restriction=restriction,
        by=manager,
        terms=restriction.terms | {"mandate_until": later},
        status_reason="The mandate was renewed.",
        ends_on=None,
        first_review_on=restriction.first_review_on,
        review_months=3,
    )
    assert new.ends_on.isoformat() == later


@pytest.mark.policy("21.4")
def test_an_end_letter_says_when_an_agreement_ended_before_its_first_day(manager, decision):
    ahead = today() + timedelta(days=9)
    restriction = factories.restriction(
        by=manager,
        decision=decision,
        kind="third_party",
        terms=factories.ADVOCATE,
        not_before=ahead,
    )
    ended = actions.end_agreement(
        restriction=restriction, by=manager, version=restriction.version, status_reason="Moved away."
    )
    assert ended_on(ended) == today()


@pytest.mark.policy("31")
def test_email_counts_as_closed_once_every_address_of_theirs_is_blocked(manager, decision, customer):
    customer.emails = ["orla@example.com", "Orla.Two@example.com"]
    restriction = impose_kind("block_email", by=manager, decision=decision)
    restriction.customer.emails = customer.emails
    assert restriction.kind_rules.closed_channels(restriction) == set()
    restriction.terms["blocked"].append("orla@example.com")
    assert restriction.kind_rules.closed_channels(restriction) == {"email"}


@pytest.mark.policy("32.1")
def test_a_blocked_account_closes_no_way(manager, decision):
    assert impose_kind("block_account", by=manager, decision=decision).closed_channels == set()


def restrictions_to_open(user):
    """Return the restrictions of which the work list says that they leave no channel."""
    rows = desks.task_rows(user)
    return {row["reference"] for row in rows if row["kind"] in ("restriction.open", "interim.open")}


@pytest.mark.beyond("B2")
def test_what_an_interim_measure_closes_counts_once_somebody_can_use_nothing_else(officer, manager, customer):
    interim = factories.interim_measure(
        by=manager,
        incidents=[factories.incident(by=officer, customer=customer)],
        closed=[Channel.PHONE, Channel.OFFICE, Channel.ONLINE_FORM, Channel.MESSAGE],
    )
    writing.save_record(customer, by=manager, reason="Details changed", cannot_use=[Channel.LETTER])
    assert restrictions_to_open(manager) == set()
    writing.save_record(
        customer, by=manager, reason="Details changed", cannot_use=[Channel.LETTER, Channel.EMAIL]
    )
    assert restrictions_to_open(manager) == {interim.reference}


@pytest.mark.beyond("B2")
def test_an_address_that_goes_may_leave_no_way_in_and_every_manager_is_asked(manager, decision, customer):
    impose_kind("block_email", by=manager, decision=decision)
    shut = {"closed": ["phone", "office", "letter", "online_form", "message"], "open": ["email"]}
    factories.restriction(by=manager, decision=decision, terms=shut)
    assert restrictions_to_open(manager) == set()
    writing.save_record(customer, by=manager, reason="Details changed", emails=["orla.two@example.com"])
    assert restrictions_to_open(manager) == set(Restriction.objects.values_list("reference", flat=True))


@pytest.mark.beyond("B2")
def test_only_the_customers_of_some_measures_are_asked_whether_they_close_all(
    manager, decision, customer, django_assert_num_queries
):
    shut = {"closed": ["phone", "office", "letter", "online_form", "message"], "open": ["email"]}
    restriction = factories.restriction(by=manager, decision=decision, terms=shut)
    writing.save_record(customer, by=manager, reason="Details changed", cannot_use=[Channel.EMAIL])
    # Three of them read the association's details, as a request does once.
    with django_assert_num_queries(7):
        (at_risk,) = customers_at_risk(Restriction.objects.filter(status=RestrictionStatus.IMPOSED))
        assert list(measures_leaving_no_channel(at_risk)) == [(None, None, restriction)]
        assert list(customers_at_risk(InterimMeasure.objects.in_force())) == []


@pytest.mark.beyond("B2")
def test_limits_that_leave_no_hour_only_together_are_each_to_be_opened(manager, decision, customer):
    """Since then the hours in which somebody answers have become fewer."""
    limit = {"limited": ["phone"], "most": {"contacts": None, "minutes": None, "every": ""}, "days": []}
    shut = {"closed": ["office", "email", "letter", "online_form", "message"], "open": ["phone"]}
    factories.restriction(by=manager, decision=decision, terms=shut)
    limits = [
        factories.restriction(
            by=manager, decision=decision, kind="volume", terms=limit | {"hours": ["09:00", until]}
        )
        for until in ("12:00", "11:30")
    ]
    overwrite_record(limits[1], terms=limit | {"hours": ["12:00", "16:00"]})
    (at_risk,) = customers_at_risk(Restriction.objects.filter(status=RestrictionStatus.IMPOSED))
    assert {*limits} <= {measure for _, _, measure in measures_leaving_no_channel(at_risk)}


@pytest.mark.policy("21")
def test_a_measure_of_ones_own_says_what_it_is_and_what_staff_do(manager, decision):
    assert missing_fields("other", by=manager, decision=decision, description="") == {
        "description",
        "staff_instruction",
    }


@pytest.mark.policy("14")
@pytest.mark.parametrize("kind", ["withhold_staff_details", "no_recording_pause"])
def test_what_its_name_says_in_full_is_imposed_once(kind, manager, decision):
    first = impose_kind(kind, by=manager, decision=decision)
    with pytest.raises(Incomplete, match="does this already"):
        impose_kind(kind, by=manager, decision=decision)
    actions.lift_restriction(restriction=first, by=manager, status_reason="Calm.")
    assert impose_kind(kind, by=manager, decision=decision).status == RestrictionStatus.IMPOSED


def test_it_is_varied_beside_nothing_but_itself(manager, decision):
    first = impose_kind("withhold_staff_details", by=manager, decision=decision)
    later = add_months(today(), 4)
    new = actions.vary_restriction(
        restriction=first,
        by=manager,
        status_reason="Longer.",
        terms={},
        first_review_on=later,
        review_months=3,
        named_contact=None,
        deputy=None,
    )
    assert new.status == RestrictionStatus.IMPOSED


@pytest.fixture
def colleague_iain(db):
    names = {"last_name": "Drummond", "team": "Repairs", "email": "iain.drummond@lochside.example"}
    return factories.staff("iain", "Officer", phone="0141 4960077", **names)


@pytest.mark.policy("21.4")
@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"name": "Iain  DRUMMOND", "organisation": ""}, "name"),
        ({"name": "Drummond, Iain", "organisation": "-"}, "name"),
        ({"name": "Iain Drummond", "organisation": "Repairs, Lochside Homes"}, "name"),
        ({"name": "Iain Drummond", "organisation": "repairs"}, "name"),
        ({"organisation": "c/o Mr Drummond"}, "organisation"),
        ({"contact_details": "c/o Iain Drummond"}, "contact_details"),
        ({"contact_details": "Phone 0141 496-0077"}, "contact_details"),
        ({"contact_details": "Iain.Drummond@lochside.example"}, "contact_details"),
        ({"name": "Iain Drummond", "contact_details": "0141 496 0077"}, "contact_details"),
        ({"name": "Iain Drummond", "contact_details": "iain.drummond@lochside.example"}, "contact_details"),
    ],
)
def test_no_colleague_speaks_for_a_customer(terms, field, manager, decision, colleague_iain, organisation):
    assert missing_fields("third_party", by=manager, decision=decision, **terms) == {field}
    colleague_iain.is_active = False
    colleague_iain.save()
    assert impose_kind("third_party", by=manager, decision=decision, **terms)


@pytest.mark.policy("21.4")
@pytest.mark.parametrize(
    "terms",
    [
        {"name": "Iain Drummond"},
        {"name": "Iain Drummond", "contact_details": "iain.drummond@clydeside.example"},
        {"name": "Iain Drummond", "organisation": "Family", "contact_details": "c/o Iain Drummond, 5 Kelp Street"},
    ],
)  # fmt: skip
def test_somebody_from_outside_who_shares_a_colleagues_name_speaks_for_a_customer(
    terms, manager, decision, colleague_iain, organisation
):
    assert (
        impose_kind("third_party", by=manager, decision=decision, **terms).status == RestrictionStatus.IMPOSED
    )


@pytest.mark.policy("21.4", "23")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"open": ["letter", "email"]}, None),
        ({"open": ["letter", "email"], "contact_details": "0141 496 0077"}, "contact_details"),
        ({"organisation": "Repairs"}, "name"),
    ],
)
def test_a_colleague_who_joins_later_keeps_no_version_from_easing(
    changes, field, manager, decision, organisation
):
    named = {"name": "Iain Drummond", "organisation": ""}
    restriction = impose_kind("third_party", by=manager, decision=decision, **named)
    factories.staff("iain", "Officer", last_name="Drummond", team="Repairs", phone="0141 4960077")

    def vary():
        return actions.vary_restriction(
            restriction=restriction,
            by=manager,
            terms=restriction.terms | changes,
            status_reason="It goes well.",
            first_review_on=restriction.first_review_on,
            review_months=3,
        )

    if field is None:
        assert vary().status == RestrictionStatus.IMPOSED
        return
    with pytest.raises(Incomplete) as refused:
        vary()
    assert [refusal.field for refusal in refused.value.refusals] == [field]


@pytest.fixture
def known_addresses(organisation, officer):
    """Record others whose addresses we know."""
    organisation.website = "https://www.lochside.example/"
    organisation.ombudsman_contact = "Phone 0800 377 7330, or write to ask@ombudsman.example. www.spso.org.uk"
    organisation.save()
    AdviceOrganisation.objects.create(
        name="Lochside Advice", helps_with="Debt", contact="Email (help@advice.example)"
    )
    AdviceOrganisation.objects.create(
        name="Listening",
        helps_with="Loss",
        contact="calm.waters@gmail.com or https://calm-waters.example/now",
    )
    factories.customer(by=officer, name="Neeve Galagher", emails=["Neeve@home.example"])


@pytest.mark.policy("31")
@pytest.mark.beyond("B5")
@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("neeve@home.example", "another customer’s too"),
        ("help@advice.example", "independent advice"),
        ("ccab@advice.example", "independent advice"),
        ("calm.waters@gmail.com", "independent advice"),
        ("anybody@calm-waters.example", "independent advice"),
        ("ask@ombudsman.example", "Public Services Ombudsman"),
        ("info@spso.org.uk", "Public Services Ombudsman"),
        ("anybody@post.spso.org.uk", "Public Services Ombudsman"),
        ("complaints@lochside.example", "is ours"),
        ("anybody@repairs.lochside.example", "is ours"),
        ("manager@lochside.example", "is ours"),
    ],
)
def test_no_address_is_blocked_that_would_cut_off_others(known_addresses, address, why, manager, decision):
    terms = {"blocked": ["orla.two@example.com", address]}
    with pytest.raises(Incomplete, match=why) as refused:
        factories.restriction(by=manager, decision=decision, kind="block_email", terms=terms)
    assert [refusal.field for refusal in refused.value.refusals] == ["blocked"]


@pytest.mark.policy("31")
def test_an_address_is_not_taken_for_another_that_is_like_it(known_addresses, manager, decision):
    for address in (
        "nee.ve@home.example",
        "help@notadvice.example",
        "a@notlochside.example",
        "orla@gmail.com",
        "orla@calm.waters",
    ):
        assert impose_kind("block_email", by=manager, decision=decision, blocked=[address])


@pytest.mark.policy("31", "32.1")
@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("block_email", "*@home.example"),
        ("block_email", "orla?@home.example"),
        ("block_email", "%@home.example"),
        ("block_account", "Facebook: *"),
    ],
)
def test_what_is_blocked_stands_for_one_alone(kind, typed, signed_in, manager, decision):
    client, url = signed_in(manager), reverse("restrict", args=[decision.reference]) + f"?kind={kind}"
    answer = client.post(url, {"blocked": typed, "reason": "You wrote at night."})
    assert "means more than one" in str(answer.context["form"].errors["blocked"])
    assert answer.status_code == 422
    assert typed in answer.content.decode()
    assert "You wrote at night." in answer.content.decode()


@pytest.mark.beyond("B29")
def test_what_is_left_open_is_said_alike_on_its_page_and_to_a_second_reader(
    decision, manager, suspend, signed_in
):
    """What an appeal suspends closes nothing meanwhile."""
    channels = {"closed": ["phone"], "open": ["letter", "email"]}
    restriction = factories.restriction(by=manager, decision=decision, terms=channels)
    other = {"closed": ["email"], "open": ["letter", "office"]}
    suspend(factories.restriction(by=manager, decision=decision, terms=other))
    letter = actions.draft_decision_letter(decision=decision, by=manager)
    page = signed_in(manager).get(restriction.get_absolute_url())
    (facts,) = [dict(each.facts) for each in letter_records(letter) if each.reference == str(restriction)]
    assert facts["Open"] == dict(page.context["term_rows"])["Open"] == "Letter, Email"
