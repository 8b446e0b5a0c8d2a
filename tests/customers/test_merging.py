"""Two records of one customer become one, and for a day two again. Beyond the policy: B16."""

import uuid
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.records import ChainedRecord, Stale, find_history_faults
from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers import actions, queries
from cha_engagement.customers.enums import Channel, Format, Relationship
from cha_engagement.customers.few.models import CaseForFew
from cha_engagement.customers.models import Adjustment, Customer, LookupKey, Merge
from cha_engagement.customers.queries import household_members, look_up_customers
from cha_engagement.customers.queries.merging import CHOSEN_FIELDS, CONFIRMATION, JOINED_LISTS, JOINED_TEXTS
from cha_engagement.customers.rules.merging import check_second_manager
from cha_engagement.letters import actions as letters
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import Notice, StaffMember
from incidents import actions as incidents
from incidents.enums import Category, Outcome
from incidents.notes import actions as notes
from incidents.restorative import actions as restorative
from incidents.restorative.enums import RestorativeKind, RestorativeOutcome
from restrictions import actions as restrictions
from reviews import actions as reviews
from reviews.enums import ReviewOutcome
from tests import factories, files
from tests.desks import task_rows
from tests.pages.conftest import make_case
from tests.threads import run_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B16")]


@pytest.fixture
def kept(officer):
    return factories.customer(by=officer, name="Órla Burns", phones=["0141 496 0000"])


@pytest.fixture
def other(officer):
    return factories.customer(
        by=officer,
        name="Orla Byrne",
        phones=["0141 496 0000", "0141 496 0001"],
        tenancy_reference="T1001",
        accessibility_needs="Low vision.",
    )


def ask_first(kept, other):
    """Have somebody ask whether the two are one, which another manager confirms by merging them."""
    asker = StaffMember.objects.filter(username="asker").first() or factories.staff("asker", "Manager")
    factories.ask_merge(kept, other, by=asker)


def merge_pair(kept, other, by, **answers):
    if kept != other and check_second_manager(by, *Customer.objects.filter(pk__in=[kept.pk, other.pk])):
        ask_first(kept, other)
    return actions.merge_customers(
        kept=kept, other=other, by=by, submission=uuid.uuid4(), **{"why": "They confirmed it."} | answers
    )


def unmerge_pair(merge, by):
    return actions.unmerge_customers(merge=merge, by=by, version=merge.version)


def refresh(*customers):
    for customer in customers:
        customer.refresh_from_db()


def rows_pointing_to(customer):
    """Return all rows of every app that point to a customer, those of their household included."""
    return {
        (pointer.model._meta.label, pointer.name, row.pk)
        for pointer in queries.pointers_to_customers()
        for row in pointer.model._base_manager.filter(**{pointer.name: customer})
    }


@pytest.fixture
def whole_case(officer, manager, organisation, other):
    """One record of every kind about the other one, and somebody of their household."""
    AdviceOrganisation.objects.create(name="Advice", helps_with="Debt", contact="0141 496 0009")
    about = make_case(officer, manager)
    reviews.log_appeal(
        customer=about["customer"],
        by=officer,
        submission=uuid.uuid4(),
        restrictions=[about["restriction"]],
        received_on=timezone.localdate(),
        channel=Channel.PHONE,
        lodged_by="Órla",
        grounds="It is not fair.",
    )
    actions.record_signposting(
        customer=about["customer"],
        by=officer,
        submission=uuid.uuid4(),
        organisation=AdviceOrganisation.objects.get(),
        on=timezone.localdate(),
    )
    factories.limit_readers(
        about["customer"], by=manager, readers=[manager, factories.staff("keeper", "Manager")]
    )
    factories.customer(by=officer, name="Child", household_of=about["customer"])
    factories.customer(by=officer, name="Nadia Karim", speaks_for=about["customer"])
    notes.write_note(
        by=officer,
        submission=uuid.uuid4(),
        customer=about["customer"],
        text="Rang to say sorry.",
        notified=[],
    )
    return about["customer"]


def test_whatever_points_to_the_other_points_to_the_kept_one_in_every_app(kept, whole_case, manager):
    held = rows_pointing_to(whole_case)
    merge_pair(kept, whole_case, manager)
    assert {label for label, _, _ in held} == {
        pointer.model._meta.label for pointer in queries.pointers_to_customers()
    }, "a kind of record is not in this case: add one"
    # Who is merged points to the kept one as well.
    assert rows_pointing_to(kept) == held | {("customers.Customer", "merged_into", whole_case.pk)}
    assert rows_pointing_to(whole_case) == set()


