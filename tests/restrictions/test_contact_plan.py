"""No letter contradicts what applies to its reader, or another: whatever is in force, whatever they need, and whatever it is about."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.template.loader import render_to_string

from cha_engagement.core.records import writing
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import CHANNEL_PHRASES, INBOUND_CHANNELS, Channel, ChannelState
from cha_engagement.letters.rendering import pdf, placeholders, plain_text
from cha_engagement.letters.rules import wording
from cha_engagement.letters.rules.issuing import check_ready
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.organisation.models import AdviceOrganisation
from incidents import actions as incidents
from incidents.actions import write_letter as write_about_incident
from incidents.enums import Outcome
from restrictions import actions
from restrictions.actions import (
    draft_decision_letter,
    draft_end_letter,
    draft_explanation,
    draft_interim_letter,
)
from restrictions.contact_plan import combine_into_plan, contact_plan
from restrictions.letters import channel_placeholders
from restrictions.models import Restriction
from reviews import actions as reviews
from reviews.enums import AppealOutcome, ReviewOutcome
from tests import factories
from tests.desks import card_texts

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B29"), pytest.mark.policy("5")]

ENDS = today() + timedelta(days=200)
WHERE = {
    Channel.PHONE: "0141 496 0000",
    Channel.OFFICE: "Monday to Friday",
    Channel.LETTER: "1 Pier Road",
    Channel.EMAIL: "hello@lochside.example",
    Channel.ONLINE_FORM: "www.lochside.example",
}
EVERY_WAY = {*INBOUND_CHANNELS}
THEIRS = ["orla@home.example"]


def channel(*closed):
    return "channel", {
        "terms": {"closed": [*closed], "open": [w for w in INBOUND_CHANNELS if w not in closed]}
    }


def contact(*open_ways):
    return "named_contact", {"terms": {"open": [*open_ways]}}


BLOCK = "block_email", {"terms": {"blocked": THEIRS}}
ADVOCATE = "third_party", {"terms": factories.ADVOCATE | {"open": ["letter", "phone"]}}
WITHHELD: tuple[str, dict] = "withhold_staff_details", {"terms": {}}
LIMITED = (
    "volume",
    {
        "terms": {
            "limited": ["phone", "email"],
            "most": {"contacts": 2, "minutes": None, "every": "week"},
            "days": [],
            "hours": [],
        }
    },
)
OTHER = (
    "other",
    {
        "terms": {
            "closed": ["office"],
            "affected_matters": ["none"],
            "description": "Please write before you come.",
        },
        "staff_instruction": "Ask them to write first.",
    },
)
INTERIM = "interim", ["phone"]

COMBINATIONS = {
    "phone closed": ([channel("phone")], {Channel.PHONE}),
    "phone closed, then one contact by email": (
        [channel("phone", "office"), contact("email")],
        EVERY_WAY - {Channel.EMAIL},
    ),
    "one contact by letter, names withheld": ([contact("letter"), WITHHELD], EVERY_WAY - {Channel.LETTER}),
    "their addresses blocked": ([BLOCK], {Channel.EMAIL}),
    "blocked, and the forms closed": ([BLOCK, channel("online_form")], {Channel.EMAIL, Channel.ONLINE_FORM}),
    "an advocate": ([ADVOCATE], EVERY_WAY - {Channel.LETTER, Channel.PHONE}),
    "limited by phone and email, phone closed": ([LIMITED, channel("phone")], {Channel.PHONE}),
    "an interim measure beside a limit": ([LIMITED, INTERIM], {Channel.PHONE}),
    "letters and the office closed": (
        [channel("letter", "office", "home_visit")],
        {Channel.LETTER, Channel.OFFICE, Channel.HOME_VISIT},
    ),
    "a measure of its own, and phone": ([OTHER, channel("phone")], {Channel.OFFICE, Channel.PHONE}),
}


@pytest.fixture
def organisation():
    details = factories.organisation()
    details.website, details.office_hours = "https://www.lochside.example", "Monday to Friday, 9am to 5pm"
    details.complaints_contact = "0141 496 0000 or hello@lochside.example"
    details.emergency_relay, details.emergency_text = "18001 0800 496 0001", "07700 900123"
    details.save()
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="housing", contact="0800 496 0002")
    return details


@pytest.fixture
def impose_all(manager, officer, decision):
    """`impose(measures)` puts them in force, one after another; the first under a decision before."""

    def impose_measure(kind, facts, under):
        if kind == "interim":
            incident = factories.incident(by=officer, customer=under.customer)
            return factories.interim_measure(by=manager, incidents=[incident], closed=facts)
        people = {"named_contact": officer, "deputy": manager} if kind == "named_contact" else {}
        reason = {"reason": f"This is why we decided on {kind}.", "ends_on": ENDS}
        return factories.restriction(by=manager, decision=under, kind=kind, **facts | people | reason)

    def impose_all(measures):
        first, *others = measures
        first_restriction = actions.notify_customer(
            restriction=impose_measure(*first, decision), on=today(), by=manager
        )
        later = factories.decision(by=manager, incidents=list(decision.incidents.all()))
        return [first_restriction, *(impose_measure(*each, later) for each in others)], later

    return impose_all


def letters_of_each_kind(imposed, later, decision, manager, officer):
    """A letter of each kind to somebody to whom all this applies."""
    customer, first = decision.customer, imposed[0]
    yield factories.general_letter(customer, by=manager, subject="Rent")
    restrictions = [
        restriction for restriction in imposed[1:] if hasattr(restriction, "customer_notified_on")
    ]
    yield (
        draft_decision_letter(decision=later, by=manager)
        if restrictions
        else draft_explanation(decision=later, by=manager)
    )
    for restriction in imposed:
        if not hasattr(restriction, "customer_notified_on"):
            yield draft_interim_letter(interim=restriction, by=manager)
    warned = factories.incident(by=officer, customer=customer, channel=Channel.EMAIL)
    warned = incidents.assess_incident(
        incident=warned,
        by=manager,
        version=warned.version,
        outcome=Outcome.WARNING_LETTER,
        reasons="The first.",
    )
    yield write_about_incident(incident=warned, by=manager)
    ended = factories.restriction(by=manager, decision=decision, kind="no_recording_pause", terms={})
    ended = actions.notify_customer(restriction=ended, on=today(), by=manager)
    ended = actions.lift_restriction(restriction=ended, by=manager, status_reason="It went well.")
    yield draft_end_letter(restriction=ended, by=manager)
    review = first.reviews.get()
    answers = {
        **factories.THEIR_SIDE,
        "findings": "Calm.",
        "reasons": f"This is why we decided on {first.kind}.",
        "next_review_on": add_working_days(today(), 40),
    }
    if review.due_on:
        held = reviews.hold_review(
            review=review, by=manager, version=review.version, outcome=ReviewOutcome.CONTINUE, **answers
        )
        yield reviews.write_letter(about=held, kind="review_outcome", by=manager)
    appeal = reviews.log_appeal(
        customer=customer,
        by=officer,
        submission=uuid.uuid4(),
        restrictions=[first],
        received_on=today(),
        channel=Channel.LETTER,
        lodged_by=customer.name,
        grounds="This is not fair.",
    )
    chair = factories.staff("chair", "Executive Team")
    appeal = reviews.acknowledge_appeal(
        appeal=appeal, by=chair, version=appeal.version, acknowledged_on=today()
    )
    yield reviews.write_letter(about=appeal, kind="appeal_received", by=chair)
    appeal.refresh_from_db()
    verdict = {"outcome": AppealOutcome.NOT_UPHELD, "reasons": f"This is why we decided on {first.kind}."}
    decided = reviews.decide_appeal(
        appeal=appeal,
        by=chair,
        heard_on=today(),
        verdicts={first.reference: verdict},
        version=appeal.version,
    )
    yield reviews.write_letter(about=decided, kind="appeal_outcome", by=chair)


def rendered_texts(letter):
    """All that it says, as text and on paper."""
    text = placeholders.filled_text(letter)
    paper = render_to_string("letters/pdf.html", pdf.sheet_context(letter, text=text))
    return [
        plain_text.render_plain_text(letter, text=text),
        unescape(re.sub(r"<[^>]+>", " ", paper).replace("\xa0", " ")),
    ]


@pytest.mark.parametrize(
    ("name", "cannot_use"),
    [*((name, []) for name in COMBINATIONS), *((name, ["phone"]) for name in [*COMBINATIONS][1::4])],
)
def test_letters_name_what_is_open_not_what_is_closed_and_why_and_until_when(
    organisation, impose_all, decision, manager, officer, name, cannot_use
):
    writing.save_record(decision.customer, by=manager, reason="Known", cannot_use=cannot_use, emails=THEIRS)
    decision.refresh_from_db()
    measures, closed = COMBINATIONS[name]
    imposed, later = impose_all(measures)
    assert contact_plan(decision.customer).closed_channels == closed
    kinds = set()
    for letter in letters_of_each_kind(imposed, later, decision, manager, officer):
        kinds.add(letter.kind)
        about = f"{letter.kind}: "
        assert wording.check_channels(letter, placeholders.filled_text(letter)) == [], about
        for text in rendered_texts(letter):
            text = " ".join(text.split())
            for way, where in WHERE.items():
                # An address is where letters go and where the office is.
                is_closed = (
                    {Channel.LETTER, Channel.OFFICE} <= closed if way == Channel.LETTER else way in closed
                )
                assert (where not in text) if is_closed else (where in text), f"{about}{where}"
            for sentence in re.findall(r"You can contact us[^.:]*\.", text):
                assert not [way for way in closed if CHANNEL_PHRASES[way] in sentence], f"{about}{sentence}"
            listed = text.split("You can contact us:")[1]
            for way in EVERY_WAY - closed - {Channel.MESSAGE}:
                assert (f"{CHANNEL_PHRASES[way]}: " in listed) == (way not in cannot_use), f"{about}{way}"
            for restriction in imposed:
                assert uk_date(restriction.ends_on) in text or not restriction.closed_channels, (
                    f"{about}until when, {restriction}"
                )
                for way in restriction.closed_channels:
                    assert says_closed(text, way), f"{about}{way}"
                if restriction.closed_channels and hasattr(restriction, "customer_notified_on"):
                    assert f"This is why we decided on {restriction.kind}." in text, (
                        f"{about}why, {restriction}"
                    )
            assert ("0800 496 0001" in text.replace("18001 0800 496 0001", "")) != bool(cannot_use), about
            for route in ("18001 0800 496 0001 (Relay UK)", "07700 900123 (by text)", "dial 18000"):
                assert (route in text) == bool(cannot_use), about
    assert {"general", "correspondence", "restriction_ended", "review_outcome", "appeal_outcome"} <= kinds


def says_closed(text, way):
    if way == Channel.HOME_VISIT:
        return "We will not visit you at home for now." in text
    return any(
        CHANNEL_PHRASES[way] in sentence for sentence in re.findall(r"please do not contact us[^.]*\.", text)
    )


@pytest.mark.policy("5")
@pytest.mark.parametrize(
    ("closed", "left"),
    [("phone", "hello@lochside.example"), ("email", "0141 496 0000"), ("office", "0141 496 0000 or hello@")],
)
def test_of_how_the_complaints_process_is_reached_only_what_is_closed_is_left_out(
    organisation, manager, decision, closed, left
):
    still = [way for way in ("phone", "email", "letter") if way != closed]
    factories.restriction(by=manager, decision=decision, terms={"closed": [closed], "open": still})
    text = channel_placeholders(decision.customer, [])["how to complain"]
    assert f"You can reach our complaints process at {left}" in text
    assert text.count("0141") + text.count("@") == (2 if closed == Channel.OFFICE else 1)


@pytest.mark.beyond("B29")
@pytest.mark.parametrize("left_open", [False, True])
def test_text_messages_are_named_only_where_we_have_a_number_for_them_though_they_were_left_open(
    organisation, manager, decision, customer, signed_in, left_open
):
    still = ["letter", "message"] if left_open else ["letter"]
    factories.restriction(by=manager, decision=decision, terms={"closed": ["phone"], "open": still})
    draft_decision_letter(decision=decision, by=manager)
    for number in ("", "07700 900124"):
        organisation.text_number = number
        organisation.save()
        card = " ".join(card_texts(customer))
        page = signed_in(manager).get(decision.get_absolute_url()).content.decode()
        letter = placeholders.filled_text(decision.letters.get())
        named = [
            "by text or messaging" in card,
            "<strong>Text or messaging</strong>" in page,
            f"- by text or messaging: {number}" in letter,
        ]
        assert named == [bool(number)] * 3


def test_a_page_shows_a_blocked_address_as_it_is_written(decision, manager):
    factories.restriction(
        by=manager, decision=decision, kind="block_email", terms={"blocked": ["orla_n_b@example.com"]}
    )
    page = render_to_string(
        "restrictions/contact_plan.html", {"plan": contact_plan(decision.customer, on=today())}
    )
    assert "orla_n_b@example.com" in page


@pytest.mark.policy("23")
def test_a_letter_tells_what_begins_later_with_its_day_and_what_is_open_until_then(
    organisation, manager, officer, decision
):
    """Each leaves a way in on its days: what never applies together is not added up."""
    customer, later = decision.customer, today() + timedelta(days=25)
    contact = {"named_contact": officer, "deputy": manager}
    ends_before = {"ends_on": later - timedelta(days=1), "first_review_on": add_working_days(today(), 5)}
    terms = {"closed": ["phone", "office"], "open": ["letter", "email"]}
    factories.restriction(by=manager, decision=decision, terms=terms, not_before=later)
    facts = {"kind": "named_contact", "terms": {"open": ["phone"]}}
    factories.restriction(by=manager, decision=decision, **facts, **contact, **ends_before)
    letter = draft_decision_letter(decision=decision, by=manager)
    text = " ".join(placeholders.filled_text(letter).split())
    assert "You can contact us by phone" in text
    assert f"From {uk_date(later)}, please do not contact us by phone or in person at the office." in text
    assert "For now, please do not contact us by phone" not in text
    assert contact_plan(customer).open_channels == [Channel.PHONE]
    assert wording.check_channels(letter, placeholders.filled_text(letter)) == []
    assert not [refusal for refusal in check_ready(letter) if "open" in refusal.sentence]


@pytest.mark.beyond("B21")
def test_a_letter_about_what_begins_later_names_no_way_that_is_closed_for_some_days(
    organisation, manager, officer, decision
):
    later, customer = today() + timedelta(days=20), decision.customer
    facts = {"terms": {"closed": ["office"], "open": ["letter"]}, "not_before": later}
    factories.restriction(by=manager, decision=decision, **facts, **factories.WAITS)
    incident = factories.incident(by=officer, customer=customer)
    interim = factories.interim_measure(by=manager, incidents=[incident], closed=["phone"])
    letter = draft_decision_letter(decision=decision, by=manager)
    listed = placeholders.filled_text(letter).split("You can contact us:")[1]
    assert "- by phone" not in listed
    assert uk_date(interim.ends_on) in listed
    assert wording.check_channels(letter, "Ring us on 0141 496 0000.")


@pytest.mark.policy("23")
def test_whatever_a_letter_is_about_it_says_which_way_is_closed_later_from_when_and_why(
    organisation, manager, decision
):
    later = today() + timedelta(days=20)
    facts = {"terms": {"closed": ["phone"], "open": ["letter"]}, "not_before": later}
    restriction = factories.restriction(by=manager, decision=decision, **facts, **factories.WAITS)
    letter = draft_decision_letter(decision=decision, by=manager)
    restriction = actions.notify_customer(restriction=restriction, on=today(), by=manager)
    listed = channel_placeholders(decision.customer, [])["how to contact us"].split("You can contact us:")[1]
    assert "- by phone: " in listed
    assert f"From {uk_date(later)}, please do not contact us by phone." in listed
    assert restriction.reason in listed
    assert uk_date(restriction.ends_on) in listed
    text = placeholders.filled_text(letter)
    assert "For now, please do not contact us" not in text
    assert text.count(f"From {uk_date(later)}, please do not contact us by phone.") == 2
    assert [r for r in check_ready(letter) if "phone" in r.sentence] == []


@pytest.mark.policy("12")
def test_what_they_are_not_to_be_told_of_is_not_given_away_before_it_begins(organisation, manager, decision):
    later = today() + timedelta(days=20)
    facts = {"terms": {"closed": ["home_visit"], "open": ["letter"]}, "not_before": later}
    restriction = factories.restriction(by=manager, decision=decision, **facts, **factories.WAITS)
    factories.leave_unnotified(restriction, by=manager)
    assert "visit" not in channel_placeholders(decision.customer, [])["how to contact us"]


@pytest.mark.policy("21.3")
def test_nobody_is_named_where_names_are_withheld_together(manager, officer, customer):
    contact = Restriction(
        customer=customer,
        kind="named_contact",
        terms={"open": ["phone"]},
        named_contact=officer,
        deputy=manager,
    )
    names = Restriction(customer=customer, kind="withhold_staff_details", terms={})
    named, unnamed = (
        combine_into_plan(plan).channels[Channel.PHONE] for plan in ([contact], [contact, names])
    )
    assert "Officer Example" in named.note
    assert unnamed.state == ChannelState.THROUGH
    assert unnamed.note == "ask for the colleague who looks after this"
