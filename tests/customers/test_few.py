"""A case that named readers alone can read. Beyond the policy: B33."""

import uuid
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers import actions as customers
from cha_engagement.customers.few import actions as few
from cha_engagement.customers.few.models import CaseForFew, CaseOpening
from cha_engagement.customers.few.queries import closed_cases
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import check_second_manager
from cha_engagement.letters.rules import may_enclose
from cha_engagement.letters.rules.second_reader import may_read
from cha_engagement.lists.interfaces import list_definitions
from cha_engagement.organisation.calendar import add_working_days, today
from cha_engagement.staff.actions import hide_shown_texts
from cha_engagement.staff.interfaces import CLOSED_CASE
from cha_engagement.staff.models import AccessLogEntry, Notice, StaffMember, WiderAccess
from incidents import actions as incidents
from incidents.agreements import actions as agreements
from incidents.contact_requests import actions as contact_requests
from incidents.contacts.models import Contact
from incidents.enums import Category, Harm
from incidents.models import Incident
from incidents.notes import actions as notes
from incidents.restorative import actions as restorative
from incidents.restorative.enums import RestorativeKind, RestorativeOutcome
from incidents.rules import check_danger_confirmed, check_settler, may_decide_on
from restrictions import actions as restrictions
from restrictions import outcomes
from restrictions.enums import Explained
from restrictions.objections import actions as objections
from restrictions.objections.rules import may_answer_objection
from restrictions.second_looks.models import SecondLook
from reviews.notifications import notify_staff_of_suspension
from tests import desks, factories

pytestmark = [pytest.mark.django_db, pytest.mark.beyond("B33")]


@pytest.fixture
def keeper(db):
    return factories.staff("keeper", "Manager")


@pytest.fixture
def deputy(db):
    return factories.staff("deputy", "Manager")


@pytest.fixture
def case(organisation, officer, keeper, deputy, manager, customer):
    """An incident of a case that the keeper and the deputy read, and neither the manager nor the officer who looks after the customer."""
    factories.incident(
        by=keeper,
        customer=customer,
        facts="Threw a lamp at the wall.",
        categories=[Category.VIOLENCE],
    )
    return factories.limit_readers(customer, by=keeper, readers=[keeper, deputy])


def again(person):
    """Return somebody as the next request finds them."""
    return StaffMember.objects.get(pk=person.pk)


def reads(person):
    return Incident.objects.visible_to(again(person)).exists()


def texts(person):
    return [notice.text for notice in Notice.objects.filter(recipient=person).order_by("pk")]


def open_in_danger(case, person):
    return few.open_in_danger(
        customer=case.customer, by=person, submission=uuid.uuid4(), why="He rang to say that he has a knife."
    )


def test_named_readers_alone_read_it(case, keeper, deputy, manager, executive, dpo, management):
    assert [reads(person) for person in (keeper, deputy)] == [True, True]
    assert not any(map(reads, (manager, executive, dpo, management)))
    assert not Customer.objects.visible_to(again(dpo)).filter(pk=case.customer_id).exists()
    assert WiderAccess.objects.filter(grounds="named_reader").count() == 2


@pytest.mark.parametrize("why", ["", "n/a", "because"])
def test_a_reason_without_words_closes_nothing(customer, manager, keeper, why):
    with pytest.raises(Incomplete):
        few.limit_readers(
            customer=customer, by=manager, submission=uuid.uuid4(), why=why, readers=[manager, keeper]
        )


def test_two_managers_are_among_its_readers_while_there_are_two(customer, manager, officer, keeper):
    with pytest.raises(Incomplete, match="two managers"):
        factories.limit_readers(customer, by=manager, readers=[manager, officer])
    keeper.is_active = False
    keeper.save()
    assert factories.limit_readers(customer, by=manager, readers=[manager, officer])


def test_somebody_who_is_there_reads_it_besides_whoever_limits_it(customer, manager, keeper, deputy):
    keeper.away_until = today() + timedelta(days=9)
    keeper.save()
    with pytest.raises(Incomplete, match="another manager who is at work"):
        factories.limit_readers(customer, by=manager, readers=[manager, keeper])
    case = factories.limit_readers(customer, by=manager, readers=[manager, keeper, deputy])
    deputy.away_until = keeper.away_until
    deputy.save()
    with pytest.raises(Incomplete, match="another manager who is at work"):
        few.change_readers(
            case=case, by=manager, version=case.version, why="Not his.", readers=[manager, keeper]
        )
    readers = [manager, keeper, deputy, factories.staff("handler", "Officer")]
    changed = few.change_readers(
        case=case, by=manager, version=case.version, why="She deals with it.", readers=readers
    )
    assert {*changed.readers.all()} == {*readers}


