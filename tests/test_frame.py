"""The frame around the content of a page has its parts in their places."""

import pytest
from django.urls import reverse
from lxml import html

from . import factories

pytestmark = pytest.mark.django_db


def page(answer):
    return html.fromstring(answer.content.decode())


def words(element):
    return " ".join(element.text_content().split())


def test_the_keyboard_signs_in_before_it_reaches_the_forgotten_password(client):
    form = page(client.get(reverse("account_login"))).xpath("//main//form")[0]
    stops = form.xpath(".//input[not(@type='hidden')] | .//button[not(@hidden)] | .//a[@href]")
    assert [stop.get("id") or words(stop) for stop in stops] == [
        "id_login",
        "id_password",
        "Sign in",
        "I have forgotten my password",
    ]


def test_an_administrator_is_led_to_the_administration_and_offered_no_customer(signed_in, administrator):
    home = page(signed_in(administrator).get("/"))
    (main,) = home.xpath("//main")
    assert "You keep accounts and lists" in words(main)
    assert main.xpath(".//a/@href") == [reverse("work_of_nobody"), reverse("admin:index")]
    assert not home.xpath("//form[@role='search']")


def test_whoever_keeps_accounts_beside_other_work_sees_what_waits(signed_in):
    home = page(signed_in(factories.staff("both", "Officer", "Administrator")).get("/"))
    assert "Nothing waits for you" in words(home)


def test_the_look_up_box_says_what_it_takes(signed_in, officer):
    (box,) = page(signed_in(officer).get("/")).xpath("//form[@role='search']//input[@type='search']")
    assert box.get("placeholder") == "Name, phone or address"


def test_how_to_reach_a_customer_comes_before_what_happened(signed_in, officer):
    customer = factories.customer(by=officer, phones=["0141 496 0777"])
    shown = words(page(signed_in(officer).get(customer.get_absolute_url())))
    assert shown.index("0141 496 0777") < shown.index("What happened last")


def test_a_rule_of_the_policy_is_not_called_the_line_managers_to_change(signed_in, officer, dpo, customer):
    decide, new = f"{customer.get_absolute_url()}decide/", "/customers/new/"
    rule, role = signed_in(officer).get(decide), signed_in(dpo).get(new)
    assert (rule.status_code, role.status_code) == (403, 403)
    assert "Policy paragraph" in rule.content.decode()
    assert "line manager" not in rule.content.decode()
    assert "speak to your line manager" in role.content.decode()
