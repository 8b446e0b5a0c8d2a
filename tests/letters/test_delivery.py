from datetime import timedelta

import pytest
from django.utils import timezone

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel, Format
from cha_engagement.letters import actions
from cha_engagement.letters.enums import SentBy, SignedAs
from cha_engagement.letters.interfaces import LetterReader
from cha_engagement.letters.rendering import pdf
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import add_working_days, today
from tests.desks import replace_answers
from tests.overwriting import overwrite_record

from .. import factories
from .test_enclosures import enclose_translation, reload
from .test_views import letter_url

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B23"), pytest.mark.policy("61.3")]

HOME = factories.HOME | {"emails": ["orla@home.example"]}
READ_OUT = "Read out to them at the office on 24 November by an interpreter, as they asked."
NO_ADDRESS, NO_EMAIL = "No postal address of Órla", "No email address of Órla"


@pytest.fixture(autouse=True)
def skip_pdfs(monkeypatch):
    """Render no PDF: how a letter looks is tested elsewhere."""
    monkeypatch.setattr(pdf, "write_pdf", lambda *page: b"%PDF-")


@pytest.fixture
def close_channels(monkeypatch):
    """`close_channels("email")` closes a channel to every customer, from today on."""

    def close(*channels):
        closed, first = set(map(Channel, channels)), today()

        def closed_channels(letter, day):
            return closed if day >= first else set()

        replace_answers(monkeypatch, LetterReader, closed_channels=closed_channels)

    return close


@pytest.fixture
def issue_letter_to(draft_for, manager, officer):
    """`issue_letter_to(address="")` is an issued letter to a customer with these details."""

    def issue(**details):
        letter = draft_for(factories.customer(by=officer, name="Órla", **HOME | details))
        return actions.issue_letter(letter=letter, by=manager, version=letter.version)

    return issue


def send_letter(letter, by, channel="letter", **changes):
    answers = {"version": reload(letter).version, "sent_by_channel": channel, "sent_on": today()}
    answers |= factories.handed_over(channel, by=by)
    return actions.send_letter(letter=letter, by=by, **answers | changes)


def change_customer(letter, by, **changes):
    customer = reload(letter).customer
    customers.change_customer(customer=customer, by=by, version=customer.version, **changes)


def sole_refusal(letter, by, channel="letter", **changes):
    """Return the field and the sentence of the only refusal to mark a letter as sent."""
    with pytest.raises(Incomplete) as refused:
        send_letter(letter, by, channel, **changes)
    assert reload(letter).sent_on is None
    [refusal] = refused.value.refusals
    return refusal.field, refusal.sentence


@pytest.mark.parametrize(
    ("details", "channel", "sentence"),
    [
        ({"address": ""}, "letter", NO_ADDRESS),
        ({"address": " \n "}, "letter", NO_ADDRESS),
        ({"emails": []}, "email", NO_EMAIL),
    ],
)
@pytest.mark.parametrize("sent_reason", ["", READ_OUT])
def test_a_letter_is_not_sent_to_an_address_that_is_not_recorded(
    issue_letter_to, manager, details, channel, sentence, sent_reason
):
    field, sentence_shown = sole_refusal(
        issue_letter_to(**details), manager, channel, sent_reason=sent_reason
    )
    assert field == "sent_by_channel"
    assert sentence_shown.startswith(sentence)


def test_a_removed_address_cannot_be_sent_to(issue_letter_to, manager):
    letter = issue_letter_to()
    change_customer(letter, manager, address="", emails=[])
    assert sole_refusal(letter, manager)[1].startswith(NO_ADDRESS)
    assert sole_refusal(letter, manager, "email")[1].startswith(NO_EMAIL)


@pytest.mark.beyond("B16")
def test_a_letter_in_a_format_that_a_need_rules_out_needs_an_explanation(issue_letter_to, manager):
    """Whatever is recorded of the format that they prefer, as by an older version of this application."""
    letter = issue_letter_to()
    change_customer(letter, manager, preferred_format=Format.LARGE_PRINT, needs={"needs_large_print": ""})
    overwrite_record(letter.customer, preferred_format=Format.STANDARD)
    field, sentence_shown = sole_refusal(letter, manager)
    assert field == "sent_reason"
    assert "it is recorded: needs large print. This letter is in standard print." in sentence_shown