def test_a_case_is_closed_once_and_to_nobody_who_reads_about_no_customer(
    customer, manager, keeper, administrator
):
    with pytest.raises(Incomplete, match="cannot read about customers at all"):
        factories.limit_readers(customer, by=manager, readers=[manager, keeper, administrator])
    factories.limit_readers(customer, by=manager, readers=[manager, keeper])
    with pytest.raises(Incomplete, match="can read this case already"):
        factories.limit_readers(customer, by=keeper, readers=[manager, keeper])


def test_officers_and_executives_close_nothing(customer, officer, executive, manager, keeper, dpo):
    for person in (officer, executive):
        with pytest.raises(Refused):
            factories.limit_readers(customer, by=person, readers=[manager, keeper])
    assert factories.limit_readers(customer, by=dpo, readers=[manager, keeper])


def test_a_reader_who_is_a_manager_says_who_else_reads_it_and_nobody_else(
    case, keeper, deputy, manager, officer
):
    answers = {"case": case, "version": case.version, "why": "Covers for the keeper."}
    for person in (manager, officer):
        with pytest.raises(Refused):
            few.change_readers(by=person, readers=[keeper, deputy, manager], **answers)
    changed = few.change_readers(by=keeper, readers=[keeper, manager], **answers)
    assert (reads(manager), reads(deputy)) == (True, False)
    assert "Manager Example can read it now; Deputy Example cannot any more" in texts(manager)[-1]
    assert [row.grounds for row in WiderAccess.objects.order_by("pk")][-2:] == ["named_reader", "taken_off"]
    with pytest.raises(Incomplete, match="two managers"):
        few.change_readers(
            case=changed, by=keeper, version=changed.version, readers=[keeper], why="One is enough."
        )


def test_the_form_offers_whoever_reads_about_customers_and_drops_no_reader(
    case, signed_in, keeper, deputy, dpo, administrator
):
    hearer = factories.staff("hearer", "Named Hearer")
    few.add_hearers(case.customer, [hearer], by=keeper)
    case.refresh_from_db()
    page = signed_in(keeper).get(reverse("few_readers", args=[case.reference])).content.decode()
    for person in (keeper, deputy, hearer, dpo):
        assert f'value="{person.username}"' in page
    assert f'value="{administrator.username}"' not in page
    readers = [person.username for person in (keeper, deputy, hearer, dpo)]
    answers = {"version": case.version, "readers": readers, "why": "Data Protection asked to look."}
    signed_in(keeper).post(reverse("few_readers", args=[case.reference]), answers)
    assert case.readers.count() == 4
    assert reads(dpo)


def test_a_look_up_finds_them_and_says_no_more_than_the_card(case, signed_in, manager, officer):
    client = signed_in(manager)
    found = client.post("/look-up/", {"q": case.customer.name, "fragment": "1"}).content.decode()
    assert case.customer.name in found
    assert "Only named colleagues can read this case" in found
    page = client.get(case.customer.get_absolute_url()).content.decode()
    assert "before any contact" in page
    assert "lamp" not in page
    assert "Keeper Example or Deputy Example" in page or "Deputy Example or Keeper Example" in page
    searched = client.post("/look-up/", {"q": "lamp"}, follow=True).content.decode()
    assert "Threw" not in searched
    export = client.post(reverse("list_export", args=["incidents"]))
    assert b"lamp" not in b"".join(export.streaming_content)
    assert client.get(f"{case.customer.get_absolute_url()}timeline/").status_code == 404


