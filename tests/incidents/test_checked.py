"""What follows from an incident is checked on one page, with what it does and whom it tells, before it is saved."""

import pytest
from lxml import html

from cha_engagement.desk.models import TypedDraft
from cha_engagement.staff.models import Notice
from incidents import queries
from incidents.enums import Category, Harm, IncidentStatus, Outcome
from incidents.models import Incident

from .. import factories
from ..undoing import undone

pytestmark = [pytest.mark.django_db, pytest.mark.policy("24")]

WHY = "It goes on, and she dreads each call."


def assess_page(incident):
    return f"/incidents/{incident}/assess/"


def assess_form(incident, **changes):
    """Return the first page as a browser sends it."""
    categories = sorted(incident.category_codes)
    answers = {"outcome": Outcome.WARNED, "reasons": WHY, "categories": categories}
    return {"version": incident.version} | answers | changes


def words(page):
    return " ".join(html.fromstring(page.content).text_content().split())


def go_on(client, incident, **changes):
    """Return the page that checks what was typed."""
    answer = client.post(assess_page(incident), assess_form(incident, **changes))
    assert answer.status_code == 302, words(answer)
    assert answer.url == f"{assess_page(incident)}check/"
    return client.get(answer.url)


def shown_form(page):
    return {bound.name: bound.value() for bound in page.context["form"]}


def save(client, incident, page):
    return client.post(f"{assess_page(incident)}check/", shown_form(page))


def test_nothing_is_saved_before_what_follows_is_confirmed_on_its_own_page(
    signed_in, officer, manager, customer, incident
):
    client, notices = signed_in(manager), Notice.objects.count()
    page = go_on(client, incident, categories=[Category.ABUSE], outcome=Outcome.WARNING_LETTER)
    incident.refresh_from_db()
    assert (incident.status, incident.assessments.count()) == (IncidentStatus.WITH_MANAGER, 0)
    assert Notice.objects.count() == notices
    text = words(page)
    for sentence in (
        "Nothing is saved yet.",
        f"{incident.full_title} Who it is about {customer.name}",
        "Categories Abuse Zero tolerance Yes What follows? A letter about what we expect",
        WHY,
        "It no longer waits for a manager. Drafting that letter is the next step.",
        f"Told at once what follows, and not why: {officer}, who reported it.",
        "This writes to no customer, and restricts nothing.",
        "What proves wrong can be reopened, with a reason",
    ):
        assert sentence in text
    saved = save(client, incident, page)
    assert saved.url == incident.get_absolute_url()
    assert incident.assessments.get().reasons == WHY
    assert Incident.objects.get().category_codes == {Category.ABUSE}
    assert not TypedDraft.objects.exists()
    for again in (save(client, incident, page), client.get(f"{assess_page(incident)}check/", follow=True)):
        assert (again.status_code, incident.assessments.count()) in {(302, 1), (200, 1)}
        assert incident.get_absolute_url() in (again.headers.get("Location"), again.request["PATH_INFO"])


@pytest.mark.beyond("B22")
@pytest.mark.parametrize(
    "part", ["reported", "entered for a colleague", "affected", "closed account", "talk"]
)
def test_the_page_names_all_whom_it_tells_and_nobody_else(
    signed_in, officer, manager, report, customer, part
):
    other = factories.staff("other", "Officer")
    facts = {
        "entered for a colleague": {"reported_by": other, "affected_staff": []},
        "affected": {"affected_staff": [other]},
        "closed account": {"affected_staff": [other]},
        "talk": {
            "harm": Harm.NO,
            "categories": [Category.LEVEL_OF_CONTACT],
            "contact_ended": "no",
            "how_ended": "",
        },
    }
    incident = factories.incident(by=officer, customer=customer, **facts.get(part, {}))
    if part == "closed account":
        other.is_active = False
        other.save()
    raised = {"categories": [Category.ABUSE], "raised_reason": "She was insulted."} if part == "talk" else {}
    client = signed_in(manager)
    page = go_on(client, incident, **raised)
    told = [line for line in page.context["typed"].consequences if line.startswith(("Told", "Asked"))]
    Notice.objects.all().delete()
    assert save(client, incident, page).status_code == 302
    recipients = {str(notice.recipient) for notice in Notice.objects.all()}
    named = {str(person) for person in (officer, other, manager) if str(person) in " ".join(told)}
    if part == "talk":
        assert f"Asked at once to talk with {officer} about it: {manager}." in told
    if part == "affected":
        assert f"{officer}, who reported it" in "".join(told)
        assert f"{other}, whom it affected" in "".join(told)
    assert named == recipients
    assert recipients


def test_going_back_keeps_every_word(signed_in, manager, officer, customer):
    incident = factories.incident(
        by=officer, customer=customer, categories=[Category.LEVEL_OF_CONTACT], harm=Harm.NO
    )
    client = signed_in(manager)
    raised = {"categories": [Category.VIOLENCE], "raised_reason": "She was hit."}
    page = go_on(client, incident, outcome=Outcome.POLICE, **raised)
    assert page.context["form"].back_url == assess_page(incident)
    typed = shown_form(client.get(page.context["form"].back_url))
    assert typed | {"version": incident.version} == assess_form(incident, outcome=Outcome.POLICE, **raised)
    again = go_on(client, incident, outcome=Outcome.POLICE, reasons="Otherwise.", **raised)
    assert "Otherwise." in words(again)
    assert WHY not in words(again)


