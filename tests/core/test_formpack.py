"""The form pack serves people with a screen reader, a keyboard or no JavaScript: everything is in its place."""

from datetime import UTC, date, datetime

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.template import Context, Template
from lxml import html

from cha_engagement.core.formpack import DateInput, DateTimeInput, Reveal, Section, form_helper
from cha_engagement.core.templatetags.ui import uk_date, uk_datetime
from incidents.enums import Warning

LAYOUT = (
    Section("What happened", "occurred_at", Reveal("categories", {"other": ["other_category"]}), "facts"),
    Section(
        "What you did",
        "online_handle",
        Reveal("warning", {"not_given": ["no_warning_reason"]}),
        Reveal("under_contract", {True: ["agreed_on"]}),
        hint="This can follow later.",
    ),
)


class CategoriesField(forms.MultipleChoiceField):
    choice_hints = {"abuse": "Insults, for example."}


class IncidentForm(forms.Form):
    optional_notes = {"warning": "(can follow later)"}

    submission = forms.IntegerField(widget=forms.HiddenInput)
    occurred_at = forms.DateTimeField(label="When did it happen?", widget=DateTimeInput)
    categories = CategoriesField(
        label="What kind of behaviour was it?",
        help_text="Choose all that apply.",
        choices=[("abuse", "Abuse"), ("other", "Something else")],
        widget=forms.CheckboxSelectMultiple,
    )
    other_category = forms.CharField(label="What was it?", required=False)
    facts = forms.CharField(
        label="What was said and done?", help_text="In order.", max_length=1000, widget=forms.Textarea
    )
    online_handle = forms.CharField(label="What are they called there?", required=False)
    warning = forms.ChoiceField(
        label="Did you warn them?",
        choices=[("", "---------"), ("given", "Yes"), ("not_given", "No")],
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
        required=False,
    )
    no_warning_reason = forms.CharField(
        label="Why not?",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
        required=False,
    )
    under_contract = forms.BooleanField(
        label="They have an agreement", help_text="It is with the tenancy file.", required=False
    )
    agreed_on = forms.DateField(label="When was it agreed?", widget=DateInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = form_helper(*LAYOUT, submit="Save the incident", cancel_url="/incidents/")


@pytest.fixture
def blank():
    return html.fromstring(render_crispy_form(IncidentForm()))


@pytest.fixture
def refused_form():
    form = IncidentForm({"warning": Warning.NOT_GIVEN, "facts": "x" * 1001, "other_category": "<b>"})
    form.add_error(None, "This was decided before (policy §16)")
    return html.fromstring(render_crispy_form(form))


def words(element):
    return " ".join(element.text_content().split())


def label(page, name):
    return words(page.xpath(f"//label[@for='id_{name}']")[0])


def descriptions(page, id):
    """Return what is read out for a control, in order: the text of each element that describes it."""
    ids = page.get_element_by_id(id).get("aria-describedby", "").split()
    return [words(page.get_element_by_id(name)) for name in ids]


def test_only_questions_that_may_stay_blank_say_so(blank):
    assert label(blank, "occurred_at") == "When did it happen?"
    assert label(blank, "online_handle") == "What are they called there? (optional)"


def test_a_question_that_an_answer_opens_is_not_called_optional(blank):
    assert label(blank, "no_warning_reason") == "Why not?"
    assert label(blank, "agreed_on") == "When was it agreed?"


def test_a_form_can_say_in_its_words_that_a_question_may_stay_blank(blank):
    legends = [words(legend) for legend in blank.iter("legend")]
    assert "Did you warn them? (can follow later)" in legends


def test_a_tick_box_is_not_called_optional(blank):
    assert label(blank, "under_contract") == "They have an agreement"


def test_moments_and_days_are_one_input_each(blank):
    assert blank.get_element_by_id("id_occurred_at").get("type") == "datetime-local"
    assert blank.get_element_by_id("id_agreed_on").get("type") == "date"


def test_moments_and_days_come_back_as_browsers_expect_them():
    initial = {"occurred_at": datetime(2026, 11, 22, 14, 30, tzinfo=UTC), "agreed_on": date(2026, 2, 1)}
    page = html.fromstring(render_crispy_form(IncidentForm(initial=initial)))
    assert page.get_element_by_id("id_occurred_at").get("value") == "2026-11-22T14:30"
    assert page.get_element_by_id("id_agreed_on").get("value") == "2026-02-01"


def test_hint_error_and_count_describe_their_control_in_that_order(refused_form):
    hint, error, count = descriptions(refused_form, "id_facts")
    assert hint == "In order."
    assert error.startswith("Error: Ensure this value has at most 1000 characters")
    assert count == "You can enter up to 1000 characters"


def test_the_browser_does_not_cut_a_long_text(blank):
    assert blank.get_element_by_id("id_facts").get("maxlength") is None
    assert blank.xpath("//*[@data-module='govuk-character-count']/@data-maxlength") == ["1000"]


def test_a_group_of_choices_is_a_fieldset_described_by_hint_and_error(refused_form):
    (fieldset,) = refused_form.xpath("//fieldset[legend[contains(., 'What kind of behaviour')]]")
    described_by = [
        words(refused_form.get_element_by_id(id)) for id in fieldset.get("aria-describedby").split()
    ]
    assert described_by == ["Choose all that apply.", "Error: This field is required."]


def test_a_choice_carries_its_own_hint(blank):
    assert descriptions(blank, "id_categories_0") == ["Insults, for example."]
    assert descriptions(blank, "id_categories_1") == []


def test_a_tick_box_is_described_by_its_hint(blank):
    assert descriptions(blank, "id_under_contract") == ["It is with the tenancy file."]


def test_radio_buttons_leave_out_the_empty_choice(blank):
    assert blank.xpath("//input[@name='warning']/@value") == ["given", "not_given"]


def test_choices_and_inputs_keep_the_classes_and_attributes_of_their_widget(blank):
    assert blank.xpath("//*[@data-module='govuk-radios' and contains(@class, 'govuk-radios--inline')]")
    reason = blank.get_element_by_id("id_no_warning_reason")
    assert reason.get("class") == "govuk-input govuk-input--width-20"
    assert reason.get("autocomplete") == "off"


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ("id_warning_2", "id_no_warning_reason"),
        ("id_categories_1", "id_other_category"),
        ("id_under_contract", "id_agreed_on"),
    ],
)
def test_an_answer_controls_the_questions_that_it_opens(blank, answer, question):
    opened = blank.get_element_by_id(blank.get_element_by_id(answer).get("data-aria-controls"))
    assert opened.xpath(f".//*[@id='{question}']")
    assert "conditional--hidden" in opened.get("class")


