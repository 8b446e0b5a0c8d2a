"""An Administrator puts the association's policy in, whole, and its paragraphs are known by their numbers."""

import pytest

from cha_engagement.organisation.models import Policy
from cha_engagement.organisation.policy import PolicyPart, read_policy, repeated_numbers

ADD = "/admin/organisation/policy/add/"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3 Everybody.", [("3", "Everybody.")]),
        ("§ 21.1. Some ways.", [("21.1", "Some ways.")]),
        ("3) Everybody.\n  (a) tenants\n\nNext", [("3", "Everybody.\n(a) tenants"), ("", "Next")]),
        ("1. One\n2. Two", [("1", "One"), ("2", "Two")]),
        ("In 2024 we wrote this.", [("", "In 2024 we wrote this.")]),
        ("", []),
    ],
)
def test_a_paragraph_begins_with_its_number(text, parts):
    assert read_policy(text) == [PolicyPart(*part) for part in parts]


def test_a_number_is_repeated_where_two_paragraphs_have_it():
    assert repeated_numbers("1 One\n\n2 Two\n\n1 Again\n\nHeading\n\nHeading") == ["1"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("All of it, without numbers.", "No paragraph here begins with a number."),
        ("1 One\n\n1 Again", "More than one paragraph has this number: 1."),
    ],
)
def test_a_policy_that_no_link_could_lead_into_is_refused(signed_in, administrator, text, sentence):
    page = signed_in(administrator).post(ADD, {"title": "Ours", "text": text})
    assert sentence in page.content.decode()
    assert not Policy.objects.exists()


def test_an_administrator_puts_the_policy_in_and_changes_it(signed_in, administrator):
    client = signed_in(administrator)
    assert client.post(ADD, {"title": "Ours", "text": "1 One"}).status_code == 302
    assert client.get(ADD).status_code == 403
    policy = Policy.objects.get()
    version = policy.history.latest().pk
    client.post(
        f"/admin/organisation/policy/{policy.pk}/change/",
        {"title": "Ours", "text": "1 One\n\n2 Two", "version": version},
    )
    assert [row.text for row in policy.history.order_by("pk")] == ["1 One", "1 One\n\n2 Two"]


def test_nobody_else_puts_a_policy_in(signed_in, manager):
    assert signed_in(manager).post(ADD, {"title": "Ours", "text": "1 One"}).status_code == 403