def test_no_history_is_broken_by_it(kept, whole_case, manager):
    unmerge_pair(merge_pair(kept, whole_case, manager), manager)
    merge_pair(whole_case, kept, manager)
    for model in apps.get_models():
        if issubclass(model, ChainedRecord):
            assert [record for record in model._base_manager.all() if find_history_faults(record)] == []


def test_each_record_that_is_moved_says_so_in_its_history(kept, whole_case, manager):
    incident = whole_case.incidents.earliest("pk")
    merge_pair(kept, whole_case, manager)
    row = incident.history.latest("sequence")
    assert (row.customer, row.history_user) == (kept, manager)
    assert row.history_change_reason == f"About {kept}, into which {whole_case} is merged"


def test_no_model_points_to_customers_in_a_way_that_would_be_left_behind():
    several = [
        field
        for model in apps.get_models()
        for field in model._meta.local_many_to_many
        if field.related_model is Customer
    ]
    assert several == []


def test_what_there_can_only_be_one_of_stays_where_both_have_it(kept, other, officer, manager):
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX one_of_each ON customers_adjustment (customer_id, what)")
    for customer in (kept, other):
        actions.agree_adjustment(customer=customer, by=officer, submission=uuid.uuid4(), what="Text first")
    merge = merge_pair(kept, other, manager)
    assert [adjustment.customer for adjustment in Adjustment.objects.order_by("pk")] == [kept, other]
    assert merge.moved == []


def test_contact_details_and_needs_are_united_and_what_is_missing_is_taken(kept, other, manager):
    merge_pair(kept, other, manager)
    refresh(kept)
    assert (kept.name, kept.phones) == ("Órla Burns", ["0141 496 0000", "0141 496 0001"])
    assert (kept.tenancy_reference, kept.accessibility_needs) == ("T1001", "Low vision.")


def test_what_is_chosen_is_taken_and_what_belongs_together_stays_together(officer, manager):
    kept = factories.customer(by=officer, name="Órla Burns", address="1 Pier Road", vulnerability="Alone.")
    other = factories.customer(
        by=officer, name="Orla Byrne", address="2 Kelp Street", postcode="G00 0AB", vulnerability="Frail."
    )
    assert queries.fields_to_choose(kept, other) == [("name",), ("address", "postcode")]
    merge_pair(kept, other, manager, taken_from_other=["name"])
    refresh(kept)
    assert (kept.name, kept.address, kept.postcode) == ("Orla Byrne", "1 Pier Road", "")
    assert kept.vulnerability == "Alone.\nFrail."


def test_no_choice_takes_away_what_one_of_them_alone_has(officer, manager):
    kept = factories.customer(by=officer, name="Orla", address="1 Pier Road", postcode="G00 0AB")
    other = factories.customer(by=officer, name="Orla")
    merge_pair(kept, other, manager, taken_from_other=["address", "name"])
    refresh(kept)
    assert (kept.address, kept.postcode) == ("1 Pier Road", "G00 0AB")


def test_what_one_says_more_fully_is_taken_without_a_question(officer, manager):
    kept = factories.customer(by=officer, name="Orla", postcode="G00 0AB")
    other = factories.customer(by=officer, name="Orla", postcode="G00 0AB", address="1 Pier Road")
    assert queries.fields_to_choose(kept, other) == []
    merge_pair(kept, other, manager)
    refresh(kept)
    assert (kept.address, kept.postcode) == ("1 Pier Road", "G00 0AB")


def test_every_question_about_a_customer_is_thought_of():
    asked = {field.name for field in Customer._meta.fields if field.editable and not field.primary_key}
    follows_from_needs = {"cannot_use", "needs_interpreter", *CONFIRMATION}
    assert asked - follows_from_needs == {
        *JOINED_LISTS,
        *JOINED_TEXTS,
        *(name for fields in CHOSEN_FIELDS for name in fields),
    }


@pytest.mark.beyond("B5")
@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize(
    ("relation", "to_do"),
    [
        ({"household_of": "other"}, "in whose household"),
        ({"household_of": "first"}, "in whose household"),
        ({"speaks_for": "other"}, "whom they speak for"),
    ],
)
def test_manager_cannot_merge_two_who_are_recorded_as_two_people(officer, manager, relation, to_do, is_kept):
    first = factories.customer(by=officer, name="First")
    other = factories.customer(by=officer, name="Orla Byrne", household_of=first)
    ((field, whose),) = relation.items()
    whom = {"other": other, "first": first}[whose]
    wife = factories.customer(by=officer, name="Isla Byrne", **{field: whom})
    pair = (wife, other) if is_kept else (other, wife)
    with pytest.raises(Incomplete, match=to_do):
        merge_pair(*pair, manager)
    actions.change_customer(customer=wife, by=officer, version=None, name=wife.name, **{field: None})
    assert merge_pair(*pair, manager)


