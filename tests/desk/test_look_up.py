import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from lxml.html import fromstring

from cha_engagement.core.permissions import Permission
from cha_engagement.customers import actions
from cha_engagement.customers.models import Customer
from cha_engagement.desk import look_ups
from cha_engagement.letters.actions import void_letter
from cha_engagement.organisation.calendar import today
from cha_engagement.organisation.models import AdviceOrganisation
from restrictions.actions import draft_decision_letter
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def look_up(client, q, **more):
    """Return the page of results to which a look-up leads, or at once for a script."""
    return client.post("/look-up/", {"q": q} | more, follow=True)


def test_a_result_says_who_the_customer_is(signed_in, officer):
    factories.customer(by=officer, known_as="Orlaith", address="12 Kelp Street\nLochside", postcode="G00 0AB")
    html = look_up(signed_in(officer), "kelp street orla").content.decode()
    for text in (
        "Órla Ní Bhriain",
        "Orlaith",
        "12 Kelp Street, Lochside",
        "G00 0AB",
        "Tenant",
        "1 customer found",
    ):
        assert text in html


@pytest.mark.beyond("B1")
def test_a_result_shows_the_flags_of_its_customer(signed_in, officer, customer):
    actions.agree_adjustment(customer=customer, by=officer, submission=uuid.uuid4(), what="Text her first")
    assert "Adjustment agreed" in look_up(signed_in(officer), "orla").content.decode()


@pytest.mark.beyond("B1")
@pytest.mark.policy("65")
def test_a_reference_finds_its_customer_for_those_who_may_see_the_record(
    signed_in, officer, manager, customer
):
    incident = factories.incident(by=officer, customer=customer)
    decision = factories.decision(by=manager, incidents=[incident])
    restriction = factories.restriction(by=manager, decision=decision)
    letter = draft_decision_letter(decision=decision, by=manager)
    factories.customer(by=officer, name="Somebody Else")
    client = signed_in(manager)
    for record in (incident, decision, restriction, restriction.reviews.get(), letter, customer):
        for typed in (record.reference, record.reference.lower().replace("-", " ")):
            html = look_up(client, typed).content.decode()
            assert "1 customer found" in html
            assert customer.name in html
    assert customer.name in look_up(signed_in(officer), incident.reference).content.decode()
    assert "No customer found" in look_up(signed_in(officer), decision.reference).content.decode()
    same_number = customer.reference.replace("CUS", "REV")
    assert "No customer found" in look_up(signed_in(officer), same_number).content.decode()
    assert "No customer found" in look_up(client, "DEC-2020-9999").content.decode()


@pytest.mark.beyond("B1")
@pytest.mark.policy("65")
def test_the_reference_of_an_issued_letter_leads_officers_to_its_customer_alone(
    signed_in, officer, manager, customer, organisation
):
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="housing", contact="0800 496 0002")
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    factories.restriction(by=manager, decision=decision)
    letter = draft_decision_letter(decision=decision, by=manager)
    client = signed_in(factories.staff("desk", "Officer"))

    def is_found():
        return customer.name in look_up(client, letter.reference).content.decode()

    assert not is_found()
    letter = factories.issue_letter(letter, by=manager)
    assert is_found()
    assert client.get(letter.get_absolute_url()).status_code == 404
    assert letter.reference not in client.get(customer.get_absolute_url()).content.decode()
    void_letter(letter=letter, by=manager, version=letter.version, void_reason="The wrong address.")
    assert not is_found()
    assert finds_nobody_alike(client, letter.reference, "LET-2020-9999")


def finds_nobody_alike(client, *references):
    """Return whether each page of results is the same but for the reference."""
    html = [
        look_up(client, reference, fragment=1).content.decode().replace(reference, "")
        for reference in references
    ]
    return "No customer found" in html[0] and len(set(html)) == 1


def test_a_single_result_has_the_focus_and_several_do_not(signed_in, officer, customer):
    client = signed_in(officer)
    assert " autofocus>Órla" in look_up(client, customer.reference).content.decode()
    factories.customer(by=officer, name="Orla Burns")
    assert not re.search("app-results__name[^>]*autofocus", look_up(client, "orla").content.decode())


