"""The pages in every state, for tests that look at all of them."""

import uuid
from types import SimpleNamespace

from cha_engagement.customers.enums import Channel
from cha_engagement.demo.organisation import create_organisation
from cha_engagement.letters import actions as letters
from cha_engagement.letters.enums import SentBy, SignedAs
from cha_engagement.organisation.calendar import today
from incidents import actions as incidents
from incidents.conversations import actions as conversations
from restrictions import actions as restrictions
from restrictions.actions import draft_end_letter
from restrictions.breaches.actions import confirm_breach
from reviews import actions as reviews
from reviews.enums import AppealOutcome, PassedTo, ReviewOutcome
from tests.pages.conftest import make_case

from .. import factories
from ..role_matrix import ROLES_OF_PERSON


def make_world():
    """`staff` by role, and two cases of the officer's: `own`, under appeal, and `ended`, which `states` brings to its end."""
    create_organisation()
    staff = {name: factories.staff(name, *roles) for name, roles in ROLES_OF_PERSON.items()}
    decider = factories.staff("decider", "Manager")
    factories.staff("newcomer", "Officer")
    own, ended = make_case(staff["officer"], decider), make_case(staff["officer"], decider)
    own["appeal"] = appeal(own, staff)
    return SimpleNamespace(staff=staff, own=own, ended=ended)


def appeal(about, staff):
    return reviews.log_appeal(
        customer=about["customer"],
        by=staff["officer"],
        submission=uuid.uuid4(),
        restrictions=[about["restriction"]],
        received_on=today(),
        channel=Channel.PHONE,
        lodged_by="Órla",
        grounds="It is not fair.",
    )


