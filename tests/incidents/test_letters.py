import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers.enums import Channel
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import LetterStatus, SentBy, SignedAs
from cha_engagement.letters.interfaces import letter_kinds
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rendering.markdown import placeholder_names
from cha_engagement.organisation import calendar
from cha_engagement.organisation.models import AdviceOrganisation
from incidents import actions
from incidents.actions import write_letter
from incidents.enums import Category, Outcome, Warning, WarningLetter
from incidents.letters import REQUIRED_PLACEHOLDERS, REQUIRED_SECTIONS
from incidents.queries import given_warnings
from tests.letters.test_actions import edit_draft, send_letter

from .. import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def adviser(organisation):
    return AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="Housing", contact="0800")


@pytest.mark.parametrize("code", WarningLetter)
def test_each_letter_begins_with_what_it_must_hold(code):
    assert code in letter_kinds(), "Put its constant into letter_kinds of incidents/desk.py."
    text = (settings.BASE_DIR / "templates" / "letters" / f"{code}.md").read_text()
    assert text.endswith('{% include "letters/closing.md" %}\n'), (
        f"End templates/letters/{code}.md with letters/closing.md."
    )
    headings = {line[3:].strip().casefold() for line in text.splitlines() if line.startswith("## ")}
    missing = (REQUIRED_SECTIONS.keys() - headings) | (REQUIRED_PLACEHOLDERS.keys() - placeholder_names(text))
    assert missing == set(), (
        f"A letter without these is not issued: put them into templates/letters/{code}.md."
    )


@pytest.fixture
def incident_to_write_about(manager, officer, customer):
    """`incident_to_write_about(**facts)` is an incident after which a manager decided that a letter follows."""

    def incident_to_write_about(outcome="warning_letter", **facts):
        incident = factories.incident(by=officer, customer=customer, **facts)
        return actions.assess_incident(
            incident=incident,
            by=manager,
            version=incident.version,
            outcome=outcome,
            reasons="The first time.",
        )

    return incident_to_write_about


def complete_letter(letter, manager):
    """Return the letter with everything in it that only its writer can know."""
    body = letter.body
    for heading in ("## What happened", "## What we ask of you"):
        body = body.replace(f"{heading}\n", f"{heading}\n\nWords.\n")
    return edit_draft(letter, manager, body=body)


def send_about_incident(incident, manager):
    """Write, issue and send the letter about an incident."""
    letter = complete_letter(write_letter(incident=incident, by=manager), manager)
    return send_letter(letters.issue_letter(letter=letter, by=manager, version=letter.version), manager)


@pytest.mark.policy("5", "29")
def test_after_a_call_the_letter_says_what_we_ask_and_is_signed_by_who_writes_it(
    incident_to_write_about, manager
):
    letter = write_letter(incident=incident_to_write_about(), by=manager)
    assert (letter.title, letter.signed_as) == ("What we ask of you", SignedAs.PERSON)
    text = placeholders.filled_text(letter)
    assert "This is about your call to us on " in text
    assert "This letter changes nothing in how you can reach us." in text
    assert "complaints@lochside.example" in text


@pytest.mark.policy("29", "30")
@pytest.mark.parametrize("channel", ["letter", "email", "online_form", "message", "social_media"])
def test_whoever_sent_abuse_is_told_so_by_the_team_and_its_content_is_not_answered(
    incident_to_write_about, manager, channel
):
    letter = write_letter(incident=incident_to_write_about(channel=channel, contact_ended=""), by=manager)
    assert (letter.kind, letter.signed_as) == ("correspondence", SignedAs.TEAM)
    assert "We do not answer what you sent us" in letter.body


@pytest.mark.policy("31", "47", "61.1")
@pytest.mark.parametrize("category", ["unreasonable_demands", "level_of_contact", "harassment"])
def test_whoever_wrote_too_much_is_not_told_of_words_that_we_cannot_accept(
    incident_to_write_about, manager, category
):
    letter = write_letter(
        incident=incident_to_write_about(channel=Channel.EMAIL, contact_ended="", categories=[category]),
        by=manager,
    )
    assert letter.kind == "expectations"
    text = placeholders.filled_text(letter)
    assert "This is about your email to us on " in text
    assert "cannot accept" not in text