def test_an_empty_look_up_says_what_to_try_and_keeps_the_words(signed_in, officer):
    html = look_up(signed_in(officer), '<b>"nobody"').content.decode()
    assert "No customer found" in html
    assert "another spelling" in html
    assert 'value="&lt;b&gt;&quot;nobody&quot;"' in html


def test_a_fragment_of_a_look_up_is_the_results_alone(signed_in, officer, customer):
    html = look_up(signed_in(officer), "orla", fragment=1).content.decode()
    assert "<html" not in html
    assert "Órla Ní Bhriain" in html


@pytest.mark.beyond("B1")
@pytest.mark.parametrize("fragment", ["1", "choices"])
def test_each_result_says_what_applies_as_the_list_of_customers_does(
    signed_in, officer, manager, customer, fragment
):
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    factories.restriction(by=manager, decision=decision, ends_on=today() + timedelta(days=300))
    client = signed_in(officer)
    (row,) = client.get("/customers/").context["page"].rows
    assert row.what_applies.startswith("Phone closed to ")
    page = " ".join(
        fromstring(look_up(client, "bhriain", fragment=fragment).content.decode()).text_content().split()
    )
    assert row.what_applies in page
    assert "Restrictions in force" not in page


@pytest.mark.beyond("B1")
def test_customers_to_choose_from_in_a_form_are_told_apart_and_show_their_flags(signed_in, officer, customer):
    actions.agree_adjustment(customer=customer, by=officer, submission=uuid.uuid4(), what="Text her first")
    html = look_up(signed_in(officer), "orla", fragment="choices").content.decode()
    assert f'data-choice="{customer.name} ({customer})"' in html
    assert customer.address_line in html
    assert "Adjustment agreed" in html
    assert "<a" not in html
    assert (
        "This finds no customer."
        in look_up(signed_in(officer), "zebedee", fragment="choices").content.decode()
    )
    assert "found" not in look_up(signed_in(officer), "z", fragment="choices").content.decode()


@pytest.mark.parametrize("q", ["a" * 100_000, "%ED%A0%80", "''; --", "🙂", "a " * 500])
@pytest.mark.parametrize("fragment", ["", "1", "choices", "another"])
def test_any_look_up_gets_an_answer(signed_in, officer, customer, q, fragment):
    assert look_up(signed_in(officer), q, fragment=fragment).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_a_look_up_takes_the_same_queries_for_many_results(
    signed_in, officer, organisation, count, django_assert_num_queries
):
    for number in range(count):
        factories.customer(by=officer, name=f"Anna {number}", assigned_to=officer)
    client = signed_in(officer)
    with django_assert_num_queries(9):
        look_up(client, "anna", fragment=1)


def test_the_words_of_a_look_up_stand_in_no_address_and_are_found_again(signed_in, officer, customer):
    client = signed_in(officer)
    first, second = (look_up(client, q).redirect_chain[-1][0] for q in ("bhriain", "nobody"))
    assert re.fullmatch("/look-up/\\?asked=[0-9a-f]{8}", first)
    html = client.get(first).content.decode()
    assert 'value="bhriain"' in html
    assert customer.name in html
    assert 'value="nobody"' in client.get(second).content.decode()
    assert look_up(client, "bhriain").redirect_chain[-1][0] == first
    assert "bhriain" not in html.partition("</title>")[0]


def test_the_latest_look_ups_are_kept_for_whoever_made_them(signed_in, officer, manager):
    client = signed_in(officer)
    first = look_up(client, "bhriain").redirect_chain[-1][0]
    assert "bhriain" not in signed_in(manager).get(first).content.decode()
    assert "bhriain" not in client.get("/look-up/?q=bhriain").content.decode()
    for number in range(look_ups.MAX_KEPT):
        latest = look_up(client, f"anna {number}").redirect_chain[-1][0]
    assert "bhriain" not in client.get(first).content.decode()
    assert f"anna {look_ups.MAX_KEPT - 1}" in client.get(latest).content.decode()


def test_a_fragment_of_a_look_up_is_not_kept(signed_in, officer, customer):
    client = signed_in(officer)
    look_up(client, "bhri", fragment=1)
    assert look_ups.SESSION_KEY not in client.session


