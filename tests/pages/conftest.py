"""One small world for the tests that go through every page."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client, override_settings

from cha_engagement.core.permissions import Permission
from cha_engagement.customers import actions as customers
from cha_engagement.customers.enums import Channel
from cha_engagement.desk.models import TaskRow, TypedDraft
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import SentBy
from cha_engagement.lists.actions import save_filter
from cha_engagement.lists.interfaces import list_definitions
from cha_engagement.organisation.calendar import add_months, today
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import Notice, StaffMember
from cha_engagement.staff.queries import staff_with_permission
from incidents import actions as incidents
from incidents.agreements import actions as agreements
from incidents.contact_requests import actions as contact_requests
from incidents.enums import Category, Outcome
from incidents.notes import actions as notes
from incidents.restorative import actions as restorative
from incidents.restorative.enums import RestorativeKind, RestorativeOutcome
from restrictions import actions as restrictions
from restrictions.breaches import actions as breaches
from restrictions.objections import actions as objections
from reviews import actions as reviews
from reviews.enums import ReviewOutcome

from .. import factories, files
from ..role_matrix import ROLES_OF_PERSON

COMPLAINTS = {
    "exceptional_circumstances": "The same matter, eleven times.",
    "earlier_complaints": "C1 to C11, each answered.",
    "new_complaints": "A manager reads it.",
}


@pytest.fixture
def media_root():
    """Keep the files of the world where they are."""


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """`staff`, one for each role, and two cases: `own`, the officer's, under appeal; `other`, a colleague's, whose appeal is withdrawn."""
    root = tmp_path_factory.mktemp("files")
    with override_settings(MEDIA_ROOT=root), django_db_blocker.unblock(), transaction.atomic():
        organisation = factories.organisation()
        organisation.promises_adopted_on, organisation.promises_adopted_by = today(), "Board, item 7"
        organisation.save()
        AdviceOrganisation.objects.create(name="Lochside Advice", helps_with="Debt", contact="0141 496 0009")
        staff = {name: factories.staff(name, *roles) for name, roles in ROLES_OF_PERSON.items()}
        colleague, decider = factories.staff("colleague", "Officer"), factories.staff("decider", "Manager")
        own = make_case(staff["officer"], decider)
        other = make_case(colleague, decider)
        own["held"], other["held"] = hold_review(own, decider), hold_review(other, decider)
        own["appeal"] = log_appeal(own["restriction"], by=staff["officer"])
        other["appeal"] = log_appeal(other["restriction"], by=colleague)
        acknowledged = log_appeal(own["held"].restriction, by=staff["officer"])
        own["acknowledged"] = reviews.acknowledge_appeal(
            appeal=acknowledged, by=staff["executive"], version=1, acknowledged_on=today()
        )
        reviews.withdraw_appeal(
            appeal=other["appeal"],
            by=staff["executive"],
            version=1,
            withdrawn_on=today(),
            withdrawn_by="Órla",
        )
        yield SimpleNamespace(staff=staff, own=own, other=other)
        transaction.set_rollback(True)


def make_case(officer, manager):
    """Return one record of each kind about a customer of the officer's, by the names that `routes` uses."""
    customer = factories.customer(
        by=officer, assigned_to=officer, needs={"fears_visits": "Ring first."}, **factories.HOME
    )
    adjustment = customers.agree_adjustment(
        customer=customer,
        by=officer,
        submission=uuid.uuid4(),
        what="Text first",
        asked_on=None,
        agreed_on=today(),
        ends_on=None,
    )
    double = factories.customer(by=officer)
    merge = customers.merge_customers(
        kept=customer, other=double, by=manager, submission=uuid.uuid4(), why="They confirmed it."
    )
    customer.refresh_from_db()
    incident = factories.incident(by=officer, customer=customer)
    evidence = incidents.add_evidence(
        incident=incident,
        by=officer,
        submission=uuid.uuid4(),
        file=files.picture("screen.png"),
        summary="The post as it stood",
    )
    warned = factories.incident(by=officer, customer=customer)
    warned = incidents.assess_incident(
        incident=warned,
        by=manager,
        version=warned.version,
        outcome=Outcome.WARNING_LETTER,
        reasons="Once is enough.",
    )
    undecided = factories.incident(by=officer, customer=customer, categories=[Category.LEVEL_OF_CONTACT])
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
    contact_request = contact_requests.record_contact_request(
        customer=customer,
        by=officer,
        submission=uuid.uuid4(),
        colleague=manager,
        asked_by=officer,
        on=today(),
        how="letter",
        why="Nine calls to one line in a week.",
        open_channel="letter",
    )
    note = notes.write_note(
        by=officer, submission=uuid.uuid4(), incident=incident, text="Rang to say sorry.", notified=[]
    )
    decision = factories.decision(by=manager, incidents=[incident])
    restriction = factories.restriction(by=manager, decision=decision)
    letter = letters.draft_letter(
        customer=customer, kind="restriction_decided", about=decision, by=manager, submission=uuid.uuid4()
    )
    letter = factories.issue_letter(letter, by=manager)
    # Where somebody else is there, nobody attaches to what they issued themselves.
    others = StaffMember.objects.filter(username__in=["ccsm", f"reader-{letter}"])
    second = others.order_by("pk").first() or manager
    translation = letters.enclose_file(
        letter=letter,
        by=second,
        submission=uuid.uuid4(),
        file=files.pdf("letter.pdf"),
        language="Polish",
        translated_by="Clydeside Translations",
    )
    letter.refresh_from_db()
    sent = factories.general_letter(customer, by=manager, subject="Your call to us")
    sent = factories.issue_letter(sent, by=manager)
    sent = letters.send_letter(
        letter=sent, by=manager, version=sent.version, sent_by_channel=SentBy.LETTER, sent_on=today()
    )
    ended = factories.restriction(
        by=manager, decision=decision, terms={"closed": ["email"], "open": ["letter"]}
    )
    ended = restrictions.notify_customer(restriction=ended, on=today(), by=manager)
    contact, against = (
        factories.contact(by=officer, customer=customer, channel=Channel.EMAIL) for _ in range(2)
    )
    counted = breaches.confirm_breach(breach=against.breaches.get(), by=officer)
    ended = restrictions.lift_restriction(restriction=ended, by=manager, status_reason="It went well.")
    blocked = factories.restriction(
        by=manager, decision=decision, kind="block_email", terms={"blocked": ["orla.two@example.com"]}
    )
    spoken_for = {"kind": "third_party", "terms": factories.ADVOCATE | {"open": ["letter", "email"]}}
    managed = factories.decision(by=manager, incidents=[incident])
    agreement = agreements.ask_agreement(
        customer=customer, by=manager, submission=uuid.uuid4(), person=officer
    )
    return {
        "agreement": agreement,
        "block": blocked.blocks.get(),
        "interim": factories.interim_measure(by=manager, incidents=[incident]),
        "third_party": factories.restriction(by=manager, decision=decision, **spoken_for),
        "ended": ended,
        "contact": contact,
        "contact_request": contact_request,
        "breach": contact.breaches.get(),
        "counted": counted,
        "objection": objections.log_objection(
            customer=customer,
            by=officer,
            submission=uuid.uuid4(),
            about="note",
            received_on=today(),
            objection="I never shouted at anybody.",
        ),
        "few": factories.limit_readers(
            factories.customer(by=officer),
            by=manager,
            readers=staff_with_permission(Permission.READ_CUSTOMERS),
        ),
        "second_look": factories.second_look(by=manager, customer=customer),
        "closed": factories.limit_readers(
            factories.customer(by=officer),
            by=manager,
            readers=[manager, factories.staff(f"keeper-{customer.pk}", "Manager")],
        ).customer,
        "customer": customer,
        "twin": factories.customer(by=officer),
        "merge": merge,
        "adjustment": adjustment,
        "incident": incident,
        "evidence": evidence,
        "conversation": incident.conversations.get(),
        "warned": warned,
        "undecided": undecided,
        "note": note,
        "restorative_action": pause,
        "decision": decision,
        "managed": managed,
        "restriction": restriction,
        "proposal": factories.proposal(
            by=officer, incidents=[incident], kind="complaints_process", terms=COMPLAINTS
        ),
        "late": reviews.pass_up(about=restriction.reviews.get()),
        "letter": letter,
        "sent": sent,
        "enclosure": translation,
        "review": restriction.reviews.get(),
        "task": TaskRow.objects.get(kind="incident.assess", reference=undecided.reference),
        "typed_draft": TypedDraft.objects.create(
            person=officer, path=f"{customer.get_absolute_url()}edit/", answers=b""
        ),
        "colleague": officer,
        "notice": Notice.objects.create(recipient=officer, text="Something waits.", path="/"),
        "kept": save_filter(
            name=f"Of {customer}",
            query=f"customer={customer}",
            definition=list_definitions()["incidents"],
            by=officer,
        ),
    }


