"""The first day of a restriction: once its customer has been told, unless safety cannot wait or it binds staff alone. Beyond the policy: B23."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cha_engagement.core.refusals import Incomplete
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.desk.queries import customer_card
from cha_engagement.organisation.calendar import add_months, add_working_days, start_of_day, today
from incidents.enums import DANGERS, Category
from restrictions import actions
from restrictions.contact_plan import contact_plan
from restrictions.daily import expire_restrictions
from restrictions.enums import Begins, RestrictionStatus
from restrictions.kinds import KINDS
from restrictions.letters.placeholders import duration_text
from restrictions.models import Restriction
from tests import factories
from tests.factories import AT_ONCE, TERMS_BY_KIND, WAITS
from tests.overwriting import overwrite_record
from tests.refusals import refused_fields

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B23")]

BINDS_STAFF = {"no_recording_pause", "withhold_staff_details", "block_email", "block_account"}
WHY_NOT_TOLD = "It would put a colleague at risk."


@pytest.fixture
def waiting(manager, decision):
    """A closed phone that begins once its customer has been told."""
    return factories.restriction(by=manager, decision=decision, **WAITS)


def card_of(customer):
    return {
        part.section: " ".join(line.text for line in part.lines) for part in customer_card(customer).parts
    }


def is_phone_closed(customer):
    return Channel.PHONE in contact_plan(customer).closed_channels


def tell(restriction, by, on=None):
    return actions.notify_customer(restriction=restriction, on=on or today(), by=by)


def leave_unnotified(restriction, by):
    return factories.leave_unnotified(restriction, by=by, reason=WHY_NOT_TOLD)


def test_what_is_asked_of_a_customer_begins_when_they_are_told(
    organisation, waiting, customer, manager, officer, time_machine
):
    assert (waiting.status, waiting.starts_on, waiting.is_in_force) == ("imposed", None, False)
    assert not is_phone_closed(customer)
    card = card_of(customer)
    assert "Begins once they are told: phone closed." in card["who"]
    assert "dont" not in card
    assert waiting.get_status_display() == "Once they are told"
    assert not factories.contact(by=officer, customer=customer).breaches.exists()
    time_machine.move_to(start_of_day(today() + timedelta(days=30)) + timedelta(hours=9))
    assert not is_phone_closed(customer)

    received_on = add_working_days(today(), 2)
    told = tell(waiting, manager, received_on)
    assert (told.starts_on, told.is_in_force) == (received_on, False)
    customer.refresh_from_db()
    assert f"Begins on {uk_date(received_on)}" in card_of(customer)["who"]
    time_machine.move_to(start_of_day(received_on) + timedelta(hours=9))
    assert is_phone_closed(customer)
    customer.refresh_from_db()
    assert "Begins" not in card_of(customer)["who"]
    assert "phone" in card_of(customer)["dont"]


def test_a_word_that_reaches_them_before_the_letter_brings_its_first_day_forward(waiting, manager):
    tell(waiting, manager, add_working_days(today(), 2))
    assert tell(waiting, manager).starts_on == today()


def test_a_later_day_is_kept_whenever_they_are_told(manager, decision):
    later = today() + timedelta(days=20)
    early, late = (
        factories.restriction(
            by=manager,
            decision=decision,
            terms={"closed": [channel], "open": ["letter"]},
            not_before=later,
            **WAITS,
        )
        for channel in ("phone", "office")
    )
    assert early.starts_on is None
    assert tell(early, manager).starts_on == later
    assert tell(late, manager, later + timedelta(days=3)).starts_on == later + timedelta(days=3)


def test_nothing_begins_that_they_are_told_of_after_its_last_day(manager, decision, time_machine):
    last_day = today() + timedelta(days=10)
    restriction = factories.restriction(
        by=manager, decision=decision, ends_on=last_day, first_review_on=today() + timedelta(days=5), **WAITS
    )
    told = tell(restriction, manager, last_day + timedelta(days=1))
    assert (told.starts_on, told.customer_notified_on) == (None, last_day + timedelta(days=1))
    time_machine.move_to(start_of_day(last_day + timedelta(days=1)))
    expire_restrictions(today())
    told.refresh_from_db()
    assert told.status == RestrictionStatus.EXPIRED


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_binds_staff_alone_begins_at_once_whatever_was_chosen(kind, manager, decision, officer):
    people = {"named_contact": factories.staff("eilidh", "Officer"), "deputy": manager}
    facts = {"kind": kind, "terms": TERMS_BY_KIND[kind]} | (people if kind == "named_contact" else {})
    if KINDS[kind].permission:
        manager = factories.staff("head", "Manager", "Management Team")
    if kind == "other":
        facts["staff_instruction"] = "Meet them at the library."
    restriction = factories.restriction(by=manager, decision=decision, **facts, **WAITS)
    begins = Begins.BINDS_STAFF if kind in BINDS_STAFF else Begins.WHEN_TOLD
    assert (restriction.begins, restriction.is_in_force) == (begins, kind in BINDS_STAFF)


@pytest.mark.parametrize("reason", ["", ".", "n/a"])
def test_at_once_for_safety_says_what_cannot_wait(reason, manager, decision):
    at_once = {"begins": Begins.FOR_SAFETY, "at_once_reason": reason}
    impose = lambda **facts: factories.restriction(by=manager, decision=decision, **facts)  # noqa: E731
    assert refused_fields(lambda: impose(**at_once)) == ["at_once_reason"]
    restriction = impose(begins=Begins.FOR_SAFETY, at_once_reason="You wait at our door.")
    assert (restriction.starts_on, restriction.is_customer_told) == (today(), False)


def test_the_letter_says_to_them_why_it_could_not_wait(manager, decision):
    impose = lambda reason: factories.restriction(  # noqa: E731
        by=manager, decision=decision, begins=Begins.FOR_SAFETY, at_once_reason=reason
    )
    for reason in ("Threat to kill", "They said that they would come.", "The customer waits at the door."):
        assert refused_fields(lambda reason=reason: impose(reason)) == ["at_once_reason"]
    assert refused_fields(lambda: impose("You must not ring us when somebody is in danger.")) == [
        "at_once_reason"
    ]
    restriction = impose("You said that you would come to a colleague’s home")
    assert (
        "We could not wait until you had this letter: You said that you would come to a colleague’s home."
    ) in duration_text(restriction)


@pytest.mark.parametrize("category", sorted(set(Category) - {Category.COMPLAINTS_PROCESS}))
def test_at_once_for_safety_rests_on_danger(category, manager, officer, customer):
    facts = {"categories": [category], "other_category": "Something"}
    incident = factories.incident(by=officer, customer=customer, **facts)
    decided = factories.decision(by=manager, incidents=[incident])
    impose = lambda: factories.restriction(by=manager, decision=decided, **AT_ONCE)  # noqa: E731
    if category in DANGERS:
        assert impose().is_in_force
    else:
        assert refused_fields(impose) == ["begins"]
        assert refused_fields(lambda: factories.proposal(by=officer, incidents=[incident], **AT_ONCE)) == [
            "begins"
        ]
        assert not factories.restriction(by=manager, decision=decided, **WAITS).is_in_force


def test_danger_that_is_old_or_that_nobody_decided_on_lets_nothing_begin_at_once(
    manager, officer, customer, time_machine
):
    calm = factories.incident(by=officer, customer=customer, categories=[Category.LEVEL_OF_CONTACT])
    decided = factories.decision(by=manager, incidents=[calm])
    threat = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    threat = factories.assess_incident(threat, by=manager)
    impose = lambda decision: refused_fields(  # noqa: E731
        lambda: factories.restriction(by=manager, decision=decision, incidents=[calm, threat], **AT_ONCE)
    )
    assert impose(decided) == ["begins"]
    both = factories.decision(by=manager, incidents=[threat])
    time_machine.move_to(start_of_day(add_months(today(), 1) + timedelta(days=2)) + timedelta(hours=9))
    assert impose(both) == ["begins"]


def test_what_cannot_wait_does_not_begin_later(manager, decision, officer, incident):
    tomorrow = AT_ONCE | {"not_before": today() + timedelta(days=1)}
    assert refused_fields(lambda: factories.restriction(by=manager, decision=decision, **tomorrow)) == [
        "not_before"
    ]
    assert refused_fields(lambda: factories.proposal(by=officer, incidents=[incident], **tomorrow)) == [
        "not_before"
    ]
    restriction = factories.restriction(by=manager, decision=decision, **AT_ONCE | {"not_before": today()})
    assert restriction.is_in_force


@pytest.mark.parametrize("begins", [Begins.BINDS_STAFF, Begins.GOES_ON])
def test_nobody_claims_that_a_closed_phone_binds_staff_alone_or_goes_on(
    begins, manager, decision, officer, incident
):
    facts = {"begins": begins, "at_once_reason": ""}
    assert refused_fields(lambda: factories.restriction(by=manager, decision=decision, **facts)) == ["begins"]
    assert refused_fields(lambda: factories.proposal(by=officer, incidents=[incident], **facts)) == ["begins"]


def test_a_first_day_that_somebody_sends_by_hand_is_not_taken(
    signed_in, manager, decision, incident, waiting
):
    facts = factories.restriction_facts(terms={}, starts_on=today() - timedelta(days=30), **WAITS)
    page = signed_in(manager).post(
        reverse("restrict", args=[decision.reference]) + "?kind=channel",
        {name: value for name, value in facts.items() if name not in ("terms", "kind")}
        | {"submission": "2c9e8d5e-2c86-4b0e-9d0c-5b2f4f2f3f10", "closed": ["office"], "open": ["letter"]}
        | {"incidents": [incident.reference]},
    )
    assert page.status_code == 302
    assert Restriction.objects.latest("pk").starts_on is None
    by_hand = factories.restriction(
        by=manager,
        decision=decision,
        terms={"closed": ["home_visit"], "open": ["letter"]},
        starts_on=today(),
        **WAITS,
    )
    assert by_hand.starts_on is None


def test_the_form_asks_when_it_begins_and_fills_in_no_first_day(signed_in, manager, decision):
    url = reverse("restrict", args=[decision.reference])
    form = signed_in(manager).get(url + "?kind=channel").context["form"]
    assert (form["begins"].value(), form["not_before"].value()) == (Begins.WHEN_TOLD, None)
    assert [code for code, _ in form.fields["begins"].choices] == [Begins.WHEN_TOLD, Begins.FOR_SAFETY]
    assert "begins" not in signed_in(manager).get(url + "?kind=withhold_staff_details").context["form"].fields


def test_a_proposal_begins_as_its_manager_chooses(officer, manager, decision, incident):
    proposal = factories.proposal(by=officer, incidents=[incident])
    assert proposal.starts_on is None
    imposed = actions.impose_proposal(
        restriction=proposal, decision=decision, by=manager, version=proposal.version, **WAITS
    )
    assert (imposed.begins, imposed.at_once_reason, imposed.is_in_force) == (Begins.WHEN_TOLD, "", False)


def test_where_they_are_not_to_be_told_it_binds_staff_from_its_imposition(
    waiting, customer, manager, time_machine
):
    imposed_on = today()
    time_machine.move_to(start_of_day(today() + timedelta(days=5)) + timedelta(hours=9))
    another = factories.staff("another", "Manager")
    untold = leave_unnotified(waiting, another)
    assert (untold.starts_on, untold.is_in_force) == (imposed_on, True)
    assert "Not told, for a reason that managers know" in card_of(customer)["stop"]


def test_what_bound_staff_alone_waits_once_they_are_to_be_told(waiting, customer, manager, organisation):
    untold = leave_unnotified(waiting, factories.staff("another", "Manager"))
    assert is_phone_closed(customer)
    told = tell(untold, manager, add_working_days(today(), 2))
    assert told.starts_on == add_working_days(today(), 2)
    assert not is_phone_closed(customer)


def vary(restriction, by, **changes):
    return actions.vary_restriction(
        restriction=restriction,
        by=by,
        terms={"closed": ["phone"], "open": ["letter", "email", "office"]},
        status_reason="It went well.",
        first_review_on=add_months(today(), 2),
        review_months=2,
        **changes,
    )


def test_a_new_version_of_what_has_not_begun_waits_as_it_did(waiting, manager):
    version = vary(waiting, manager, starts_on=today(), begins=Begins.FOR_SAFETY)
    assert (version.begins, version.starts_on, version.is_in_force) == (Begins.WHEN_TOLD, None, False)


@pytest.mark.parametrize("begins", [WAITS, {}], ids=["when told", "for safety"])
def test_a_new_version_of_what_they_are_not_to_be_told_applies_and_stays_untold(
    begins, manager, decision, customer, time_machine
):
    terms = {"closed": ["phone", "office"], "open": ["letter", "email"]}
    restriction = factories.restriction(by=manager, decision=decision, terms=terms, **begins)
    untold = leave_unnotified(restriction, factories.staff("another", "Manager"))
    time_machine.move_to(start_of_day(today() + timedelta(days=5)) + timedelta(hours=9))
    version = vary(untold, manager)
    assert (version.starts_on, version.not_notified_reason) == (today(), WHY_NOT_TOLD)
    assert contact_plan(customer).closed_channels == {Channel.PHONE}
    assert version not in Restriction.objects.unnotified()


def test_a_new_version_of_what_they_are_not_to_be_told_binds_them_to_nothing_once_they_are_to_be(
    waiting, manager, organisation
):
    version = vary(leave_unnotified(waiting, factories.staff("another", "Manager")), manager)
    told = tell(version, manager, add_working_days(today(), 2))
    assert (told.starts_on, told.is_in_force) == (add_working_days(today(), 2), False)


def test_what_waits_is_eased_though_the_day_is_past_that_was_chosen(manager, decision, time_machine):
    later = today() + timedelta(days=3)
    waiting = factories.restriction(by=manager, decision=decision, not_before=later, **WAITS)
    time_machine.move_to(start_of_day(later + timedelta(days=4)) + timedelta(hours=9))
    version = vary(waiting, manager)
    assert (version.begins, version.starts_on) == (Begins.WHEN_TOLD, None)
    assert tell(version, manager).starts_on == today()


def test_a_new_version_of_what_binds_them_goes_on(waiting, manager):
    version = vary(tell(waiting, manager), manager)
    assert (version.begins, version.starts_on) == (Begins.GOES_ON, today())
    assert version.is_in_force
    assert vary(version, manager).is_in_force


def test_another_contact_is_named_without_an_end_or_a_beginning(manager, officer, decision):
    facts = {
        "kind": "named_contact",
        "terms": {"open": ["letter"]},
        "named_contact": officer,
        "deputy": manager,
    }
    restriction = factories.restriction(by=manager, decision=decision, **facts, **WAITS)

    def rename(restriction, name):
        return actions.replace_people(
            restriction=restriction,
            by=manager,
            version=restriction.version,
            status_reason="They left.",
            named_contact=factories.staff(name, "Officer"),
            deputy=manager,
        )

    in_post = tell(restriction, manager, add_working_days(today(), 2))
    renamed = rename(in_post, "calum")
    assert (renamed.starts_on, renamed.is_in_force) == (None, False)
    goes_on = rename(tell(renamed, manager), "eilidh")
    assert (goes_on.begins, goes_on.is_in_force, goes_on.is_customer_told) == (Begins.GOES_ON, True, False)


def test_what_is_suspended_meanwhile_begins_no_sooner(
    waiting, manager, customer, suspend, executive, organisation
):
    suspended = suspend(waiting)
    assert suspended.starts_on is None
    told = tell(suspended, manager)
    assert (told.starts_on, told.is_in_force) == (today(), False)
    assert not is_phone_closed(customer)


def test_whether_a_way_in_is_left_is_asked_before_it_begins(waiting, manager, decision):
    """It may begin on any day."""
    with pytest.raises(Incomplete, match="no way to reach us"):
        factories.restriction(
            by=manager,
            decision=decision,
            kind="other",
            staff_instruction="Meet them at the library.",
            terms=factories.OWN_WORDS
            | {"closed": [channel for channel in Channel if channel != Channel.PHONE]},
            **WAITS,
        )


@pytest.mark.parametrize(
    "broken",
    [
        {"starts_on": today},
        {"starts_on": today, "customer_notified_on": lambda: today() + timedelta(days=2)},
        {"begins": lambda: Begins.FOR_SAFETY},
        {"begins": lambda: Begins.GOES_ON},
    ],
)
def test_the_database_keeps_what_begins_from_beginning_untold(broken, waiting):
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_record(waiting, **{name: value() for name, value in broken.items()})


def test_the_letter_says_that_it_begins_once_they_have_it(waiting, manager, decision):
    text = duration_text(waiting)
    assert "from the day on which you receive this letter" in text
    assert "2 working days after we post it" in text
    later = today() + timedelta(days=20)
    assert f"from {uk_date(later)}, or from the day on which you receive" in duration_text(
        Restriction(not_before=later)
    )
    assert f"from {uk_date(today())}" in duration_text(tell(waiting, manager))
    at_once = duration_text(
        factories.restriction(by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]})
    )
    assert "We could not wait until you had this letter" in at_once
