import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from cha_engagement.core.records import writing
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.enums import Relationship
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import SentBy, SignedAs
from cha_engagement.letters.queries import second_reader
from cha_engagement.letters.rendering import placeholders
from cha_engagement.letters.rules import issuing
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.organisation.models import AdviceOrganisation
from restrictions import actions
from restrictions.actions import draft_decision_letter, draft_end_letter
from restrictions.letters import REQUIRED_PLACEHOLDERS
from restrictions.queries import unnotified_restrictions
from reviews import actions as reviews
from reviews.enums import ReviewOutcome
from tests import factories
from tests.desks import task_rows
from tests.letters.test_pdf import pdf_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser(organisation):
    return AdviceOrganisation.objects.create(
        name="Lochside Advice", helps_with="housing", contact="0800 496 0002"
    )


def arrival():
    """Return the day on which what is posted today counts as received."""
    return add_working_days(today(), 2)


def draft_letter(decision, by):
    return letters.draft_letter(
        customer=decision.customer, kind="restriction_decided", about=decision, by=by, submission=uuid.uuid4()
    )


def send_letter(letter, by):
    issued = factories.issue_letter(letter, by=by)
    return letters.send_letter(
        letter=issued, by=by, version=issued.version, sent_by_channel=SentBy.LETTER, sent_on=today()
    )


@pytest.mark.policy("5")
@pytest.mark.policy("6")
@pytest.mark.policy("8")
@pytest.mark.policy("22")
@pytest.mark.policy("23")
@pytest.mark.policy("61.1")
@pytest.mark.policy("61.2")
@pytest.mark.policy("61.3")
@pytest.mark.beyond("B2")
@pytest.mark.beyond("B3")
def test_the_letter_says_all_that_it_must(adviser, manager, officer, decision):
    restriction = factories.restriction(
        by=manager, decision=decision, review_circumstances="If your health changes"
    )
    factories.restriction(
        by=manager,
        decision=decision,
        kind="named_contact",
        terms={"open": ["letter", "email"]},
        named_contact=officer,
        deputy=manager,
        review_circumstances="If your health changes",
    )
    text = placeholders.filled_text(draft_letter(decision, manager))
    for phrase in (
        "You can contact us by letter or by email. For now, please do not contact us by phone",
        "Officer Example will look after everything that you bring to us",
        "You shouted at our colleagues on the phone.",
        f"This applies from {uk_date(today())}",
        f"look at this again on {uk_date(restriction.first_review_on)} and then every 3 months",
        "We would look at it sooner if your health changes.",
        "Our Executive Team hears it",
        f"20 working days from the day on which you receive this letter: at least until {uk_date(add_working_days(today(), 22))}.",
        "That decision is final and cannot be appealed",
        "Three months of calm letters. Ask Customer Services.",
        "Scottish Public Services Ombudsman",
        "0800 377 7330",
        "report an emergency repair, at any time, on 0800 496 0001",
        "If you are unhappy with our service, you can complain in any way that is open to you.",
        "large print",
        "Lochside Advice",
        "freedom of information",
        "- by email: hello@lochside.example",
    ):
        assert phrase in text, phrase
    texts = placeholders.placeholder_texts(decision.letters.get())
    for name in ("how to contact us", "adjustments and formats", "how to appeal", "how to complain"):
        assert "phone" not in texts[name]
        assert "0141 496 0000" not in texts[name]
    assert "[" not in text.replace("\\[", "")


@pytest.mark.policy("5", "22")
def test_that_they_can_appeal_is_said_last_and_by_when_at_the_end(adviser, manager, decision):
    factories.restriction(by=manager, decision=decision)
    text = placeholders.filled_text(draft_letter(decision, manager))
    section = text.split("## If you disagree")[1].split("##")[0]
    order = [
        "you can complain",
        "If you appeal, you can go to them",
        "That decision is final and cannot be appealed.",
        "What this letter sets out for you can be.",
        "**You can appeal** against all of what this letter restricts",
        f"at least until {uk_date(add_working_days(today(), 22))}",
        "We also hear an appeal that comes later.",
    ]
    assert [words for words in order if words not in section] == []
    assert sorted(order, key=section.index) == order
    assert section.strip().endswith(order[-1])