def test_a_hand_made_form_that_skips_the_page_is_shown_it(signed_in, manager, incident):
    client, check = signed_in(manager), f"{assess_page(incident)}check/"
    for nothing_typed in (client.get(check), client.post(check, assess_form(incident))):
        assert nothing_typed.url == assess_page(incident)
    page = go_on(client, incident)
    for hand_made in ({}, assess_form(incident), {"shown": "made up"}):
        skipped = client.post(check, hand_made)
        assert skipped.status_code == 422
        assert "Nothing is saved yet." in words(skipped)
    assert not incident.assessments.exists()
    assert save(client, incident, page).status_code == 302


def test_what_another_window_has_changed_is_shown_before_it_is_saved(signed_in, manager, incident):
    client = signed_in(manager)
    page = go_on(client, incident)
    go_on(client, incident, reasons="Otherwise.")
    refused = save(client, incident, page)
    assert refused.status_code == 422
    assert "has changed since you opened this page" in words(refused)
    assert "Otherwise." in words(refused)
    assert not incident.assessments.exists()
    assert save(client, incident, refused).status_code == 302
    assert incident.assessments.get().reasons == "Otherwise."


def test_whoever_comes_second_is_told_and_loses_no_word(signed_in, manager, management, incident):
    client = signed_in(manager)
    page = go_on(client, incident)
    factories.assess_incident(incident, by=management)
    refused = save(client, incident, page)
    assert refused.status_code == 409
    assert WHY in words(refused)
    opened = client.get(f"{assess_page(incident)}check/", follow=True)
    assert opened.redirect_chain == [(assess_page(incident), 302)]
    assert "has moved on already: Assessed." in words(opened)
    assert WHY in words(opened)
    assert incident.assessments.get().by == management


def test_what_was_typed_outlives_the_session(signed_in, manager, incident):
    client = signed_in(manager)
    page = go_on(client, incident)
    client.logout()
    assert "/accounts/login/" in save(client, incident, page).url
    client.force_login(manager)
    page = client.get(f"{assess_page(incident)}check/")
    assert WHY in words(page)
    assert save(client, incident, page).status_code == 302
    assert incident.assessments.get().by == manager


CARD, ENDS = (
    "Their card tells colleagues to speak to a manager",
    "The warning that this incident puts on their card ends",
)
STRANGER = {"customer": None, "unidentified_person": "A man in a green coat"}


@pytest.mark.parametrize(
    ("facts", "outcome", "sentence"),
    [
        ({"categories": [Category.PHYSICAL_THREAT]}, Outcome.ACTIVE_MANAGEMENT, f"{CARD} before any contact until that decision is carried out."),
        ({"categories": []}, Outcome.ACTIVE_MANAGEMENT, f"{CARD} before any contact until that decision is carried out."),
        ({"categories": [Category.ABUSE]}, Outcome.ACTIVE_MANAGEMENT, f"{CARD} before any contact until that decision is made"),
        ({"categories": [Category.PHYSICAL_THREAT]}, Outcome.POLICE, ENDS),
        ({"categories": [Category.PHYSICAL_THREAT], **STRANGER}, Outcome.POLICE, "Whoever looks for this person or place is no longer warned."),
        ({"categories": [Category.ABUSE]}, Outcome.WARNED, ""),
        ({"categories": [Category.LEVEL_OF_CONTACT]}, Outcome.ACTIVE_MANAGEMENT, ""),
    ],
)  # fmt: skip
def test_the_page_says_what_becomes_of_the_warning_on_the_card(
    signed_in, officer, manager, customer, facts, outcome, sentence
):
    incident = factories.incident(by=officer, **{"customer": customer} | facts)
    client, warned = signed_in(manager), queries.has_caution(incident)
    page = go_on(client, incident, outcome=outcome)
    assert sentence in words(page)
    said = [
        words
        for words in (CARD, ENDS, "is no longer warned")
        if words in "".join(page.context["typed"].consequences)
    ]
    save(client, incident, page)
    warns = queries.has_caution(incident)
    assert warns == (CARD in said)
    assert bool(said) == (warned or warns)


@pytest.mark.policy("13", "23")
def test_the_page_says_whom_it_takes_it_from_and_what_another_confirms(signed_in, officer, manager, customer):
    factories.staff("other", "Manager")
    milder = {"categories": [Category.LEVEL_OF_CONTACT], "harm": Harm.NO, "saw_only": True}
    incident = factories.incident(by=officer, customer=customer, assigned_to=officer, **milder)
    client, raised = signed_in(manager), {"raised_reason": "She was hit."}
    released, confirmed = f"{officer} no longer deals with it", "Only you say that this was violence"
    for categories, is_found in (([Category.VIOLENCE], True), ([Category.LEVEL_OF_CONTACT], False)):
        with undone():
            page = go_on(client, incident, categories=categories, **raised)
            assert ((released in words(page)), (confirmed in words(page))) == (is_found, is_found)
            save(client, incident, page)
            saved = Incident.objects.get()
            assert (saved.assigned_to is None, saved.danger_said_by == manager) == (is_found, is_found)
