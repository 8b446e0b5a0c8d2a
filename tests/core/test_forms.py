"""Forms lose nothing that was typed, and say of what is wrong what to do about it."""

import ast
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from lxml import html

from cha_engagement.core.dates import AnyDateField, PastDateTimeField
from cha_engagement.core.forms import CaseForm, CaseModelForm, ChangeForm, CreateForm
from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers.enums import Channel, Format, Relationship
from cha_engagement.customers.models import Customer
from incidents.enums import Category
from incidents.models import Incident
from tests import factories, files

PROJECT = Path(__file__).parent.parent.parent
NEW = "/customers/new/"


def words(element):
    return " ".join(element.text_content().split())


def comparisons(answer):
    """Return the heading of a page, and each of its comparisons: the label, what was typed and what is there now."""
    page = html.fromstring(answer.content.decode())
    texts = {
        words(section.find("h2")): [area.text or "" for area in section.iter("textarea")]
        for section in page.find_class("app-compare")
    }
    return words(page.find(".//h1")), texts


@pytest.fixture
def answers():
    """Return what somebody types about a new customer."""
    return {
        "submission": str(uuid.uuid4()),
        "name": "Ada Testwalk",
        "relationship": Relationship.TENANT,
        "preferred_format": Format.STANDARD,
        "address": "7 Pier Road\r\nLochside",
    }


# Sent again