def test_whoever_logs_something_reads_that_alone_and_decides_nothing(case, signed_in, manager, keeper):
    logged = factories.incident(by=manager, customer=case.customer, facts="Spat at the door.")
    contact = factories.contact(by=manager, customer=case.customer)
    who = again(manager)
    assert list(Incident.objects.visible_to(who)) == [logged]
    assert list(Contact.objects.visible_to(who)) == [contact]
    client = signed_in(manager)
    page = client.get(logged.get_absolute_url()).content.decode()
    assert "Spat" in page
    assert "Decide what follows" not in page
    assert client.get(f"{logged.get_absolute_url()}history/").status_code == 403
    assert client.get(reverse("incident_assess", args=[logged.reference])).status_code == 403
    with pytest.raises(Refused, match="named colleagues"):
        factories.assess_incident(logged, by=who)
    with pytest.raises(Refused):
        incidents.assign_incident(incident=logged, by=who, version=logged.version, assigned_to=who)


@pytest.fixture
def written(organisation, customer, officer, manager, keeper, deputy):
    """What a manager wrote about a case that is closed to them by now, each with an action on it by its name."""
    facts = {"customer": customer, "by": manager, "submission": uuid.uuid4()}
    asked = factories.contact_request(by=manager, customer=customer, colleague=officer)
    objection = objections.log_objection(
        **facts, about="note", received_on=today(), objection="I never shouted at anybody."
    )
    pause = restorative.record_restorative_action(
        **facts,
        kind=RestorativeKind.CONTACT_PAUSED,
        on=today(),
        what="Paused.",
        outcome=RestorativeOutcome.TOO_EARLY,
        organisation=None,
        reengage_on=today(),
        owner=manager,
    )
    factories.incident(by=officer, customer=customer, affected_staff=[manager])
    agreement = agreements.ask_agreement(
        customer=customer, by=keeper, submission=uuid.uuid4(), person=manager
    )
    factories.limit_readers(customer, by=keeper, readers=[keeper, deputy])
    return {
        "contact request": partial(
            contact_requests.take_back_contact_request, request=asked, taken_back_reason="It is calm."
        ),
        "objection": partial(
            objections.answer_objection,
            objection=objection,
            outcome="stays",
            answer="It was so. I rang them.",
        ),
        "pause": partial(restorative.complete_pause, pause=pause, outcome=RestorativeOutcome.RESTORED),
        "agreement": partial(agreements.answer_agreement, agreement=agreement, agrees=True),
    }


@pytest.mark.parametrize("name", ["contact request", "objection", "pause", "agreement"])
def test_nobody_acts_on_what_they_wrote_about_a_case_that_is_closed_to_them(written, manager, name):
    with pytest.raises(Refused, match="named colleagues"):
        written[name](by=again(manager), version=1)


def test_no_colleague_is_asked_to_agree_who_cannot_read_the_case(case, keeper, deputy, officer, manager):
    factories.incident(by=keeper, customer=case.customer, affected_staff=[officer])
    with pytest.raises(Incomplete, match="cannot read this case"):
        agreements.ask_agreement(
            customer=case.customer, by=again(keeper), submission=uuid.uuid4(), person=officer
        )


def test_who_changes_what_they_logged_is_told_nothing_else_of_the_case(
    case, signed_in, keeper, manager, officer
):
    factories.contact_request(by=keeper, customer=case.customer, colleague=officer)
    logged = factories.incident(by=again(manager), customer=case.customer, affected_staff=[officer])
    path = reverse("incident_edit", args=[logged.reference])
    client = signed_in(manager)
    page = client.get(path)
    assert "not to contact" not in page.content.decode()
    assert "not to contact" in signed_in(keeper).get(path).content.decode()
    twin = factories.customer(by=officer, name=case.customer.name, address="1 Other Road")
    for form in (path, reverse("incident_new")):
        offered = str(client.post(form, {"customer": case.customer.name}).context["form"]["customer"])
        assert (case.customer.reference in offered, twin.reference in offered) == (True, True)
        assert ("1 Other Road" in offered, case.customer.address_line in offered) == (True, False)


def test_what_waits_goes_to_readers_alone(case, keeper, deputy, manager, officer):
    logged = factories.incident(by=officer, customer=case.customer)
    waiting = {person: task_references(person) for person in (keeper, deputy, manager)}
    assert logged.reference in waiting[keeper]
    assert logged.reference in waiting[deputy]
    assert {reference[:3] for reference in waiting[manager]} == {"TLK"}, "a talk says nothing of the case"
    assert not any(logged.reference in text for text in texts(manager))
    assert any(logged.reference in text for text in texts(keeper))


