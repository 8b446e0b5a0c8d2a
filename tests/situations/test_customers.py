"""Customers whom a letter does not reach easily, each led from an incident to a letter that has told them, or rightly has not."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from cha_engagement.core.refusals import Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import LetterStatus, SentBy
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.calendar import add_working_days, today
from incidents import actions as incidents
from incidents.enums import Category
from restrictions import actions as restrictions
from restrictions import daily
from restrictions.breaches.models import Breach
from restrictions.contact_plan import contact_plan
from restrictions.enums import RestrictionStatus
from restrictions.models import Restriction
from reviews.queries import rights_to_appeal

from .. import factories
from ..desks import card_texts, task_rows
from ..letters.test_enclosures import enclose_translation
from ..restrictions.test_deciding import decision_page, measures_page
from ..restrictions.test_views import errors
from ..timelines import shown_kinds
from .steps import (
    WAITS,
    assess,
    decide,
    later,
    lead_to_letter,
    log_incident,
    post_sent_form,
    refusals_of,
    reload,
    restriction_form,
    send_letter,
    text_of,
    words,
)

pytestmark = pytest.mark.django_db


TO_WRITE = ("restriction.tell", "restriction.tell_end", "decision.explain", "letter.finish", "letter.send")
"""The tasks that ask somebody to write to a customer."""


def closed_to(customer):
    return contact_plan(reload(customer)).closed_channels


@pytest.mark.policy("12")
@pytest.mark.beyond("B23")
def test_somebody_without_an_address_is_told_when_the_letter_is_handed_over(officer, manager, signed_in):
    customer = factories.customer(by=officer, name="Iain Bàn")
    letter = lead_to_letter(signed_in, officer, manager, customer)
    client = signed_in(manager)
    unread = client.post(reverse("letter_issue", args=[letter.reference]), {"version": letter.version})
    assert unread.status_code == 422
    assert "A second person reads it first" in words(unread)
    letter = factories.issue_letter(letter, by=manager)
    assert letter.addressee == ""
    for channel, nothing in (
        (SentBy.LETTER, "No postal address of Iain Bàn is recorded."),
        (SentBy.EMAIL, "No email address of Iain Bàn is recorded."),
    ):
        status, page = post_sent_form(client, letter, channel, sent_reason="It will get there somehow.")
        assert status == 422
        assert nothing in page
    assert not closed_to(customer)
    factories.contact(by=officer, customer=customer)
    assert not Breach.objects.exists()

    assert post_sent_form(client, letter, SentBy.OFFICE)[0] == 302
    restriction = Restriction.objects.get()
    assert (restriction.customer_notified_on, restriction.starts_on) == (today(), today())
    assert closed_to(customer) == {Channel.PHONE}
    assert rights_to_appeal([restriction])[restriction.pk].last_day == add_working_days(today(), 22)
    assert not task_rows(manager, *TO_WRITE)


@pytest.mark.policy("12")
@pytest.mark.beyond("B23")
def test_somebody_who_moved_is_told_by_a_letter_to_where_they_live(
    customer, officer, manager, signed_in, time_machine
):
    letter = factories.issue_letter(lead_to_letter(signed_in, officer, manager, customer), by=manager)
    customers.change_customer(
        customer=customer,
        by=officer,
        version=reload(customer).version,
        address="9 Heron Way\nLochside",
        details_reason="They rang on Monday: they have moved.",
    )
    client = signed_in(manager)
    status, page = post_sent_form(client, letter, SentBy.LETTER)
    assert status == 422
    assert "was changed after this letter was issued" in page
    assert not closed_to(customer)

    client.post(reverse("letter_replace", args=[letter.reference]), {"submission": uuid.uuid4()})
    anew = letter.replaced_by.get()
    sent = send_letter(anew, manager)
    assert sent.addressee.splitlines()[:2] == ["9 Heron Way", "Lochside"]
    with pytest.raises(Refused, match="takes the place of this letter"):
        send_letter(letter, manager, sent_reason="We sent it before.")
    restriction = Restriction.objects.get()
    assert restriction.starts_on == sent.received_on == add_working_days(today(), 2)
    factories.contact(by=officer, customer=customer)
    assert not Breach.objects.exists()
    assert not closed_to(customer)
    later(time_machine, sent.received_on)
    assert closed_to(customer) == {Channel.PHONE}


@pytest.mark.policy("9", "61.3")
@pytest.mark.beyond("B2", "B29")
def test_somebody_deaf_is_told_of_ways_that_do_without_hearing(officer, manager, signed_in, organisation):
    organisation.emergency_text = "07700 900123"
    organisation.save()
    customer = factories.customer(by=officer, needs=["cannot_hear"], **factories.HOME)
    incident = log_incident(signed_in(officer), customer, channel=Channel.OFFICE)
    client = signed_in(manager)
    assess(client, incident)
    only_phone = ["office", "letter", "email", "online_form", "message"]
    client.post(reverse("decide", args=[customer.reference]), decision_page(incident))
    typed = measures_page(incident, closed=only_phone, measures=[])
    answer = client.post(reverse("decide_measures", args=[customer.reference]), typed)
    assert answer.status_code == 422
    assert "Choose at least one way of contact that stays open." in str(errors(answer))
    letter = decide(client, incident, closed=["office"])
    refused = refusals_of(
        factories.restriction,
        by=manager,
        decision=letter.decisions.get(),
        terms={"closed": only_phone, "open": ["phone"]},
    )
    assert "Leave one open that they can use." in " ".join(refused.values())

    text = text_of(letter)
    assert "We know that hearing is difficult for you" in text
    assert "07700 900123" in text
    assert "0141 496 0000" not in text
    assert "0800 496 0001" not in text
    texts = " ".join(card_texts(customer))
    assert "Cannot hear, or hardly" in texts
    assert "07700 900123 (by text)" in texts

    issued = factories.issue_letter(letter, by=manager)
    assert post_sent_form(client, issued, SentBy.LETTER)[0] == 302
    assert Restriction.objects.get().customer_notified_on == reload(issued).received_on


@pytest.mark.policy("9", "12", "61.3")
@pytest.mark.beyond("B23")
def test_somebody_who_reads_polish_is_told_once_a_translation_goes_with_the_letter(
    officer, manager, signed_in, organisation
):
    customer = factories.customer(
        by=officer,
        name="Agnieszka Nowak",
        needs=["no_english"],
        preferred_language="Polish",
        **factories.HOME,
    )
    letter = lead_to_letter(signed_in, officer, manager, customer)
    assert "We know that your language is Polish." in text_of(letter)
    client = signed_in(manager)
    answer = client.post(reverse("letter_issue", args=[letter.reference]), {"version": letter.version})
    assert answer.status_code == 422
    assert "No emergency route that Agnieszka Nowak can use is kept" in words(answer)
    organisation.emergency_interpreter = "0800 496 0003"
    organisation.save()
    assert "0800 496 0003 (with an interpreter)" in text_of(letter)
    letter = factories.issue_letter(letter, by=manager)
    for channel in (SentBy.LETTER, SentBy.OFFICE):
        status, page = post_sent_form(client, letter, channel)
        assert status == 422
        assert "Agnieszka Nowak reads Polish, and no translation of the letter goes with it." in page
    for wrong in ("Ukrainian", "English"):
        enclose_translation(reload(letter), factories.staff(f"for-{wrong}", "Manager"), language=wrong)
        assert post_sent_form(client, letter, SentBy.LETTER)[0] == 422
    assert not closed_to(customer)

    enclose_translation(reload(letter), factories.staff("colleague", "Manager"))
    assert post_sent_form(client, letter, SentBy.LETTER)[0] == 302
    assert Restriction.objects.get().starts_on == reload(letter).received_on
    assert {"letter.translate", "letter.send", "restriction.tell"} <= {*shown_kinds(customer, manager)}


@pytest.mark.policy("9", "18")
@pytest.mark.beyond("B2")
def test_somebody_who_speaks_no_english_is_not_left_with_speaking(officer, manager):
    customer = factories.customer(
        by=officer, needs=["no_english"], preferred_language="Polish", **factories.HOME
    )
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    spoken = {"closed": ["letter", "email", "online_form", "message"], "open": ["phone", "office"]}
    refused = refusals_of(factories.restriction, by=manager, decision=decision, terms=spoken)
    assert refused.keys() == {"open_channels_reason"}


@pytest.mark.policy("12", "21", "61.1")
@pytest.mark.beyond("B2", "B23", "B29")
def test_somebody_under_two_restrictions_is_told_of_both_together(
    customer, officer, manager, signed_in, time_machine
):
    ann, bob = (factories.staff(name, "Officer") for name in ("ann", "bob"))
    measures = {
        "measures": ["named_contact"],
        "named_contact-named_contact": ann.username,
        "named_contact-deputy": bob.username,
    }
    letter = lead_to_letter(
        signed_in, officer, manager, customer, ["phone", "office", "online_form", "message"], **measures
    )
    first, second = Restriction.objects.order_by("pk")
    assert {*letter.restrictions.all()} == {first, second}
    text = text_of(letter)
    assert "You can contact us by letter or by email." in text
    assert text.count("by letter: 1 Pier Road") == 1

    decision = letter.decisions.get()
    rest = {"closed": ["letter", "email"], "open": ["phone", "office", "online_form", "message"]}
    assert "no way to reach us" in " ".join(
        refusals_of(factories.restriction, by=manager, decision=decision, terms=rest, **WAITS).values()
    )
    url = f"{reverse('restrict', args=[decision.reference])}?kind=channel"
    typed = restriction_form(terms=rest, incidents=[str(each) for each in decision.incidents.all()])
    answer = signed_in(manager).post(url, typed | {"submission": uuid.uuid4()})
    assert answer.status_code == 422
    assert "no way to reach us" in words(answer)

    client = signed_in(manager)
    letter = factories.issue_letter(letter, by=manager)
    assert post_sent_form(client, letter, SentBy.OFFICE)[0] == 422, "They may not come to the office."
    assert post_sent_form(client, letter, SentBy.LETTER)[0] == 302
    received_on = reload(letter).received_on
    assert {reload(each).starts_on for each in (first, second)} == {received_on}
    assert not closed_to(customer)
    later(time_machine, received_on)
    assert set(contact_plan(customer).open_channels) == {Channel.LETTER, Channel.EMAIL}

    # What the table closed opens again, through the named contact, and the letter about the end says so.
    restrictions.lift_restriction(restriction=reload(first), by=manager, status_reason="Calm calls since.")
    assert {Channel.PHONE, Channel.OFFICE} <= {*contact_plan(customer).open_channels}
    text = text_of(restrictions.draft_end_letter(restriction=reload(first), by=manager))
    assert "What else we wrote to you about still applies" in text
    assert "**More than before:** by phone; in person at the office" in text
    assert "0141 496 0000" in text


@pytest.mark.policy("21.4")
@pytest.mark.beyond("B2", "B8", "B29")
def test_somebody_whom_a_third_party_speaks_for_can_still_bring_what_is_always_open(
    customer, officer, manager, signed_in, time_machine
):
    mandate_until = today() + timedelta(days=150)
    speaker = {f"third_party-{name}": value for name, value in factories.ADVOCATE.items()}
    speaker |= {"measures": ["third_party"], "third_party-mandate_until": mandate_until.isoformat()}
    letter = lead_to_letter(signed_in, officer, manager, customer, [], **speaker)
    text = text_of(letter)
    for phrase in (
        "Ann Example, Clydeside Advocacy",
        "What always stays open, listed at the end of this letter, you can still bring to us yourself.",
        "complain about something new",
        "0800 496 0001",
    ):
        assert phrase in text, phrase
    client = signed_in(manager)
    letter = factories.issue_letter(letter, by=manager)
    assert not closed_to(customer)
    assert post_sent_form(client, letter, SentBy.HOME_VISIT)[0] == 302
    restriction = Restriction.objects.get()
    assert set(contact_plan(customer).open_channels) == {Channel.LETTER}
    for about in ("spoken_for", "emergency", "complaint", "appeal"):
        factories.contact(by=officer, customer=customer, about=about)
    assert not Breach.objects.exists()
    factories.contact(by=officer, customer=customer)
    assert Breach.objects.get().restriction == restriction

    # Nobody is left without a voice once there is nobody to speak for them.
    later(time_machine, mandate_until + timedelta(days=1))
    assert not closed_to(customer)
    daily.expire_restrictions(today())
    assert reload(restriction).status == RestrictionStatus.EXPIRED
    [task] = task_rows(manager, "restriction.tell_end")
    assert task["reference"] == restriction.reference


@pytest.mark.policy("21.4")
@pytest.mark.beyond("B2")
def test_nobody_is_sent_to_a_third_party_who_has_not_agreed(customer, officer, manager, decision):
    for changes, field in (
        ({"agreed_on": ""}, "agreed_on"),
        ({"mandate_on": ""}, "mandate_on"),
        ({"mandate_on": (today() + timedelta(days=1)).isoformat()}, "mandate_on"),
        ({"open": []}, "open"),
        ({"alone": True}, "alone"),
        ({"name": str(officer), "organisation": ""}, "name"),
    ):
        terms = factories.ADVOCATE | changes
        refused = refusals_of(
            factories.restriction, by=manager, decision=decision, kind="third_party", terms=terms
        )
        assert field in refused


@pytest.fixture
def somebody_else(officer):
    return factories.customer(by=officer, name="Somebody Else", address="5 Kelp Street", postcode="G00 0AB")


@pytest.mark.policy("24")
@pytest.mark.beyond("B5")
def test_what_somebody_else_did_is_taken_off_the_wrong_persons_card_before_anything_is_decided(
    customer, somebody_else, officer, manager, signed_in
):
    threat = log_incident(signed_in(officer), customer, categories=[Category.PHYSICAL_THREAT])
    assert "before any contact" in " ".join(card_texts(customer))
    assert not [text for text in card_texts(somebody_else) if "before any contact" in text]
    url = reverse("incident_edit", args=[threat.reference])
    form = signed_in(officer).get(url).context["form"]
    typed = {bound.name: bound.value() or "" for bound in form} | {"customer": somebody_else.reference}
    assert signed_in(officer).post(url, typed).status_code == 422, "A manager corrects whose it is."
    why = {"correction_reason": "It was their neighbour: they gave her name."}
    assert signed_in(manager).post(url, typed | why).status_code == 302
    assert reload(threat).customer == somebody_else
    assert not [text for text in card_texts(customer) if "before any contact" in text]
    assert "before any contact" in " ".join(card_texts(somebody_else))
    assert "incident.log" not in shown_kinds(customer, manager)


@pytest.mark.policy("12", "22")
@pytest.mark.beyond("B5", "B23")
def test_a_decision_about_the_wrong_person_is_lifted_and_never_told(
    customer, somebody_else, officer, manager, signed_in
):
    letter = lead_to_letter(signed_in, officer, manager, customer)
    restriction, incident = Restriction.objects.get(), customer.incidents.get()
    refused = refusals_of(
        incidents.change_incident,
        incident=reload(incident),
        by=manager,
        version=reload(incident).version,
        customer=somebody_else,
    )
    assert "Log it again for somebody else." in refused["customer"]

    restrictions.lift_restriction(
        restriction=restriction, by=manager, status_reason="It was somebody else: we mistook the number."
    )
    assert not closed_to(customer)
    assert not [text for text in card_texts(customer) if "told" in text.lower()]
    client = signed_in(manager)
    answer = client.post(
        reverse("letter_issue", args=[letter.reference]), {"version": reload(letter).version}
    )
    assert answer.status_code == 422
    assert "ended or changed since this was written" in words(answer)
    assert reload(letter).status == LetterStatus.DRAFT
    letters.void_letter(
        letter=reload(letter), by=manager, version=reload(letter).version, void_reason="It was not them."
    )
    assert not task_rows(manager, "restriction.tell", "restriction.tell_end", "letter.finish")

    anew = log_incident(signed_in(officer), somebody_else)
    assess(signed_in(manager), anew)
    right = decide(signed_in(manager), anew, closed=["phone"])
    assert right.customer == somebody_else
    assert customer.name not in text_of(right)


@pytest.mark.policy("12")
@pytest.mark.beyond("B23")
def test_the_wrong_person_who_was_told_is_told_that_it_no_longer_applies(
    customer, officer, manager, signed_in
):
    client = signed_in(manager)
    letter = factories.issue_letter(lead_to_letter(signed_in, officer, manager, customer), by=manager)
    assert post_sent_form(client, letter, SentBy.OFFICE)[0] == 302
    assert closed_to(customer)
    factories.contact(by=officer, customer=customer)
    restriction = Restriction.objects.get()
    restrictions.lift_restriction(
        restriction=restriction, by=manager, status_reason="It was somebody else, and we are sorry."
    )
    assert not closed_to(customer)
    [task] = task_rows(manager, "restriction.tell_end")
    assert task["reference"] == restriction.reference
    answer = client.post(reverse("restriction_letter", args=[restriction.reference]))
    end = Letter.objects.get(reference=answer.url.split("/")[-2])
    text = text_of(end)
    for phrase in (
        "It was somebody else, and we are sorry.",
        "Nothing else stands: you can deal with us as anybody does.",
        "0141 496 0000",
    ):
        assert phrase in text, phrase
    send_letter(end, manager, SentBy.OFFICE)
    assert not task_rows(manager, "restriction.tell_end")


@pytest.mark.policy("12")
@pytest.mark.beyond("B23")
def test_somebody_who_died_is_not_written_to_unawares(customer, officer, manager, signed_in):
    letter = lead_to_letter(signed_in, officer, manager, customer)
    customers.change_customer(
        customer=customer,
        by=officer,
        version=reload(customer).version,
        deceased_on=today(),
        death_source="Their sister rang us this morning.",
    )
    died = f"died on {uk_date(today())}"
    client = signed_in(manager)
    answer = client.post(
        reverse("letter_issue", args=[letter.reference]), {"version": reload(letter).version}
    )
    assert answer.status_code == 422
    assert died in words(answer)
    assert "Be kind to whoever calls for them." in " ".join(card_texts(reload(customer)))
    restriction = Restriction.objects.get()
    assert restriction.customer_notified_on is None
    assert not closed_to(customer)

    # Nothing goes on asking anybody to write to them once a manager has ended it.
    letters.void_letter(
        letter=reload(letter), by=manager, version=reload(letter).version, void_reason="They died."
    )
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="They died.")
    decision = reload(restriction.decision)
    restrictions.leave_decision_unexplained(
        decision=decision, by=manager, version=decision.version, not_explained_reason="They died."
    )
    assert not task_rows(manager, *TO_WRITE)


@pytest.mark.policy("12")
@pytest.mark.beyond("B23")
def test_a_letter_that_crossed_with_a_death_has_told_nobody(customer, officer, manager, signed_in):
    client = signed_in(manager)
    letter = factories.issue_letter(lead_to_letter(signed_in, officer, manager, customer), by=manager)
    customers.change_customer(
        customer=customer,
        by=officer,
        version=reload(customer).version,
        deceased_on=today(),
        death_source="Their sister rang us this morning.",
    )
    for channel in (SentBy.LETTER, SentBy.OFFICE):
        status, page = post_sent_form(client, letter, channel)
        assert status == 422
        assert "Withdraw the letter, or say why it was sent." in page
    executor = "Their executor asked for all letters, and has it."
    assert post_sent_form(client, letter, SentBy.LETTER, sent_reason=executor)[0] == 302
    restriction = Restriction.objects.get()
    assert (restriction.customer_notified_on, restriction.starts_on) == (None, None)
    assert restriction.decision.explained_on is None
    assert not closed_to(customer)


@pytest.mark.policy("24")
@pytest.mark.beyond("B5")
def test_a_threat_by_somebody_else_warns_nobody_of_the_wrong_person_once_it_is_closed(
    customer, officer, manager
):
    threat = factories.incident(by=officer, customer=customer, categories=[Category.PHYSICAL_THREAT])
    decision = factories.decision(by=manager, incidents=[threat])
    restriction = factories.restriction(by=manager, decision=decision, **WAITS)
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="It was not them.")
    assert "before any contact" in " ".join(card_texts(customer)), "Nobody has said yet what follows."
    unexplained = restrictions.leave_decision_unexplained(
        decision=reload(decision),
        by=manager,
        version=reload(decision).version,
        not_explained_reason="It was not them, and they know of nothing.",
    )
    restrictions.leave_customer_unnotified(
        record=unexplained,
        by=factories.staff("second", "Manager"),
        version=unexplained.version,
        unnotified_answer=factories.READ_AND_AGREED,
    )
    incidents.close_incident(incident=reload(threat), by=manager, version=reload(threat).version)
    assert "before any contact" not in " ".join(card_texts(reload(customer)))