@pytest.mark.parametrize(
    ("details", "later_details", "channel", "doubt"),
    [
        ({}, {"address": "9 Heron Way\nLochside"}, "letter", "was changed after this letter was issued"),
        ({}, {"postcode": "G00 9ZZ"}, "letter", "was changed after this letter was issued"),
        ({"address": ""}, {"address": "9 Heron Way"}, "letter", "was changed after this letter was issued"),
        ({}, {"deceased_on": today() - timedelta(days=7), "death_source": "Her son."}, "letter", "died on"),
        ({}, {"deceased_on": today(), "death_source": "Her son."}, "office", "died on"),
        ({"preferred_language": "Polish"}, {}, "letter", "reads Polish, and no translation"),
        ({"preferred_language": "Polish"}, {}, "office", "reads Polish, and no translation"),
        ({}, {"preferred_format": Format.LARGE_PRINT}, "letter", "needs letters as large print"),
        ({}, {"preferred_format": Format.AUDIO}, "letter", "needs letters as audio"),
        ({}, {"preferred_format": Format.PLAIN_TEXT}, "email", "needs letters as plain text"),
        ({"accessibility_needs": "Registered blind."}, {}, "letter", "says “blind”"),
        ({"accessibility_needs": "Can’t see small print"}, {}, "email", "says “Can’t see”"),
        ({"needs": ["no_post"]}, {}, "letter", "cannot use this channel: letter"),
        ({"needs": ["cannot_travel"]}, {}, "office", "cannot use this channel: in person"),
    ],
)
def test_a_letter_that_may_not_have_arrived_needs_an_explanation(
    issue_letter_to, signed_in, manager, details, later_details, channel, doubt
):
    letter = issue_letter_to(**details)
    if later_details:
        change_customer(letter, manager, **later_details)
    for nothing in ("", "\u200b", "n/a"):
        field, sentence_shown = sole_refusal(letter, manager, channel, sent_reason=nothing)
        assert field == "sent_reason"
        assert doubt in sentence_shown
    sent = send_letter(letter, manager, channel, sent_reason=READ_OUT)
    assert sent.sent_on == today()
    assert sent.history.latest("sequence").sent_reason == READ_OUT
    assert READ_OUT in signed_in(manager).get(letter_url(letter)).content.decode()


@pytest.mark.parametrize(
    ("details", "channel"),
    [
        ({"preferred_language": "English"}, "letter"),
        ({"preferred_language": "english, simple"}, "email"),
        ({"preferred_format": Format.LARGE_PRINT, "accessibility_needs": "Low vision."}, "letter"),
        ({"accessibility_needs": "Uses a wheelchair."}, "home_visit"),
        ({"address": "", "emails": []}, "office"),
    ],
)
def test_a_letter_that_its_reader_can_use_needs_no_explanation(issue_letter_to, manager, details, channel):
    assert send_letter(issue_letter_to(**details), manager, channel).sent_reason == ""


def test_only_a_translation_into_the_preferred_language_counts(issue_letter_to, manager):
    letter = issue_letter_to(preferred_language="polish")
    enclose_translation(letter, manager, language="Ukrainian")
    assert "reads polish" in sole_refusal(letter, manager)[1]
    enclose_translation(letter, manager, language="Polish")
    assert send_letter(letter, manager).sent_on == today()


@pytest.mark.policy("21.1")
def test_email_is_refused_where_it_is_closed_and_post_is_possible(
    issue_letter_to, manager, close_channels, time_machine
):
    letter = issue_letter_to()  # it names our email address, as it may until email is closed
    time_machine.move_to(timezone.now() + timedelta(days=1))
    close_channels("email")
    yesterday = {"sent_on": today() - timedelta(days=1)}
    assert sole_refusal(letter, manager, "email", sent_reason=READ_OUT, **yesterday)[0] == "sent_by_channel"
    change_customer(letter, manager, address="", postcode="")
    # There is no other address to send it to.
    assert sole_refusal(letter, manager, "email", **yesterday)[0] == "sent_reason"
    asked_for = "They have no home at present, and asked for it."
    assert send_letter(letter, manager, "email", sent_reason=asked_for, **yesterday).sent_on


@pytest.mark.parametrize("channel", ["office", "home_visit"])
def test_handing_over_by_a_closed_channel_needs_an_explanation(
    issue_letter_to, manager, close_channels, channel
):
    close_channels(channel)
    assert "is closed to Órla" in sole_refusal(issue_letter_to(), manager, channel)[1]


@pytest.mark.parametrize(
    ("marked", "sent", "sent_reason", "field"),
    [
        (10, 10, "", None),
        (11, 10, "", "sent_reason"),
        (11, 10, "The franked envelope is in the post book of that day.", None),
        (11, 11, READ_OUT, "sent_on"),
        (35, 10, READ_OUT, None),
        (45, 1, READ_OUT, "sent_on"),
    ],
)
def test_a_letter_goes_out_within_ten_working_days_of_its_date(
    issue_letter_to, manager, time_machine, marked, sent, sent_reason, field
):
    """Days count as working days after its date: the 45th lies more than sixty days away."""
    letter = issue_letter_to()
    on = add_working_days(today(), sent)
    time_machine.move_to(add_working_days(today(), marked))
    if field:
        assert sole_refusal(letter, manager, sent_on=on, sent_reason=sent_reason)[0] == field
    else:
        assert send_letter(letter, manager, sent_on=on, sent_reason=sent_reason).sent_on == on


def test_a_letter_to_somebody_who_has_died_needs_a_reason(draft_for, officer, manager):
    dead = factories.customer(by=officer, name="Peter", deceased_on=today() - timedelta(days=3), **HOME)
    letter = draft_for(dead)
    assert any(refusal.field == "after_death_reason" for refusal in issuing.check_ready(letter))
    letter = actions.edit_draft(
        letter=letter,
        by=manager,
        version=letter.version,
        advice=letter.advice.all(),
        signed_as=SignedAs.TEAM,
        signatory=manager,
        after_death_reason="His executor asked for it.",
    )
    issued_letter = actions.issue_letter(letter=letter, by=manager, version=letter.version)
    assert send_letter(issued_letter, manager).sent_on == today()