@pytest.mark.policy("65")
def test_what_staff_wrote_for_each_other_is_not_in_the_draft(incident_to_write_about, manager):
    assert "Shouted and swore" not in placeholders.filled_text(
        write_letter(incident=incident_to_write_about(), by=manager)
    )


@pytest.mark.policy("61.1", "61.3")
def test_it_is_not_issued_before_it_says_what_happened_and_what_we_ask(incident_to_write_about, manager):
    letter = write_letter(incident=incident_to_write_about(), by=manager)
    with pytest.raises(Incomplete) as refused:
        letters.issue_letter(letter=letter, by=manager, version=letter.version)
    assert [refusal.paragraph for refusal in refused.value.refusals] == ["61.1", "61.3"]
    complete = complete_letter(letter, manager)
    assert (
        letters.issue_letter(letter=complete, by=manager, version=complete.version).status
        == LetterStatus.ISSUED
    )


@pytest.mark.policy("31")
@pytest.mark.parametrize("outcome", ["warned", "restorative"])
def test_only_a_manager_decides_that_correspondence_cannot_be_accepted(
    incident_to_write_about, manager, officer, outcome
):
    with pytest.raises(Refused, match="A manager first decides"):
        write_letter(incident=incident_to_write_about(outcome), by=manager)
    with pytest.raises(Refused):
        write_letter(incident=incident_to_write_about(), by=officer)


@pytest.fixture
def incident_of_management_team(management, officer, customer):
    """`incident_of_management_team(**facts)` is an incident after which a Management Team member decided that a letter follows."""

    def incident_of_management_team(**facts):
        incident = factories.incident(by=officer, customer=customer, **facts)
        answers = {"outcome": Outcome.WARNING_LETTER, "reasons": "The tenth this month."}
        return actions.assess_incident(incident=incident, by=management, version=incident.version, **answers)

    return incident_of_management_team


@pytest.mark.policy("54")
def test_only_the_management_team_writes_that_complaints_are_used_unacceptably(
    incident_of_management_team, manager, management
):
    incident = incident_of_management_team(
        categories=[Category.COMPLAINTS_PROCESS, Category.LEVEL_OF_CONTACT]
    )
    with pytest.raises(Refused, match=f"Only a Management Team member .* Leave it to {management}"):
        write_letter(incident=incident, by=manager)
    letter = complete_letter(write_letter(incident=incident, by=management), management)
    with pytest.raises(Refused, match="Only a Management Team member"):
        letters.issue_letter(letter=letter, by=manager, version=letter.version)
    assert (
        letters.issue_letter(letter=letter, by=management, version=letter.version).status
        == LetterStatus.ISSUED
    )


@pytest.mark.policy("54")
def test_such_a_letter_waits_for_the_management_team_alone_whoever_decided(
    incident_of_management_team, incident_to_write_about, manager, management, tasks
):
    incident = incident_of_management_team(categories=[Category.COMPLAINTS_PROCESS])
    task = ("incident.write", incident.reference)
    assert task in tasks(management)
    assert task not in tasks(manager)
    found_later = incident_to_write_about()
    changes = {"version": found_later.version, "categories": [Category.COMPLAINTS_PROCESS, Category.ABUSE]}
    actions.change_incident(incident=found_later, by=manager, correction_reason="She told me so.", **changes)
    task = ("incident.write", found_later.reference)
    assert task in tasks(management)
    assert task not in tasks(manager)


@pytest.mark.policy("54")
def test_it_waits_for_another_of_the_management_team_while_one_is_away(
    incident_of_management_team, manager, management, tasks
):
    incident = incident_of_management_team(categories=[Category.COMPLAINTS_PROCESS])
    other = factories.staff("other", "Manager", "Management Team")
    assert ("incident.write", incident.reference) not in tasks(other)
    management.away_until = calendar.today()
    management.save()
    assert ("incident.write", incident.reference) in tasks(other)
    assert ("incident.write", incident.reference) not in tasks(manager)


def test_to_somebody_unknown_there_is_no_letter(manager, officer):
    incident = factories.incident(by=officer, customer=None, unidentified_person="A man in a green coat")
    incident = actions.assess_incident(
        incident=incident,
        by=manager,
        version=incident.version,
        outcome=Outcome.WARNING_LETTER,
        reasons="Swore at us",
    )
    with pytest.raises(Refused, match="Link the incident to its customer"):
        write_letter(incident=incident, by=manager)