@pytest.mark.policy("6.3")
def test_the_ombudsmans_time_limit_is_the_associations_own(adviser, organisation, manager, decision):
    organisation.ombudsman_time_limit = "You have *six* months."
    organisation.save()
    factories.restriction(by=manager, decision=decision)
    letter = draft_letter(decision, manager)
    assert r"You have \*six\* months." in placeholders.filled_text(letter)
    organisation.ombudsman_time_limit = ""
    organisation.save()
    assert "by when customers can go" in " ".join(map(str, issuing.check_ready(letter)))


@pytest.mark.policy("23")
@pytest.mark.parametrize(("days", "again"), [(0, False), (100, True)])
def test_a_letter_promises_no_review_after_the_end(adviser, manager, decision, days, again):
    first = today() + timedelta(days=90)
    ends_on = first + timedelta(days=days)
    factories.restriction(by=manager, decision=decision, first_review_on=first, ends_on=ends_on)
    text = placeholders.filled_text(draft_letter(decision, manager))
    assert f"We will look at this again on {uk_date(first)}" in text
    assert ("and then every 3 months" in text) is again


@pytest.fixture
def named_contact_restriction(manager, officer, decision):
    """One named contact, who can be reached by letter or by email."""
    return factories.restriction(
        by=manager,
        decision=decision,
        kind="named_contact",
        terms={"open": ["letter", "email"]},
        named_contact=officer,
        deputy=manager,
        reason="You rang five of us about one repair.",
    )


@pytest.mark.policy("5")
@pytest.mark.policy("61.1")
def test_a_letter_about_two_restrictions_says_once_what_is_open_and_what_closed(
    adviser, manager, decision, named_contact_restriction
):
    terms = {"closed": ["phone", "email"], "open": ["letter", "office"]}
    factories.restriction(by=manager, decision=decision, terms=terms)
    texts = placeholders.placeholder_texts(draft_letter(decision, manager))
    assert texts["what we have decided"].startswith(
        "### How you contact us\n\nYou can contact us by letter. For now, please do not contact us by phone, in person at the office"
    )
    assert texts["what we have decided"].count("by phone") == 1
    assert [line for line in texts["how to contact us"].splitlines() if line.startswith("-")] == [
        "- by letter: 1 Pier Road, Lochside, G00 0AA"
    ]
    people = "Please ask for Officer Example, or for Manager Example while they are away."
    assert texts["how to contact us"].count(people) == 1


@pytest.mark.policy("61.1", "61.3")
def test_a_letter_of_several_parts_names_each_in_its_readers_words(
    adviser, manager, decision, restriction, named_contact_restriction
):
    text = placeholders.filled_text(draft_letter(decision, manager))
    for part in ("How you contact us", "The person who deals with you"):
        assert f"### {part}" in text
        assert f"**{part}.** You " in text
    for label in ("Ways of contact closed", "One named contact"):
        assert label not in text


@pytest.mark.policy("61.1")
def test_a_letter_of_one_part_needs_no_names_of_parts(adviser, manager, decision, restriction):
    assert "How you contact us" not in placeholders.filled_text(draft_letter(decision, manager))


@pytest.mark.policy("5")
def test_a_letter_names_no_way_of_which_the_association_says_nothing(
    adviser, organisation, manager, decision
):
    factories.restriction(by=manager, decision=decision)
    letter = draft_letter(decision, manager)
    assert "messaging" not in placeholders.filled_text(letter)
    assert "our website" not in placeholders.filled_text(letter)
    organisation.website = "https://lochside.example"
    organisation.save()
    assert "- through the forms on our website: lochside.example" in placeholders.filled_text(letter)


@pytest.mark.policy("3")
def test_the_letter_to_somebody_who_speaks_for_others_names_their_other_route(adviser, manager, officer):
    advocate = factories.customer(by=officer, name="An Advocate", relationship=Relationship.ADVOCATE)
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=advocate)])
    factories.restriction(by=manager, decision=decision, other_route="They can come to our front desk.")
    text = placeholders.filled_text(draft_letter(decision, manager))
    assert "only where you act for other people" in text
    assert "in another way: They can come to our front desk." in text


