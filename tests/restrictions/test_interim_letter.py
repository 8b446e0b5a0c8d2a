"""The letter about what applies until it is decided: beyond the policy, B21."""

from datetime import timedelta

import page
import pytest

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import LetterStatus
from cha_engagement.letters.rendering import pdf, placeholders
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.organisation.models import AdviceOrganisation
from incidents.enums import Category
from restrictions import actions
from restrictions.actions import draft_interim_letter
from restrictions.letters.reader import applies_unknown_since
from tests import factories
from tests.desks import task_rows
from tests.letters.test_actions import edit_draft, send_letter

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B21")]

HEADINGS = ("## What this means for you", "## Why")


@pytest.fixture(autouse=True)
def adviser(organisation):
    return AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="Housing", contact="0800")


@pytest.fixture
def interim(manager, incident):
    return factories.interim_measure(
        by=manager, incidents=[incident], closed=[Channel.PHONE], letter_follows=True
    )


def complete_letter(letter, by):
    """Fill in everything that only the writer of a letter can know."""
    body = letter.body
    for heading in HEADINGS:
        body = body.replace(f"{heading}\n", f"{heading}\n\nTwo of us come to each visit.\n")
    return edit_draft(letter, by, body=body)


def waiting_tasks(user):
    return [row["reference"] for row in task_rows(user, "interim.tell")]


@pytest.mark.policy("5")
@pytest.mark.policy("9")
@pytest.mark.policy("12")
@pytest.mark.policy("22")
@pytest.mark.policy("61.1")
def test_it_says_what_applies_until_when_what_follows_and_how_to_object(interim, manager):
    letter = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    assert issuing.check_ready(letter) == []
    text = placeholders.filled_text(letter)
    last = uk_date(add_working_days(today(), 5))
    for words in (
        "For now, please do not contact us by phone.",
        f"This applies from {uk_date(today())} until the end of {last}.",
        f"By {last} a manager will decide whether anything needs to go on for longer.",
        "there is nothing to appeal against yet",
        "You need not wait to tell us how you see it.",
        "you can complain in any way that is open to you",
        "Scottish Public Services Ombudsman",
        "- by letter:",
        "report an emergency repair",
        "large print",
        "Lochside Advice",
        "free to disagree with us",
    ):
        assert words in text
    assert "- by phone" not in text


@pytest.mark.policy("65")
def test_what_staff_wrote_for_each_other_is_not_in_it(interim, manager):
    text = placeholders.filled_text(draft_interim_letter(interim=interim, by=manager))
    for words in (interim.staff_instruction, interim.reason, interim.how_notified):
        assert words not in text


def test_where_no_way_is_closed_it_says_that_contact_goes_on(incident, manager):
    interim = factories.interim_measure(by=manager, incidents=[incident])
    text = placeholders.filled_text(draft_interim_letter(interim=interim, by=manager))
    assert "You can go on contacting us as before." in text
    assert "please do not contact us" not in text


@pytest.mark.policy("22")
def test_to_whoever_is_restricted_already_it_does_not_say_that_nothing_is(
    officer, restriction, manager, customer
):
    later = factories.incident(by=officer, customer=customer)
    interim = factories.interim_measure(by=manager, incidents=[later])
    text = placeholders.filled_text(draft_interim_letter(interim=interim, by=manager))
    for words in ("You can go on contacting us as before.", "there is nothing to appeal against yet"):
        assert words not in text
    for words in (
        "This does not change how you can contact us.",
        "please do not contact us by phone",
        "It changes nothing in your right to appeal against anything else that we have decided",
    ):
        assert words in text


@pytest.mark.policy("12")
def test_once_it_is_decided_no_letter_says_that_it_will_be(interim, incident, manager, signed_in):
    begun = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    decision = factories.decision(by=manager, incidents=[incident])
    begun.refresh_from_db()
    assert (begun.status, begun.void_reason) == (
        LetterStatus.VOID,
        f"It was decided what follows: {decision}.",
    )
    assert waiting_tasks(manager) == []
    with pytest.raises(Refused, match="the letter about that decision"):
        draft_interim_letter(interim=interim, by=manager)
    assert "Draft the letter" not in signed_in(manager).get(interim.get_absolute_url()).content.decode()