def test_asked_for_twice_it_is_one_letter(incident_to_write_about, manager, management):
    incident = incident_to_write_about()
    assert write_letter(incident=incident, by=manager) == write_letter(incident=incident, by=management)


@pytest.mark.policy("29")
def test_it_waits_on_the_work_list_until_it_is_written_and_not_closed_before(
    incident_to_write_about, manager, tasks
):
    incident = incident_to_write_about()
    assert ("incident.write", incident.reference) in tasks(manager)
    letter = complete_letter(write_letter(incident=incident, by=manager), manager)
    assert ("incident.write", incident.reference) not in tasks(manager)
    letters.void_letter(letter=letter, by=manager, version=letter.version, void_reason="Not yet.")
    assert ("incident.write", incident.reference) in tasks(manager)


def test_the_incident_shows_its_letter_and_the_button_only_before(
    signed_in, incident_to_write_about, manager
):
    incident, client = incident_to_write_about(), signed_in(manager)
    button = f'action="/incidents/{incident}/letter/"'
    assert button in client.get(incident.get_absolute_url()).content.decode()
    letter = client.post(f"/incidents/{incident}/letter/").url
    page = client.get(incident.get_absolute_url()).content.decode()
    assert letter in page
    assert button not in page


def test_a_letter_about_an_incident_can_be_sent_and_put_right(incident_to_write_about, manager):
    letter = complete_letter(write_letter(incident=incident_to_write_about(), by=manager), manager)
    letter = letters.issue_letter(letter=letter, by=manager, version=letter.version)
    letter = letters.send_letter(
        letter=letter,
        by=manager,
        version=letter.version,
        sent_by_channel=SentBy.LETTER,
        sent_on=calendar.today(),
    )
    new = letters.replace_letter(letter=letter, by=manager, submission="1b671a64-40d5-491e-99b0-da01ff1f3341")
    assert new.incidents.get() == letter.incidents.get()


@pytest.mark.policy("31")
@pytest.mark.beyond("B12")
@pytest.mark.parametrize(
    ("channel", "what"), [("phone", "What we ask of you"), ("email", "About what you sent us")]
)
def test_a_letter_about_what_we_expect_is_a_warning_once_it_is_sent(
    signed_in, incident_to_write_about, officer, manager, customer, channel, what
):
    incident = incident_to_write_about(
        channel=channel, warning=Warning.GIVEN, occurred_at=timezone.now() - timedelta(days=3)
    )
    spoken = (incident.reference, Channel(channel).label.lower())
    draft = write_letter(incident=incident, by=manager)
    assert [(warning.reference, warning.description) for warning in given_warnings(customer, manager)] == [
        spoken
    ]
    letter = send_about_incident(incident, manager)
    assert letter == draft
    written = (letter.reference, f"a letter: {what}")
    assert [(warning.reference, warning.description) for warning in given_warnings(customer, manager)] == [
        written,
        spoken,
    ]
    page = signed_in(manager).get(f"/incidents/{factories.incident(by=officer, customer=customer)}/assess/")
    assert f"a letter: {what}" in page.content.decode()
    assert letter.get_absolute_url() in page.content.decode()


@pytest.mark.policy("65")
def test_warnings_that_somebody_may_not_read_are_not_listed_to_them(
    incident_to_write_about, officer, manager, customer
):
    incident = incident_to_write_about(warning=Warning.GIVEN)
    send_about_incident(incident, manager)
    assert len(given_warnings(customer, manager)) == 2
    assert [warning.reference for warning in given_warnings(customer, officer)] == [incident.reference]
    assert given_warnings(customer, factories.staff("colleague", "Officer")) == []


@pytest.mark.beyond("B12")
def test_a_letter_that_puts_another_right_is_no_second_warning(incident_to_write_about, manager, customer):
    first = send_about_incident(incident_to_write_about(warning=""), manager)
    again = letters.replace_letter(letter=first, by=manager, submission=uuid.uuid4())
    send_letter(letters.issue_letter(letter=again, by=manager, version=again.version), manager)
    assert [warning.reference for warning in given_warnings(customer, manager)] == [first.reference]