def test_a_control_below_whose_answers_nothing_opens_is_refused():
    form = IncidentForm()
    form.fields["warning"].widget = forms.Select(choices=form.fields["warning"].choices)
    with pytest.raises(TypeError, match="Ask warning by radios, checkboxes or a tick"):
        render_crispy_form(form)


def test_a_question_opened_by_the_answer_given_is_not_hidden(refused_form):
    opened = refused_form.get_element_by_id(
        refused_form.get_element_by_id("id_warning_2").get("data-aria-controls")
    )
    assert "conditional--hidden" not in opened.get("class")


def test_the_summary_leads_to_each_control_and_to_the_first_choice_of_a_group(refused_form):
    (summary,) = refused_form.find_class("govuk-error-summary")
    assert words(summary.find(".//h2")) == "There is something to put right"
    assert summary.xpath(".//a/@href") == ["#id_occurred_at", "#id_categories_0", "#id_facts"]


def test_the_summary_tells_errors_that_belong_to_no_one_question(refused_form):
    (summary,) = refused_form.find_class("govuk-error-summary")
    unlinked = [words(item) for item in summary.xpath(".//li[not(a)]")]
    assert unlinked == ["This was decided before (policy §16)", "This field is required."]


def test_the_summary_stands_in_the_order_of_the_page():
    class Upside(IncidentForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.helper = form_helper(
                Section("All", "facts", Reveal("categories", {"other": ["occurred_at"]})),
                submit="Save",
                cancel_url="/",
            )

    page = html.fromstring(render_crispy_form(Upside({})))
    links = page.xpath("//*[contains(@class, 'govuk-error-summary')]//a/@href")
    assert links == ["#id_facts", "#id_categories_0", "#id_occurred_at"]


def test_a_form_with_nothing_to_put_right_has_no_summary(blank):
    assert not blank.find_class("govuk-error-summary")


def test_what_was_typed_comes_back_as_text(refused_form):
    assert refused_form.get_element_by_id("id_other_category").get("value") == "<b>"
    assert not refused_form.xpath("//b")


def test_hidden_fields_travel_though_the_layout_does_not_name_them(blank):
    assert len(blank.xpath("//input[@type='hidden'][@name='submission']")) == 1


def test_a_list_says_in_words_that_nothing_is_chosen_yet():
    class ChannelForm(forms.Form):
        channel = forms.ChoiceField(choices=[*BLANK_CHOICE_DASH, ("phone", "Phone")])

    page = html.fromstring(render_crispy_form(ChannelForm()))
    assert [words(option) for option in page.iter("option")] == ["Choose one", "Phone"]


def test_a_form_with_files_can_carry_them():
    class EvidenceForm(forms.Form):
        file = forms.FileField(label="Recording")

    page = html.fromstring(render_crispy_form(EvidenceForm()))
    assert page.get("enctype") == "multipart/form-data"
    assert page.get_element_by_id("id_file").get("class") == "govuk-file-upload"


def test_a_form_ends_with_a_button_that_says_what_it_does_and_a_way_out(blank):
    (group,) = blank.find_class("govuk-button-group")
    assert words(group.find("button")) == "Save the incident"
    assert group.find("a").get("href") == "/incidents/"


def test_times_are_told_by_the_clock_on_the_wall_here():
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert uk_datetime(summer) == "2 July 2026 at 12:30am"
    assert uk_date(summer) == "2 July 2026"
    assert uk_date(date(2026, 11, 22)) == "22 November 2026"
    assert uk_date(None) == uk_datetime(None) == ""


def test_a_table_and_a_box_wrap_what_stands_between_their_tags():
    page = html.fromstring(
        Template(
            '{% box "Details" level=3 %}{% data_table "Incidents" %}<tbody><tr><td>{{ name }}</td></tr></tbody>'
            "{% enddatatable %}{% endbox %}"
        ).render(Context({"name": "<i>"}))
    )
    assert words(page.find("h3")) == "Details"
    assert words(page.find(".//caption")) == "Incidents"
    assert words(page.find(".//td")) == "<i>"