@pytest.mark.policy("5")
@pytest.mark.policy("6")
def test_a_letter_leaves_out_what_an_earlier_decision_closed(adviser, manager, decision, incident):
    factories.restriction(by=manager, decision=decision)
    later = factories.decision(by=manager, incidents=[incident])
    factories.restriction(by=manager, decision=later, terms={"closed": ["email"], "open": ["letter"]})
    texts = placeholders.placeholder_texts(draft_letter(later, manager))
    assert "phone" not in texts["what we have decided"]
    for closed in ("- by phone", "- by email"):
        assert closed not in texts["how to contact us"]
    assert "please do not contact us by phone. This applies from" in texts["how to contact us"]
    assert "Why: You shouted at our colleagues on the phone." in texts["how to contact us"]


@pytest.mark.beyond("B3")
@pytest.mark.parametrize(
    ("words", "named"),
    [
        *((f"[{name}]", name) for name in REQUIRED_PLACEHOLDERS),
        ("You shouted at our colleagues on the phone.", "## Why"),
        ("## Why", "## Why"),
        (
            "We would like things to go well between us again.\n\nThree months of calm letters. Ask Customer Services.",
            "## What would change this",
        ),
    ],
)
def test_a_letter_that_leaves_something_out_is_not_issued_and_it_is_named(
    words, named, adviser, manager, decision, restriction
):
    letter = draft_letter(decision, manager)
    assert not issuing.check_ready(letter)
    assert words in letter.body
    body = letter.body.replace(words, "")
    signing = {"signed_as": letter.signed_as, "signatory": manager, "advice": [adviser]}
    letter = letters.edit_draft(letter=letter, by=manager, version=letter.version, body=body, **signing)
    with pytest.raises(Incomplete, match=named):
        letters.issue_letter(letter=letter, by=manager, version=letter.version)


@pytest.mark.policy("61.1")
def test_the_words_to_the_customer_can_be_put_right_in_the_draft(adviser, manager, decision, restriction):
    letter = draft_letter(decision, manager)
    body = letter.body.replace("You shouted at our colleagues on the phone.", "We were all upset.")
    signing = {"signed_as": letter.signed_as, "signatory": manager, "advice": [adviser]}
    letter = letters.edit_draft(letter=letter, by=manager, version=letter.version, body=body, **signing)
    letter = letters.ask_second_reader(letter=letter, by=manager, version=letter.version)
    reading = {"digest": second_reader.current_digest(letter), "is_ready": True}
    letter = letters.finish_reading(
        letter=letter, by=factories.staff("colleague", "Manager"), version=letter.version, **reading
    )
    issued = letters.issue_letter(letter=letter, by=manager, version=letter.version)
    assert "We were all upset." in issued.text
    assert "shouted" not in issued.text


@pytest.mark.beyond("B3")
def test_no_letter_is_begun_with_nothing_to_tell(signed_in, manager, decision):
    answer = signed_in(manager).post(f"{decision.get_absolute_url()}letter/")
    assert answer.status_code == 403
    assert (
        "There is nothing to tell: impose a restriction under this decision first." in answer.content.decode()
    )
    assert not decision.letters.exists()


@pytest.mark.policy("12")
@pytest.mark.policy("23")
def test_a_letter_that_was_sent_tells_what_it_told_of_and_nothing_imposed_since(
    adviser, manager, decision, restriction
):
    letter = draft_letter(decision, manager)
    letter = factories.issue_letter(letter, by=manager)
    later = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]}
    )
    letters.send_letter(
        letter=letter, by=manager, version=letter.version, sent_by_channel=SentBy.LETTER, sent_on=today()
    )
    for record in (restriction, later, decision):
        record.refresh_from_db()
    assert (restriction.customer_notified_on, later.customer_notified_on, decision.explained_on) == (
        arrival(),
        None,
        arrival(),
    )
    assert list(restriction.letters.all()) == [letter]


@pytest.mark.policy("12", "23")
def test_a_reason_for_not_telling_never_stops_a_letter(adviser, manager, management, decision, restriction):
    """Recorded once the letter is issued, or before it is begun."""

    def leave_unnotified(unnotified):
        unnotified.refresh_from_db()
        factories.leave_unnotified(unnotified, by=management, reason="In hospital")

    issued = draft_letter(decision, manager)
    issued = factories.issue_letter(issued, by=manager)
    later = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]}
    )
    for unnotified in (restriction, later):
        leave_unnotified(unnotified)
    letters.send_letter(
        letter=issued, by=manager, version=issued.version, sent_by_channel=SentBy.LETTER, sent_on=today()
    )
    send_letter(draft_letter(decision, manager), manager)
    for unnotified in (restriction, later):
        unnotified.refresh_from_db()
        assert (unnotified.customer_notified_on, unnotified.not_notified_reason) == (arrival(), "")


