import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cha_engagement.core.records import Stale
from cha_engagement.letters import actions
from cha_engagement.letters.rendering import pdf, placeholders, standard_paragraphs
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.apps import create_initial_lists
from cha_engagement.organisation.models import StandardText
from cha_engagement.organisation.standard_texts import INITIAL_TEXTS

pytestmark = pytest.mark.django_db

PARAGRAPHS = "/admin/organisation/standardtext/"


@pytest.fixture
def client(administrator, signed_in):
    return signed_in(administrator)


def path_of(name):
    return f"{PARAGRAPHS}{StandardText.objects.get(name=name).pk}/change/"


def save(client, name, text, **more):
    """What is wrong with it, by field; nothing once it is saved."""
    page = client.post(path_of(name), {"text": text} | more)
    return {} if page.status_code == 302 else page.context["adminform"].errors


def add(client, name, text="Words.", **more):
    page = client.post(f"{PARAGRAPHS}add/", {"name": name, "text": text, "is_active": "on"} | more)
    return {} if page.status_code == 302 else page.context["adminform"].errors


# In a letter


def test_a_draft_shows_new_words_at_once_and_an_issued_letter_never_changes(
    client, draft_for, customer, manager
):
    letter, draft = draft_for(customer), draft_for(customer)
    issued = actions.issue_letter(letter=letter, by=manager, version=letter.version)
    said = issued.text, issued.plain_text, issued.sha256
    assert save(client, "adjustments and formats", "Tell us what you need.") == {}
    assert "Tell us what you need." in placeholders.filled_text(draft)
    issued.refresh_from_db()
    assert (issued.text, issued.plain_text, issued.sha256) == said
    assert "Tell us what you need" not in issued.text


def test_words_that_change_while_a_letter_is_issued_are_not_issued_unread(
    client, draft, manager, monkeypatch
):
    write = pdf.write_pdf

    def meanwhile(*args):
        save(client, "adjustments and formats", "Tell us what you need.")
        return write(*args)

    monkeypatch.setattr(pdf, "write_pdf", meanwhile)
    with pytest.raises(Stale):
        actions.issue_letter(letter=draft, by=manager, version=draft.version)


def test_a_paragraph_of_their_own_is_offered_beside_every_letter_and_filled_in(
    client, draft, manager, signed_in
):
    assert add(client, "Somebody  to speak for you", "You can ask somebody to speak to [association].") == {}
    page = signed_in(manager).get(draft.get_absolute_url()).content.decode()
    assert "[somebody to speak for you]" in page
    assert "You can ask somebody to speak to Lochside Homes." in page
    draft.body += "\n\n[somebody to speak for you]"
    assert "speak to Lochside Homes." in placeholders.filled_text(draft)
    assert issuing.check_ready(draft) == []


def test_one_that_is_no_longer_offered_is_not_known_to_letters(client, draft):
    add(client, "opening days")
    save(client, "opening days", "Words.", is_active="")
    draft.body += "\n\n[opening days]"
    assert ["[opening days]" in one.sentence for one in issuing.check_ready(draft)] == [True]


def test_all_paragraphs_take_one_query(organisation):
    for number in range(30):
        StandardText.objects.create(name=f"paragraph {number}", text="Words of [association].")
    with CaptureQueriesContext(connection) as queries:
        assert len(standard_paragraphs.standard_paragraphs(organisation)) == 30 + len(INITIAL_TEXTS)
    assert len(queries) == 1


def test_what_the_details_lack_is_asked_for_once_however_many_paragraphs_need_it(draft, organisation):
    organisation.ombudsman_name = ""
    organisation.save()
    draft.body += "\n\n[the ombudsman]"
    assert [refusal.sentence for refusal in issuing.check_ready(draft)] == [
        "The association’s details do not say who the ombudsman is. Ask an administrator to fill it in."
    ]


def test_what_follows_a_list_in_a_paragraph_is_no_part_of_it(client, draft, organisation):
    text = "The [ombudsman]:\n\n[how to reach the ombudsman]\nThey are free to use."
    assert save(client, "the ombudsman", text) == {}
    said = standard_paragraphs.standard_paragraphs(organisation)["the ombudsman"]
    assert said.endswith("- Phone 0800 377 7330\n\nThey are free to use.")


# What may be saved