@pytest.mark.policy("12")
def test_what_was_issued_before_it_was_decided_says_so(interim, incident, manager, signed_in):
    letter = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    issued = letters.issue_letter(letter=letter, by=manager, version=letter.version)
    factories.decision(by=manager, incidents=[incident])
    page = signed_in(manager).get(issued.get_absolute_url()).content.decode()
    assert f"A manager has decided what follows {interim} since this was written." in page


@pytest.mark.beyond("B2")
def test_the_only_way_that_is_left_is_named_once_our_details_say_where_it_leads(
    incident, manager, organisation
):
    shut = ["phone", "office", "letter", "email", "online_form"]
    organisation.text_number = "07700 900124"
    organisation.save()
    interim = factories.interim_measure(by=manager, incidents=[incident], closed=shut)
    organisation.text_number = ""
    organisation.save()
    letter = draft_interim_letter(interim=interim, by=manager)
    assert "how this customer can reach it" in " ".join(map(str, issuing.check_ready(letter)))
    organisation.text_number = "07700 900124"
    organisation.save()
    text = placeholders.filled_text(letter)
    assert "You can contact us by text or messaging." in text
    assert "- by text or messaging: 07700 900124" in text


@pytest.mark.policy("12")
def test_it_is_not_issued_before_its_writer_explained_what_it_means_and_why(interim, manager):
    letter = draft_interim_letter(interim=interim, by=manager)
    with pytest.raises(Incomplete) as refused:
        letters.issue_letter(letter=letter, by=manager, version=letter.version)
    assert [refusal.paragraph for refusal in refused.value.refusals] == ["B21", "12"]
    whole = complete_letter(letter, manager)
    assert letters.issue_letter(letter=whole, by=manager, version=whole.version).status == LetterStatus.ISSUED


@pytest.mark.parametrize(
    "name",
    [
        "what applies for now",
        "until when",
        "what happens next",
        "what you can do meanwhile",
        "how to complain",
        "the ombudsman",
    ],
)
def test_it_is_not_issued_without_what_its_reader_must_know(name, interim, manager):
    letter = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    letter = edit_draft(letter, manager, body=letter.body.replace(f"[{name}]", "Words."))
    with pytest.raises(Incomplete, match=rf"\[{name}\]"):
        letters.issue_letter(letter=letter, by=manager, version=letter.version)


@pytest.mark.policy("12")
def test_it_is_drafted_once_from_the_page_of_the_measure_which_then_shows_it(signed_in, interim, manager):
    client, url = signed_in(manager), f"{interim.get_absolute_url()}letter/"
    assert url in client.get(interim.get_absolute_url()).content.decode()
    assert client.get(url).status_code == 405
    first, again = (client.post(url).url for _ in range(2))
    assert first == again == interim.letters.get().get_absolute_url()
    shown = client.get(interim.get_absolute_url()).content.decode()
    assert url not in shown
    assert first in shown


@pytest.mark.policy("12")
def test_where_a_letter_follows_it_waits_until_it_is_written(interim, manager, officer):
    assert waiting_tasks(manager) == [interim.reference]
    assert waiting_tasks(officer) == []
    letter = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    assert waiting_tasks(manager) == []
    assert [row["reference"] for row in task_rows(manager, "letter.finish")] == [letter.reference]
    letters.void_letter(letter=letter, by=manager, version=letter.version, void_reason="Not yet.")
    assert waiting_tasks(manager) == [interim.reference]
    letter = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    assert applies_unknown_since(letter) == interim.created_at
    send_letter(letters.issue_letter(letter=letter, by=manager, version=letter.version), manager)
    assert waiting_tasks(manager) == []
    assert applies_unknown_since(letter) is None


def test_no_letter_is_asked_for_where_none_follows_nor_once_it_has_ended(interim, manager, officer):
    other = factories.incident(by=officer, customer=interim.customer)
    factories.interim_measure(by=manager, incidents=[other])
    assert waiting_tasks(manager) == [interim.reference]
    actions.end_interim_measure(interim=interim, by=manager, version=1, status_reason="All is calm.")
    assert waiting_tasks(manager) == []