@pytest.mark.policy("12")
def test_what_it_was_decided_not_to_tell_is_not_given_away_by_another_letter(
    adviser, manager, decision, restriction
):
    factories.leave_unnotified(restriction, by=manager, reason="In hospital")
    factories.restriction(by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]})
    letter = draft_letter(decision, manager)
    assert "phone" not in placeholders.placeholder_texts(letter)["what we have decided"]
    send_letter(letter, manager)
    restriction.refresh_from_db()
    assert restriction.customer_notified_on is None


@pytest.mark.policy("23")
def test_what_is_imposed_during_a_draft_goes_into_one_letter_with_the_rest(
    adviser, manager, decision, restriction
):
    letter = draft_letter(decision, manager)
    later = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]}
    )
    with pytest.raises(Incomplete, match=f"{later} was imposed since this draft was begun"):
        letters.issue_letter(letter=letter, by=manager, version=letter.version)
    letters.void_letter(letter=letter, by=manager, version=letter.version, void_reason="More to tell")
    anew = draft_decision_letter(decision=decision, by=manager)
    assert issuing.check_ready(anew) == []
    assert set(anew.restrictions.all()) == {restriction, later}


@pytest.mark.policy("12")
def test_a_letter_that_was_overtaken_says_so_and_tells_of_what_still_stands(
    signed_in, adviser, manager, decision, restriction, named_contact_restriction
):
    draft = draft_letter(decision, manager)
    issued = factories.issue_letter(draft, by=manager)
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm")
    client, sentence = signed_in(manager), f"{restriction} has ended or changed since this was written."
    for page in (issued.get_absolute_url(), f"{issued.get_absolute_url()}sent/"):
        assert sentence in client.get(page).content.decode()
    letters.send_letter(
        letter=issued, by=manager, version=issued.version, sent_by_channel=SentBy.LETTER, sent_on=today()
    )
    for each in (restriction, named_contact_restriction):
        each.refresh_from_db()
    assert (restriction.customer_notified_on, named_contact_restriction.customer_notified_on) == (
        None,
        arrival(),
    )


@pytest.mark.policy("12")
def test_a_letter_that_names_another_contact_than_now_tells_nobody_of_it(
    signed_in, adviser, manager, decision, named_contact_restriction
):
    issued = factories.issue_letter(draft_letter(decision, manager), by=manager)
    named_contact_restriction.refresh_from_db()
    actions.replace_people(
        restriction=named_contact_restriction,
        by=manager,
        version=named_contact_restriction.version,
        status_reason="The first has another job now.",
        named_contact=factories.staff("carla", "Officer"),
        deputy=named_contact_restriction.deputy,
    )
    page = signed_in(manager).get(issued.get_absolute_url()).content.decode()
    assert f"{named_contact_restriction} names somebody else since this was issued." in page
    letters.send_letter(
        letter=issued, by=manager, version=issued.version, sent_by_channel=SentBy.LETTER, sent_on=today()
    )
    named_contact_restriction.refresh_from_db()
    assert named_contact_restriction.customer_notified_on is None
    assert "carla" in placeholders.filled_text(draft_letter(decision, manager)).lower()


@pytest.mark.policy("22")
def test_what_an_appeal_suspends_is_not_written_of_as_if_it_applied(
    adviser, manager, decision, restriction, suspend
):
    draft = draft_letter(decision, manager)
    suspend(restriction)
    with pytest.raises(Incomplete, match=f"{restriction} is suspended, and"):
        letters.issue_letter(letter=draft, by=manager, version=draft.version)


@pytest.mark.policy("12")
def test_a_draft_that_was_overtaken_is_not_issued(adviser, manager, decision, restriction):
    draft = draft_letter(decision, manager)
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="Calm")
    with pytest.raises(Incomplete, match=f"{restriction} has ended or changed"):
        letters.issue_letter(letter=draft, by=manager, version=draft.version)