def test_another_manager_is_told_of_each_merge(kept, other, manager, management):
    manager.line_manager = management
    manager.save()
    merge_pair(kept, other, manager)
    (notice,) = Notice.objects.filter(
        recipient=management, reference=kept.reference, text__contains=" merged "
    )
    assert str(kept) in notice.text
    assert str(other) in notice.text
    assert not Notice.objects.filter(recipient=manager, text__contains=" merged ").exists()


def test_a_household_stays_together_where_the_kept_one_lives_with_somebody(officer, manager, kept, other):
    first = factories.customer(by=officer, name="First")
    kept = actions.change_customer(customer=kept, by=officer, version=1, name=kept.name, household_of=first)
    child = factories.customer(by=officer, name="Child", household_of=other)
    merge_pair(kept, other, manager)
    assert set(household_members(first)) == {kept, child}


@pytest.mark.parametrize("typed", ["Orla Byrne", "496 0001", "T1001", "{other}", "Órla Burns", "{kept}"])
def test_a_look_up_finds_the_kept_one_by_what_either_was_known_by(kept, other, manager, officer, typed):
    merge_pair(kept, other, manager)
    assert look_up_customers(typed.format(kept=kept, other=other), officer) == [kept]
    actions.change_customer(
        customer=kept, by=officer, version=Customer.objects.get(pk=kept.pk).version, name="Orla"
    )
    assert kept in look_up_customers(typed.format(kept=kept, other=other), officer) or "Burns" in typed
    assert not LookupKey.objects.filter(customer=other).exists()


def test_the_pages_of_the_other_lead_to_the_kept_one(signed_in, officer, manager, kept, other):
    merge_pair(kept, other, manager)
    client = signed_in(officer)
    for name in ("customer", "customer_card", "customer_edit", "restore", "adjustment_agree", "appeal_new"):
        answer = client.get(reverse(name, args=[other.reference]) + "?after=x")
        assert answer.headers["Location"] == reverse(name, args=[kept.reference]) + "?after=x"
    assert list(client.get("/customers/").context["page"].rows) == [kept]


def test_a_form_begun_with_the_other_begins_with_the_kept_one(
    signed_in, officer, administrator, manager, kept, other
):
    merge_pair(kept, other, manager)
    page = signed_in(officer).get(f"/incidents/new/?customer={other}")
    assert page.context["form"]["customer"].value() == kept
    assert kept.name in page.content.decode()
    assert signed_in(administrator).get(f"/incidents/new/?customer={other}").status_code == 403


def test_a_form_that_was_open_on_the_other_is_sent_on_with_all_that_was_typed(
    signed_in, officer, manager, kept, other
):
    merge_pair(kept, other, manager)
    client = signed_in(officer)
    form = {"submission": str(uuid.uuid4()), "what": "Text her first", "agreed_on": timezone.localdate()}
    client.post(reverse("adjustment_agree", args=[other.reference]), form, follow=True)
    assert Adjustment.objects.get().customer == kept
    edit = {
        "name": "Orla of old",
        "relationship": Relationship.TENANT,
        "preferred_format": Format.STANDARD,
        "version": 1,
    }
    answer = client.post(reverse("customer_edit", args=[other.reference]), edit, follow=True)
    assert answer.status_code == 409
    assert "Orla of old" in answer.content.decode()


def test_a_form_of_the_other_is_never_taken_for_one_of_the_kept(signed_in, officer, manager, kept, other):
    """Though it was opened at a version that the kept one has come to by now."""
    for name in ("Orla", "Orla Byrne"):
        version = Customer.objects.get(pk=other.pk).version
        actions.change_customer(customer=other, by=officer, version=version, name=name)
    merge_pair(kept, other, manager)
    refresh(kept)
    assert kept.version > 3


def test_an_administrator_finds_neither(signed_in, administrator, manager, kept, other):
    merge_pair(kept, other, manager)
    answer = signed_in(administrator).get(other.get_absolute_url())
    missing = signed_in(administrator).get("/customers/CUS-1999-0001/")
    assert (answer.status_code, answer.content) == (404, missing.content)


def test_the_reference_of_the_other_typed_in_a_form_names_the_kept_one(
    signed_in, officer, manager, kept, other
):
    merge_pair(kept, other, manager)
    form = {"submission": str(uuid.uuid4()), "name": "Isla", "relationship": Relationship.TENANT}
    signed_in(officer).post(
        "/customers/new/", form | {"preferred_format": Format.STANDARD, "household_of": other.reference}
    )
    assert Customer.objects.get(name="Isla").household_of == kept