def test_whoever_sets_one_says_that_a_letter_follows(signed_in, manager, incident, customer):
    client, url = signed_in(manager), f"{customer.get_absolute_url()}interim/"
    form = client.get(url).context["form"]
    posted = {
        "submission": form["submission"].value(),
        "staff_instruction": "Two people at every visit.",
        "reason": "A threat was made this afternoon.",
        "how_notified": "By phone, today.",
        "affected_matters": ["none"],
        "letter_follows": "on",
        "incidents": [incident.reference],
    }
    client.post(url, posted)
    interim = customer.interim_measures.get()
    assert waiting_tasks(manager) == [interim.reference]


@pytest.mark.policy("12")
@pytest.mark.parametrize("over", ["ended", "lapsed"])
def test_its_draft_is_withdrawn_when_it_ends(over, interim, manager):
    letter = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    if over == "lapsed":
        actions.lapse_interim_measure(interim=interim)
    else:
        version = interim.reload_locked().version
        actions.end_interim_measure(
            interim=interim, by=manager, version=version, status_reason="All is calm."
        )
    letter.refresh_from_db()
    assert (letter.status, bool(letter.void_reason)) == (LetterStatus.VOID, True)
    assert len(task_rows(manager, "letter.finish")) == 0


@pytest.mark.policy("12")
def test_once_it_is_made_longer_another_letter_says_until_when(officer, manager, customer):
    threat = factories.incident(by=officer, customer=customer, categories=[Category.OTHER_THREAT])
    interim = factories.interim_measure(by=manager, incidents=[threat], letter_follows=True)
    letter = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    assert "we can make it longer once" in placeholders.filled_text(letter)
    send_letter(letters.issue_letter(letter=letter, by=manager, version=letter.version), manager)
    version = interim.reload_locked().version
    longer = {"extension_reason": "The police ask us to wait.", "how_notified": "By letter."}
    interim = actions.extend_interim_measure(interim=interim, by=manager, version=version, **longer)
    assert waiting_tasks(manager) == [interim.reference]
    again = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    assert again != letter
    assert f"until the end of {uk_date(interim.ends_on)}" in placeholders.filled_text(again)
    assert waiting_tasks(manager) == []


@pytest.mark.policy("12")
def test_it_is_not_issued_once_the_measure_has_ended_nor_begun(interim, manager, signed_in):
    letter = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    actions.end_interim_measure(
        interim=interim, by=manager, version=interim.reload_locked().version, status_reason="All is calm."
    )
    with pytest.raises(Incomplete, match=f"{interim} has ended since this was written. Withdraw the letter."):
        letters.issue_letter(letter=letter, by=manager, version=letter.version)
    with pytest.raises(Refused, match="nothing to tell of it any more"):
        draft_interim_letter(interim=interim, by=manager)
    assert "Draft the letter" not in signed_in(manager).get(interim.get_absolute_url()).content.decode()


def test_after_its_last_day_it_is_over_though_nobody_ended_it(interim, manager, time_machine):
    letter = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    time_machine.move_to(f"{interim.ends_on + timedelta(days=1)}T08:00:00+00:00")
    with pytest.raises(Incomplete, match="has ended since this was written"):
        letters.issue_letter(letter=letter, by=manager, version=letter.version)


@pytest.mark.policy("22")
def test_only_a_manager_writes_it(interim, officer, executive):
    for somebody in (officer, executive):
        with pytest.raises(Refused):
            draft_interim_letter(interim=interim, by=somebody)


@pytest.mark.policy("61.3")
@pytest.mark.parametrize("letter_format", ["standard", "large_print"])
def test_it_passes_the_machine_rules_of_pdf_ua(interim, manager, letter_format):
    letter = complete_letter(draft_interim_letter(interim=interim, by=manager), manager)
    letter.format = letter_format
    content = pdf.render_pdf(letter, text=placeholders.filled_text(letter), final=True)
    report = page.validate_pdf_bytes(content, profile=page.ValidationProfile.PDF_UA_1)
    assert [failure.message for failure in report.failures] == []
