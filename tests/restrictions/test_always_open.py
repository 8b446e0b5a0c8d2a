"""One enum says what is always open to everybody, and everything that speaks of it asks it. Beyond the policy: B2, B8."""

import pytest

from cha_engagement.core.records import writing
from cha_engagement.customers.enums import CHANNEL_PHRASES, AlwaysOpen, Channel
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rules import issuing
from cha_engagement.letters.wording.overreach import RIGHTS_KINDS, find_overreach
from restrictions.actions import draft_decision_letter
from restrictions.contact_plan import contact_plan
from tests import factories
from tests.factories import TERMS_BY_KIND

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B2", "B8")]

WORDS_TO_CUSTOMERS = {
    AlwaysOpen.EMERGENCY: "report an emergency repair, at any time, on 0800 496 0001",
    AlwaysOpen.SAFETY: "tell us when somebody is in danger",
    AlwaysOpen.APPEAL: "appeal against a restriction that we have set",
    AlwaysOpen.ADJUSTMENT: "ask for an adjustment, or for another format",
    AlwaysOpen.COMPLAINT: "complain about something new",
    AlwaysOpen.INFORMATION: "ask for the information that we hold about you",
    AlwaysOpen.OMBUDSMAN: "contact the Scottish Public Services Ombudsman",
    AlwaysOpen.SPOKEN_FOR: "have somebody speak to us for you",
}
DENIALS = {
    AlwaysOpen.EMERGENCY: ["You may not ring the emergency line.", "We will not take an emergency from you."],
    AlwaysOpen.SAFETY: [
        "You must not ring us when somebody is in danger.",
        "Staff do not take safety concerns from her.",
    ],
    AlwaysOpen.APPEAL: ["You cannot appeal.", "Appeals from you are refused."],
    AlwaysOpen.ADJUSTMENT: [
        "You may not ask for an adjustment again.",
        "We refuse any adjustment requests from you.",
        "You can no longer ask us for letters in large print.",
    ],
    AlwaysOpen.COMPLAINT: ["You may not complain.", "No complaints from you."],
    AlwaysOpen.INFORMATION: [
        "You may not ask for the information that we hold.",
        "Your information requests will be ignored.",
        "Do not accept subject access requests from him.",
    ],
    AlwaysOpen.OMBUDSMAN: ["You may not go to the ombudsman.", "Do not contact the SPSO about this."],
    AlwaysOpen.SPOKEN_FOR: [
        "You may not have an advocate.",
        "We will not deal with your solicitor.",
        "You cannot send somebody to speak for you.",
    ],
}
NEUTRAL = [
    "You can ask for an adjustment at any time.",
    "You do not have to ask for the information in writing.",
    "We cannot speak to your solicitor without your written consent.",
    "Please tell us when somebody is in danger.",
    "Your advocate can come with you.",
    "You asked for the information on 3 November, and we sent it on 9 November.",
    "We could not give you the adjustment that you asked for.",
    "Do not wait: tell us when you smell gas or see a fire.",
]


@pytest.fixture
def letter_about(organisation, management, decision):
    """`letter_about(kind, terms)` is the letter about a restriction."""

    def draft(kind, **terms):
        agreed = [factories.agreement_file(by=management, decision=decision)] if terms.get("alone") else []
        terms = TERMS_BY_KIND[kind] | terms
        factories.restriction(by=management, decision=decision, kind=kind, terms=terms, evidence=agreed)
        return draft_decision_letter(decision=decision, by=management)

    return draft


def missing_matters(text):
    return [matter for matter in AlwaysOpen if WORDS_TO_CUSTOMERS[matter] not in text]


def test_a_letter_of_every_day_names_each_matter(organisation, customer, manager):
    letter = factories.general_letter(customer, by=manager, subject="Rent")
    assert missing_matters(placeholders.filled_text(letter)) == []