def test_the_other_can_be_neither_changed_nor_restricted(officer, manager, kept, other):
    incident = factories.incident(by=officer, customer=other)
    decision = factories.decision(by=manager, incidents=[incident])
    merge_pair(kept, other, manager)
    with pytest.raises(Stale):
        actions.change_customer(customer=other, by=officer, version=2, name="Orla")
    with pytest.raises(Stale):
        actions.agree_adjustment(customer=other, by=officer, submission=uuid.uuid4(), what="Text first")
    with pytest.raises(Stale):
        factories.restriction(by=manager, decision=decision)
    with pytest.raises(Stale):
        answers = factories.decision_answers()
        restrictions.decide_management(
            customer=other,
            by=manager,
            submission=uuid.uuid4(),
            incidents=[incident],
            restorative_actions=[],
            **answers,
        )


def test_the_merge_stands_on_both_histories_and_on_the_timeline(signed_in, manager, kept, other):
    merge_pair(kept, other, manager)
    client = signed_in(manager)
    shown = client.get(kept.get_absolute_url()).content.decode()
    assert "Two records merged" in shown
    assert f"Orla Byrne ({other}) is merged into this" in shown
    assert shown.count("Added as a customer") == 2
    assert (
        f"Merged into Órla Burns ({kept})"
        in client.get(f"{other.get_absolute_url()}history/").content.decode()
    )
    assert "is merged into this" in client.get(f"{kept.get_absolute_url()}history/").content.decode()


@pytest.mark.beyond("B2")
def test_what_is_restricted_for_either_holds_and_leaves_a_way_in(officer, manager, organisation, kept, other):
    for customer, closed in (
        (kept, ["phone", "office", "email"]),
        (other, ["letter", "online_form", "message"]),
    ):
        decision = factories.decision(
            by=manager, incidents=[factories.incident(by=officer, customer=customer)]
        )
        left = ["letter"] if Channel.PHONE in closed else ["phone"]
        factories.restriction(by=manager, decision=decision, terms={"closed": closed, "open": left})
    with pytest.raises(Incomplete, match="leave no way to reach us"):
        merge_pair(kept, other, manager)
    refresh(other)
    assert other.merged_into is None
    restriction = other.restrictions.get()
    restrictions.lift_restriction(restriction=restriction, by=manager, status_reason="To merge.")
    merge_pair(kept, other, manager)
    assert kept.restrictions.count() == 2


def test_only_managers_merge_and_unmerge(officer, dpo, executive, manager, kept, other):
    for user in (officer, dpo, executive):
        with pytest.raises(Refused):
            merge_pair(kept, other, user)
    merge = merge_pair(kept, other, manager)
    for user in (officer, dpo, executive):
        with pytest.raises(Refused):
            unmerge_pair(merge, user)


def test_a_record_is_not_merged_with_itself(manager, kept):
    with pytest.raises(Incomplete):
        merge_pair(kept, kept, manager)


def test_what_was_moved_goes_back_and_what_was_recorded_since_stays(kept, whole_case, officer, manager):
    held, own = rows_pointing_to(whole_case), rows_pointing_to(kept)
    merge = merge_pair(kept, whole_case, manager)
    since = factories.incident(by=officer, customer=kept)
    version = Customer.objects.get(pk=kept.pk).version
    phones = [*Customer.objects.get(pk=kept.pk).phones, "0141 496 0099"]
    actions.change_customer(customer=kept, by=officer, version=version, name="Órla Burns", phones=phones)
    merge = unmerge_pair(merge, manager)
    refresh(kept, whole_case)
    assert rows_pointing_to(whole_case) == held
    assert rows_pointing_to(kept) == own | {
        ("incidents.Incident", "customer", since.pk),
        # What was closed with the other while they were one stays closed.
        ("few.CaseForFew", "customer", CaseForFew.objects.get(customer=kept).pk),
    }
    assert kept.phones == ["0141 496 0000", "0141 496 0099"]
    assert (whole_case.merged_into, merge.undone_by) == (None, manager)
    assert look_up_customers(whole_case.reference, officer) == [whole_case]


def test_an_unmerge_gives_the_kept_one_its_values_again(kept, other, officer, manager):
    before = queries.values_by_column(kept)
    actions.change_customer(
        customer=other,
        by=officer,
        version=1,
        name=other.name,
        deceased_on=date(2026, 5, 4),
        death_source="Their sister rang us this morning.",
    )
    actions.assign_customer(customer=other, by=manager, version=2, assigned_to=manager)
    merge = merge_pair(kept, Customer.objects.get(pk=other.pk), manager, taken_from_other=["name"])
    refresh(kept)
    assert (kept.name, kept.deceased_on, kept.assigned_to) == ("Orla Byrne", date(2026, 5, 4), manager)
    unmerge_pair(Merge.objects.get(pk=merge.pk), manager)
    refresh(kept)
    assert queries.values_by_column(kept) == before