def test_the_page_of_sending_shows_doubts_at_once(issue_letter_to, signed_in, manager):
    letter = issue_letter_to(preferred_language="Polish")
    client = signed_in(manager)
    assert "reads Polish, and no translation" in client.get(letter_url(letter, "sent/")).content.decode()
    typed = {"version": letter.version, "sent_by_channel": SentBy.EMAIL, "sent_on": today().isoformat()}
    answer = client.post(letter_url(letter, "sent/"), typed)
    assert answer.status_code == 422
    assert 'id="id_sent_reason_error"' in answer.content.decode()
    assert client.post(letter_url(letter, "sent/"), typed | {"sent_reason": READ_OUT}).status_code == 302


def test_an_issued_letter_shows_the_address_that_it_was_issued_with(issue_letter_to, signed_in, manager):
    letter = issue_letter_to()
    change_customer(letter, manager, address="9 Heron Way")
    page = signed_in(manager).get(letter_url(letter)).content.decode()
    assert "4 Kelp Street<br>Lochside<br>G00 0AB" in page
    assert "9 Heron Way" not in page


@pytest.mark.beyond("B29")
@pytest.mark.parametrize("sent_reason", ["", READ_OUT])
def test_a_letter_is_not_sent_that_names_a_way_closed_since_its_issue(
    issue_letter_to, manager, close_channels, organisation, time_machine, sent_reason
):
    letter = issue_letter_to()
    assert organisation.phone in letter.text
    close_channels("phone")
    time_machine.move_to(timezone.now() + timedelta(days=1))
    field, sentence = sole_refusal(letter, manager, sent_reason=sent_reason)
    assert field == "sent_on"
    assert f"closed by then: “{organisation.phone}”" in sentence


@pytest.mark.beyond("B29")
def test_a_letter_that_names_a_way_closed_that_day_went_out_before_or_is_not_sent(
    issue_letter_to, manager, close_channels, time_machine
):
    letter = issue_letter_to()
    close_channels("phone")
    time_machine.move_to(timezone.now() + timedelta(days=1))
    yesterday = today() - timedelta(days=1)
    field, sentence = sole_refusal(letter, manager, sent_on=yesterday)
    assert field == "sent_reason"
    assert "was closed that day" in sentence
    sent = send_letter(letter, manager, sent_on=yesterday, sent_reason="It went with the morning post.")
    assert sent.sent_on == yesterday


@pytest.mark.beyond("B29")
def test_a_letter_that_had_gone_out_before_a_way_was_closed_is_marked_as_sent(
    issue_letter_to, manager, close_channels, time_machine
):
    letter = issue_letter_to()
    time_machine.move_to(timezone.now() + timedelta(days=1))
    close_channels("phone")
    sent = send_letter(letter, manager, sent_on=today() - timedelta(days=1))
    assert sent.sent_on == today() - timedelta(days=1)


HANDED_OVER = ("office", "home_visit")


@pytest.mark.parametrize("channel", HANDED_OVER)
def test_who_handed_a_letter_over_and_when_is_said_and_can_be_so(
    issue_letter_to, manager, channel, time_machine
):
    time_machine.move_to(f"{today() + timedelta(days=1)}T12:00:00+00:00")  # an hour ago is the same day
    letter = issue_letter_to()
    for missing in ("handed_over_by", "handed_over_time"):
        assert sole_refusal(letter, manager, channel, sent_reason=READ_OUT, **{missing: None})[0] == missing
    now = timezone.localtime()
    for moment, sentence in (
        (now + timedelta(minutes=5), "in the future"),
        (now - timedelta(hours=1), "later than that"),
    ):
        field, refused = sole_refusal(letter, manager, channel, handed_over_time=moment.time())
        assert field == "handed_over_time"
        assert sentence in refused
    sent = send_letter(letter, manager, channel)
    assert (sent.handed_over_by, sent.handed_over_time.hour) == (manager, now.hour)


def test_what_was_posted_was_handed_over_by_nobody(issue_letter_to, manager):
    now = timezone.localtime().time()
    sent = send_letter(issue_letter_to(), manager, handed_over_by=manager, handed_over_time=now)
    assert (sent.handed_over_by, sent.handed_over_time) == (None, None)


def test_whoever_visits_is_warned_of_what_the_card_says_of_visits(issue_letter_to, manager, officer):
    letter = issue_letter_to()
    incident = factories.incident(by=officer, customer=reload(letter).customer)
    factories.interim_measure(by=manager, incidents=[incident])
    field, sentence = sole_refusal(letter, manager, "home_visit")
    assert (field, "Two people at every visit." in sentence) == ("sent_reason", True)
    assert send_letter(letter, manager, "home_visit", sent_reason="Ann and Bob went together.").sent_on
