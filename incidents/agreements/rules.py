"""Rules of asking colleagues, and of sparing those whom a customer harmed. Beyond the policy: B40."""

from collections.abc import Mapping

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.few import rules as few
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.staff.models import StaffMember

from .models import Agreement
from .queries import affected_colleagues, colleagues_to_spare, unwilling_colleagues


def may_ask_agreement(user: StaffMember) -> Refusal | None:
    """Let managers ask: they read whom it affected. Beyond the policy: B40."""
    if not user.has_perm(Permission.ASSESS_INCIDENTS):
        return Refusal("Only a manager asks a colleague whether they agree.", "B40")
    return None


def may_answer_agreement(user: StaffMember, agreement: Agreement) -> Refusal | None:
    """Let nobody agree for somebody else. Beyond the policy: B40."""
    if user.pk != agreement.person_id:
        return Refusal(f"Only {agreement.person} says whether they agree.", "B40")
    return may_act_on_case(user, agreement)


def check_colleague_to_ask(customer: Customer, person: StaffMember) -> list[Refusal]:
    """Refuse to ask somebody whom it never affected: they need no agreement, and would be told of a customer by being asked.

    Nor whoever may not read the case: nobody deals with it without that. Beyond the policy: B33.
    """
    if affected_colleagues(customer).filter(pk=person.pk).exists():
        return few.check_people(customer, {"person": person})
    sentence = f"Nothing that this customer did affected {person}: there is nothing to ask."
    return [Refusal(sentence, "B40", "person")]


def check_people(
    customer: Customer, people: Mapping[str, StaffMember | None], *, by: StaffMember | None = None
) -> list[Refusal]:
    """Refuse to put anybody whom it affected between us and a customer without their agreement.

    `people` are by the name of their field; `by` is as for `colleagues_to_spare`.
    """
    if not any(people.values()):
        return []
    to_spare = colleagues_to_spare(customer, len(people), by=by)
    return [
        Refusal(
            f"What this customer did affected {person}, who has not agreed to deal with them. Choose somebody else, or have a "
            "manager ask them first, on the customer’s page.",
            "B40",
            field,
        )
        for field, person in people.items()
        if person in to_spare
    ]


def check_signatory(customer: Customer, signatory: StaffMember) -> list[Refusal]:
    """Refuse a signatory whom it affected and who has not agreed; the team can sign. Beyond the policy: B40."""
    if not unwilling_colleagues(customer).filter(pk=signatory.pk).exists():
        return []
    return [
        Refusal(
            f"What this customer did affected {signatory}, who has not agreed to sign letters to them. Let the team sign, or choose "
            "somebody else.",
            "B40",
            "signatory",
        )
    ]