@pytest.mark.beyond("B1")
def test_after_an_unmerge_nobody_is_found_by_the_names_of_the_other(officer, manager):
    kenneth = factories.customer(by=officer, name="Kenneth Aird", address="1 Moss Road")
    zebedee = factories.customer(by=officer, name="Zebedee Quill", address="9 Kelp Street")
    yannick = factories.customer(by=officer, name="Yannick Roe", address="5 Fern Place")
    factories.incident(by=officer, customer=kenneth, categories=[Category.OTHER_THREAT])
    actions.change_customer(customer=kenneth, by=officer, version=None, name="Ken Aird")
    second = merge_pair(kenneth, zebedee, manager, taken_from_other=["name", "address"])
    actions.change_customer(customer=kenneth, by=officer, version=None, known_as="Zebby")
    third = merge_pair(kenneth, yannick, manager, taken_from_other=["name", "address"])
    actions.change_customer(customer=kenneth, by=officer, version=None, known_as="Kit")
    for merge in (third, second):
        unmerge_pair(Merge.objects.get(pk=merge.pk), manager)
    actions.change_customer(
        customer=kenneth, by=officer, version=None, name="Kenny Aird", address="2 Moss Road"
    )
    for typed in ("kenneth", "1 moss road", "ken aird", "kenny", "2 moss road"):
        assert look_up_customers(typed, officer) == [kenneth], typed
    for typed, whose in (
        ("zebedee", [zebedee]),
        ("9 kelp", [zebedee]),
        ("zebby", []),
        ("yannick", [yannick]),
        ("5 fern", [yannick]),
    ):
        assert look_up_customers(typed, officer) == whose, typed


def test_what_has_gone_on_to_somebody_else_stays_with_them(officer, manager, kept, other):
    incident = factories.incident(by=officer, customer=other)
    merge = merge_pair(kept, other, manager)
    third = factories.customer(by=officer, name="Third")
    incident.refresh_from_db()
    incidents.change_incident(incident=incident, by=officer, version=incident.version, customer=third)
    unmerge_pair(merge, manager)
    incident.refresh_from_db()
    assert incident.customer == third


@pytest.mark.beyond("B5")
def test_two_are_not_unmerged_once_a_decision_rests_on_what_would_go_back(
    officer, manager, organisation, kept, other
):
    incident = factories.incident(by=officer, customer=other)
    merge = merge_pair(kept, other, manager)
    incident.refresh_from_db()
    factories.decision(by=manager, incidents=[incident])
    with pytest.raises(Incomplete, match=f"rests on {incident}"):
        unmerge_pair(merge, manager)


@pytest.fixture
def old_decision(officer, manager, organisation, other):
    """A decision about the other one from before they were merged, and its incident."""
    AdviceOrganisation.objects.create(name="Advice", helps_with="Debt", contact="0141 496 0009")
    incident = factories.incident(by=officer, customer=other)
    return factories.decision(by=manager, incidents=[incident]), incident


def assert_not_unmerged(merge, by, because):
    """Assert that they stay one customer, and each record where it was."""
    with pytest.raises(Incomplete, match=because):
        unmerge_pair(merge, by)
    merge.merged.refresh_from_db()
    assert merge.merged.merged_into == merge.kept


@pytest.mark.beyond("B5")
def test_two_are_not_unmerged_once_a_contact_goes_against_what_would_go_back(
    officer, manager, old_decision, kept, other
):
    restriction = factories.restriction(by=manager, decision=old_decision[0])
    restrictions.notify_customer(restriction=restriction, on=timezone.localdate(), by=manager)
    merge = merge_pair(kept, other, manager)
    contact = factories.contact(by=officer, customer=kept)
    assert_not_unmerged(merge, manager, f"rests on {contact}")


@pytest.mark.beyond("B5")
def test_two_are_not_unmerged_once_a_restriction_rests_on_a_file_about_the_other(
    officer, manager, old_decision, kept, other
):
    own = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=kept)])
    evidence = incidents.add_evidence(
        incident=old_decision[1],
        by=officer,
        submission=uuid.uuid4(),
        file=files.picture("screen.png"),
        summary="The post",
    )
    merge = merge_pair(kept, other, manager)
    own.refresh_from_db()
    factories.restriction(by=manager, decision=own, evidence=[evidence])
    assert_not_unmerged(merge, manager, f"rests on {evidence}")


