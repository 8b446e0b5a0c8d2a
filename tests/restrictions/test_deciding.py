"""One decision, with all that is restricted under it: three pages, and all of it or nothing. Policy §14, 20 to 23; B29."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from cha_engagement.core.refusals import Incomplete
from cha_engagement.customers.enums import INBOUND_CHANNELS
from cha_engagement.desk.models import TypedDraft
from cha_engagement.letters.models import Letter
from cha_engagement.letters.rendering.placeholders import filled_text
from cha_engagement.organisation.calendar import add_months, today
from restrictions.enums import RestrictionStatus
from restrictions.kinds import KINDS
from restrictions.kinds.closed_channels import CLOSABLE
from restrictions.models import ManagementDecision, Restriction
from tests import factories
from tests.threads import run_at_once

from .test_actions import COMPLAINTS
from .test_views import errors

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B29")]

SHARED = ("proportionality", "explained", "not_explained_reason")


def decision_page(incident, **changes):
    """Return the first page as a browser sends it."""
    answers = factories.decision_answers()
    rests_on = {name: answer for name, answer in answers.items() if name not in SHARED}
    how = {"needs_confirmed_how": "phone"}
    return rests_on | how | {"known": 0, "incidents": [incident.reference]} | changes


def channels_page(*, closed=(), limited=()):
    """Return the table of channels of the second page as a browser sends it: every row has an answer."""
    rows = dict.fromkeys(CLOSABLE, "leave") | dict.fromkeys(limited, "limit") | dict.fromkeys(closed, "close")
    return {f"channels-{channel}": answer for channel, answer in rows.items()}


def measures_page(incident, *, closed=("phone", "office"), limited=(), **changes):
    """Return the second page as a browser sends it: the phone and the office are closed, and there is one named contact."""
    answers = channels_page(closed=closed, limited=limited) | {
        "measures": ["named_contact"],
        "reason": "You shouted at our colleagues.",
        "easing_conditions": "Three calm months. Ask us.",
        "known_restrictions": 0,
        "begins": "for_safety",
        "at_once_reason": "You wait for our colleagues at the door.",
        "first_review_on": add_months(today(), 3).isoformat(),
        "review_months": 3,
        "proportionality": "Letters and email stay open; a warning did not help.",
        "explained": "by_letter",
    }
    rests_on = {f"{code}-incidents": [incident.reference] for code in KINDS}
    return answers | rests_on | changes


@pytest.fixture
def pages(customer):
    return {
        name: reverse(name, args=[customer.reference])
        for name in ("decide", "decide_measures", "decide_check")
    }


@pytest.fixture
def people(manager, officer):
    return {"named_contact-named_contact": officer.username, "named_contact-deputy": manager.username}


def check_form(client, pages):
    """Return the last page as a browser sends it: what it has shown."""
    form = client.get(pages["decide_check"]).context["form"]
    return {bound.name: bound.value() for bound in form}


@pytest.fixture
def at_check_page(signed_in, manager, incident, pages, people):
    """A client that has come to the last page, and its form."""
    client = signed_in(manager)
    first = client.post(pages["decide"], decision_page(incident))
    assert first.url == pages["decide_measures"], errors(first)
    second = client.post(pages["decide_measures"], measures_page(incident, **people))
    assert second.status_code == 302, errors(second)
    return client, check_form(client, pages)


def test_all_is_decided_together_and_the_letter_is_next(at_check_page, pages, incident, customer):
    client, form = at_check_page
    assert not ManagementDecision.objects.exists()
    response = client.post(pages["decide_check"], form)
    decision = ManagementDecision.objects.get()
    assert list(decision.incidents.all()) == [incident]
    kinds = decision.restrictions.order_by("pk").values_list("kind", "status")
    assert [*kinds] == [("channel", RestrictionStatus.IMPOSED), ("named_contact", RestrictionStatus.IMPOSED)]
    letter = Letter.objects.get()
    assert response.url == letter.get_absolute_url()
    assert {*letter.restrictions.all()} == {*decision.restrictions.all()}
    assert not TypedDraft.objects.exists()


def test_the_last_page_shows_all_that_is_decided_in_the_words_of_the_card(at_check_page, pages):
    client, _ = at_check_page
    page = client.get(pages["decide_check"])
    text = " ".join(html.fromstring(page.content).text_content().split())
    assert [planned.channel for planned in page.context["changes"].less][:2] == ["phone", "office"]
    for words in (
        "Ways of contact closed",
        "One named contact",
        "You shouted at our colleagues.",
        "Two colleagues dread",
        "Told at once that they are named: Officer Example. ",
    ):
        assert words in text
    assert "Withhold" not in text


def test_sent_twice_it_is_decided_once(at_check_page, pages):
    client, form = at_check_page
    client.post(pages["decide_check"], form)
    again = client.post(pages["decide_check"], form)
    assert again.url == ManagementDecision.objects.get().get_absolute_url()
    assert Restriction.objects.count() == 2


def test_what_another_window_has_changed_is_shown_before_it_is_decided(
    at_check_page, pages, incident, people
):
    client, form = at_check_page
    client.post(pages["decide_measures"], measures_page(incident, closed=["email"], **people))
    refused = client.post(pages["decide_check"], form)
    assert refused.status_code == 422
    assert "has changed since you opened this page" in refused.content.decode()
    assert not ManagementDecision.objects.exists()
    again = {bound.name: bound.value() for bound in refused.context["form"]}
    assert client.post(pages["decide_check"], again).status_code == 302
    assert Restriction.objects.get(kind="channel").terms["closed"] == ["email"]


def test_an_old_page_sent_again_takes_nothing_of_the_next_decision(at_check_page, pages, incident):
    client, form = at_check_page
    client.post(pages["decide_check"], form)
    decision = ManagementDecision.objects.get()
    next_one = decision_page(incident, known=1, effect="It went on.", new_since="They came again.")
    client.post(pages["decide"], next_one)
    assert client.post(pages["decide_check"], form).url == decision.get_absolute_url()
    assert b"It went on." in client.get(pages["decide"]).content


def test_the_last_page_shows_no_answer_that_another_has_taken_away(signed_in, manager, incident, pages):
    client = signed_in(manager)
    gone = {"disability_considered": "Gone one.", "normal_operation_reason": "Gone two."}
    client.post(pages["decide"], decision_page(incident, **gone))
    more = {"begins": "when_told", "at_once_reason": "Gone three.", "not_explained_reason": "Gone four."}
    client.post(pages["decide_measures"], measures_page(incident, measures=[], **more))
    page = client.get(pages["decide_check"])
    assert page.status_code == 200
    assert b"Gone" not in page.content


def test_what_was_typed_comes_back_however_the_page_is_opened(signed_in, manager, incident, pages):
    client = signed_in(manager)
    by_link = f"{pages['decide']}?incident={incident.reference}"
    client.post(by_link, decision_page(incident, effect=""))
    client.post(by_link, decision_page(incident))
    assert b"Two colleagues dread the phone." in client.get(by_link).content
    client.post(
        pages["decide_measures"],
        {"known_restrictions": 0, "proportionality": "A talk will do.", "explained": "by_letter"},
    )
    client.post(pages["decide_check"], check_form(client, pages))
    assert ManagementDecision.objects.exists()
    assert not TypedDraft.objects.exists()


def test_whoever_restricts_meanwhile_is_shown_first(signed_in, manager, decision, incident, pages, people):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident, known=1, new_since="It went on."))
    client.post(pages["decide_measures"], measures_page(incident, **people))
    form = check_form(client, pages)
    restriction = factories.restriction(by=factories.staff("other", "Manager"), decision=decision)
    response = client.post(pages["decide_check"], form)
    assert response.status_code == 409
    assert restriction.reference in response.content.decode()
    assert [*Restriction.objects.all()] == [restriction]


def test_whoever_comes_second_on_the_last_page_is_shown_all_that_they_typed(at_check_page, pages, incident):
    client, form = at_check_page
    factories.decision(by=factories.staff("other", "Manager"), incidents=[incident])
    page = client.post(pages["decide_check"], form)
    assert page.status_code == 409
    text = page.content.decode()
    for words in (
        "Two colleagues dread the phone.",
        "You shouted at our colleagues.",
        "Three calm months. Ask us.",
        "Ways of contact closed: Closed",
        "Phone, In person at the office",
        "One named contact: Named contact",
    ):
        assert words in text
    # It is kept on its pages too, and they say what has changed.
    assert "Two colleagues dread the phone." in client.get(pages["decide"]).content.decode()


def test_to_discard_the_first_page_discards_what_rests_on_it(at_check_page, pages, manager):
    client, _ = at_check_page
    first = TypedDraft.objects.get(path=pages["decide"])
    client.post(reverse("typed_draft_discard", args=[first.pk]))
    assert not TypedDraft.objects.exists()
    assert b"You shouted at our colleagues." not in client.get(pages["decide"]).content


def test_to_discard_the_second_page_leaves_the_first(at_check_page, pages):
    client, _ = at_check_page
    second = TypedDraft.objects.get(path=pages["decide_measures"])
    client.post(reverse("typed_draft_discard", args=[second.pk]))
    assert [draft.path for draft in TypedDraft.objects.all()] == [pages["decide"]]


def test_to_discard_a_decision_leaves_that_about_somebody_else(at_check_page, officer, pages, incident):
    client, _ = at_check_page
    stranger = factories.customer(by=officer, name="Somebody Else")
    elsewhere = reverse("decide_measures", args=[stranger.reference])
    draft = TypedDraft.objects.get(path=pages["decide_measures"])
    TypedDraft.objects.create(person=draft.person, path=elsewhere, answers=draft.answers)
    client.post(reverse("typed_draft_discard", args=[TypedDraft.objects.get(path=pages["decide"]).pk]))
    assert [draft.path for draft in TypedDraft.objects.all()] == [elsewhere]


@pytest.mark.beyond("B23")
def test_what_they_are_still_to_be_told_of_counts_in_what_they_will_be_able_to_do(
    signed_in, manager, decision, incident, pages
):
    told = {"terms": {"closed": ["phone", "office"], "open": ["letter"]}, "begins": "when_told"}
    factories.restriction(by=manager, decision=decision, **told)
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident, known=1, new_since="It went on."))
    answers = measures_page(incident, measures=[], known_restrictions=1, closed=["email"])
    changes = client.post(pages["decide_measures"], answers | {"show_first": "part"})
    assert [planned.channel for planned in changes.context["changes"].less] == ["email"]
    closed = {planned.channel for planned in changes.context["changes"].same if planned.closed_by}
    assert closed == {"phone", "office"}
    assert "still to be told of: phone and office closed" in changes.content.decode()


@pytest.mark.policy("12")
def test_what_waits_to_be_told_and_is_not_explained_is_pointed_out(signed_in, manager, incident, pages):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    unexplained = {"explained": "not_explained", "not_explained_reason": "It would put a colleague at risk."}
    client.post(
        pages["decide_measures"], measures_page(incident, measures=[], begins="when_told", **unexplained)
    )
    assert "does not begin while this is not explained" in client.get(pages["decide_check"]).content.decode()


@pytest.mark.beyond("B39")
def test_the_last_page_points_out_reasons_of_few_words_before_they_are_final(
    signed_in, manager, incident, pages
):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident, effect="Two dread it."))
    client.post(pages["decide_measures"], measures_page(incident, measures=[]))
    page = client.get(pages["decide_check"]).content.decode()
    assert "Short reason" in page.split("Two dread it.")[1][:100]
    assert "Short reason" not in page.split("Yes, in a letter")[1][:100]


@pytest.mark.django_db(transaction=True)
def test_of_several_who_decide_at_once_one_does_and_the_others_are_shown_it(signed_in, incident, pages):
    """R1."""
    deciders = [factories.staff(f"manager{number}", "Manager") for number in range(4)]
    clients = [signed_in(decider) for decider in deciders]
    for client in clients:
        client.post(pages["decide"], decision_page(incident))
        client.post(
            pages["decide_measures"], {"proportionality": "A talk will do.", "explained": "by_letter"}
        )
    shown = [check_form(client, pages) for client in clients]
    connection.close()
    answers = run_at_once(4, lambda number: clients[number].post(pages["decide_check"], shown[number]))
    won = deciders.index(ManagementDecision.objects.get().by)
    assert answers[won].status_code == 302
    for number, answer in enumerate(answers):
        if number != won:
            assert answer.status_code == 409
            assert deciders[won].get_full_name() in answer.content.decode()


@pytest.mark.parametrize("name", ["decide", "decide_measures"])
def test_whoever_comes_second_is_shown_what_the_first_did(signed_in, manager, incident, pages, name):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    factories.decision(by=factories.staff("other", "Manager"), incidents=[incident])
    page = decision_page(incident) if name == "decide" else measures_page(incident)
    response = client.post(pages[name], page)
    assert response.status_code == 409
    assert b"Other Example" in response.content


@pytest.mark.parametrize("junk", ["\x00", "9" * 40, "x" * 6_000, "2026-02-31", "<script>"])
def test_rubbish_is_answered_plainly(signed_in, manager, incident, pages, people, junk):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    names = client.get(pages["decide_measures"]).context["form"].fields
    chosen = {"measures": [*KINDS]} | channels_page(closed=["phone"], limited=["email"])
    for answers in (dict.fromkeys(names, junk), dict.fromkeys(names, junk) | chosen):
        answer = client.post(pages["decide_measures"], measures_page(incident, **people) | answers)
        assert answer.status_code == 422
    assert not Restriction.objects.exists()


def test_what_is_missing_is_named_on_its_page_and_nothing_is_written(signed_in, manager, incident, pages):
    client = signed_in(manager)
    first = client.post(pages["decide"], decision_page(incident, effect=""))
    assert set(errors(first)) == {"#id_effect"}
    client.post(pages["decide"], decision_page(incident))
    second = client.post(
        pages["decide_measures"],
        measures_page(incident, reason="", **{"channel-incidents": []}),
    )
    assert {"#id_named_contact-named_contact", "#id_reason", "#id_channel-incidents_0"} <= set(errors(second))
    assert b"Three calm months." in second.content
    assert not ManagementDecision.objects.exists()
    assert not Restriction.objects.exists()


def second_incident(incident, manager):
    """Return another incident of the same customer, which a manager has assessed."""
    other = factories.incident(by=incident.reported_by, customer=incident.customer)
    factories.assess_incident(other, by=manager)
    return other


def test_each_channel_is_decided_on_in_a_row_of_one_table(signed_in, manager, incident, pages):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    page = html.fromstring(client.get(pages["decide_measures"]).content)
    table = page.xpath("//div[contains(@class, 'app-choice-table')]//table")[0]
    headings = table.xpath("./thead//th[@scope='col']/text()")
    assert headings == ["Way of contact", "How it is now", "What you decide"]
    rows = table.xpath("./tbody/tr")
    assert [row.xpath("./th[@scope='row']/text()")[0] for row in rows] == [str(c.label) for c in CLOSABLE]
    for channel, row in zip(CLOSABLE, rows, strict=True):
        assert row.xpath(".//*[@role='group']/@aria-labelledby") == row.xpath("./th/@id")
        answers = ["leave", "limit", "close"] if channel in INBOUND_CHANNELS else ["leave", "close"]
        assert row.xpath(".//input[@type='radio']/@value") == answers
        assert row.xpath(".//input[@checked]/@value") == ["leave"]
        assert row.xpath(".//label/@for") == row.xpath(".//input/@id")


@pytest.mark.policy("21.5")
def test_channels_that_are_limited_and_closed_are_two_measures_of_one_table(
    signed_in, manager, incident, pages
):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    limit = {"volume-most_contacts": "2", "volume-every": "week"}
    answers = measures_page(incident, measures=[], closed=["office"], limited=["phone", "email"])
    missing = client.post(pages["decide_measures"], answers)
    assert "#id_volume-most_contacts" in errors(missing)
    assert client.post(pages["decide_measures"], answers | limit).status_code == 302
    client.post(pages["decide_check"], check_form(client, pages))
    limited, closed = Restriction.objects.order_by("pk")
    assert limited.terms["limited"] == ["phone", "email"]
    assert closed.terms["closed"] == ["office"]
    assert {"phone", "email"} <= {*closed.terms["open"]}


def test_a_named_contact_closes_nothing_by_themselves(at_check_page, pages):
    client, form = at_check_page
    client.post(pages["decide_check"], form)
    closing, named = Restriction.objects.order_by("pk")
    assert closing.closed_channels == {"phone", "office"}
    assert not named.closed_channels


def count_queries(function):
    with CaptureQueriesContext(connection) as asked:
        function()
    return len(asked)


def test_what_is_chosen_on_the_second_page_costs_a_question_for_each_name_alone(
    signed_in, manager, incident, pages, people
):
    """A block of emails and a named contact each look one thing up; which are chosen and on how many incidents costs nothing else."""
    client = signed_in(manager)
    others = [second_incident(incident, manager) for _ in range(3)]
    client.post(
        pages["decide"], decision_page(incident, incidents=[str(each) for each in (incident, *others)])
    )
    client.get(pages["decide_measures"])
    assert count_queries(lambda: client.get(pages["decide_measures"])) <= 42
    each = {
        f"{code}-{name}": answer
        for code, terms in factories.TERMS_BY_KIND.items()
        for name, answer in terms.items()
    }
    chosen = [code for code in KINDS if code not in ("channel", "volume", "complaints_process")]
    measures = measures_page(incident, measures=chosen, limited=["email"], **people) | each
    counted = []
    for answers in (measures | {"measures": []}, measures):
        shown = answers | {"show_first": "part"}
        counted.append(count_queries(lambda shown=shown: client.post(pages["decide_measures"], shown)))
    assert counted[0] <= 46
    assert counted[1] - counted[0] <= 7


@pytest.mark.policy("12", "14", "61.1")
def test_each_measure_can_rest_on_its_own_incidents_for_its_own_reason(
    signed_in, manager, incident, pages, people
):
    other = second_incident(incident, manager)
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident, incidents=[str(incident), str(other)]))
    own = {
        "named_contact-reason": "You rang six of us about one repair.",
        "named_contact-incidents": [str(other)],
        "channel-incidents": [str(incident), str(other)],
    }
    sent = client.post(pages["decide_measures"], measures_page(incident, **people, **own))
    assert sent.status_code == 302, errors(sent)
    shown = client.get(pages["decide_check"]).content.decode()
    assert "You rang six of us about one repair." in shown
    client.post(pages["decide_check"], check_form(client, pages))
    closing, named = Restriction.objects.order_by("pk")
    assert closing.reason == "You shouted at our colleagues."
    assert {*closing.incidents.all()} == {incident, other}
    assert named.reason == "You rang six of us about one repair."
    assert [*named.incidents.all()] == [other]
    text = Letter.objects.get().text or filled_text(Letter.objects.get())
    why = " ".join(text.split("## Why")[1].split("##")[0].split())
    assert why == (
        "**How you contact us.** You shouted at our colleagues. "
        "**The person who deals with you.** You rang six of us about one repair."
    )


def test_a_reason_of_its_own_that_says_nothing_is_refused_beside_it(
    signed_in, manager, incident, pages, people
):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    refused = client.post(
        pages["decide_measures"], measures_page(incident, **people, **{"channel-reason": "..."})
    )
    assert set(errors(refused)) == {"#id_channel-reason"}


def test_the_reason_of_all_is_not_asked_where_each_has_its_own(signed_in, manager, incident, pages):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    answers = measures_page(incident, measures=[], reason="")
    refused = client.post(pages["decide_measures"], answers)
    assert set(errors(refused)) == {"#id_reason"}
    own = {"channel-reason": "You shouted at the front desk."}
    assert client.post(pages["decide_measures"], answers | own).status_code == 302


@pytest.mark.parametrize("answer", ["junk", "limit"])
def test_a_channel_takes_only_what_can_be_decided_of_it(signed_in, manager, incident, pages, answer):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    answers = measures_page(incident, measures=[]) | {"channels-home_visit": answer}
    assert set(errors(client.post(pages["decide_measures"], answers))) == {"#id_channels-phone_0"}


@pytest.mark.beyond("B2")
def test_a_dead_end_of_all_measures_together_is_refused(signed_in, manager, incident, pages, people):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    closed = ["letter", "email", "online_form", "message", "phone"]
    advocate = {f"third_party-{name}": answer for name, answer in factories.ADVOCATE.items()}
    answers = measures_page(
        incident, closed=closed, measures=["third_party"], **advocate | {"third_party-open": ["email"]}
    )
    response = client.post(pages["decide_measures"], answers)
    assert response.status_code == 422
    assert "no way to reach us" in response.content.decode()
    assert not Restriction.objects.exists()


@pytest.mark.beyond("B29")
def test_the_second_page_shows_what_all_of_it_changes_while_it_is_filled_in(
    signed_in, manager, incident, pages, people
):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    answers = measures_page(incident, **people) | {"show_first": "part"}
    part = client.post(pages["decide_measures"], answers)
    less = {planned.channel for planned in part.context["changes"].less}
    assert {"phone", "office"} <= less
    assert not Restriction.objects.exists()


@pytest.mark.policy("12")
def test_a_decision_under_which_nothing_is_restricted_goes_on_to_its_letter(
    signed_in, manager, incident, pages
):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    nothing = {"known_restrictions": 0, "proportionality": "A talk will do.", "explained": "by_letter"}
    assert client.post(pages["decide_measures"], nothing).url == pages["decide_check"]
    response = client.post(pages["decide_check"], check_form(client, pages))
    assert response.url == Letter.objects.get(kind="management_decided").get_absolute_url()
    assert not Restriction.objects.exists()


@pytest.mark.policy("54")
def test_a_manager_cannot_restrict_complaints_process_with_the_rest(signed_in, manager, incident, pages):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    complaints = {f"complaints_process-{name}": answer for name, answer in COMPLAINTS["terms"].items()}
    answers = measures_page(incident, measures=["complaints_process"], **complaints)
    response = client.post(pages["decide_measures"], answers)
    assert response.status_code == 422
    assert not Restriction.objects.exists()


def test_what_was_typed_comes_back_on_each_page_and_outlives_the_session(
    at_check_page, signed_in, manager, pages
):
    client, _ = at_check_page
    client.logout()
    client = signed_in(manager)
    assert b"Two colleagues dread the phone." in client.get(pages["decide"]).content
    assert b"You shouted at our colleagues." in client.get(pages["decide_measures"]).content
    assert client.get(pages["decide_check"]).status_code == 200


def test_the_later_pages_lead_back_to_the_first_that_is_not_answered(signed_in, manager, pages):
    client = signed_in(manager)
    assert client.get(pages["decide_measures"]).url == pages["decide"]
    assert client.get(pages["decide_check"]).url == pages["decide_measures"]
    assert client.post(pages["decide_check"], {"submission": "x"}).url == pages["decide_measures"]


def test_nobody_reads_what_another_typed(at_check_page, signed_in, pages):
    colleague = factories.staff("another", "Manager")
    assert signed_in(colleague).get(pages["decide_measures"]).url == pages["decide"]


@pytest.mark.policy("22")
@pytest.mark.parametrize("role", ["officer", "executive", "dpo"])
def test_only_a_manager_comes_to_the_pages(signed_in, request, role, pages):
    client = signed_in(request.getfixturevalue(role))
    for url in pages.values():
        assert client.get(url).status_code in (403, 404)
        assert client.post(url, {"submission": uuid.uuid4()}).status_code in (403, 404)


def test_an_action_imposes_all_measures_or_none(manager, incident):
    """The second leaves no way in, so that the first is not imposed either."""
    facts = {name: value for name, value in factories.restriction_facts().items() if name != "kind"}
    measures = [
        {"kind": "channel", "incidents": [incident], **facts},
        {
            "kind": "named_contact",
            "incidents": [incident],
            **facts,
            "terms": {"open": ["phone"]},
            "named_contact": factories.staff("ann", "Officer"),
            "deputy": factories.staff("bob", "Officer"),
        },
    ]
    with pytest.raises(Incomplete) as refused:
        factories.decision(by=manager, incidents=[incident], measures=measures)
    assert {refusal.field.partition("-")[0] for refusal in refused.value.refusals} == {"named_contact"}
    assert not ManagementDecision.objects.exists()
    assert not Restriction.objects.exists()


@pytest.mark.beyond("B39")
def test_the_last_page_points_out_the_same_reason_in_several_places(signed_in, manager, incident, pages):
    client = signed_in(manager)
    same = "It follows from what is said above."
    client.post(pages["decide"], decision_page(incident, effect=same))
    client.post(pages["decide_measures"], measures_page(incident, reason=same.upper()))
    assert "You gave the same reason 2 times" in client.get(pages["decide_check"]).content.decode()
    client.post(pages["decide"], decision_page(incident, effect="Two colleagues dread the next call."))
    assert "You gave the same reason" not in client.get(pages["decide_check"]).content.decode()


@pytest.mark.parametrize(
    "junk",
    [{"volume-most_contacts": "many"}, {"block_email-blocked": "no address"}],
    ids=["limit", "addresses"],
)
def test_what_is_typed_of_a_measure_that_is_not_chosen_refuses_nothing(
    junk, signed_in, manager, incident, pages, people
):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    sent = client.post(pages["decide_measures"], measures_page(incident, **people, **junk))
    assert sent.status_code == 302, errors(sent)
    limited = measures_page(incident, limited=["email"], **people, **junk)
    if "volume-most_contacts" in junk:
        assert client.post(pages["decide_measures"], limited).status_code == 422


def test_first_page_says_at_once_all_that_is_wrong_with_it(signed_in, manager, incident, pages):
    typed = decision_page(incident, effect="", basis="nonsense", training_for="nobody", disability="")
    response = signed_in(manager).post(pages["decide"], typed)
    assert {*response.context["form"].errors} == {"effect", "basis", "training_for", "disability"}
    assert len(response.context["form"].errors["basis"]) == 1


def test_second_page_says_at_once_all_that_is_wrong_with_it(signed_in, manager, incident, pages, people):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    wrong = {
        "proportionality": "",  # of the decision
        "reason": "",  # of all measures
        "at_once_reason": "The customer waits at the door.",
        "review_months": "many",
        "easing_conditions": "You may not make any complaint to us.",
        "named_contact-deputy": "",  # of one of them
    }
    response = client.post(pages["decide_measures"], measures_page(incident, **people | wrong))
    assert {*response.context["form"].errors} == {*wrong}
    assert len(response.context["form"].errors["review_months"]) == 1
    assert not ManagementDecision.objects.exists()


@pytest.mark.policy("23")
def test_a_measure_has_days_and_a_way_out_of_its_own_where_they_differ(
    signed_in, manager, incident, pages, people
):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    last_day, review = add_months(today(), 2), add_months(today(), 1)
    own = {
        "lasts_months": 6,
        "named_contact-ends_on": last_day.isoformat(),
        "named_contact-first_review_on": review.isoformat(),
        "named_contact-easing_conditions": "A month of calm calls. Ask your named contact.",
    }
    response = client.post(pages["decide_measures"], measures_page(incident, **people | own))
    assert response.status_code == 302, errors(response)
    page = client.get(pages["decide_check"])
    shown = " ".join(html.fromstring(page.content).text_content().split())
    of_named_contact, of_all = shown.split("One named contact Named contact")[1].split("For all of it")
    assert "Last day of this one" in of_named_contact
    assert "Ask your named contact." in of_named_contact
    assert "Months it lasts 6" in of_all
    client.post(pages["decide_check"], check_form(client, pages))
    named_contact, closed = (
        Restriction.objects.get(kind="named_contact"),
        Restriction.objects.get(kind="channel"),
    )
    assert (named_contact.ends_on, named_contact.first_review_on) == (last_day, review)
    assert named_contact.easing_conditions.startswith("A month of calm calls.")
    assert (closed.lasts_months, closed.first_review_on) == (6, add_months(today(), 3))
    assert closed.easing_conditions.startswith("Three calm months.")


def test_what_is_refused_of_days_stands_beside_the_question_that_was_answered(
    signed_in, manager, incident, pages, people
):
    client = signed_in(manager)
    client.post(pages["decide"], decision_page(incident))
    wrong = {
        "ends_on": add_months(today(), 1).isoformat(),  # before the first review of all
        "named_contact-ends_on": add_months(today(), 4).isoformat(),
        "named_contact-first_review_on": add_months(today(), 5).isoformat(),
    }
    response = client.post(pages["decide_measures"], measures_page(incident, **people | wrong))
    assert {*response.context["form"].errors} == {"first_review_on", "named_contact-first_review_on"}
