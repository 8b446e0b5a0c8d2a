"""A talk in which a restriction is explained: offered in its letter, recorded when it was had, asked for where no letter can be read.

Policy §12, 23; beyond the policy: B23.
"""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.records import Stale, writing
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Channel
from cha_engagement.desk.queries import customer_card
from cha_engagement.desk.search import finding
from cha_engagement.organisation.calendar import add_working_days, today
from restrictions import actions, queries
from restrictions.enums import TO_CUSTOMER, Begins, Explained
from restrictions.letters.decided import placeholders
from restrictions.views.shared import step_to_explain
from tests import factories
from tests.overwriting import overwrite_record
from tests.refusals import refused_fields
from tests.timelines import shown_kinds

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.beyond("B23"),
    pytest.mark.policy("12"),
    pytest.mark.policy("23"),
]

HOW = "By phone. They asked whether repairs go on."
TALK = {"talked_on": today().isoformat(), "explained_to": TO_CUSTOMER, "how_explained": HOW}
ASKED = "Explain it in a talk"
OFFER = "go through this letter with you"


def explain(restriction, by, **changes):
    answers = {"version": restriction.version, **TALK, "talked_on": today()}
    return actions.record_talk(restriction=restriction, by=by, **answers | changes)


def offer_in_letter(decision, by):
    letter = actions.draft_decision_letter(decision=decision, by=by)
    text = placeholders(letter)["what we have decided"]
    return text[text.index(OFFER) :] if OFFER in text else ""


def cannot_use(customer, by, *channels):
    writing.save_record(customer, by=by, reason="Needs", cannot_use=list(channels))


def test_it_stands_on_the_page_and_on_the_timeline_and_tells_nobody_of_appeals(
    restriction, customer, officer, manager, signed_in
):
    explained = explain(restriction, officer)
    assert not explained.is_customer_told
    page = signed_in(manager).get(restriction.get_absolute_url()).content.decode()
    assert "They asked whether repairs go on." in page
    assert "restriction.talk" in shown_kinds(customer, manager)


def test_it_is_recorded_by_its_form(restriction, manager, signed_in):
    client = signed_in(manager)
    url = reverse("restriction_talk", args=[restriction.reference])
    assert url in client.get(restriction.get_absolute_url()).content.decode()
    answers = {"version": restriction.version, **TALK}
    assert client.post(url, answers).url == restriction.get_absolute_url()
    restriction.refresh_from_db()
    assert (restriction.talked_on, restriction.how_explained) == (today(), HOW)


@pytest.mark.parametrize("days", [-1, 1])
def test_the_day_lies_between_its_imposition_and_today(days, restriction, officer):
    day = today() + timedelta(days=days)
    assert refused_fields(lambda: explain(restriction, officer, talked_on=day)) == ["talked_on"]


@pytest.mark.parametrize("explained_to", ["", "somebody_else", "Ann Example", "Her neighbour"])
def test_a_talk_with_somebody_who_does_not_speak_for_them_explains_nothing(
    explained_to, restriction, officer, manager, signed_in
):
    assert refused_fields(lambda: explain(restriction, officer, explained_to=explained_to)) == [
        "explained_to"
    ]
    answers = {"version": restriction.version, **TALK, "explained_to": explained_to}
    answer = signed_in(manager).post(reverse("restriction_talk", args=[restriction.reference]), answers)
    assert answer.status_code == 422
    restriction.refresh_from_db()
    assert restriction.talked_on is None


def test_it_may_be_explained_to_whoever_is_recorded_as_speaking_for_them(
    restriction, decision, customer, officer, manager, signed_in
):
    ally = factories.customer(by=officer, name="Ally Example", relationship="advocate", speaks_for=customer)
    factories.restriction(by=manager, decision=decision, kind="third_party", terms=factories.ADVOCATE)
    client, url = signed_in(manager), reverse("restriction_talk", args=[restriction.reference])
    for name in ("Ally Example", "Ann Example, Clydeside Advocacy"):
        assert f"{name}, who speaks for them" in client.get(url).content.decode()
        restriction = explain(restriction, officer, explained_to=name)
        assert name in client.get(restriction.get_absolute_url()).content.decode()
    writing.save_record(ally, by=officer, reason="Speaks for nobody", speaks_for=None)
    assert refused_fields(lambda: explain(restriction, officer, explained_to="Ally Example")) == [
        "explained_to"
    ]
    before_mandate = date.fromisoformat(factories.ADVOCATE["mandate_on"]) - timedelta(days=1)
    assert queries.representatives(customer, before_mandate) == []


@pytest.mark.parametrize("words", ["", "-", "as discussed"])
def test_how_it_went_is_said_in_words(words, restriction, officer):
    assert refused_fields(lambda: explain(restriction, officer, how_explained=words)) == ["how_explained"]


def test_nobody_explains_what_is_not_to_be_told_or_has_ended(restriction, officer, manager, decision):
    ended = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]}
    )
    ended = actions.lift_restriction(restriction=ended, by=manager, status_reason="It went well.")
    with pytest.raises(Stale):
        explain(ended, officer)
    untold = factories.leave_unnotified(restriction, by=manager, reason="It would put a colleague at risk.")
    with pytest.raises(Refused, match="not to tell"):
        explain(untold, officer)