def log_appeal(restriction, *, by):
    return reviews.log_appeal(
        customer=restriction.customer,
        by=by,
        submission=uuid.uuid4(),
        restrictions=[restriction],
        received_on=today(),
        channel=Channel.PHONE,
        lodged_by="Órla",
        grounds="It is not fair.",
    )


def hold_review(case, manager):
    """Return a held review of another restriction of the case, which goes on: there is a letter to write."""
    restriction = factories.restriction(by=manager, decision=case["decision"])
    return reviews.hold_review(
        review=restriction.reviews.get(),
        by=manager,
        version=1,
        **factories.THEIR_SIDE,
        findings="Calm.",
        outcome=ReviewOutcome.CONTINUE,
        reasons="It goes on.",
        next_review_on=add_months(today(), 3),
    )


@pytest.fixture(scope="package")
def clients(world, django_db_blocker):
    """A signed-in client for each role, and `anonymous`. What puts off the end of a session is rolled back with each test."""
    clients = {name: Client(raise_request_exception=False) for name in ["anonymous", *ROLES_OF_PERSON]}
    with override_settings(SESSION_IDLE=timedelta(hours=8)), django_db_blocker.unblock():
        for name in ROLES_OF_PERSON:
            clients[name].force_login(world.staff[name])
    return clients


@pytest.fixture
def ask(clients, db):
    """`ask(who, method, path, data)` returns the response, and leaves the world as it was."""

    def ask(who, method, path, data=None, **extra):
        client = clients[who]
        cookies = dict(client.cookies)
        with transaction.atomic():
            answer = getattr(client, method)(path, data, **extra)
            transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.update(cookies)
        return answer

    return ask


def is_not_stored(answer):
    """Return whether no browser and no proxy may store a response."""
    return "no-store" in answer.headers.get("Cache-Control", "")
