"""What an Administrator changes in the words of letters: seen, kept to what must be said, told, and visible in drafts."""

import pytest
from lxml import html

from cha_engagement.letters.actions import ask_second_reader
from cha_engagement.letters.queries.association_words import changed_since_saved
from cha_engagement.letters.rules import check_ready
from cha_engagement.organisation.models import AdviceOrganisation, Organisation, StandardText, Wording
from cha_engagement.organisation.standard_texts import INITIAL_TEXTS
from cha_engagement.staff.models import Notice

from ..organisation.seen import save_seen
from ..organisation.test_admin import DETAILS, details

pytestmark = pytest.mark.django_db

ADMIN = "/admin/organisation/"
RECORDS = "how we use records"


@pytest.fixture
def client(administrator, signed_in):
    return signed_in(administrator)


def path_of(record):
    return f"{ADMIN}{record._meta.model_name}/{record.pk}/change/"


@pytest.fixture
def paragraph():
    return StandardText.objects.get(name=RECORDS)


@pytest.fixture
def adviser():
    return AdviceOrganisation.objects.create(
        name="Calm Waters", helps_with="Listening", contact="0800 496 0120"
    )


def typed_adviser(**changes):
    return {"name": "Calm Waters", "helps_with": "Listening", "contact": "0800 496 0120"} | changes


def test_a_paragraph_is_read_as_a_letter_before_it_is_saved(client, paragraph, organisation):
    page = client.post(path_of(paragraph), {"text": "We at [association] keep this."})
    paragraph.refresh_from_db()
    assert paragraph.text == INITIAL_TEXTS[RECORDS]
    (sheet,) = html.fromstring(page.content).xpath("//article[contains(@class, 'letter')]")
    assert "We at Lochside Homes keep this." in sheet.text_content()
    assert "Error:" not in page.content.decode()


def test_only_what_was_seen_is_saved(client, paragraph):
    """Seen once, the words are changed again, or the fingerprint of others is sent: they are shown again."""
    digest = client.post(path_of(paragraph), {"text": "We keep this."}).context["seen"]["digest"]
    page = client.post(path_of(paragraph), {"text": "We keep all of it.", "seen": digest})
    assert "We keep all of it." in page.content.decode()
    assert client.post(path_of(paragraph), {"text": "We keep this.", "seen": "guessed"}).status_code == 200
    paragraph.refresh_from_db()
    assert paragraph.text == INITIAL_TEXTS[RECORDS]
    assert save_seen(client, path_of(paragraph), {"text": "We keep all of it."}).status_code == 302


def test_the_details_an_adviser_and_wording_are_seen_too(client, organisation, adviser):
    page = client.post(f"{DETAILS}1/change/", details(client, emergency_phone="0800 496 0009"))
    assert "0800 496 0009" in page.content.decode()
    assert Organisation.objects.get().emergency_phone != "0800 496 0009"
    assert client.post(path_of(adviser), typed_adviser()).context["seen"]
    wording = Wording.objects.first()
    typed = {"words": wording.words, "suggestion": "say what happened", "is_active": "on"}
    assert client.post(path_of(wording), typed).context["seen"]
    assert Wording.objects.get(pk=wording.pk).suggestion == wording.suggestion


def test_what_no_letter_says_is_told_in_a_sentence_and_not_as_a_letter(client, organisation, adviser):
    page = client.post(path_of(adviser), typed_adviser())
    assert "Letters no longer name Calm Waters." in page.content.decode()
    wording = Wording.objects.first()
    typed = {"words": wording.words, "suggestion": "say what happened", "is_active": "on"}
    told = client.post(path_of(wording), typed)
    assert "is told: say what happened" in told.content.decode()
    for shown in (page, told):
        assert html.fromstring(shown.content).xpath("//article[contains(@class, 'letter')]") == []


def test_intervals_are_saved_at_once_and_told_as_what_they_are(client, organisation, management):
    assert client.post(f"{DETAILS}1/change/", details(client, review_months=4)).status_code == 302
    (notice,) = Notice.objects.filter(recipient=management)
    assert "changed how the association works" in notice.text


@pytest.mark.policy("53")
@pytest.mark.parametrize(
    "words",
    [
        "You may not complain.",
        "You can complain, but not about our staff.",
        "You have no right to appeal.",
        "The ombudsman does not hear such cases.",
        "Repairs are stopped while a restriction stands.",
        "You may not phone us.",
    ],
)
def test_no_words_for_everybody_take_anything_away(client, paragraph, adviser, organisation, words):
    assert save_seen(client, path_of(paragraph), {"text": words}).context["adminform"].errors["text"]
    page = save_seen(client, path_of(adviser), typed_adviser(helps_with=words, is_active="on"))
    assert page.context["adminform"].errors["helps_with"]
    page = save_seen(client, f"{DETAILS}1/change/", details(client, ombudsman_time_limit=words))
    assert page.context["adminform"].errors["ombudsman_time_limit"]