@pytest.mark.policy("12")
def test_a_decision_stays_explained_on_the_day_of_its_first_letter(
    adviser, manager, decision, restriction, time_machine
):
    first, day = send_letter(draft_letter(decision, manager), manager), arrival()
    time_machine.move_to(timezone.now() + timedelta(days=3))
    send_letter(letters.replace_letter(letter=first, by=manager, submission=uuid.uuid4()), manager)
    decision.refresh_from_db()
    assert decision.explained_on == day


def test_a_letter_that_puts_another_right_tells_of_the_same(adviser, manager, decision, restriction):
    first = send_letter(draft_letter(decision, manager), manager)
    factories.restriction(by=manager, decision=decision, terms={"closed": ["office"], "open": ["letter"]})
    second = letters.replace_letter(letter=first, by=manager, submission=uuid.uuid4())
    assert "please do not contact us by phone." in placeholders.filled_text(second)
    restriction.refresh_from_db()
    send_letter(second, manager)
    assert set(restriction.letters.all()) == {first, second}


@pytest.fixture
def complaints_restriction(management, decision):
    terms = {
        "exceptional_circumstances": "Thirty complaints on one answer.",
        "earlier_complaints": "C1 to C30.",
        "new_complaints": "A manager *reads* each one.",
    }
    return factories.restriction(by=management, decision=decision, kind="complaints_process", terms=terms)


@pytest.mark.policy("6")
@pytest.mark.policy("53")
def test_a_limited_complaints_process_still_reads_new_matters(
    adviser, management, decision, complaints_restriction
):
    letter = draft_letter(decision, management)
    text = placeholders.filled_text(letter)
    assert "a new matter will be dealt with" in text
    assert (
        "send us a new complaint in any way that is open to you"
        in placeholders.placeholder_texts(letter)["how to complain"]
    )
    assert r"A manager \*reads\* each one." in text
    assert "Thirty complaints" not in text


@pytest.mark.policy("54")
def test_the_management_team_alone_writes_that_the_complaints_process_is_limited(
    signed_in, adviser, manager, management, decision, restriction, complaints_restriction
):
    refused = "Only a Management Team member can restrict use of the complaints process."
    page = signed_in(manager).get(decision.get_absolute_url()).content.decode()
    assert refused in page
    assert "Draft the decision letter" not in page
    with pytest.raises(Refused, match=refused):
        draft_letter(decision, manager)
    letter = draft_decision_letter(decision=decision, by=management)
    for verb, arguments in {letters.issue_letter: {}, letters.void_letter: {"void_reason": "No."}}.items():
        with pytest.raises(Refused, match=refused):
            verb(letter=letter, by=manager, version=letter.version, **arguments)
    issued = factories.issue_letter(letter, by=management)
    with pytest.raises(Refused, match=refused):
        letters.send_letter(
            letter=issued, by=manager, version=issued.version, sent_by_channel=SentBy.LETTER, sent_on=today()
        )
    assert set(issued.restrictions.all()) == {restriction, complaints_restriction}


def letter_tasks(user):
    """Return what the work list asks this user to tell, write, finish or send."""
    rows = task_rows(user, "restriction.tell", "letter.finish", "letter.send")
    return [(row["kind"], row["reference"]) for row in rows]


@pytest.mark.policy("12", "23")
def test_one_letter_is_one_task_from_the_restriction_to_the_post(adviser, manager, decision, restriction):
    telling = ("restriction.tell", restriction.reference)
    assert letter_tasks(manager) == [telling]
    letter = draft_letter(decision, manager)
    assert letter_tasks(manager) == [("letter.finish", letter.reference)]
    issued = factories.issue_letter(letter, by=manager)
    assert letter_tasks(manager) == [("letter.send", letter.reference)]
    letters.void_letter(letter=issued, by=manager, version=issued.version, void_reason="Wrong address")
    assert letter_tasks(manager) == [telling]


@pytest.mark.policy("23")
def test_telling_comes_back_for_others_while_whoever_drafted_the_letter_is_away(
    adviser, manager, management, decision, restriction
):
    draft_letter(decision, manager)
    assert letter_tasks(management) == []
    manager.away_until = today()
    manager.save()
    assert letter_tasks(management) == [("restriction.tell", restriction.reference)]


@pytest.mark.policy("54")
def test_telling_waits_for_the_management_team_where_the_letter_is_theirs(
    manager, management, restriction, complaints_restriction
):
    assert letter_tasks(manager) == []
    assert letter_tasks(management) == [("restriction.tell", complaints_restriction.reference)]


