"""A customer was asked not to contact a colleague: it is recorded, it closes nothing, and it stands where it is needed. Policy §42.1."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import lower_first, uk_date
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import CardSection, Channel
from cha_engagement.desk.queries import customer_card
from cha_engagement.desk.search import finding
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import Notice
from incidents.contact_requests import actions
from incidents.contact_requests.enums import ContactRequestStatus
from incidents.contact_requests.models import ContactRequest
from incidents.enums import Category
from tests import factories
from tests.factories import contact_request
from tests.timelines import shown_kinds

pytestmark = [pytest.mark.django_db, pytest.mark.policy("42.1")]

LAST_MONTH = timedelta(days=30)


@pytest.fixture
def eilidh(db):
    return factories.staff("eilidh", "Officer", last_name="Kerr")


@pytest.fixture
def asked(officer, customer, eilidh):
    return contact_request(by=officer, customer=customer, colleague=eilidh)


def asked_in_words(days=30):
    return f"Asked on {uk_date(today() - timedelta(days=days))}"


def take_back(asked, *, by, reason="They are on good terms again."):
    return actions.take_back_contact_request(
        request=asked, by=by, version=asked.version, taken_back_reason=reason
    )


def lines(customer, reader=None):
    return [
        (part.section, line.text) for part in customer_card(customer, reader).parts for line in part.lines
    ]


def test_it_is_recorded_with_whom_by_whom_when_how_and_why(officer, customer, eilidh, asked):
    assert (asked.colleague, asked.asked_by, asked.by) == (eilidh, officer, officer)
    assert (asked.on, asked.how, asked.open_channel) == (today() - LAST_MONTH, "letter", "phone")
    assert asked.status == ContactRequestStatus.ASKED
    assert asked.history.get().history_user == officer


def test_only_staff_who_deal_with_customers_record_it(dpo, administrator, customer, eilidh):
    for person in (dpo, administrator):
        with pytest.raises(Refused):
            contact_request(by=person, customer=customer, colleague=eilidh)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": today() + timedelta(days=1)}, "on"),
        ({"open_channel": Channel.EVENT}, "open_channel"),
        ({"open_channel": ""}, "open_channel"),
        ({"why": "n/a"}, "why"),
        ({"why": "You may not ring or email us for a year."}, "why"),
        ({"why": "They may not complain until then."}, "why"),
    ],
)
def test_what_is_wrong_or_missing_is_refused(officer, customer, eilidh, changes, field):
    with pytest.raises(Incomplete) as refused:
        contact_request(by=officer, customer=customer, colleague=eilidh, **changes)
    assert {refusal.field for refusal in refused.value.refusals} == {field}


def test_nobody_is_asked_after_they_died(officer, manager, customer, eilidh):
    customers.change_customer(
        customer=customer,
        by=manager,
        version=customer.version,
        deceased_on=today() - timedelta(days=40),
        death_source="Their sister rang us this morning.",
    )
    with pytest.raises(Incomplete, match="died") as refused:
        contact_request(by=officer, customer=customer, colleague=eilidh)
    assert [refusal.field for refusal in refused.value.refusals] == ["on"]


def test_a_way_that_they_cannot_use_is_no_way(officer, eilidh):
    deaf = factories.customer(by=officer, needs=["cannot_hear"])
    with pytest.raises(Incomplete, match="cannot reach us this way"):
        contact_request(by=officer, customer=deaf, colleague=eilidh)
    assert contact_request(by=officer, customer=deaf, colleague=eilidh, open_channel=Channel.LETTER)


def test_a_colleague_is_asked_about_once_until_it_is_taken_back(officer, manager, customer, eilidh, asked):
    with pytest.raises(Incomplete, match="nobody has taken it back"):
        contact_request(by=manager, customer=customer, colleague=eilidh)
    take_back(asked, by=manager)
    assert contact_request(by=manager, customer=customer, colleague=eilidh).status == "asked"


def test_somebody_who_left_is_not_asked_about(officer, customer, eilidh):
    factories.leaves(eilidh)
    with pytest.raises(Incomplete, match="no longer works here"):
        contact_request(by=officer, customer=customer, colleague=eilidh)


def test_whoever_looks_after_them_stays_to_be_reached(officer, manager, customer, eilidh):
    factories.assign_record(customers.assign_customer, customer=customer, to=eilidh)
    with pytest.raises(Incomplete, match="Have a manager say who does so from now on"):
        contact_request(by=officer, customer=customer, colleague=eilidh)


def test_whoever_is_to_take_contact_up_again_stays_to_be_reached(officer, customer, eilidh):
    factories.restorative_action(
        by=officer, customer=customer, kind="contact_paused", owner=eilidh, reengage_on=timezone.localdate()
    )
    with pytest.raises(Incomplete, match="Say first how that went"):
        contact_request(by=officer, customer=customer, colleague=eilidh)


def test_the_only_colleague_who_deals_with_customers_stays_to_be_reached(officer, customer):
    with pytest.raises(Incomplete, match="Nobody but"):
        contact_request(by=officer, customer=customer, colleague=officer)


@pytest.fixture
def named_contact(officer, manager, customer, eilidh):
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    deputy = factories.staff("deputy", "Officer")
    terms = {"open": ["phone", "letter"]}
    people = {"named_contact": eilidh, "deputy": deputy}
    return decision, {"kind": "named_contact", "terms": terms, **people}


@pytest.mark.parametrize("part", ["named_contact", "deputy"])
def test_a_named_contact_and_their_deputy_stay_to_be_reached(officer, manager, customer, named_contact, part):
    decision, facts = named_contact
    factories.restriction(by=manager, decision=decision, **facts)
    with pytest.raises(Incomplete, match="Vary that first"):
        contact_request(by=officer, customer=customer, colleague=facts[part])


def test_nobody_is_put_between_whom_they_were_asked_not_to_contact(
    officer, manager, customer, eilidh, named_contact
):
    contact_request(by=officer, customer=customer, colleague=eilidh)
    decision, facts = named_contact
    with pytest.raises(Incomplete) as refused:
        factories.restriction(by=manager, decision=decision, **facts)
    assert {(refusal.field, refusal.paragraph) for refusal in refused.value.refusals} == {
        ("named_contact", "42.1")
    }
    with pytest.raises(Incomplete, match="was asked on"):
        factories.assign_record(customers.assign_customer, customer=customer, to=eilidh)
    with pytest.raises(Incomplete, match="was asked on"):
        factories.restorative_action(
            by=officer, customer=customer, kind="contact_paused", owner=eilidh, reengage_on=today()
        )


def test_the_colleague_is_told_unless_they_recorded_it(officer, manager, customer, eilidh, asked):
    notice = Notice.objects.get(recipient=eilidh)
    assert notice.path == asked.get_absolute_url()
    assert customer.name not in notice.text
    assert customer.name in notice.shown_text
    own = contact_request(by=manager, customer=customer, colleague=manager)
    assert not Notice.objects.filter(recipient=manager, path=own.get_absolute_url()).exists()
    take_back(asked, by=manager)
    assert Notice.objects.filter(recipient=eilidh).count() == 2


def test_its_recorder_or_a_manager_takes_it_back_with_a_reason(officer, manager, customer, eilidh, asked):
    for person in (eilidh, factories.staff("other", "Officer")):
        with pytest.raises(Refused):
            take_back(asked, by=person)
    with pytest.raises(Incomplete):
        take_back(asked, by=officer, reason="-")
    ended = take_back(asked, by=officer)
    assert (ended.status, ended.taken_back_on) == ("taken_back", today())
    other = contact_request(by=officer, customer=customer, colleague=eilidh)
    assert take_back(other, by=manager).status == "taken_back"
    assert ContactRequest.objects.count() == 2


def test_it_is_read_by_whom_it_is_about_its_recorder_and_readers_of_incidents(
    officer, manager, dpo, customer, eilidh, asked
):
    readers = (officer, manager, dpo, eilidh)
    assert all(ContactRequest.objects.visible_to(person).exists() for person in readers)
    other = factories.staff("other", "Officer")
    assert not ContactRequest.objects.visible_to(other).exists()


def test_the_card_says_so_and_limits_nothing(officer, manager, customer, eilidh, organisation, asked):
    name = f"{asked_in_words()} not to contact Eilidh Kerr; they reach us by phone ({organisation.phone})."
    assert (CardSection.WHO, name) in lines(customer)
    assert customer_card(customer).is_clear
    (own,) = [text for _, text in lines(customer, eilidh) if "not to contact" in text]
    assert "not to contact you; they reach us by phone" in own
    take_back(asked, by=manager)
    assert "not to contact" not in str(lines(customer))


def test_the_card_names_no_way_that_was_closed_since(officer, manager, customer, eilidh, asked):
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=customer)])
    factories.restriction(by=manager, decision=decision)
    (line,) = [text for _, text in lines(customer) if "not to contact" in text]
    assert line.endswith("; they reach us by the ways that are open to them.")


def test_it_stands_on_the_timeline_and_is_found(officer, manager, customer, asked):
    take_back(asked, by=officer)
    kinds = shown_kinds(customer, manager)
    assert [kind for kind in kinds if kind.startswith("contactrequest")] == [
        "contactrequest.record",
        "contactrequest.take_back",
    ]
    assert any(records.source.code == "contact-requests" for records in finding.search("nine calls", manager))


def page(client, path):
    return client.get(path).content.decode()


def test_the_form_that_logs_an_incident_says_it(signed_in, officer, customer, eilidh, asked):
    client = signed_in(officer)
    words = f"They were {lower_first(asked_in_words())} not to contact Eilidh Kerr."
    assert words in page(client, f"/incidents/new/?customer={customer}")
    assert words not in page(client, "/incidents/new/")
    found = client.post("/look-up/", {"q": customer.name, "fragment": "choices"}).content.decode()
    assert f'data-notes="{words}"' in found
    refused = client.post(
        "/incidents/new/", {"submission": str(uuid.uuid4()), "customer": f"{customer.name} ({customer})"}
    )
    assert words in refused.content.decode()


@pytest.mark.policy("41")
@pytest.mark.parametrize(
    ("days_ago", "affects", "is_named"),
    [(1, True, True), (31, True, False), (30, True, False), (1, False, True)],
)
def test_contact_after_being_asked_not_to_is_offered_as_harassment(
    signed_in, officer, manager, customer, eilidh, asked, days_ago, affects, is_named
):
    incident = factories.incident(
        by=officer,
        customer=customer,
        occurred_at=timezone.now() - timedelta(days=days_ago),
        affected_staff=[eilidh] if affects else [],
        categories=[Category.LEVEL_OF_CONTACT],
    )
    guidance = f"They were {lower_first(asked_in_words())} not to contact Eilidh Kerr. To go on contacting them after that is harassment"
    fact = f"They were {lower_first(asked_in_words())}, by letter, not to contact Eilidh Kerr{', whom this affected' if affects else ''}."
    is_after = days_ago < 30
    for person, name in ((officer, "more"), (officer, "edit"), (manager, "assess")):
        shown = page(signed_in(person), f"{incident.get_absolute_url()}{name}/")
        assert (guidance in shown) is is_named, name
        assert (fact in shown) is (is_after and name != "edit"), name


def test_before_it_is_logged_everybody_they_were_asked_about_is_named(signed_in, officer, customer, asked):
    shown = page(signed_in(officer), f"/incidents/new/?customer={customer}")
    assert "To go on contacting them after that is harassment" in shown


def test_the_pages_that_decide_say_it_of_each_incident(signed_in, officer, manager, customer, eilidh, asked):
    incident = factories.incident(by=officer, customer=customer, affected_staff=[eilidh])
    factories.assess_incident(incident, by=manager)
    fact = f"They were {lower_first(asked_in_words())}, by letter, not to contact Eilidh Kerr, whom this affected."
    client = signed_in(manager)
    assert fact in page(client, f"/customers/{customer}/decide/?incident={incident}")
    assert fact in page(client, f"/customers/{customer}/interim/?incident={incident}")
    incident.refresh_from_db()
    decision = factories.decision(by=manager, incidents=[incident])
    assert fact in page(client, decision.get_absolute_url())


def test_an_incident_that_happened_once_it_was_taken_back_says_nothing(
    signed_in, officer, manager, customer, eilidh, time_machine
):
    time_machine.move_to(timezone.now() - timedelta(days=10))
    asked = contact_request(by=officer, customer=customer, colleague=eilidh)
    take_back(asked, by=officer)
    time_machine.move_to(timezone.now() + timedelta(days=10))
    incident = factories.incident(by=officer, customer=customer, affected_staff=[eilidh])
    assert "not to contact Eilidh" not in page(signed_in(manager), f"{incident.get_absolute_url()}assess/")


def test_it_goes_along_when_two_records_of_one_customer_are_merged(officer, manager, customer, asked):
    kept = factories.customer(by=officer)
    customers.merge_customers(
        kept=kept, other=customer, by=manager, submission=uuid.uuid4(), why="The same phone."
    )
    asked.refresh_from_db()
    assert asked.customer == kept
    assert "not to contact Eilidh Kerr" in str(lines(kept))


@pytest.mark.beyond("B5")
def test_no_merge_asks_them_not_to_contact_whoever_looks_after_them(
    officer, manager, customer, eilidh, asked
):
    kept = factories.customer(by=officer, assigned_to=eilidh)
    with pytest.raises(Incomplete, match="looks after this customer"):
        customers.merge_customers(
            kept=kept, other=customer, by=manager, submission=uuid.uuid4(), why="The same phone."
        )


def test_it_is_recorded_and_taken_back_on_its_pages(signed_in, officer, customer, eilidh, organisation):
    client = signed_in(officer)
    new = f"/customers/{customer}/contact-requests/new/"
    assert new in page(client, customer.get_absolute_url())
    answers = {
        "submission": str(uuid.uuid4()),
        "colleague": "eilidh",
        "asked_by": "officer",
        "on": str(today()),
        "how": "phone",
        "why": "Nine calls to her own line in a week.",
        "open_channel": "phone",
    }
    assert client.post(new, answers | {"how": "online_form"}).status_code == 422
    assert client.post(new, answers).status_code == 302
    asked = ContactRequest.objects.get()
    assert asked.get_absolute_url() in page(client, customer.get_absolute_url())
    assert "In a talk on the phone" in page(client, asked.get_absolute_url())
    reason = {"version": asked.version, "taken_back_reason": "They are on good terms again."}
    assert client.post(f"{asked.get_absolute_url()}take-back/", reason).status_code == 302
    assert "They are on good terms again." in page(client, asked.get_absolute_url())
    assert client.get(f"{asked.get_absolute_url()}take-back/").status_code == 302