def test_what_was_meant_for_somebody_who_cannot_read_it_reaches_nobody_in_their_place(
    case, keeper, deputy, officer
):
    factories.contact_request(by=keeper, customer=case.customer, colleague=again(officer))
    assert not any(
        "not to contact you" in text for person in (keeper, deputy, officer) for text in texts(person)
    )


@pytest.fixture
def named(organisation, customer, keeper, officer):
    """A restriction by which the officer is the named contact of a customer whose case was open then."""
    reported = factories.incident(by=factories.staff("reporter", "Officer"), customer=customer)
    decision = factories.decision(by=keeper, incidents=[reported])
    facts = factories.named_contact_facts(officer, factories.staff("other", "Officer"), "letter", "email")
    return factories.restriction(by=keeper, decision=decision, **facts)


def test_whoever_deals_with_them_is_told_what_the_card_says_and_where_they_can_read_it(
    named, customer, keeper, deputy, officer, signed_in
):
    factories.limit_readers(customer, by=keeper, readers=[keeper, deputy])
    notify_staff_of_suspension(SimpleNamespace(customer=customer), [named], "is suspended from today")
    customers.assign_customer(customer=customer, by=keeper, version=customer.version, assigned_to=keeper)
    restrictions.lift_restriction(restriction=named, by=keeper, status_reason="It went well.")
    ended, suspended = officer.notices.order_by("-pk")[:2]
    assert "is suspended from today" in suspended.text
    assert "You are no longer the named contact" in ended.text
    for notice in (suspended, ended):
        assert signed_in(officer).get(notice.path).status_code == 200


def test_whoever_looks_after_them_is_told_of_a_threat_they_cannot_read_of(
    organisation, customer, keeper, deputy, officer, signed_in
):
    customers.assign_customer(customer=customer, by=keeper, version=customer.version, assigned_to=officer)
    factories.limit_readers(customer, by=keeper, readers=[keeper, deputy])
    customer.refresh_from_db()
    factories.incident(by=deputy, customer=customer, categories=[Category.PHYSICAL_THREAT])
    notice = officer.notices.latest("pk")
    assert "Read their card before any contact" in notice.text
    assert "before any contact" in signed_in(officer).get(notice.path).content.decode()


def test_no_restriction_names_somebody_who_cannot_read_the_case(named, customer, keeper, deputy, officer):
    factories.limit_readers(customer, by=keeper, readers=[keeper, deputy])
    with pytest.raises(Incomplete, match="cannot read this case"):
        restrictions.replace_people(
            restriction=named,
            by=keeper,
            version=named.version,
            status_reason="Their name.",
            named_contact=officer,
            deputy=keeper,
        )


def test_a_line_manager_who_cannot_read_it_keeps_it_from_no_reader(case, keeper, manager, officer):
    officer.line_manager = manager
    officer.save()
    logged = factories.incident(by=officer, customer=case.customer, categories=[Category.LEVEL_OF_CONTACT])
    assert logged.reference in task_references(keeper)
    assert logged.reference not in task_references(manager)


def task_references(person):
    return [task["reference"] for task in desks.task_rows(again(person))]


def test_what_names_somebody_who_cannot_read_it_is_left_to_readers_who_are_managers(
    organisation, customer, keeper, deputy, manager, officer
):
    pause = restorative.record_restorative_action(
        customer=customer,
        by=officer,
        submission=uuid.uuid4(),
        kind=RestorativeKind.CONTACT_PAUSED,
        on=today(),
        what="Paused.",
        outcome=RestorativeOutcome.TOO_EARLY,
        organisation=None,
        reengage_on=today(),
        owner=officer,
    )
    assert pause.reference in task_references(officer)
    factories.limit_readers(customer, by=keeper, readers=[keeper, deputy])
    waiting = [pause.reference in task_references(person) for person in (keeper, deputy, officer, manager)]
    assert waiting == [True, True, False, False]


def test_while_no_reader_is_at_work_others_are_told_that_they_can_open_it(
    case, keeper, deputy, manager, officer
):
    for reader in (keeper, deputy):
        reader.away_until = today() + timedelta(days=3)
        reader.save()
    factories.incident(by=officer, customer=case.customer)
    assert "nobody who can read the case is at work" in texts(manager)[-1]
    opening = open_in_danger(case, again(manager))
    assert reads(manager)
    assert opening.until > timezone.now()