def test_the_letter_button_pressed_twice_makes_one_draft(adviser, signed_in, manager, decision, restriction):
    client = signed_in(manager)
    url = f"{decision.get_absolute_url()}letter/"
    assert client.get(url).status_code == 405
    first, second = (client.post(url).url for _ in range(2))
    assert first == second
    letter = decision.letters.get()
    factories.issue_letter(letter, by=manager)
    assert client.post(url).url == first


def test_home_visits_are_ours_to_leave_and_not_theirs(adviser, manager, decision):
    terms = {"closed": ["phone", "home_visit"], "open": ["letter"]}
    factories.restriction(by=manager, decision=decision, terms=terms)
    text = placeholders.filled_text(draft_letter(decision, manager))
    assert "For now, please do not contact us by phone. We will not visit you at home for now." in text


def test_a_letter_is_offered_while_there_is_something_to_tell(signed_in, adviser, manager, decision):
    def is_letter_offered():
        page = signed_in(manager).get(decision.get_absolute_url()).content.decode()
        return "Draft the decision letter" in page

    assert not is_letter_offered()
    factories.restriction(by=manager, decision=decision)
    assert is_letter_offered()
    letter = draft_letter(decision, manager)
    assert not is_letter_offered()
    send_letter(letter, manager)
    assert not is_letter_offered()
    factories.restriction(by=manager, decision=decision, terms={"closed": ["email"], "open": ["letter"]})
    assert is_letter_offered()


# What has ended


def lift_after_notifying(restriction, by):
    """Tell its customer of a restriction, and lift it."""
    actions.notify_customer(restriction=restriction, on=today(), by=by)
    restriction.refresh_from_db()
    return actions.lift_restriction(restriction=restriction, by=by, status_reason="Our letters go well.")


def ends_to_write_of(user):
    return [row["reference"] for row in task_rows(user, "restriction.tell_end")]


@pytest.mark.policy("12", "61.2")
def test_a_customer_who_was_told_is_written_to_when_it_has_ended(
    signed_in, adviser, manager, decision, restriction
):
    restriction = lift_after_notifying(restriction, manager)
    assert ends_to_write_of(manager) == [restriction.reference]
    client = signed_in(manager)
    assert "Write that it has ended" in client.get(restriction.get_absolute_url()).content.decode()
    first, again = (client.post(f"{restriction.get_absolute_url()}letter/").url for _ in range(2))
    assert first == again
    letter = restriction.letters.get()
    assert issuing.check_ready(letter) == []
    text = placeholders.filled_text(letter)
    for phrase in (
        f"What we had decided ended on {uk_date(today())}. It no longer applies.\n\n**More than before:** by phone.",
        "Our letters go well.",
        "Nothing else stands: you can deal with us as anybody does.",
    ):
        assert phrase in text
    send_letter(letter, manager)
    assert ends_to_write_of(manager) == []
    assert "Write that it has ended" not in client.get(restriction.get_absolute_url()).content.decode()


@pytest.mark.policy("12")
def test_the_letter_of_an_end_says_what_still_applies(
    adviser, manager, decision, restriction, named_contact_restriction
):
    actions.notify_customer(restriction=named_contact_restriction, on=today(), by=manager)
    letter = draft_end_letter(restriction=lift_after_notifying(restriction, manager), by=manager)
    text = placeholders.filled_text(letter)
    assert "What else we wrote to you about still applies:\n\n- The person who deals with you" in text
    assert "- by phone" not in text
    assert "Why: You rang five of us about one repair." in text


@pytest.mark.policy("12")
@pytest.mark.beyond("B29")
def test_an_end_letter_does_not_say_that_nothing_stands_beside_an_interim_measure(
    adviser, officer, manager, restriction, customer
):
    interim = factories.interim_measure(
        by=manager, incidents=[factories.incident(by=officer, customer=customer)]
    )
    text = placeholders.filled_text(
        draft_end_letter(restriction=lift_after_notifying(restriction, manager), by=manager)
    )
    assert "Nothing else stands" not in text
    assert f"What a manager set for a few days applies until the end of {uk_date(interim.ends_on)}." in text