@pytest.mark.beyond("B5")
def test_two_are_not_unmerged_once_a_decision_rests_on_work_with_the_other(
    officer, manager, old_decision, kept, other
):
    incident = factories.incident(by=officer, customer=kept)
    action = record_restorative(other, officer)
    merge = merge_pair(kept, other, manager)
    for record in (action, incident):
        record.refresh_from_db()
    factories.decision(by=manager, incidents=[incident], restorative_actions=[action])
    assert_not_unmerged(merge, manager, f"rests on {action}")


@pytest.mark.beyond("B5")
def test_two_are_not_unmerged_once_an_interim_measure_rests_on_what_would_go_back(
    manager, old_decision, kept, other
):
    merge = merge_pair(kept, other, manager)
    old_decision[1].refresh_from_db()
    factories.interim_measure(by=manager, incidents=[old_decision[1]])
    assert_not_unmerged(merge, manager, f"rests on {old_decision[1]}")


@pytest.mark.beyond("B5")
def test_two_are_not_unmerged_once_restorative_work_follows_what_would_go_back(
    officer, manager, old_decision, kept, other
):
    merge = merge_pair(kept, other, manager)
    action = record_restorative(kept, officer, incident=old_decision[1])
    assert_not_unmerged(merge, manager, f"{action} has come since")


def record_restorative(customer, by, **changes):
    facts = {
        "kind": RestorativeKind.EXPECTATIONS_SET,
        "what": "Talked it over.",
        "outcome": RestorativeOutcome.PARTLY,
    }
    return restorative.record_restorative_action(
        customer=customer, by=by, submission=uuid.uuid4(), **facts | changes
    )


def letter_about_incident(old_decision, manager):
    known = old_decision.incidents.get()
    known = incidents.reopen_incident(
        incident=known, by=manager, version=known.version, reason="She wrote again."
    )
    incident = incidents.assess_incident(
        incident=known,
        by=manager,
        version=known.version,
        outcome=Outcome.WARNING_LETTER,
        reasons="Once is enough.",
    )
    return "expectations", incident


def letter_about_appeal(old_decision, manager):
    appeal = reviews.log_appeal(
        customer=old_decision.customer,
        by=manager,
        submission=uuid.uuid4(),
        restrictions=[old_decision.restrictions.get()],
        received_on=timezone.localdate(),
        channel=Channel.PHONE,
        lodged_by="Órla",
        grounds="It is not fair.",
    )
    return "appeal_received", appeal


@pytest.mark.beyond("B5")
@pytest.mark.parametrize(
    "record",
    [
        letter_about_incident,
        lambda old_decision, manager: ("restriction_decided", old_decision),
        letter_about_appeal,
    ],
    ids=["incident", "decision", "appeal"],
)
def test_two_are_not_unmerged_while_there_is_a_letter_about_what_would_go_back(
    manager, executive, old_decision, kept, other, record
):
    decision = old_decision[0]
    factories.restriction(by=manager, decision=decision)
    kind, about = record(decision, manager)
    writer = executive if kind == "appeal_received" else manager
    merge = merge_pair(kept, other, manager)
    about.refresh_from_db()
    letter = letters.draft_letter(customer=kept, kind=kind, about=about, by=writer, submission=uuid.uuid4())
    assert_not_unmerged(merge, manager, f"{letter} was written since")
    letters.void_letter(letter=letter, by=writer, version=letter.version, void_reason="Two people after all.")
    assert unmerge_pair(merge, manager).undone_by == manager


@pytest.mark.beyond("B5")
def test_two_are_not_unmerged_once_there_is_a_review_to_come_of_what_would_go_back(
    officer, manager, organisation, kept, other
):
    decision = factories.decision(by=manager, incidents=[factories.incident(by=officer, customer=other)])
    restriction = factories.restriction(by=manager, decision=decision)
    merge = merge_pair(kept, other, manager)
    review = restriction.reviews.get()
    reviews.hold_review(
        review=review,
        by=manager,
        version=review.version,
        **factories.THEIR_SIDE,
        findings="Calm.",
        outcome=ReviewOutcome.CONTINUE,
        reasons="It goes on.",
        next_review_on=timezone.localdate() + timedelta(days=60),
    )
    with pytest.raises(Incomplete, match="has come since"):
        unmerge_pair(merge, manager)


@pytest.fixture
def old_merge(manager, kept, other):
    with time_machine.travel(timezone.now() - timedelta(hours=25)):
        return merge_pair(kept, other, manager)


def ask_unmerge(merge, by, why="Two births on two days: we saw both certificates."):
    return actions.ask_unmerge(merge=merge, by=by, version=merge.version, undo_why=why)