@pytest.mark.policy("21.4", "21.5")
@pytest.mark.parametrize("kind", ["channel", "volume", "third_party", "complaints_process"])
def test_a_letter_about_a_restriction_names_each_matter_once(letter_about, kind):
    text = placeholders.filled_text(letter_about(kind))
    assert missing_matters(text) == []
    assert [matter for matter, words in WORDS_TO_CUSTOMERS.items() if text.count(words) != 1] == []


@pytest.mark.policy("21.4", "21.5")
@pytest.mark.parametrize("kind", ["volume", "third_party"])
def test_what_limits_all_contact_says_that_these_matters_are_not_limited(letter_about, kind):
    text = placeholders.filled_text(letter_about(kind))
    assert "What always stays open, listed at the end of this letter," in text


@pytest.mark.policy("21.5")
def test_a_limit_on_several_ways_together_reads_as_one(letter_about):
    text = placeholders.filled_text(
        letter_about(
            "volume",
            limited=["phone", "email"],
            most={"contacts": 3, "minutes": None, "every": "week"},
            days=[],
            hours=[],
        )
    )
    assert (
        "You can contact us by phone or by email up to 3 times in a week, all of these counted together."
        in text
    )
    for channel, other in (("phone", "by email"), ("email", "by phone")):
        (line,) = [line for line in text.splitlines() if line.startswith(f"- by {channel}: ")]
        assert line.endswith(f"(up to 3 times in a week, counted together with contact {other})")


@pytest.mark.policy("21.5")
def test_two_limits_on_one_way_do_not_read_as_alternatives(letter_about):
    terms = {"limited": ["phone"], "days": [], "hours": []}
    letter_about("volume", **terms, most={"contacts": 3, "minutes": None, "every": "week"})
    text = placeholders.filled_text(
        letter_about("volume", **terms, most={"contacts": None, "minutes": 75, "every": "month"})
    )
    (line,) = [line for line in text.splitlines() if line.startswith("- by phone: ")]
    assert line.endswith("(for up to 75 minutes in all in a month, and also up to 3 times in a week)")


@pytest.mark.policy("5")
def test_complaints_have_a_way_where_phone_and_email_are_closed(letter_about):
    text = placeholders.filled_text(
        letter_about("channel", closed=["phone", "email"], open=["letter", "office"])
    )
    assert (
        "you can complain in any way that is open to you: in person at the office or by letter. Please say"
        in text
    )


@pytest.mark.policy("21.4")
def test_where_all_contact_goes_through_somebody_the_letter_names_a_way_for_what_is_always_open(
    letter_about, organisation, manager
):
    letter = letter_about("third_party", open=[], alone=True)
    text = placeholders.filled_text(letter)
    assert "For all of this you can reach us yourself by letter (1 Pier Road, Lochside, G00 0AA)." in text
    assert not [refusal for refusal in issuing.check_ready(letter) if "Pier Road" in str(refusal)]


@pytest.mark.policy("9")
def test_these_matters_lead_by_ways_that_the_customer_can_use(letter_about, customer, manager):
    writing.save_record(customer, by=manager, reason="Known", cannot_use=[Channel.EMAIL])
    plan = contact_plan(letter_about("volume").customer)
    (line,) = [
        line
        for line in placeholders.filled_text(customer.letters.get()).splitlines()
        if line.startswith("For all of this you can reach us yourself")
    ]
    assert [channel for channel in Channel if CHANNEL_PHRASES[channel] in line] == [*plan.usable_channels]
    assert Channel.EMAIL not in plan.usable_channels
    assert Channel.PHONE in plan.usable_channels


@pytest.mark.parametrize("matter", AlwaysOpen)
def test_words_that_take_a_matter_away_are_found(matter):
    assert matter in RIGHTS_KINDS
    for sentence in DENIALS[matter]:
        assert matter in {overreach.code for overreach in find_overreach([sentence])}, sentence


@pytest.mark.parametrize("sentence", NEUTRAL)
def test_words_that_take_nothing_away_are_left_alone(sentence):
    assert find_overreach([sentence]) == []