@pytest.mark.parametrize("name", INITIAL_TEXTS)
def test_the_paragraphs_that_we_begin_with_can_be_saved_as_they_are(client, name):
    assert save(client, name, INITIAL_TEXTS[name]) == {}


def test_an_unknown_place_is_named_with_what_may_be_used(client):
    errors = save(client, "how we use records", "We keep it at [our office].")
    (sentence,) = errors["text"]
    assert sentence.startswith("Nothing is known that could stand for [our office].")
    assert "[association]" in sentence
    assert save(client, "how we use records", r"We keep it \[for now\].") == {}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        *(
            pytest.param("what always stays open", kept, marks=pytest.mark.beyond("B2"))
            for kept in ("emergency repairs line", "tell us of danger", "ask for information", "ombudsman")
        ),
        *(
            pytest.param("the ombudsman", kept, marks=pytest.mark.beyond("B3"))
            for kept in ("ombudsman", "how to reach the ombudsman")
        ),
        pytest.param("how to complain", "how to reach the complaints process", marks=pytest.mark.policy("5")),
        pytest.param("criticism is welcome", "association", marks=pytest.mark.policy("5")),
    ],
)
def test_a_paragraph_cannot_lose_what_it_always_says(client, name, kept):
    errors = save(client, name, INITIAL_TEXTS[name].replace(f"[{kept}]", "this"))
    (sentence,) = errors["text"]
    assert sentence.startswith(f"[{name}] always says [{kept}]: put it back in the text.")
    assert StandardText.objects.get(name=name).text == INITIAL_TEXTS[name]


@pytest.mark.policy("5")
def test_no_other_paragraph_tells_of_a_way_that_a_restriction_may_have_closed(client):
    (sentence,) = add(client, "complaints", "Complain: [how to reach the complaints process].")["text"]
    assert "[how to reach the complaints process]" in sentence


def test_a_list_stands_on_a_line_of_its_own(client):
    text = "The [ombudsman] is at [how to reach the ombudsman]."
    assert save(client, "the ombudsman", text) == {
        "text": ["[how to reach the ombudsman] is a list: put it on a line of its own."]
    }


def test_what_was_typed_is_still_there_when_it_is_refused(client):
    page = client.post(path_of("the ombudsman"), {"text": "Something else."})
    assert "Something else." in page.content.decode()


@pytest.mark.parametrize(
    "name", ["how to contact us", "independent advice", "How to appeal", "what this letter changes"]
)
def test_a_name_that_letters_fill_in_otherwise_is_refused(client, name):
    assert add(client, name) == {
        "name": ["Letters fill in something else by this name already. Choose another name."]
    }


def test_a_name_stands_once(client):
    assert add(client, "The ombudsman")["name"] == [
        "There is a paragraph of this name already. Change that one."
    ]


@pytest.mark.parametrize("name", ["[name]", "na[me", r"back\slash"])
def test_a_name_that_could_not_stand_in_square_brackets_is_refused(client, name):
    assert add(client, name) == {"name": ["Use words without square brackets or backslashes."]}


def test_what_letters_need_keeps_its_name_is_always_offered_and_never_deleted(client):
    ombudsman = StandardText.objects.get(name="the ombudsman")
    client.post(path_of("the ombudsman"), {"text": ombudsman.text, "name": "other", "is_active": ""})
    ombudsman.refresh_from_db()
    assert ombudsman.name == "the ombudsman"
    assert ombudsman.is_active
    page = client.post(f"{PARAGRAPHS}{ombudsman.pk}/delete/", {"post": "yes"})
    assert page.status_code == 403


def test_each_change_is_kept_with_who_made_it(client, administrator):
    save(client, "adjustments and formats", "Tell us what you need.")
    latest = StandardText.objects.get(name="adjustments and formats").history.latest()
    assert (latest.history_user, latest.text) == (administrator, "Tell us what you need.")


def test_a_paragraph_that_letters_come_to_need_is_added_and_none_that_was_changed_is_begun_anew():
    StandardText.objects.filter(name="the ombudsman").update(text="Ours.")
    StandardText.objects.filter(name="how to complain").delete()
    create_initial_lists()
    assert StandardText.objects.get(name="the ombudsman").text == "Ours."
    assert StandardText.objects.get(name="how to complain").text == INITIAL_TEXTS["how to complain"]