def test_it_is_for_those_who_deal_with_customers(restriction, dpo):
    with pytest.raises(Refused):
        explain(restriction, dpo)


def test_it_is_asked_for_where_no_letter_can_be_read(restriction, customer, officer, manager, signed_in):
    def is_asked_for():
        return ASKED in signed_in(manager).get(restriction.get_absolute_url()).content.decode()

    assert not is_asked_for()
    cannot_use(customer, manager, Channel.LETTER)
    assert is_asked_for()
    restriction.refresh_from_db()
    explain(restriction, officer)
    assert not is_asked_for()


def test_the_letter_offers_it_by_a_way_that_is_open_to_them_and_that_they_can_use(
    organisation, decision, restriction, customer, manager
):
    assert "in person at the office" in offer_in_letter(decision, manager)
    assert "by phone" not in offer_in_letter(decision, manager)
    cannot_use(customer, manager, Channel.OFFICE)
    assert offer_in_letter(decision, manager) == ""


def test_the_database_keeps_the_day_with_the_words(restriction):
    with pytest.raises(IntegrityError), transaction.atomic():
        overwrite_record(restriction, talked_on=today())


def card_lines(customer):
    return [line for part in customer_card(customer).parts for line in part.lines]


def test_the_card_says_that_they_know_of_it_and_when_the_letter_counts(
    customer, restriction, officer, manager
):
    explain(restriction, officer)
    summaries = [line.short_summary for line in card_lines(customer)]
    lines = [line.text for line in card_lines(customer)]
    said = f"Explained in a talk on {uk_date(today())}: phone closed. It applies now; the letter "
    assert f"{said}still has to go to them." in lines
    assert "Deal with them by phone." in lines
    assert not [line for line in lines if "Not told" in line]
    assert "not told of it yet" not in summaries
    received_on = add_working_days(today(), 2)
    actions.notify_customer(restriction=restriction, on=received_on, by=manager)
    lines = [line.text for line in card_lines(customer)]
    assert f"{said}counts as received on {uk_date(received_on)}." in lines


@pytest.mark.parametrize("explained", [True, False])
def test_its_page_says_of_a_letter_in_the_post_when_it_counts_and_nothing_that_undoes_at_once(
    explained, restriction, officer, manager, signed_in
):
    if explained:
        explain(restriction, officer)
    received_on = add_working_days(today(), 2)
    actions.notify_customer(restriction=restriction, on=received_on, by=manager)
    page = signed_in(manager).get(restriction.get_absolute_url()).content.decode()
    assert "before you apply it" not in page
    assert "It applies now" in page
    assert ("was explained in a talk" in page) == explained
    assert "Told on" not in page
    assert re.search(rf"The letter counts as received on</dt>\s*<dd[^>]*>{uk_date(received_on)}", page)


def test_somebody_else_who_is_named_is_explained_anew(decision, officer, manager):
    named = factories.named_contact_facts(officer, manager, "letter")
    restriction = factories.restriction(by=manager, decision=decision, **named)
    explained = explain(restriction, officer)
    renamed = actions.replace_people(
        restriction=explained,
        by=manager,
        version=explained.version,
        status_reason="A colleague takes over.",
        named_contact=manager,
        deputy=officer,
    )
    assert (renamed.talked_on, renamed.explained_to, renamed.how_explained) == (None, "", "")


def test_its_page_begins_with_the_letter_and_ends_with_not_telling_them(restriction, manager, signed_in):
    def buttons():
        page = signed_in(manager).get(restriction.get_absolute_url()).content.decode()
        labels = ["Write the letter", "Record a talk", "Lift it", "Ask not to tell them"]
        return sorted((label for label in labels if label in page), key=page.index)

    assert buttons() == ["Write the letter", "Record a talk", "Lift it", "Ask not to tell them"]
    explain(restriction, manager)
    assert buttons() == ["Write the letter", "Record a talk", "Lift it"]


def test_nobody_asks_not_to_tell_them_once_it_was_explained(restriction, manager, management, signed_in):
    asked = actions.ask_not_to_notify(
        restriction=restriction,
        by=manager,
        version=restriction.version,
        unnotified_request="They know where I live.",
    )
    explained = explain(asked, manager)
    assert explained.unnotified_request == ""
    with pytest.raises(Refused, match="It was explained to the customer on"):
        actions.leave_customer_unnotified(
            record=explained,
            by=management,
            version=explained.version,
            unnotified_answer=factories.READ_AND_AGREED,
        )
    url = reverse("restriction_not_notified", args=[restriction.reference])
    answers = {"version": explained.version, "unnotified_request": "They know where I live."}
    client = signed_in(manager)
    for answer in (client.get(url), client.post(url, answers)):
        assert answer.status_code == 403
        assert "so they know of it" in answer.content.decode()
    explained.refresh_from_db()
    assert explained.unnotified_request == ""