@pytest.mark.policy("12", "31")
@pytest.mark.beyond("B29")
def test_a_way_that_is_open_again_is_named_with_what_still_limits_it(adviser, manager, decision, customer):
    writing.save_record(customer, by=manager, reason="Emails", emails=["orla@example.org", "o@example.org"])
    closed = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["email"], "open": ["letter"]}
    )
    factories.restriction(
        by=manager, decision=decision, kind="block_email", terms={"blocked": ["orla@example.org"]}
    )
    text = placeholders.filled_text(
        draft_end_letter(restriction=lift_after_notifying(closed, manager), by=manager)
    )
    assert "**More than before:** by email (not from orla@example.org)." in text
    assert "Nothing else stands" not in text


@pytest.mark.policy("12")
@pytest.mark.beyond("B29")
def test_a_channel_that_something_else_keeps_closed_is_not_called_open_again(adviser, manager, decision):
    first = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["phone", "office"], "open": ["letter"]}
    )
    factories.restriction(
        by=manager,
        decision=decision,
        kind="third_party",
        terms=factories.ADVOCATE | {"open": ["phone", "letter"]},
    )
    text = placeholders.filled_text(
        draft_end_letter(restriction=lift_after_notifying(first, manager), by=manager)
    )
    assert "**More than before:** by phone." in text
    assert "in person at the office, which stays closed by “Who speaks with us for you”" in text


@pytest.mark.policy("12")
def test_what_has_had_its_last_day_says_which_it_was(adviser, manager, decision, time_machine):
    last = today() + timedelta(days=100)
    restriction = factories.restriction(by=manager, decision=decision, ends_on=last)
    actions.notify_customer(restriction=restriction, on=today(), by=manager)
    time_machine.move_to(timezone.now() + timedelta(days=103))
    expired = actions.expire_restriction(restriction=restriction)
    assert ends_to_write_of(manager) == [restriction.reference]
    assert f"ended on {uk_date(last)}" in placeholders.filled_text(
        draft_end_letter(restriction=expired, by=manager)
    )


@pytest.mark.policy("12")
def test_an_end_is_not_told_to_whoever_never_knew_nor_by_two_letters(manager, decision, restriction):
    lifted = actions.lift_restriction(restriction=restriction, by=manager, status_reason="A mistake.")
    notified = factories.restriction(by=manager, decision=decision)
    actions.notify_customer(restriction=notified, on=today(), by=manager)
    review = notified.reviews.get()
    reviews.hold_review(
        review=review,
        by=manager,
        version=1,
        findings="Calm.",
        outcome=ReviewOutcome.LIFT,
        reasons="It worked.",
    )
    assert ends_to_write_of(manager) == []
    for restriction in (lifted, notified):
        with pytest.raises(Refused, match="There is no end to tell of"):
            draft_end_letter(restriction=restriction, by=manager)


@pytest.mark.policy("54")
def test_the_end_of_a_limited_complaints_process_is_told_by_the_management_team(
    manager, management, complaints_restriction
):
    restriction = lift_after_notifying(complaints_restriction, management)
    assert (ends_to_write_of(manager), ends_to_write_of(management)) == ([], [restriction.reference])
    with pytest.raises(Refused, match="Only a Management Team member"):
        draft_end_letter(restriction=restriction, by=manager)


# What is not explained


def leave_unexplained(decision, by):
    decision.refresh_from_db()
    return actions.leave_decision_unexplained(
        decision=decision, by=by, version=decision.version, not_explained_reason="They have moved away."
    )


@pytest.mark.policy("12")
def test_a_decision_under_which_nothing_stands_is_explained_or_says_why_not(
    signed_in, manager, decision, restriction
):
    with pytest.raises(Incomplete, match="Write the letter about the restrictions under it"):
        leave_unexplained(decision, manager)
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="A mistake.")
    assert [row["reference"] for row in task_rows(manager, "decision.explain")] == [decision.reference]
    client, url = signed_in(manager), f"{decision.get_absolute_url()}unexplained/"
    assert url in client.get(decision.get_absolute_url()).content.decode()
    answer = {"version": decision.version, "not_explained_reason": "They have moved away."}
    assert client.post(url, answer).url == decision.get_absolute_url()
    assert not task_rows(manager, "decision.explain")
    assert f'"{url}"' not in client.get(decision.get_absolute_url()).content.decode()
    with pytest.raises(Incomplete, match="is recorded already"):
        leave_unexplained(decision, manager)


@pytest.mark.policy("22")
def test_only_a_manager_records_why_a_decision_is_not_explained(officer, decision):
    with pytest.raises(Refused):
        leave_unexplained(decision, officer)