def test_after_a_day_two_managers_undo_a_merge(signed_in, manager, old_merge, kept, other):
    second = factories.staff("undoer", "Manager")
    page = reverse("customer_unmerge", args=[kept.reference, old_merge.reference])
    with pytest.raises(Refused, match="one manager asks and another undoes it"):
        unmerge_pair(old_merge, manager)
    assert page in signed_in(manager).get(kept.get_absolute_url()).content.decode()
    for nothing in ("", "n/a", "---"):
        with pytest.raises(Incomplete, match="that they are two"):
            ask_unmerge(old_merge, manager, nothing)
    said = {"version": old_merge.version, "undo_why": "Two births on two days."}
    assert signed_in(manager).post(page, said).status_code == 302
    old_merge.refresh_from_db()
    assert signed_in(manager).get(page).status_code == 403
    with pytest.raises(Refused, match="another undoes it"):
        unmerge_pair(old_merge, manager)
    waiting = [
        [row["reference"] for row in task_rows(person, "customer.unmerge")] for person in (second, manager)
    ]
    assert waiting == [[old_merge.reference], []]
    assert f'href="{page}"' in signed_in(second).get("/").content.decode()
    assert "Two births on two days." in signed_in(second).get(page).content.decode()
    assert unmerge_pair(old_merge, second).undone_by == second
    refresh(other)
    assert other.merged_into is None
    assert not task_rows(second, "customer.unmerge")


def test_the_only_manager_at_work_undoes_a_merge_once_they_have_said_why(signed_in, manager, old_merge, kept):
    with pytest.raises(Refused, match="one manager asks"):
        unmerge_pair(old_merge, manager)
    ask_unmerge(old_merge, manager)
    old_merge.refresh_from_db()
    page = reverse("customer_unmerge", args=[kept.reference, old_merge.reference])
    assert page in signed_in(manager).get(kept.get_absolute_url()).content.decode()
    assert unmerge_pair(old_merge, manager).undone_by == manager


def test_after_a_day_nothing_is_undone_once_something_was_decided_since(
    signed_in, officer, manager, old_merge, kept
):
    incident = factories.incident(by=officer, customer=Customer.objects.get(pk=kept.pk))
    second = factories.staff("undoer", "Manager")
    asked = ask_unmerge(old_merge, manager)
    factories.decision(by=manager, incidents=[incident])
    with pytest.raises(Refused, match="Something was"):
        unmerge_pair(asked, second)
    page = reverse("customer_unmerge", args=[kept.reference, old_merge.reference])
    assert signed_in(second).get(page).status_code == 403


def test_whoever_merges_reads_beforehand_how_it_is_undone(signed_in, manager, kept, other):
    page = signed_in(manager).get(f"{reverse('customer_merge', args=[kept.reference])}?other={other}")
    assert "After that it takes two managers" in page.content.decode()


def test_of_merges_one_upon_another_the_last_is_undone_first(signed_in, officer, manager, kept, other):
    third = factories.customer(by=officer, name="Third", phones=["0141 496 0003"])
    incident = factories.incident(by=officer, customer=third)
    first = merge_pair(other, third, manager)
    second = merge_pair(kept, Customer.objects.get(pk=other.pk), manager)
    assert look_up_customers("0141 496 0003", officer) == [kept]
    answer = signed_in(officer).get(third.get_absolute_url())
    assert answer.headers["Location"] == kept.get_absolute_url()
    with pytest.raises(Refused, match="Undo that merge first"):
        unmerge_pair(first, manager)
    unmerge_pair(second, manager)
    assert look_up_customers("0141 496 0003", officer) == [other]
    unmerge_pair(first, manager)
    incident.refresh_from_db()
    assert incident.customer == third


def test_of_two_merges_the_later_is_undone_first_and_nobody_keeps_anothers_name(
    officer, manager, kept, other
):
    third = factories.customer(by=officer, name="Yannick Roe")
    first = merge_pair(kept, other, manager, taken_from_other=["name"])
    second = merge_pair(Customer.objects.get(pk=kept.pk), third, manager, taken_from_other=["name"])
    with pytest.raises(Refused, match=f"{third} was merged into {kept} since"):
        unmerge_pair(first, manager)
    for merge, name in ((second, "Orla Byrne"), (first, "Órla Burns")):
        unmerge_pair(Merge.objects.get(pk=merge.pk), manager)
        refresh(kept)
        assert kept.name == name


def test_two_who_were_unmerged_can_be_merged_again(manager, kept, other):
    unmerge_pair(merge_pair(kept, other, manager), manager)
    merge_pair(other, kept, manager)
    refresh(kept)
    assert kept.merged_into == other


