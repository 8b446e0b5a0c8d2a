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

from ..organisation.seen import save_seen

pytestmark = pytest.mark.django_db

PARAGRAPHS = "/admin/organisation/standardtext/"


@pytest.fixture
def client(administrator, signed_in):
    return signed_in(administrator)


def change_path(name):
    return f"{PARAGRAPHS}{StandardText.objects.get(name=name).pk}/change/"


def save_paragraph(client, name, text, **more):
    """Save a paragraph, and return the errors by field; none once it is saved."""
    page = save_seen(client, change_path(name), {"text": text} | more)
    return {} if page.status_code == 302 else page.context["adminform"].errors


def add_paragraph(client, name, text="Words.", **more):
    page = save_seen(client, f"{PARAGRAPHS}add/", {"name": name, "text": text, "is_active": "on"} | more)
    return {} if page.status_code == 302 else page.context["adminform"].errors


# In a letter


def test_a_changed_paragraph_changes_drafts_and_no_issued_letter(client, draft_for, customer, manager):
    letter, draft = draft_for(customer), draft_for(customer)
    issued_letter = actions.issue_letter(letter=letter, by=manager, version=letter.version)
    texts_before = issued_letter.text, issued_letter.plain_text, issued_letter.sha256
    assert save_paragraph(client, "adjustments and formats", "Tell us what you need.") == {}
    assert "Tell us what you need." in placeholders.filled_text(draft)
    issued_letter.refresh_from_db()
    assert (issued_letter.text, issued_letter.plain_text, issued_letter.sha256) == texts_before
    assert "Tell us what you need" not in issued_letter.text


def test_a_letter_whose_paragraphs_change_while_it_is_issued_is_stale(client, draft, manager, monkeypatch):
    write = pdf.write_pdf

    def meanwhile(*args):
        save_paragraph(client, "adjustments and formats", "Tell us what you need.")
        return write(*args)

    monkeypatch.setattr(pdf, "write_pdf", meanwhile)
    with pytest.raises(Stale):
        actions.issue_letter(letter=draft, by=manager, version=draft.version)


def test_an_added_paragraph_is_offered_to_every_letter_and_filled_in(client, draft, manager, signed_in):
    assert (
        add_paragraph(client, "Somebody  to speak for you", "You can ask somebody to speak to [association].")
        == {}
    )
    page = signed_in(manager).get(draft.get_absolute_url()).content.decode()
    assert "[somebody to speak for you]" in page
    assert "You can ask somebody to speak to Lochside Homes." in page
    draft.body += "\n\n[somebody to speak for you]"
    assert "speak to Lochside Homes." in placeholders.filled_text(draft)
    assert issuing.check_ready(draft) == []


def test_an_inactive_paragraph_is_unknown_to_letters(client, draft):
    add_paragraph(client, "opening days")
    save_paragraph(client, "opening days", "Words.", is_active="")
    draft.body += "\n\n[opening days]"
    assert ["[opening days]" in refusal.sentence for refusal in issuing.check_ready(draft)] == [True]


def test_all_paragraphs_take_one_query(organisation):
    for number in range(30):
        StandardText.objects.create(name=f"paragraph {number}", text="Words of [association].")
    with CaptureQueriesContext(connection) as queries:
        assert len(standard_paragraphs.standard_paragraphs(organisation)) == 30 + len(INITIAL_TEXTS)
    assert len(queries) == 1


def test_a_missing_detail_is_asked_for_once(draft, organisation):
    organisation.ombudsman_name = ""
    organisation.save()
    draft.body += "\n\n[the ombudsman]"
    assert [refusal.sentence for refusal in issuing.check_ready(draft)] == [
        "The association’s details do not say who the ombudsman is. Ask an administrator to fill it in."
    ]


def test_text_after_a_list_in_a_paragraph_stands_apart(client, draft, organisation):
    text = "The [ombudsman]. [when to go to the ombudsman]\n\n[how to reach the ombudsman]\nThey are free to use."
    assert save_paragraph(client, "the ombudsman", text) == {}
    texts_before = standard_paragraphs.standard_paragraphs(organisation)["the ombudsman"]
    assert texts_before.endswith("- Phone 0800 377 7330\n\nThey are free to use.")


# Saving


@pytest.mark.parametrize("name", INITIAL_TEXTS)
def test_the_initial_paragraphs_can_be_saved_unchanged(client, name):
    assert save_paragraph(client, name, INITIAL_TEXTS[name]) == {}