def test_it_is_opened_in_danger_by_a_manager_with_a_reason_and_for_a_time(
    case, signed_in, keeper, deputy, manager, officer
):
    with pytest.raises(Refused):
        open_in_danger(case, officer)
    client = signed_in(manager)
    page = reverse("few_open", args=[case.customer.reference])
    assert client.post(page, {"submission": str(uuid.uuid4()), "why": "n/a"}).status_code == 422
    assert not reads(manager)
    client.post(page, {"submission": str(uuid.uuid4()), "why": "He rang to say that he has a knife."})
    assert reads(manager)
    for reader in (keeper, deputy):
        assert "opened the case" in texts(reader)[-1]
    assert WiderAccess.objects.filter(reader=manager, grounds="opened_in_danger").exists()
    with pytest.raises(Refused):
        few.change_readers(
            case=case, by=again(manager), version=case.version, readers=[manager, keeper], why="I need it."
        )
    opening = CaseOpening.objects.get()
    assert timezone.localdate(opening.until) >= today() + timedelta(days=2)
    over = opening.until + timedelta(minutes=1)
    assert [kind for kind, _ in closed_cases(manager.pk, over)] == [CLOSED_CASE]


def test_each_page_that_is_read_is_written_down(case, signed_in, keeper, manager, dpo):
    client = signed_in(keeper)
    client.get(case.customer.get_absolute_url())
    incident = Incident.objects.get()
    client.get(incident.get_absolute_url())
    signed_in(manager).get(case.customer.get_absolute_url())
    entries = [(entry.by, entry.reference, entry.label) for entry in AccessLogEntry.objects.order_by("pk")]
    reference = case.customer.reference
    assert entries == [(keeper, reference, reference), (keeper, incident.reference, reference)]
    page = signed_in(dpo).get(reverse("few_readings")).content.decode()
    assert incident.reference in page
    assert case.customer.name not in page


def test_a_merge_with_an_open_case_stays_closed_and_so_do_both_afterwards(
    case, keeper, deputy, manager, officer
):
    twin = factories.customer(by=officer, name="Orla Breen")
    mine = factories.incident(by=keeper, customer=twin)
    factories.ask_merge(twin, case.customer, by=again(deputy))
    merge = customers.merge_customers(
        kept=twin, other=case.customer, by=again(keeper), submission=uuid.uuid4(), why="The same phone."
    )
    assert not reads(manager)
    assert not Customer.objects.visible_with_merged(again(manager)).filter(pk=case.customer_id).exists()
    customers.unmerge_customers(merge=merge, by=again(keeper), version=merge.version)
    assert not reads(manager)
    assert CaseForFew.objects.standing().count() == 2
    assert Incident.objects.visible_to(again(keeper)).filter(pk=mine.pk).exists()


def merge_open_twin(case, officer, keeper, deputy):
    """Return the merge of the closed case into that of a customer whom everybody could read about, and the officer looked after."""
    twin = factories.customer(by=officer, name="Orla Breen")
    customers.assign_customer(customer=twin, by=keeper, version=twin.version, assigned_to=officer)
    factories.ask_merge(twin, case.customer, by=again(deputy))
    return customers.merge_customers(
        kept=twin, other=case.customer, by=again(keeper), submission=uuid.uuid4(), why="The same phone."
    )


def test_readers_hear_that_an_open_case_is_part_of_theirs_and_others_keep_no_message_with_its_name(
    case, keeper, deputy, officer
):
    merge = merge_open_twin(case, officer, keeper, deputy)
    both = f"{merge.kept} from now on, and you are one: {keeper} merged {merge.merged} into it."
    assert any(text.endswith(both) for text in texts(deputy))
    assert not Notice.objects.filter(recipient=officer).exclude(shown_text="").exists()
    assert readers_written_down(merge.kept) == {keeper, deputy}
    customers.unmerge_customers(merge=merge, by=again(keeper), version=merge.version)
    assert f"{merge.kept} from now on, and you are one: {keeper} undid its merge with" in texts(deputy)[-1]
    assert WiderAccess.objects.filter(reference=merge.kept.reference, grounds="named_reader").count() == 4