def test_a_manager_chooses_compares_merges_and_unmerges(signed_in, manager, officer, kept, other):
    factories.incident(by=officer, customer=other)
    client, url = signed_in(manager), f"{kept.get_absolute_url()}merge/"
    assert url in client.get(kept.get_absolute_url()).content.decode()
    assert f'href="?other={other}"' in client.get(url).content.decode()
    assert 'method="post"' in client.get(url).content.decode(), "a name that is typed stands in no address"
    assert client.post(url, {"other": "nobody"}).status_code == 422
    assert client.post(url, {"other": str(kept)}).status_code == 422
    assert client.post(url, {"other": other.reference.lower()}).headers["Location"] == f"{url}?other={other}"
    page = client.get(f"{url}?other={other}")
    shown = page.content.decode()
    assert f"{other.get_absolute_url()}merge/?other={kept}" in shown
    assert ("Incidents", 0, 1) in page.context["counts"]
    form = {
        "submission": str(uuid.uuid4()),
        "take_name": other.reference,
        "kept_version": kept.version,
        "other_version": other.version,
    }
    unexplained = client.post(f"{url}?other={other}", form)
    assert unexplained.status_code == 422
    done = client.post(f"{url}?other={other}", form | {"why": "The same phone."}, follow=True)
    assert "You can undo this for 24 hours" in done.content.decode()
    refresh(kept)
    assert kept.name == "Orla Byrne"
    merge = Merge.objects.get()
    unmerge_url = reverse("customer_unmerge", args=[kept.reference, merge.reference])
    assert unmerge_url in done.content.decode()
    assert "The same phone." in client.get(unmerge_url).content.decode()
    answer = client.post(unmerge_url, {"version": merge.version})
    assert answer.headers["Location"] == other.get_absolute_url()
    assert "Merge of two records undone" in client.get(answer.headers["Location"]).content.decode()


def test_an_address_to_choose_stands_in_one_line(signed_in, manager, officer, kept, other):
    for customer, street in ((kept, "1 Kelp Street"), (other, "2 Pier Road")):
        facts = {"name": customer.name, "address": f"{street}\nLochside", "postcode": "G00 1AB"}
        actions.change_customer(customer=customer, by=officer, version=customer.version, **facts)
    page = signed_in(manager).get(f"{kept.get_absolute_url()}merge/?other={other}")
    assert [label for _, label in page.context["form"].fields["take_address"].choices] == [
        "1 Kelp Street, Lochside, G00 1AB",
        "2 Pier Road, Lochside, G00 1AB",
    ]


def test_what_was_recorded_at_the_very_moment_of_a_merge_follows_it_the_next_day(
    officer, manager, kept, other
):
    merge_pair(kept, other, manager)
    # Another's request had read the customer before.
    incident = factories.incident(by=officer, customer=other)
    call_command("daily", stdout=StringIO())
    call_command("daily", stdout=StringIO())
    incident.refresh_from_db()
    assert incident.customer == kept
    assert incident.history.filter(history_change_reason=f"About {kept}, by a merge").count() == 1
    assert find_history_faults(incident) == []


@pytest.mark.parametrize("count", [1, 30])
def test_a_comparison_takes_the_same_few_queries_however_much_there_is(
    signed_in, officer, manager, kept, other, count, django_assert_num_queries
):
    for _ in range(count):
        factories.incident(by=officer, customer=other)
        factories.customer(by=officer, name="Child", household_of=other)
    client = signed_in(manager)
    with django_assert_num_queries(41):
        client.get(f"{kept.get_absolute_url()}merge/?other={other}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["the same way", "both ways"])
def test_of_twenty_who_merge_the_same_two_at_once_one_does_and_the_others_are_told(
    signed_in, kept, other, officer, way
):
    """R1, on SQLite and PostgreSQL alike."""
    factories.incident(by=officer, customer=kept)
    factories.incident(by=officer, customer=other)
    people = [factories.staff(f"person{number}", "Manager") for number in range(20)]
    clients = [signed_in(person) for person in people]
    ask_first(kept, other)
    versions = {kept: kept.version, other: other.version}
    connection.close()

    def send(number):
        kept_record, other_record = (other, kept) if way == "both ways" and number % 2 else (kept, other)
        form = {"submission": str(uuid.uuid4()), "why": f"Typed by {number}."}
        form |= {
            "kept_version": versions[kept_record],
            "other_version": versions[other_record],
            "take_name": kept_record.reference,
            "are_same": "yes",
        }
        return clients[number].post(f"{kept_record.get_absolute_url()}merge/?other={other_record}", form)

    answers = run_at_once(20, send)
    winners = [person for person, answer in zip(people, answers, strict=True) if answer.status_code == 302]
    assert len(winners) == 1
    for number, answer in enumerate(answers):
        if people[number] not in winners:
            text = answer.content.decode()
            assert answer.status_code == 409
            assert winners[0].get_full_name() in text
            assert f"Typed by {number}." in text
    stays = Merge.objects.get().kept
    assert stays.incidents.count() == 2
