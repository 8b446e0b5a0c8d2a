from datetime import timedelta

import pytest

from cha_engagement.core import hub
from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel
from cha_engagement.letters import actions
from cha_engagement.letters.rendering import pdf
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import add_working_days, today

from .. import factories
from .test_enclosures import now, translate
from .test_views import url

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B23"), pytest.mark.policy("61.3")]

HOME = factories.HOME | {"emails": ["orla@home.example"]}
READ_OUT = "Read out to them at the office on 24 November by an interpreter, as they asked."
NO_ADDRESS, NO_EMAIL = "No postal address of Órla", "No email address of Órla"


@pytest.fixture(autouse=True)
def rendered_at_once(monkeypatch):
    """What a letter looks like is tested elsewhere."""
    monkeypatch.setattr(pdf, "write_pdf", lambda *page: b"%PDF-")


@pytest.fixture
def close(monkeypatch):
    """`close("email")` closes a channel to every customer."""

    def closed(*channels):
        feed: hub.Feed = hub.Feed()
        feed.add(lambda letter: set(map(Channel, channels)))
        monkeypatch.setattr(hub, "closed_channels", feed)

    return closed


@pytest.fixture
def issued_to(draft_for, manager, officer):
    """`issued_to(address="")` is a letter on its way to somebody of whom that is known."""

    def issued(**known):
        letter = draft_for(factories.customer(by=officer, name="Órla", **HOME | known))
        return actions.issue_letter(letter=letter, by=manager, version=letter.version)

    return issued


def send(letter, by, channel="letter", **changes):
    given = {"version": now(letter).version, "sent_by_channel": channel, "sent_on": today()}
    return actions.send_letter(letter=letter, by=by, **given | changes)


def change(letter, by, **changes):
    customer = now(letter).customer
    customers.change_customer(customer=customer, by=by, version=customer.version, **changes)


def refusal(letter, by, channel="letter", **changes):
    """The field and the sentence of the one thing that keeps a letter from being marked so."""
    with pytest.raises(Incomplete) as refused:
        send(letter, by, channel, **changes)
    assert now(letter).sent_on is None
    [found] = refused.value.refusals
    return found.field, found.sentence


@pytest.mark.parametrize(
    ("known", "channel", "sentence"),
    [
        ({"address": ""}, "letter", NO_ADDRESS),
        ({"address": " \n "}, "letter", NO_ADDRESS),
        ({"emails": []}, "email", NO_EMAIL),
    ],
)
@pytest.mark.parametrize("sent_reason", ["", READ_OUT])
def test_a_letter_goes_to_no_address_that_is_not_on_record(
    issued_to, manager, known, channel, sentence, sent_reason
):
    field, said = refusal(issued_to(**known), manager, channel, sent_reason=sent_reason)
    assert field == "sent_by_channel"
    assert said.startswith(sentence)


def test_an_address_that_was_taken_off_since_is_none(issued_to, manager):
    letter = issued_to()
    change(letter, manager, address="", emails=[])
    assert refusal(letter, manager)[1].startswith(NO_ADDRESS)
    assert refusal(letter, manager, "email")[1].startswith(NO_EMAIL)


@pytest.mark.parametrize(
    ("known", "since", "channel", "asked"),
    [
        ({}, {"address": "9 Heron Way\nLochside"}, "letter", "was changed after this letter was issued"),
        ({}, {"postcode": "G00 9ZZ"}, "letter", "was changed after this letter was issued"),
        ({"address": ""}, {"address": "9 Heron Way"}, "letter", "was changed after this letter was issued"),
        ({}, {"deceased_on": today() - timedelta(days=7)}, "letter", "died on"),
        ({}, {"deceased_on": today()}, "office", "died on"),
        ({"preferred_language": "Polish"}, {}, "letter", "reads Polish, and no translation"),
        ({"preferred_language": "Polish"}, {}, "office", "reads Polish, and no translation"),
        ({}, {"preferred_format": "large_print"}, "letter", "needs letters as large print"),
        ({}, {"preferred_format": "audio"}, "letter", "needs letters as sound"),
        ({}, {"preferred_format": "plain_text"}, "email", "needs letters as plain text"),
        ({"accessibility_needs": "Registered blind."}, {}, "letter", "says “blind”"),
        ({"accessibility_needs": "Can’t see small print"}, {}, "email", "says “Can’t see”"),
        ({"cannot_use": ["letter"]}, {}, "letter", "cannot use this channel: letter"),
        ({"cannot_use": ["office"]}, {}, "office", "cannot use this channel: in person"),
    ],
)
def test_a_letter_that_may_not_have_reached_them_is_asked_about(
    issued_to, signed_in, manager, known, since, channel, asked
):
    letter = issued_to(**known)
    if since:
        change(letter, manager, **since)
    for nothing in ("", "\u200b", "n/a"):
        field, said = refusal(letter, manager, channel, sent_reason=nothing)
        assert field == "sent_reason"
        assert asked in said
    sent = send(letter, manager, channel, sent_reason=READ_OUT)
    assert sent.sent_on == today()
    assert sent.history.latest("sequence").sent_reason == READ_OUT
    assert READ_OUT in signed_in(manager).get(url(letter)).content.decode()