def test_a_look_up_needs_the_csrf_token(officer, customer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    assert client.post("/look-up/", {"q": "bhriain", "fragment": "1"}).status_code == 403
    token = re.search('name="csrfmiddlewaretoken" value="([^"]*)"', client.get("/").content.decode())[1]
    form = {"q": "bhriain", "fragment": "1", "csrfmiddlewaretoken": token}
    assert customer.name in client.post("/look-up/", form).content.decode()


@pytest.mark.parametrize("more", [{}, {"fragment": "1"}, {"name": "Somebody Else", "version": "1"}])
def test_a_look_up_changes_no_record(signed_in, officer, customer, more):
    before = (customer.history.count(), Customer.objects.values().get())
    look_up(signed_in(officer), "bhriain", **more)
    assert (customer.history.count(), Customer.objects.values().get()) == before


@pytest.mark.parametrize("fragment", ["", "1", "choices", "another"])
def test_a_nul_byte_in_a_look_up_is_a_bad_request(signed_in, officer, fragment):
    assert look_up(signed_in(officer), "a\0b", fragment=fragment).status_code == 400


@pytest.mark.policy("65")
def test_a_role_that_reads_about_no_customer_is_told_so(signed_in, administrator):
    refused = signed_in(administrator).get("/look-up/")
    assert refused.status_code == 403
    assert "Your role cannot read about customers" in refused.content.decode()


@pytest.mark.policy("65")
def test_a_role_without_cards_has_the_lists_alone(signed_in, officer, customer):
    factories.withhold_permission(Permission.READ_CARDS, role="Officer")
    client = signed_in(officer)
    for path in ("/look-up/", customer.get_absolute_url(), f"{customer.get_absolute_url()}card/"):
        assert client.get(path).status_code == 403
    listed = client.get("/customers/")
    assert customer.name in listed.content.decode()
    assert "Look up" not in listed.content.decode()


@pytest.mark.beyond("B1")
@pytest.mark.parametrize("shape", ["{}{}{:04}", "{}-{}-{}", "{} {} {:04}", "{}/{}/{:06}", " {}{}{} "])
def test_a_reference_is_found_however_it_is_typed(signed_in, officer, customer, shape):
    incident = factories.incident(by=officer, customer=customer)
    prefix, year, number = incident.reference.split("-")
    for record_prefix in (prefix, prefix.lower()):
        html = look_up(signed_in(officer), shape.format(record_prefix, year, int(number))).content.decode()
        assert "1 customer found" in html
        assert customer.name in html
        assert f'href="{incident.get_absolute_url()}"' in html
        assert "has all of these words" not in html
    prefix, year, number = customer.reference.split("-")
    html = look_up(signed_in(officer), shape.format(prefix, year, int(number))).content.decode()
    assert "1 customer found" in html


@pytest.mark.beyond("B1")
def test_a_letter_in_hand_is_linked_for_whoever_reads_it_and_never_said_not_to_be(
    signed_in, officer, manager, customer, organisation
):
    AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="housing", contact="0800 496 0002")
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    factories.restriction(by=manager, decision=decision)
    letter = factories.issue_letter(draft_decision_letter(decision=decision, by=manager), by=manager)
    link = f'href="{letter.get_absolute_url()}"'
    html = look_up(signed_in(manager), letter.reference).content.decode()
    assert link in html
    assert "has all of these words" not in html
    html = look_up(signed_in(factories.staff("desk", "Officer")), letter.reference).content.decode()
    assert customer.name in html
    assert link not in html
    assert "has all of these words" not in html


@pytest.mark.beyond("B1")
def test_a_name_spelt_almost_so_is_offered_as_such_only_where_nobody_is_found(signed_in, officer):
    gregor = factories.customer(by=officer, name="Gregor Imrie")
    client = signed_in(officer)
    html = look_up(client, "imrei").content.decode()
    assert "No customer has this spelling. One comes close: make sure that it is the right one" in html
    assert gregor.name in html
    assert " autofocus>Gregor" not in html
    factories.customer(by=officer, name="Imrei Nagy")
    assert gregor.name not in look_up(client, "imrei").content.decode()
    assert "come close" not in look_up(client, "imrie").content.decode()
    choices = look_up(client, "gregor immrie", fragment="choices").content.decode()
    assert f'data-choice="{gregor.name} ({gregor})"' in choices