def readers_written_down(customer):
    rows = WiderAccess.objects.filter(reference=customer.reference, grounds="named_reader")
    return {row.reader for row in rows.select_related("reader")}


def test_who_reads_what_is_left_of_a_merged_customer_is_written_down(
    case, signed_in, keeper, deputy, officer
):
    merge = merge_open_twin(case, officer, keeper, deputy)
    page = signed_in(keeper).get(f"/customers/{merge.merged.reference}/history/")
    assert page.status_code == 200
    entry = AccessLogEntry.objects.get()
    assert (entry.reference, entry.label) == (merge.merged.reference, merge.kept.reference)


def test_a_second_manager_who_reads_both_confirms_a_merge_and_nobody_else_is_asked(
    case, signed_in, keeper, deputy, manager, officer
):
    twin = factories.customer(by=officer, name="Orla Breen")
    path = f"{reverse('customer_merge', args=[twin.reference])}?other={case.customer.reference}"
    answers = {
        "submission": str(uuid.uuid4()),
        "why": "The same phone.",
        "kept_version": 1,
        "other_version": 1,
        "take_name": twin.reference,
    }
    posted = signed_in(manager).post(path, answers)
    assert [*posted.context["form"].fields] == ["other"], "there is no such record for them"
    page = signed_in(keeper).post(path, answers, follow=True).content.decode()
    assert f"{deputy}, or another manager, confirms" in page
    asked = Notice.objects.filter(text__contains="asks whether")
    assert [notice.recipient for notice in asked] == [deputy]
    signed_in(deputy).post(path, answers | {"kept_version": 2, "are_same": "yes"})
    assert Customer.objects.get(pk=case.customer_id).merged_into == twin
    assert not reads(manager)


def test_while_no_other_reader_is_at_work_one_merges_alone(case, keeper, deputy, manager, officer):
    deputy.away_until = today() + timedelta(days=3)
    deputy.save()
    twin = factories.customer(by=officer, name="Orla Breen")
    assert check_second_manager(again(keeper), twin, case.customer) == []
    assert check_second_manager(again(manager), twin, factories.customer(by=officer, name="Nadia Karim"))


def test_nobody_who_cannot_read_it_keeps_a_reader_from_acting(case, keeper, deputy, manager):
    logged = factories.incident(by=again(keeper), customer=case.customer, affected_staff=[keeper])
    objection = objections.log_objection(
        customer=case.customer,
        by=again(keeper),
        submission=uuid.uuid4(),
        about="note",
        received_on=today(),
        objection="I never shouted at anybody.",
    )
    for is_away in (False, True):
        deputy.away_until = today() + timedelta(days=3) if is_away else None
        deputy.save()
        refusals = [may_decide_on(again(keeper), [logged]), may_answer_objection(again(keeper), objection)]
        assert [refusal is None for refusal in refusals] == [is_away, is_away]
        assert all(str(deputy) in refusal.sentence for refusal in refusals if refusal)


@pytest.mark.parametrize("is_reader", [True, False])
def test_an_executive_answers_who_is_a_reader_where_no_other_reader_is_there(
    organisation, customer, keeper, deputy, manager, executive, is_reader
):
    director = factories.staff("director", "Executive Team")
    suffered = factories.incident(by=keeper, customer=customer, affected_staff=[keeper])
    readers = [keeper, deputy, director] if is_reader else [keeper, deputy]
    factories.limit_readers(customer, by=keeper, readers=readers)
    factories.is_away(deputy)
    decision = factories.decision(
        by=again(keeper),
        incidents=[suffered],
        involvement_reason="Nobody else is here.",
        explained=Explained.NOT_EXPLAINED,
        not_explained_reason="They would come to her home.",
    )
    asked = director if is_reader else None
    assert (decision.unnotified_reader, SecondLook.objects.get().reader) == (asked, asked)
    factories.is_away(director)
    assert restrictions.ask_another_stand_in(record=decision).unnotified_reader == asked


def test_a_danger_waits_for_a_second_manager_who_is_a_reader_and_for_nobody_else(
    case, keeper, deputy, manager, officer
):
    logged = factories.incident(
        by=officer, customer=case.customer, categories=[Category.LEVEL_OF_CONTACT], harm=Harm.NO
    )
    called = factories.assess_incident(logged, by=again(keeper), categories=[Category.VIOLENCE])
    (refusal,) = check_danger_confirmed(called)
    assert f"{deputy} is there" in refusal.sentence
    factories.is_away(deputy)
    assert check_danger_confirmed(called) == []