@pytest.mark.django_db
def test_the_same_form_sent_again_leads_to_its_record(signed_in, officer, answers):
    first, second = (signed_in(officer).post(NEW, answers) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Customer.objects.count() == 1


@pytest.mark.django_db
def test_a_change_after_going_back_is_shown_and_not_dropped(signed_in, officer, answers):
    client = signed_in(officer)
    customer = client.post(NEW, answers)["Location"]
    again = client.post(NEW, answers | {"name": "Ada Testwalker", "under_18": "on"})
    assert again.status_code == 409
    assert comparisons(again) == (
        "This was saved already",
        {
            "Name": ["Ada Testwalker", "Ada Testwalk"],
            "Under 18": ["Yes", "No"],
        },
    )
    assert f'href="{customer}"' in again.content.decode()
    assert Customer.objects.get().name == "Ada Testwalk"


@pytest.mark.django_db
def test_an_answer_that_the_record_filled_in_is_no_difference(signed_in, officer, customer):
    typed = factories.incident_facts(occurred_at="2026-01-05T09:15") | {
        "customer": customer.reference,
        "submission": str(uuid.uuid4()),
        "harm": "no",
    }
    path, client = f"/incidents/new/?customer={customer}", signed_in(officer)
    assert client.post(path, typed).status_code == 302
    again = client.post(path, typed | {"facts": "Shouted, and rang off."})
    assert comparisons(again)[1] == {
        "What happened": ["Shouted, and rang off.", "Shouted and swore about a repair."]
    }


@pytest.mark.django_db
def test_a_form_that_was_refused_first_may_say_something_else(signed_in, officer, answers):
    client = signed_in(officer)
    assert client.post(NEW, answers | {"name": ""}).status_code == 422
    assert client.post(NEW, answers).status_code == 302


@pytest.mark.django_db
def test_nothing_is_dropped_when_the_form_is_no_longer_known(signed_in, officer, answers, time_machine):
    client = signed_in(officer)
    client.post(NEW, answers)
    time_machine.move_to(timezone.now() + timedelta(hours=25))
    assert signed_in(officer).post(NEW, answers).status_code == 409


@pytest.mark.django_db
def test_the_number_of_a_colleagues_form_tells_nothing(signed_in, officer, manager, answers):
    signed_in(officer).post(NEW, answers)
    answer = signed_in(manager).post(NEW, answers | {"name": "Somebody else"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This form can no longer be sent." in page
    assert "Somebody else" in page
    assert "CUS-" not in page.replace("CUS-2026-0042", "")
    assert "Ada" not in page


@pytest.mark.django_db
def test_a_form_of_one_customer_does_not_pass_for_that_of_another(signed_in, officer, customer):
    other = factories.customer(by=officer, name="Ben Else")
    typed = {"submission": str(uuid.uuid4()), "what": "Text first", "agreed_on": str(timezone.localdate())}
    paths = [f"{person.get_absolute_url()}adjustment/" for person in (customer, other)]
    client = signed_in(officer)
    assert [client.post(path, typed).status_code for path in paths] == [302, 409]
    assert not other.adjustments.exists()


@pytest.mark.django_db
def test_another_file_in_a_form_that_was_sent_is_not_dropped(signed_in, officer, customer):
    incident = factories.incident(by=officer, customer=customer)
    path, client, submission = f"{incident.get_absolute_url()}evidence/", signed_in(officer), uuid.uuid4()

    def send(content):
        file = files.picture("post.png", content)
        return client.post(path, {"submission": submission, "summary": "A post", "file": file})

    assert [send(content).status_code for content in ("red", "red", "blue")] == [302, 302, 409]
    assert comparisons(send("blue"))[1] == {"File": ["post.png"]}
    assert incident.evidence.count() == 1


# Somebody was faster


@pytest.mark.django_db
def test_a_conflict_shows_what_differs_in_the_words_of_the_form(signed_in, officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer, witnesses=[])
    path, client = f"{incident.get_absolute_url()}edit/", signed_in(officer)
    form = client.get(path).context["form"]
    opened = {bound.name: bound.value() for bound in form if bound.value() not in (None, False)}
    opened |= {"customer": customer.reference, "occurred_at": "2026-01-05T09:15"}
    changed = {"facts": "Shouted.", "categories": [Category.ABUSE, Category.PUBLIC_RECORDING]}
    signed_in(manager).post(path, opened | changed | {"correction_reason": "She told me so."})
    answer = client.post(path, opened | {"occurred_at": "2026-01-05T21:15", "channel": Channel.EMAIL})
    assert answer.status_code == 409
    assert comparisons(answer) == (
        "Somebody else was faster",
        {
            "When it happened": ["5 January 2026 at 9:15pm", "5 January 2026 at 9:15am"],
            "How they were in contact": ["Email", "Phone"],
            "What happened": ["Shouted and swore about a repair.", "Shouted."],
            "What kind of thing was it?": [
                "Abuse, Harassment",
                "Abuse, Recording or streaming for public use",
            ],
        },
    )
    assert Incident.objects.get().facts == "Shouted."


@pytest.mark.django_db
def test_somebody_is_told_that_they_were_faster_themselves(signed_in, officer, customer):
    path, client = f"{customer.get_absolute_url()}edit/", signed_in(officer)
    opened = {
        "version": 1,
        "name": customer.name,
        "relationship": Relationship.TENANT,
        "preferred_format": Format.STANDARD,
    }
    client.post(path, opened | {"name": "Órla"})
    answer = client.post(path, opened | {"known_as": "Orla"})
    assert comparisons(answer)[0] == "You have changed this since you opened the page"
    assert "You, " in answer.content.decode()
    assert "Officer Example, " not in answer.content.decode()


# What is wrong


class EveryKind(CaseForm):
    """A question of each kind that our forms ask."""

    line = forms.CharField(label="Line", max_length=3)
    months = forms.IntegerField(label="Months", min_value=1, max_value=60)
    day = AnyDateField(label="Day")
    moment = PastDateTimeField(label="Moment")
    letter = forms.ChoiceField(label="Letter", choices=[("a", "A")])
    some = forms.MultipleChoiceField(label="Some", choices=[("a", "A")])
    file = forms.FileField(label="File")


RIGHT = {
    "line": "a",
    "months": "3",
    "day": "2026-01-05",
    "moment": "2026-01-05T09:15",
    "letter": "a",
    "some": ["a"],
}


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        *((name, "", f"“{name.capitalize()}” needs an answer.") for name in [*RIGHT, "file"]),
        ("line", "abcd", "“Line” has 4 characters. Shorten it to 3."),
        ("line", "a\0", "“Line” has a character that cannot be kept. Type it again."),
        ("months", "0", "“Months” must be 1 or more."),
        ("months", "61", "“Months” must be 60 or less."),
        ("months", "three", "“Months” is not a whole number. Give it in figures, such as 3."),
        ("day", "0026-11-28", "“Day”: check the year. Give a day from 1 January 1900 on."),
        ("day", "281126", "“Day” is not a date. Give day, month and year, such as 22/11/2026."),
        ("day", "2026-02-30", "“Day” is not a date. Give day, month and year, such as 22/11/2026."),
        ("moment", "soon", "“Moment” is not a date and time. Give both, such as 22/11/2026 14:30."),
        (
            "moment",
            "2026-03-29T01:30",
            "“Moment” falls in an hour in which the clocks changed. Give a time before or after it.",
        ),
        ("letter", "b", "“Letter”: “b” is not one of the answers. Choose one of those shown."),
        ("some", ["b"], "“Some”: “b” is not one of the answers. Choose one of those shown."),
        ("some", "b", "“Some”: choose from the answers shown."),
        ("file", "text", "“File” needs an answer."),
    ],
)
def test_an_error_says_what_to_do_and_names_its_question(name, typed, sentence):
    data = RIGHT | {name: typed}
    file = SimpleUploadedFile("a.png", b"a")
    form = EveryKind(data, {} if name == "file" else {"file": file})
    assert form.errors == {name: [sentence]}


def test_the_examples_that_errors_give_are_taken():
    form = EveryKind(
        RIGHT | {"day": "22/11/2026", "moment": "22/11/2026 14:30"},
        {"file": SimpleUploadedFile("a.png", b"a")},
    )
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2026, 11, 22)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_end_of_a_line_is_one_character_whoever_sends_it(end):
    """100 lines of 99 characters are 9,999, as the page counts them."""

    class TextForm(CaseForm):
        text = forms.CharField(label="Text", max_length=9_999, widget=forms.Textarea)

    form = TextForm(QueryDict(urlencode({"text": end.join(["é" * 98 + "🙂"] * 100)})))
    assert form.errors == {}
    assert form.cleaned_data["text"].count("\n") == 99