@pytest.mark.policy("21.1")
@pytest.mark.parametrize(
    "contact", ["0141 496 0000", "+44 141 4960000", "hello@lochside.example", "0800 496 0001"]
)
def test_a_paragraph_names_no_way_to_us(client, paragraph, organisation, contact):
    page = save_seen(client, path_of(paragraph), {"text": f"Ask us about it: {contact}."})
    assert "leads to us" in str(page.context["adminform"].errors["text"])


def test_a_way_to_somebody_else_is_shown_before_it_is_saved(client, paragraph, organisation):
    page = client.post(path_of(paragraph), {"text": "The Information Commissioner is on 0303 123 1113."})
    assert page.context["seen"]["contacts"] == ["0303 123 1113"]
    assert "It names 0303 123 1113" in page.content.decode()


@pytest.mark.policy("8")
def test_we_are_no_independent_advice(client, adviser, organisation):
    page = save_seen(client, path_of(adviser), typed_adviser(contact="Ring 0141 496 0000", is_active="on"))
    assert "somebody independent" in str(page.context["adminform"].errors["contact"])


@pytest.mark.beyond("B2", "B3")
@pytest.mark.parametrize(
    "name", ["complaints_contact", "ombudsman_name", "ombudsman_contact", "ombudsman_time_limit"]
)
def test_what_letters_have_to_say_is_not_emptied(client, organisation, name):
    assert getattr(organisation, name)
    for nothing in ("", "n/a", "-"):
        page = save_seen(client, f"{DETAILS}1/change/", details(client, **{name: nothing}))
        assert name in page.context["adminform"].errors


@pytest.mark.beyond("B2")
def test_one_emergency_route_stays(client, organisation):
    routes = dict.fromkeys(
        ["emergency_relay", "emergency_text", "emergency_email", "emergency_interpreter"], ""
    )
    assert save_seen(client, f"{DETAILS}1/change/", details(client, **routes)).status_code == 302
    for nothing in ("", "n/a"):
        page = save_seen(client, f"{DETAILS}1/change/", details(client, emergency_phone=nothing))
        assert "emergency_phone" in page.context["adminform"].errors


@pytest.mark.policy("9")
def test_a_paragraph_says_something(client):
    asked = StandardText.objects.get(name="adjustments and formats")
    page = save_seen(client, path_of(asked), {"text": "n/a"})
    assert "has to say something" in str(page.context["adminform"].errors["text"])


def test_management_team_is_told_and_reads_what_it_said_before(
    client, signed_in, management, manager, officer, paragraph
):
    save_seen(client, path_of(paragraph), {"text": "We keep this for six years."})
    (notice,) = Notice.objects.filter(path="/letters/words/")
    assert notice.recipient == management
    page = signed_in(management).get(notice.path).content.decode()
    assert "We keep this for six years." in page
    assert INITIAL_TEXTS[RECORDS][:60] in page
    assert signed_in(officer).get(notice.path).status_code == 403


def test_a_draft_says_what_was_worded_otherwise_since_it_was_saved(client, signed_in, manager, draft):
    name = "adjustments and formats"
    assert changed_since_saved(draft) == []
    save_seen(client, path_of(StandardText.objects.get(name=name)), {"text": "Tell us what you need."})
    save_seen(client, path_of(StandardText.objects.get(name=RECORDS)), {"text": "We keep this."})
    assert changed_since_saved(draft) == [name]
    page = signed_in(manager).get(draft.get_absolute_url()).content.decode()
    assert "Worded otherwise since you saved" in page


def test_asking_for_a_second_reader_does_not_end_that_warning(client, manager, draft):
    name = "adjustments and formats"
    save_seen(client, path_of(StandardText.objects.get(name=name)), {"text": "Tell us what you need."})
    asked = ask_second_reader(letter=draft, by=manager, version=draft.version)
    assert changed_since_saved(asked) == [name]


@pytest.mark.policy("8")
def test_a_draft_with_an_adviser_who_was_withdrawn_cannot_be_issued(client, draft, adviser):
    draft.body += "\n\n[independent advice]"
    draft.advice.set([adviser])
    assert check_ready(draft) == []
    save_seen(client, path_of(adviser), typed_adviser(is_active=""))
    draft = type(draft).objects.get(pk=draft.pk)
    draft.body += "\n\n[independent advice]"
    assert [refusal.sentence for refusal in check_ready(draft)] == [
        "Calm Waters is no longer offered in letters. Choose another organisation."
    ]
    assert "Calm Waters" in changed_since_saved(draft)