def test_who_named_a_reader_settles_it_where_no_other_reader_is_there(case, keeper, deputy, manager):
    logged = factories.incident(by=again(keeper), customer=case.customer, affected_staff=[deputy])
    contested = incidents.contest_part(
        incident=logged, by=again(deputy), version=logged.version, reason="I was only sent a copy."
    )
    assert check_settler(again(keeper), contested, deputy) == []
    few.change_readers(
        case=case,
        by=again(keeper),
        version=case.version,
        why="Looks into who had a part.",
        readers=[keeper, deputy, manager],
    )
    (refusal,) = check_settler(again(keeper), contested, deputy)
    assert f"Leave this to {manager}" in refusal.sentence


def test_who_wrote_a_letter_encloses_its_translation_where_no_other_reader_is_there(
    organisation, customer, keeper, deputy, manager
):
    letter = factories.general_letter(customer, by=keeper)
    letter.issued_at = timezone.now()
    factories.limit_readers(customer, by=keeper, readers=[keeper, deputy])
    assert f"{deputy} is there" in may_enclose(again(keeper), letter).sentence
    factories.is_away(deputy)
    assert may_enclose(again(keeper), letter) is None


def test_a_note_is_opened_to_nobody_by_its_writer_who_cannot_read_the_case(
    customer, signed_in, keeper, deputy, manager, officer
):
    facts = {"by": manager, "text": "Rang to say sorry, and asked for Tuesday."}
    note = notes.write_note(**facts, customer=customer, submission=uuid.uuid4(), notified=[])
    factories.limit_readers(customer, by=keeper, readers=[keeper, deputy])
    with pytest.raises(Refused, match="named colleagues"):
        notes.notify_colleagues(note=note, by=again(manager), version=note.version, notified=[officer])
    client = signed_in(manager)
    path = reverse("note_notify", args=[note.reference])
    page = client.get(note.get_absolute_url()).content.decode()
    assert note.text in page
    assert path not in page
    assert client.get(path).status_code == 403
    assert path in signed_in(keeper).get(note.get_absolute_url()).content.decode()
    facts |= {"by": again(manager), "incident": factories.incident(by=again(manager), customer=customer)}
    with pytest.raises(Incomplete, match="named colleagues"):
        notes.write_note(**facts, submission=uuid.uuid4(), notified=[officer])
    assert notes.write_note(**facts, submission=uuid.uuid4(), notified=[keeper])


def test_readers_alone_are_reminded_of_a_threat(case, keeper, deputy, manager, officer):
    for _ in range(2):
        factories.incident(by=officer, customer=case.customer, categories=[Category.PHYSICAL_THREAT])
    for incident in case.customer.incidents.all():
        factories.assess_incident(incident, by=again(deputy))
    factories.is_away(deputy)  # who decides on them, so that other managers are asked
    told = desks.chase(today())
    warned = {name for name, text in told.items() if "before any contact" in text}
    assert warned
    assert warned <= {keeper.username, deputy.username}


def test_two_cases_for_few_become_one_with_the_readers_of_both(case, keeper, deputy, manager, officer):
    twin = factories.customer(by=officer, name="Orla Breen")
    factories.limit_readers(twin, by=keeper, readers=[keeper, deputy, manager])
    factories.ask_merge(twin, case.customer, by=again(deputy))
    customers.merge_customers(
        kept=twin, other=case.customer, by=again(keeper), submission=uuid.uuid4(), why="The same phone."
    )
    (left,) = CaseForFew.objects.standing()
    assert {*left.readers.all()} == {keeper, deputy, manager}


def test_nobody_else_merges_or_is_given_anything_of_it(case, signed_in, keeper, manager, officer):
    other = factories.customer(by=officer, name="Somebody Else")
    page = signed_in(manager).get(
        f"{reverse('customer_merge', args=[other.reference])}?other={case.customer.reference}"
    )
    assert "lamp" not in page.content.decode()
    with pytest.raises(Incomplete, match="cannot read this case"):
        customers.assign_customer(
            customer=case.customer, by=keeper, version=case.customer.version, assigned_to=officer
        )