@pytest.mark.parametrize(
    ("known", "channel"),
    [
        ({"preferred_language": "English"}, "letter"),
        ({"preferred_language": "english, simple"}, "email"),
        ({"preferred_format": "large_print", "accessibility_needs": "Low vision."}, "letter"),
        ({"accessibility_needs": "Uses a wheelchair."}, "home_visit"),
        ({"address": "", "emails": []}, "office"),
    ],
)
def test_nothing_is_asked_about_a_letter_that_they_can_read(issued_to, manager, known, channel):
    assert send(issued_to(**known), manager, channel).sent_reason == ""


def test_a_translation_answers_for_a_language_and_for_no_other(issued_to, manager):
    letter = issued_to(preferred_language="polish")
    translate(letter, manager, language="Ukrainian")
    assert "reads polish" in refusal(letter, manager)[1]
    translate(letter, manager, language="Polish")
    assert send(letter, manager).sent_on == today()


@pytest.mark.policy("21.1")
def test_no_letter_goes_by_email_to_whom_email_is_closed(issued_to, manager, close):
    letter = issued_to()  # it names our email address, as it may until email is closed
    close("email")
    assert refusal(letter, manager, "email", sent_reason=READ_OUT)[0] == "sent_by_channel"
    change(letter, manager, address="", postcode="")
    assert refusal(letter, manager, "email")[0] == "sent_reason"  # there is no other address to send it to
    assert send(
        letter, manager, "email", sent_reason="They have no home at present, and asked for it."
    ).sent_on


@pytest.mark.parametrize("channel", ["office", "home_visit"])
def test_handing_a_letter_over_where_that_is_closed_is_asked_about(issued_to, manager, close, channel):
    close(channel)
    assert "is closed to Órla" in refusal(issued_to(), manager, channel)[1]


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
    issued_to, manager, time_machine, marked, sent, sent_reason, field
):
    """Days are working days after its date: the 45th lies more than sixty days away."""
    letter = issued_to()
    on = add_working_days(today(), sent)
    time_machine.move_to(add_working_days(today(), marked))
    if field:
        assert refusal(letter, manager, sent_on=on, sent_reason=sent_reason)[0] == field
    else:
        assert send(letter, manager, sent_on=on, sent_reason=sent_reason).sent_on == on


def test_nothing_is_issued_to_somebody_who_has_died_without_a_reason(draft_for, officer, manager):
    dead = factories.customer(by=officer, name="Peter", deceased_on=today() - timedelta(days=3), **HOME)
    letter = draft_for(dead)
    assert any(one.field == "after_death_reason" for one in issuing.check_ready(letter))
    letter = actions.edit_draft(
        letter=letter,
        by=manager,
        version=letter.version,
        advice=letter.advice.all(),
        signed_as="team",
        signatory=manager,
        after_death_reason="His executor asked for it.",
    )
    issued = actions.issue_letter(letter=letter, by=manager, version=letter.version)
    assert send(issued, manager).sent_on == today()


def test_the_page_says_what_is_in_doubt_before_anybody_answers(issued_to, signed_in, manager):
    letter = issued_to(preferred_language="Polish")
    client = signed_in(manager)
    assert "reads Polish, and no translation" in client.get(url(letter, "sent/")).content.decode()
    typed = {"version": letter.version, "sent_by_channel": "email", "sent_on": today().isoformat()}
    answer = client.post(url(letter, "sent/"), typed)
    assert answer.status_code == 422
    assert 'id="id_sent_reason_error"' in answer.content.decode()
    assert client.post(url(letter, "sent/"), typed | {"sent_reason": READ_OUT}).status_code == 302


def test_an_issued_letter_shows_the_address_that_it_was_issued_with(issued_to, signed_in, manager):
    letter = issued_to()
    change(letter, manager, address="9 Heron Way")
    page = signed_in(manager).get(url(letter)).content.decode()
    assert "4 Kelp Street<br>Lochside<br>G00 0AB" in page
    assert "9 Heron Way" not in page