def states(world):
    """Yield further states of the pages once things go on, and who looks at them."""
    staff, own, ended = world.staff, world.own, world.ended
    manager, executive = staff["manager"], staff["executive"]
    unknown = factories.incident(
        by=staff["officer"],
        customer=own["customer"],
        categories=[],
        contact_ended="",
        how_ended="",
        warning="",
    )
    proposal = factories.proposal(by=staff["officer"], incidents=[ended["incident"]])
    # An appealed restriction takes no more records while its appeal is heard: they stand on another.
    apart = factories.incident(by=staff["officer"], customer=own["customer"])
    apart = factories.decision(by=manager, incidents=[apart])
    for decision in (apart, ended["decision"]):
        terms = {"closed": ["office"], "open": ["letter"]}
        factories.restriction(by=manager, decision=decision, terms=terms)
    draft = letters.draft_letter(
        customer=own["customer"],
        kind="restriction_decided",
        about=apart,
        by=manager,
        submission=uuid.uuid4(),
    )
    torn = letters.draft_letter(
        customer=ended["customer"],
        kind="restriction_decided",
        about=ended["decision"],
        by=manager,
        submission=uuid.uuid4(),
    )
    torn = letters.edit_draft(
        letter=torn,
        by=manager,
        version=1,
        advice=[],
        body="Dear Órla",
        signed_as=SignedAs.TEAM,
        signatory=manager,
    )
    # What was imposed after the first was issued has closed a way that it names: it is written anew.
    sent = letters.replace_letter(letter=ended["letter"], by=manager, submission=uuid.uuid4())
    # What the customer did since affected whoever signed the first.
    sent = letters.edit_draft(
        letter=sent,
        by=manager,
        version=sent.version,
        advice=sent.advice.all(),
        body=sent.body,
        signed_as=SignedAs.TEAM,
        signatory=manager,
    )
    sent = factories.issue_letter(sent, by=manager)
    sent = letters.send_letter(
        letter=sent, by=manager, version=sent.version, sent_by_channel=SentBy.LETTER, sent_on=today()
    )
    over = draft_end_letter(restriction=own["ended"], by=manager)
    heard = appeal(ended, staff)
    heard = reviews.acknowledge_appeal(appeal=heard, by=executive, version=1, acknowledged_on=today())
    verdict = {"outcome": AppealOutcome.NOT_UPHELD, "reasons": "We have weighed what you say."}
    heard = reviews.suspend_restrictions(
        appeal=heard, by=executive, version=heard.version, restrictions=[ended["restriction"]]
    )
    decided = reviews.decide_appeal(
        appeal=heard,
        by=executive,
        version=heard.version,
        heard_on=today(),
        verdicts={ended["restriction"].reference: verdict},
    )
    passed_on = reviews.log_appeal(
        customer=ended["customer"],
        by=staff["officer"],
        submission=uuid.uuid4(),
        received_on=today(),
        channel=Channel.LETTER,
        lodged_by="Órla",
        grounds="I do not accept what you decided.",
        passed_to=PassedTo.OMBUDSMAN,
    )
    suffered = factories.incident(
        by=staff["officer"], customer=own["customer"], affected_staff=[executive, staff["management"]]
    )
    decision = factories.decision(by=manager, incidents=[suffered])
    unheard = appeal(own | {"restriction": factories.restriction(by=manager, decision=decision)}, staff)
    review = ended["review"]
    held = reviews.hold_review(
        review=review,
        by=manager,
        version=review.version,
        findings="Calm.",
        outcome=ReviewOutcome.LIFT,
        reasons="It worked.",
    )
    declined = ended["proposal"]
    restrictions.decline_proposal(
        restriction=declined,
        by=staff["management"],
        version=declined.version,
        status_reason="A letter will do.",
    )
    contact = factories.unreviewed_restriction(
        by=manager,
        decision=apart,
        kind="named_contact",
        terms={"open": ["letter", "email"]},
        named_contact=staff["ccsm"],
        deputy=manager,
    )
    asked = restrictions.request_read_receipts(restriction=contact, by=manager, version=contact.version)
    restrictions.confirm_reading(customer=own["customer"], by=manager, shown=[asked.reference])
    nobody = factories.customer(by=staff["officer"], name="Nobody Yet")
    most = {"contacts": 1, "minutes": None, "every": "day"}
    limited = factories.restriction(
        by=manager,
        decision=apart,
        kind="volume",
        terms={"limited": ["phone"], "most": most, "days": [], "hours": []},
    )
    limited = restrictions.notify_customer(restriction=limited, on=today(), by=manager)
    for _ in range(2):
        above = factories.contact(by=staff["officer"], customer=own["customer"])
    against = confirm_breach(breach=above.breaches.get(restriction=limited), by=staff["officer"])
    incident = ended["incident"]
    incident.refresh_from_db()
    conversations.hold_conversation(conversation=incident.conversations.get(), by=manager)
    incidents.close_incident(incident=incident, by=manager, version=incident.version)
    followed = [
        incidents.assess_incident(
            incident=incident_to_assess,
            by=manager,
            version=incident_to_assess.version,
            outcome=outcome,
            reasons="It goes on.",
        )
        for outcome in ("active_management", "restorative")
        for incident_to_assess in [factories.incident(by=staff["officer"], customer=own["customer"])]
    ]
    return {
        "active management to decide on": ("manager", followed[0].get_absolute_url()),
        "restorative work to record": ("officer", followed[1].get_absolute_url()),
        "a talk to hold": ("manager", followed[0].conversations.get().get_absolute_url()),
        "a talk that was held": ("manager", incident.conversations.get().get_absolute_url()),
        "an incident of which much is needed": ("officer", unknown.get_absolute_url()),
        "closing what is not complete": ("manager", f"{unknown.get_absolute_url()}close/"),
        "a closed incident": ("manager", incident.get_absolute_url()),
        "a proposal to decide": ("manager", proposal.get_absolute_url()),
        "imposing a proposal": ("manager", f"{proposal.get_absolute_url()}impose/"),
        "a declined proposal": ("management", declined.get_absolute_url()),
        "a lifted restriction": ("manager", ended["restriction"].get_absolute_url()),
        "the kinds to choose from": ("officer", f"{own['customer'].get_absolute_url()}propose/"),
        "a contact to choose": (
            "manager",
            f"{own['decision'].get_absolute_url()}restrict/?kind=named_contact",
        ),
        "how often and when to choose": (
            "manager",
            f"{own['decision'].get_absolute_url()}restrict/?kind=volume",
        ),
        "a contact against a restriction": ("officer", against.get_absolute_url()),
        "a restriction that a contact went against": ("manager", limited.get_absolute_url()),
        "nothing left while a contact is logged": (
            "officer",
            f"{own['customer'].get_absolute_url()}contacts/new/",
        ),
        "contacts by week": ("officer", f"{own['customer'].get_absolute_url()}contacts/?over=weeks"),
        "no contacts": ("officer", f"{nobody.get_absolute_url()}contacts/"),
        "the complaints process": (
            "management",
            f"{own['decision'].get_absolute_url()}restrict/?kind=complaints_process",
        ),
        "a letter to edit": ("manager", draft.get_absolute_url()),
        "a file to enclose": ("manager", f"{draft.get_absolute_url()}enclose/"),
        "a letter to issue": ("manager", f"{draft.get_absolute_url()}preview/"),
        "a letter that misses parts": ("manager", torn.get_absolute_url()),
        "a letter that cannot be issued": ("manager", f"{torn.get_absolute_url()}preview/"),
        "a letter that was sent": ("manager", sent.get_absolute_url()),
        "a letter that something has ended": ("manager", f"{over.get_absolute_url()}preview/"),
        "a decision that is not explained": ("manager", f"{own['decision'].get_absolute_url()}unexplained/"),
        "a decided appeal": ("executive", decided.get_absolute_url()),
        "an appeal that nobody is left for": ("executive", unheard.get_absolute_url()),
        "naming who hears it": ("executive", f"{unheard.get_absolute_url()}substitute/"),
        "an appeal that was passed on": ("officer", passed_on.get_absolute_url()),
        "nothing that can be appealed": ("officer", f"{ended['customer'].get_absolute_url()}appeal/"),
        "holding what is under appeal": ("manager", f"{own['review'].get_absolute_url()}hold/"),
        "a held review": ("manager", held.get_absolute_url()),
        "a named contact": ("manager", contact.get_absolute_url()),
        "a card that asks to be read": ("officer", own["customer"].get_absolute_url()),
        "naming another contact": ("manager", f"{contact.get_absolute_url()}rename/"),
        "its card": ("officer", f"{own['customer'].get_absolute_url()}card/"),
        "what has no reviews": ("management", contact.get_absolute_url()),
        "looking again at it": ("management", f"{contact.get_absolute_url()}look-again/"),
        "what became of a proposal": ("officer", declined.get_absolute_url()),
        "a customer with a past": ("manager", ended["customer"].get_absolute_url()),
        "whom to merge with": ("manager", f"{own['customer'].get_absolute_url()}merge/"),
        "who was merged into another": ("manager", f"{own['merge'].merged.get_absolute_url()}history/"),
        "its history": ("manager", f"{ended['restriction'].get_absolute_url()}history/"),
        "customers of mine": ("officer", "/customers/?assigned_to=on"),
        "a list with a filter on": ("manager", "/incidents/?status=with_manager&zero_tolerance=on"),
        "a list with a filter that is kept": ("officer", f"/incidents/?customer={own['customer']}"),
        "a list with a filter that makes no sense": (
            "manager",
            "/incidents/?status=x&since=x&customer=x&channel=phone",
        ),
        "no work": ("newcomer", "/"),
        "no customers of mine": ("newcomer", "/customers/?assigned_to=on"),
        "no incidents": ("newcomer", "/incidents/"),
        "no appeals": ("newcomer", "/appeals/"),
        "no restrictions": ("newcomer", "/restrictions/"),
        "no reviews": ("newcomer", "/reviews/"),
        "what one may not do": ("officer", f"{own['incident'].get_absolute_url()}assess/"),
        "what is not there": ("officer", "/customers/CUS-1999-0001/"),
        "signing in": (None, "/accounts/login/"),
        "a forgotten password": (None, "/accounts/password/reset/"),
        "what was sent about it": (None, "/accounts/password/reset/done/"),
        "signing out": ("officer", "/accounts/logout/"),
    }