@pytest.mark.policy("21.1")
@pytest.mark.policy("23")
def test_once_somebody_else_is_named_the_customer_is_written_to_again(adviser, manager, officer, decision):
    people = {"named_contact": officer, "deputy": manager}
    first = factories.restriction(
        by=manager, decision=decision, kind="named_contact", terms={"open": ["letter"]}, **people
    )
    send_letter(draft_letter(decision, manager), manager)
    assert unnotified_restrictions(decision) == []
    first.refresh_from_db()
    other = factories.staff("other", "Officer")
    people["named_contact"] = other
    renamed = actions.replace_people(
        restriction=first, by=manager, version=first.version, status_reason="Away for long.", **people
    )
    assert unnotified_restrictions(decision) == [renamed]
    again = draft_letter(decision, manager)
    assert "Other Example" in placeholders.filled_text(again)
    send_letter(again, manager)
    renamed.refresh_from_db()
    assert renamed.customer_notified_on == arrival()


@pytest.mark.policy("23")
def test_a_letter_under_way_is_shown_where_its_restriction_waits_to_be_told(
    signed_in, adviser, manager, decision
):
    restriction = factories.restriction(by=manager, decision=decision)
    letter = draft_letter(decision, manager)
    page = signed_in(manager).get(restriction.get_absolute_url()).content.decode()
    assert (
        f'A letter that tells of it is under way: <a class="govuk-link" href="{letter.get_absolute_url()}">'
        in page
    )
    assert "about the review or the appeal" not in page


@pytest.mark.policy("21.3")
def test_no_letter_names_anybody_while_names_are_withheld(adviser, manager, officer, decision):
    people = {"named_contact": officer, "deputy": manager}
    named_contact_restriction = {"kind": "named_contact", "terms": {"open": ["letter"]}, **people}
    factories.restriction(by=manager, decision=decision, **named_contact_restriction)
    draft = draft_letter(decision, manager)
    assert "Officer Example" in placeholders.filled_text(draft)
    factories.restriction(by=manager, decision=decision, kind="withhold_staff_details", terms={})
    with pytest.raises(Incomplete, match="let the team sign"):
        letters.issue_letter(letter=draft, by=manager, version=draft.version)
    letters.void_letter(
        letter=draft, by=manager, version=draft.version, void_reason="Names are withheld now."
    )
    letter = draft_decision_letter(decision=decision, by=manager)
    assert letter.signed_as == SignedAs.TEAM
    issued = factories.issue_letter(letter, by=manager)
    assert "Please ask for the colleague who looks after this." in issued.text
    for name in ("Officer Example", "Manager Example"):
        assert name not in issued.text
        assert name.replace(" ", "") not in pdf_words(issued.pdf.open().read())


@pytest.mark.policy("23")
def test_a_letter_without_reviews_says_that_it_is_looked_at_each_year(adviser, manager, officer, decision):
    restriction = factories.unreviewed_restriction(by=manager, decision=decision)
    text = placeholders.filled_text(draft_decision_letter(decision=decision, by=manager))
    assert f"once a year at whether it is needed, next by {uk_date(restriction.look_again_on)}." in text
    assert "not set a date" not in text


@pytest.mark.policy("5")
def test_a_letter_about_something_else_names_no_way_that_is_closed_to_its_reader(adviser, manager, decision):
    factories.restriction(by=manager, decision=decision)
    customer = decision.customer
    letter = factories.general_letter(customer, by=manager, subject="Rent")
    text = placeholders.filled_text(letter)
    assert "- by email: hello@lochside.example" in text
    assert "- by phone" not in text


@pytest.mark.policy("21.3")
def test_names_are_withheld_already_in_the_letter_that_says_so(adviser, manager, officer, decision):
    people = {"named_contact": officer, "deputy": manager}
    factories.restriction(
        by=manager, decision=decision, kind="named_contact", terms={"open": ["letter"]}, **people
    )
    monday = today() + timedelta(days=3)
    factories.restriction(
        by=manager, decision=decision, kind="withhold_staff_details", terms={}, not_before=monday
    )
    letter = draft_decision_letter(decision=decision, by=manager)
    assert letter.signed_as == SignedAs.TEAM
    assert "Officer Example" not in placeholders.filled_text(letter)