def test_messages_from_before_name_nobody_any_more(organisation, customer, keeper, deputy, manager, officer):
    customers.assign_customer(customer=customer, by=keeper, version=customer.version, assigned_to=officer)
    other = factories.customer(by=officer, name="Somebody Else")
    customers.assign_customer(customer=other, by=keeper, version=other.version, assigned_to=officer)
    told = Notice.objects.filter(recipient=officer).exclude(shown_text="")
    assert told.count() == 2
    factories.limit_readers(customer, by=keeper, readers=[keeper, deputy])
    assert [notice.reference for notice in told.all()] == [other.reference]


def test_a_message_is_about_a_case_by_what_it_leads_to_too(customer, officer, django_assert_num_queries):
    for path in ("/customers/CUS-2026-0001/incidents/INC-2026-00012/", "/incidents/INC-2026-0001/parts/"):
        Notice.objects.create(recipient=officer, text="Read this.", shown_text="With a name.", path=path)
    with django_assert_num_queries(1):
        hide_shown_texts({"INC-2026-0001", "INC-2026-0003"}, [])
    left = Notice.objects.exclude(shown_text="")
    assert [notice.path for notice in left] == ["/customers/CUS-2026-0001/incidents/INC-2026-00012/"]


def test_reports_count_none_of_it(case, keeper, manager, customer):
    with_it = list(outcomes.count_outcomes(today() + timedelta(days=200), again(keeper)))
    without = list(outcomes.count_outcomes(today() + timedelta(days=200), again(manager)))
    assert sum(count.total for count in with_it) == 1
    assert without == []


def test_a_household_and_whom_somebody_speaks_for_name_nobody_whose_case_is_closed(
    case, signed_in, manager, officer
):
    member = factories.customer(by=officer, name="Child Breen", household_of=case.customer)
    speaker = factories.customer(by=officer, name="Nadia Karim", speaks_for=case.customer)
    client = signed_in(manager)
    for other in (member, speaker):
        for page in ("", "details/", "card/"):
            assert case.customer.name not in client.get(f"{other.get_absolute_url()}{page}").content.decode()


def test_everybody_reads_it_again_once_a_reader_says_why(case, keeper, manager):
    with pytest.raises(Incomplete):
        few.let_everybody_read(case=case, by=keeper, version=case.version, ended_why="n/a")
    few.let_everybody_read(case=case, by=keeper, version=case.version, ended_why="Their sister has left us.")
    assert reads(manager)


def test_lists_read_no_more_queries_for_it(case, manager, django_assert_num_queries):
    who = again(manager)
    who.get_all_permissions()
    with django_assert_num_queries(1):
        assert list(list_definitions()["incidents"].rows(who).order_by()[:5]) == []


def test_the_form_says_who_is_a_manager_and_all_that_is_wrong_at_once(signed_in, keeper, customer, officer):
    keeper.job_title = "Housing Manager"
    keeper.save()
    client, path = signed_in(keeper), reverse("few_new", args=[customer.reference])
    page = client.get(path)
    assert f"{keeper}, Housing Manager" in page.content.decode()
    typed = {
        "submission": page.context["form"]["submission"].value(),
        "readers": [officer.username],
        "why": "",
    }
    assert {*client.post(path, typed).context["form"].errors} == {"readers", "why"}


def test_an_opening_says_its_last_day(case, manager):
    opening = few.open_in_danger(
        customer=case.customer, by=manager, submission=uuid.uuid4(), why="He said he will harm himself."
    )
    assert opening.last_day == add_working_days(today(), 1)
    (notice,) = Notice.objects.filter(text__contains="somebody is in danger", recipient=case.readers.first())
    assert f"until the end of {uk_date(opening.last_day)}" in notice.text


@pytest.mark.beyond("B36", "B40")
def test_of_two_readers_the_one_who_was_harmed_can_read_what_the_other_writes(
    organisation, manager, keeper, deputy, customer
):
    factories.incident(by=deputy, customer=customer, categories=[Category.VIOLENCE], affected_staff=[deputy])
    letter = factories.general_letter(customer, by=keeper, subject="Your visit")
    assert may_read(deputy, letter), "the manager is there to read it"
    factories.limit_readers(customer, by=keeper, readers=[keeper, deputy])
    assert may_read(deputy, letter) is None
