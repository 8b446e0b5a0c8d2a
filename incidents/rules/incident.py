"""Who logs and changes an incident, and what no change may undo."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from cha_engagement.core.interfaces import desks
from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.customers.rules import may_act_on_case
from cha_engagement.letters.models import Letter
from cha_engagement.staff.models import StaffMember
from incidents.enums import ZERO_TOLERANCE, IncidentStatus
from incidents.models import Incident
from incidents.queries import has_caution

from ..interfaces import FollowUp, IncidentRules, is_followed_by

REOPEN_REASON_MISSING = "Say what has come to light."


def may_log_incident(user: StaffMember) -> Refusal | None:
    if not user.has_perm(Permission.LOG_INCIDENTS):
        return Refusal("Only staff who deal with customers log incidents.", "62")
    return None


def may_change_incident(user: StaffMember, incident: Incident) -> Refusal | None:
    if incident.status == IncidentStatus.CLOSED:
        return Refusal("This incident is closed. A manager can reopen it where there are new facts.", "62")
    authors = (incident.reported_by_id, incident.entered_by_id)
    if user.pk in authors or user.has_perm(Permission.ASSESS_INCIDENTS):
        return None
    return Refusal(
        "Only the one who reported it, the one who entered it or a manager changes an incident.", "65"
    )


def may_assign_incident(user: StaffMember) -> Refusal | None:
    """Let managers assign it: whoever is assigned an incident reads it, and nobody gives themselves that. Policy §65."""
    if not user.has_perm(Permission.ASSIGN_INCIDENTS):
        return Refusal("Only a manager says who deals with an incident.", "65")
    return None


def may_add_evidence(user: StaffMember, incident: Incident) -> Refusal | None:
    """Let those add what they hold who may change it or were present. Policy §63."""
    refusal = may_change_incident(user, incident)
    if refusal is None or incident.status == IncidentStatus.CLOSED or not was_present(user, incident):
        return refusal
    return None


def was_present(user: StaffMember, incident: Incident) -> bool:
    link = {"staffmember": user, "incident": incident}
    roles = (Incident.affected_staff, Incident.witnesses)
    return any(role.through.objects.filter(**link).exists() for role in roles)


def may_close_incident(user: StaffMember, incident: Incident) -> Refusal | None:
    if not user.has_perm(Permission.CLOSE_INCIDENTS):
        return Refusal("Only a manager closes an incident.", "62")
    return may_act_on_case(user, incident)


may_reopen_incident = may_close_incident


def check_categories_kept(user: StaffMember, incident: Incident, codes: Iterable[str]) -> list[Refusal]:
    """Refuse to take categories away: zero tolerance is left to the assessment, and what a manager confirmed to managers.

    Policy §24.
    """
    removed = incident.category_codes.difference(codes)
    if removed.intersection(ZERO_TOLERANCE):
        sentence = "Violence, threats and abuse are corrected where a manager decides what follows, and stay until then."
        return [Refusal(sentence, "24", "categories")]
    is_provisional = incident.status == IncidentStatus.WITH_MANAGER
    if removed and not is_provisional and not user.has_perm(Permission.ASSESS_INCIDENTS):
        sentence = "A manager has confirmed what kind of thing this was. Leave that as it is, and ask a manager to correct it."
        return [Refusal(sentence, "24", "categories")]
    return []


def check_own_part_kept(
    user: StaffMember, incident: Incident, parts: Mapping[str, Collection[StaffMember]]
) -> list[Refusal]:
    """Refuse that whoever may come to decide on an incident takes themselves out of it: a colleague puts that right.

    `parts` are people by the name of their field, as an edit has them. Policy §13, 22.
    """
    if not (user.has_perm(Permission.ASSESS_INCIDENTS) or user.has_perm(Permission.HEAR_APPEALS)):
        return []
    for role, people in parts.items():
        if user in people_with_part(incident, role) and user not in people:
            sentence = "You had this part in it. Where that is a mistake, ask a colleague to correct it."
            return [Refusal(sentence, "13", role)]
    return []


def check_added_parts(
    user: StaffMember, incident: Incident, parts: Mapping[str, Collection[StaffMember]]
) -> list[Refusal]:
    """Refuse that anybody chooses, by whom they name, who is left to hear about what they did. Policy §22.

    To name oneself is another thing. `parts` are as in `check_own_part_kept`.
    """
    return [
        replace(refusal, field=role)
        for role, people in parts.items()
        if set(people).difference(people_with_part(incident, role), [user])
        for desk in desks(IncidentRules)
        if (refusal := desk.may_name_others(user, incident))
    ]


def words_of(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 1}


SAYS_NOTHING = words_of(
    "affected all and are been both by colleague colleagues each has have in involved is it of part the them this to too was were"
)
"""Words that say of somebody that it affected them, and not what happened."""


def check_affected_explained(
    by: StaffMember, newly_named: Collection[StaffMember], *texts: str
) -> list[Refusal]:
    """Ask what happened to each colleague who is newly said to be affected, by name, in these texts: who is affected neither decides nor hears an appeal.

    Whoever logs it, or enters it, says of themselves that it affected them by naming themselves. Policy §13, 22.
    """
    said = [words_of(text) for text in texts]
    everybody = {word for person in newly_named for word in words_of(str(person))}
    unexplained = [
        person
        for person in newly_named
        if person != by
        and not any(words & words_of(str(person)) and words - everybody - SAYS_NOTHING for words in said)
    ]
    if not unexplained:
        return []
    names = " and ".join(map(str, unexplained))
    sentence = f"Say what happened to {names}, by name. Being sent a copy, or hearing of it, does not make somebody affected."
    return [Refusal(sentence, "13", "affected_how")]


def people_with_part(incident: Incident, role: str) -> Collection[StaffMember]:
    return [incident.reported_by] if role == "reported_by" else getattr(incident, role).all()


def check_customer_kept(user: StaffMember, incident: Incident, customer: Customer | None) -> list[Refusal]:
    """Refuse another customer where something rests on the incident, or their card warns of it. Policy §22, 24; B5.

    Managers alone take a warning off a card.
    """
    if incident.customer in (None, customer):
        return []
    is_warned_of = incident.is_possible_threat or has_caution(incident)
    if is_warned_of and not user.has_perm(Permission.ASSESS_INCIDENTS):
        sentence = "The card of this customer warns of it. Ask a manager to correct whose it is."
        return [Refusal(sentence, "24", "customer")]
    if is_referenced(incident) or Letter.objects.exclude_withdrawn().filter(incidents=incident).exists():
        return [
            Refusal(
                "A decision, a measure, a letter or restorative work rests on this incident, so its customer stays. Log it again "
                "for somebody else.",
                "22",
                "customer",
            )
        ]
    return []


def is_referenced(incident: Incident, *kinds: FollowUp) -> bool:
    """Return whether a record of one of these kinds rests on an incident, or of any where none is named."""
    return Incident.objects.filter(is_followed_by(*kinds), pk=incident.pk).exists()
