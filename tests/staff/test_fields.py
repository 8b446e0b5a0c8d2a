import pytest
from django import forms
from django.contrib.auth.models import Group

from cha_engagement.staff.fields import (
    LONGEST_LIST,
    StaffChoiceField,
    StaffMultipleChoiceField,
    active_staff,
    customer_facing_staff,
)
from cha_engagement.staff.models import StaffMember

from .. import factories

pytestmark = pytest.mark.django_db


class Choose(forms.Form):
    colleague = StaffChoiceField()
    witnesses = StaffMultipleChoiceField(required=False)


def bound_form(**answers):
    form = Choose(answers)
    form.is_valid()
    return form


@pytest.fixture
def many():
    role = Group.objects.get(name="Officer")
    people = StaffMember.objects.bulk_create(
        StaffMember(username=f"person{number}", first_name="Person", last_name=f"Number {number}")
        for number in range(LONGEST_LIST)
    )
    has_role = StaffMember.groups.through
    has_role.objects.bulk_create(has_role(staffmember=person, group=role) for person in people)


def test_up_to_fifty_colleagues_are_a_list(many):
    choose = Choose()
    assert isinstance(choose.fields["colleague"].widget, forms.Select)
    assert len(choose.fields["colleague"].choices) == LONGEST_LIST + 1
    assert 'value="person7"' in str(choose["witnesses"])


def test_more_than_fifty_are_not_listed_but_typed(many, officer):
    choose = Choose()
    assert isinstance(choose.fields["colleague"].widget, forms.TextInput)
    assert isinstance(choose.fields["witnesses"].widget, forms.Textarea)
    assert "person7" not in choose.as_p()


@pytest.mark.parametrize("typed", ["officer", "OFFICER", "Officer Example", " officer example "])
def test_a_colleague_is_found_by_username_or_full_name(officer, typed):
    assert bound_form(colleague=typed).cleaned_data["colleague"] == officer


def test_a_colleague_chosen_from_either_kind_of_field_is_the_same(many, officer, manager):
    answers = {"colleague": "officer", "witnesses": "Officer Example\n\nmanager\n"}
    cleaned = bound_form(**answers).cleaned_data
    assert (cleaned["colleague"], cleaned["witnesses"]) == (officer, [officer, manager])


def test_several_are_posted_as_usernames(officer, manager):
    assert bound_form(colleague="officer", witnesses=["officer", "manager"]).cleaned_data["witnesses"] == [
        officer,
        manager,
    ]


def test_who_is_not_there_or_has_left_gets_a_sentence(officer):
    factories.staff("closed", "Officer", is_active=False)
    for typed in ("nobody", "closed", "Closed Example"):
        assert bound_form(colleague=typed).errors["colleague"] == [
            f"No colleague is called {typed}. Type a full name or a username."
        ]


@pytest.mark.policy("65")
def test_only_those_who_deal_with_customers_are_given_one(officer, executive, administrator, dpo):
    without_a_role = factories.staff("newcomer")
    assert set(customer_facing_staff()) == {officer, executive}
    for person in (administrator, dpo, without_a_role):
        assert bound_form(colleague=person.username).errors["colleague"]
    assert {administrator, dpo, without_a_role} <= set(active_staff())


def test_two_of_the_same_name_are_told_apart_by_username(officer):
    factories.staff("officer2", "Officer", first_name="Officer")
    assert bound_form(colleague="Officer Example").errors["colleague"] == [
        "More than one colleague is called Officer Example. Type their username."
    ]
    assert bound_form(colleague="officer2").is_valid()


def test_a_field_that_offers_some_colleagues_takes_nobody_else(officer, manager):
    form = Choose({"colleague": "officer"})
    form.fields["colleague"].offer(StaffMember.objects.filter(username="manager"))
    assert not form.is_valid()


def test_several_that_must_be_answered_ask_for_somebody(officer):
    field = StaffMultipleChoiceField(queryset=StaffMember.objects.all())
    with pytest.raises(forms.ValidationError, match="required"):
        field.clean([])


def test_what_was_typed_stays_in_the_field(many, officer):
    form = bound_form(colleague="nobody", witnesses="officer\nnobody")
    assert "nobody" in str(form["colleague"])
    assert "officer\nnobody" in str(form["witnesses"])


@pytest.mark.parametrize("typed", ["x" * 60_000, "%" * 302])
def test_a_text_too_long_for_a_name_is_refused_and_not_looked_up(typed):
    errors = bound_form(colleague=typed, witnesses=typed).errors["colleague"]
    assert errors == ["This is too long for a name. Type a full name or a username."]