@pytest.mark.django_db
def test_no_text_longer_than_its_field_is_written(officer, customer):
    """SQLite keeps no limit by itself, and no database that of a long text."""
    for name, max_length in (("name", 200), ("vulnerability", 10_000)):
        with pytest.raises(Incomplete) as refused:
            writing.save_record(customer, by=officer, reason="Changed", **{name: "x" * (max_length + 1)})
        assert [
            (refusal.field, f"Shorten it to {max_length}." in refusal.sentence)
            for refusal in refused.value.refusals
        ] == [(name, True)]


@pytest.mark.parametrize("number", ["", "x", "\0"])
def test_a_form_that_has_lost_its_number_is_opened_again(number):
    assert CreateForm({"submission": number}).errors == {"submission": ["Open the page again."]}


class RenameForm(ChangeForm, CaseModelForm):
    class Meta:
        model = Customer
        fields = ["name", "known_as"]


def test_a_change_of_a_models_fields_begins_with_what_the_record_says():
    form = RenameForm(record=Customer(name="Órla Byrne", known_as="Orla"))
    assert [form[name].value() for name in form.Meta.fields] == ["Órla Byrne", "Orla"]


SOURCES = [path for folder in ("cha_engagement", "incidents", "restrictions", "reviews") for path in (PROJECT / folder).rglob("*.py")]  # fmt: skip


def refusal_sentences(source):
    """Yield the sentences of refusals and errors, as far as they are written where these are raised."""
    for call in ast.walk(ast.parse(source)):
        name = isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name in ("Refusal", "ValidationError", "add_error"):
            sentence = call.args[1 if name == "add_error" else 0]
            last = sentence.values[-1] if isinstance(sentence, ast.JoinedStr) else sentence
            if isinstance(last, ast.Constant) and isinstance(last.value, str):
                yield last.value


def test_every_refusal_is_a_whole_sentence():
    sentences = [sentence for path in SOURCES for sentence in refusal_sentences(path.read_text())]
    assert len(sentences) > 50
    assert [sentence for sentence in sentences if not sentence.endswith((".", "?"))] == []