def test_an_unknown_placeholder_is_named_with_the_usable_ones(client):
    errors = save_paragraph(client, "how we use records", "We keep it at [our office].")
    (sentence,) = errors["text"]
    assert sentence.startswith("[our office] is not something that we can fill in.")
    assert "[association]" in sentence
    assert save_paragraph(client, "how we use records", r"We keep it \[for now\].") == {}


@pytest.mark.parametrize(
    ("name", "placeholder"),
    [
        pytest.param("what always stays open", "all that is always open", marks=pytest.mark.beyond("B2")),
        *(
            pytest.param("the ombudsman", placeholder, marks=pytest.mark.beyond("B3"))
            for placeholder in ("ombudsman", "how to reach the ombudsman")
        ),
        pytest.param("the ombudsman", "when to go to the ombudsman", marks=pytest.mark.policy("6.3")),
        pytest.param("how to complain", "how to reach the complaints process", marks=pytest.mark.policy("5")),
        pytest.param("criticism is welcome", "association", marks=pytest.mark.policy("5")),
    ],
)
def test_a_paragraph_cannot_lose_a_required_placeholder(client, name, placeholder):
    errors = save_paragraph(client, name, INITIAL_TEXTS[name].replace(f"[{placeholder}]", "this"))
    (sentence,) = errors["text"]
    assert sentence.startswith(f"[{name}] always says [{placeholder}]: put it back in the text.")
    assert StandardText.objects.get(name=name).text == INITIAL_TEXTS[name]


@pytest.mark.policy("5")
def test_only_how_to_complain_names_the_complaints_contact(client):
    (sentence,) = add_paragraph(client, "complaints", "Complain: [how to reach the complaints process].")[
        "text"
    ]
    assert "[how to reach the complaints process]" in sentence


def test_a_list_stands_on_a_line_of_its_own(client):
    text = "The [ombudsman] is at [how to reach the ombudsman]. [when to go to the ombudsman]"
    assert save_paragraph(client, "the ombudsman", text) == {
        "text": ["[how to reach the ombudsman] is a list: put it on a line of its own."]
    }


def test_a_refused_paragraph_keeps_the_typed_text(client):
    page = save_seen(client, change_path("the ombudsman"), {"text": "Something else."})
    assert "Something else." in page.content.decode()


@pytest.mark.parametrize(
    "name", ["how to contact us", "independent advice", "How to appeal", "what this letter changes"]
)
def test_a_paragraph_cannot_have_the_name_of_another_placeholder(client, name):
    assert add_paragraph(client, name) == {
        "name": ["Letters use this name for something else already. Choose another name."]
    }


def test_a_paragraph_name_is_unique(client):
    assert add_paragraph(client, "The ombudsman")["name"] == [
        "There is a paragraph of this name already. Change that one."
    ]


@pytest.mark.parametrize("name", ["[name]", "na[me", r"back\slash"])
def test_a_paragraph_name_with_brackets_or_backslashes_is_refused(client, name):
    assert add_paragraph(client, name) == {"name": ["Use words without square brackets or backslashes."]}


def test_a_needed_paragraph_cannot_be_renamed_or_deleted(client):
    ombudsman = StandardText.objects.get(name="the ombudsman")
    save_seen(
        client, change_path("the ombudsman"), {"text": ombudsman.text, "name": "other", "is_active": ""}
    )
    ombudsman.refresh_from_db()
    assert ombudsman.name == "the ombudsman"
    assert ombudsman.is_active
    page = client.post(f"{PARAGRAPHS}{ombudsman.pk}/delete/", {"post": "yes"})
    assert page.status_code == 403


def test_each_change_of_a_paragraph_is_kept_with_its_author(client, administrator):
    save_paragraph(client, "adjustments and formats", "Tell us what you need.")
    latest = StandardText.objects.get(name="adjustments and formats").history.latest()
    assert (latest.history_user, latest.text) == (administrator, "Tell us what you need.")


def test_a_missing_paragraph_is_added_and_a_changed_one_is_kept():
    StandardText.objects.filter(name="the ombudsman").update(text="Ours.")
    StandardText.objects.filter(name="how to complain").delete()
    create_initial_lists()
    assert StandardText.objects.get(name="the ombudsman").text == "Ours."
    assert StandardText.objects.get(name="how to complain").text == INITIAL_TEXTS["how to complain"]