def test_one_talk_explains_all_that_it_ticks(restriction, decision, customer, manager, signed_in):
    client = signed_in(manager)
    closed = {"closed": ["office"], "open": ["letter"]}
    office = factories.restriction(by=manager, decision=decision, terms=closed)
    withheld = factories.restriction(by=manager, decision=decision, kind="no_recording_pause", terms={})
    withheld = factories.leave_unnotified(withheld, by=manager)
    url = reverse("restriction_talk", args=[restriction.reference])
    page = client.get(url).content.decode()
    assert customer.name in page
    assert f'value="{office}"' in page
    assert f'value="{withheld}"' not in page
    answers = {"version": restriction.version, **TALK}
    assert client.post(url, answers | {"also_explained": [withheld.reference]}).status_code == 422
    client.post(url, answers | {"also_explained": [office.reference]})
    for explained in (restriction, office):
        explained.refresh_from_db()
        assert (explained.talked_on, explained.how_explained) == (today(), HOW)
    withheld.refresh_from_db()
    assert withheld.talked_on is None


def test_a_talk_about_another_decision_is_recorded_by_itself(restriction, officer, manager, customer):
    other = factories.decision(
        by=manager,
        incidents=[factories.assess_incident(factories.incident(by=officer, customer=customer), by=manager)],
    )
    under_other = factories.restriction(
        by=manager, decision=other, terms={"closed": ["office"], "open": ["letter"]}
    )
    assert refused_fields(lambda: explain(restriction, officer, also_explained=[under_other])) == [
        "also_explained"
    ]


@pytest.mark.parametrize("why_not", ["withheld", "ended", "imposed later"])
def test_one_talk_explains_no_other_that_is_withheld_ended_or_imposed_later(
    why_not, restriction, decision, officer, manager
):
    talked_on = today() - timedelta(days=1)
    overwrite_record(restriction, imposed_at=timezone.now() - timedelta(days=2))
    restriction.refresh_from_db()
    closed = {"closed": ["office"], "open": ["letter"]}
    other = factories.restriction(by=manager, decision=decision, terms=closed)
    if why_not != "imposed later":
        overwrite_record(other, imposed_at=timezone.now() - timedelta(days=2))
    if why_not == "withheld":
        other = factories.leave_unnotified(other, by=manager)
    elif why_not == "ended":
        other = actions.lift_restriction(restriction=other, by=manager, status_reason="It went well.")
    refusal = {"withheld": Refused, "ended": Stale, "imposed later": Incomplete}[why_not]
    with pytest.raises(refusal):
        explain(restriction, officer, talked_on=talked_on, also_explained=[other])
    restriction.refresh_from_db()
    assert restriction.talked_on is None
    assert explain(restriction, officer, talked_on=talked_on).talked_on == talked_on


@pytest.mark.parametrize(
    ("days", "said"),
    [(None, "The letter still goes out"), (2, "The letter is on its way"), (0, "The talk is recorded.<")],
)
def test_the_message_says_what_is_still_to_come_of_the_letter(days, said, restriction, manager, signed_in):
    if days is not None:
        on = add_working_days(today(), days) if days else today()
        restriction = actions.notify_customer(restriction=restriction, on=on, by=manager)
    answers = {"version": restriction.version, **TALK}
    url = reverse("restriction_talk", args=[restriction.reference])
    page = signed_in(manager).post(url, answers, follow=True).content.decode()
    assert said in re.sub(r"\s+<", "<", page)


def test_what_waits_to_be_told_says_that_it_waits_for_the_letter(
    decision, customer, officer, manager, signed_in
):
    waiting = factories.restriction(by=manager, decision=decision, begins=Begins.WHEN_TOLD, at_once_reason="")
    explain(waiting, officer)
    said = f"Explained in a talk on {uk_date(today())}, and begins once the letter counts as received: phone closed."
    assert [line.text for line in card_lines(customer) if line.text.startswith(said)]
    page = signed_in(manager).get(waiting.get_absolute_url()).content.decode()
    assert "It begins once the letter counts as received" in page
    assert "has not been told yet" not in page


@pytest.mark.policy("12", "23")
def test_nobody_is_sent_to_a_letter_that_a_decision_does_not_have(officer, manager, customer):
    incident = factories.incident(by=officer, customer=customer)
    by_letter = factories.decision(by=manager, incidents=[incident])
    assert "the letter that explains it" in step_to_explain(by_letter)
    facts = {
        "explained": Explained.NOT_EXPLAINED,
        "not_explained_reason": "It would put a colleague at risk.",
    }
    untold = factories.decision(
        by=manager, incidents=[factories.incident(by=officer, customer=customer)], **facts
    )
    assert step_to_explain(untold) == "Ask on each that they are not told: another manager confirms it."


@pytest.mark.beyond("B31")
def test_what_was_said_in_a_talk_is_found_by_whoever_reads_the_restriction(restriction, manager, officer):
    explain(
        restriction, manager, how_explained="By phone, with her sister: the zebra gate stays open to her."
    )
    found = {found.source.code: found.rows for found in finding.search("zebra gate", manager)}
    assert [row.url for row in found["talks"]] == [restriction.get_absolute_url()]
    assert not [row for found in finding.search("zebra gate", officer) for row in found.rows]
