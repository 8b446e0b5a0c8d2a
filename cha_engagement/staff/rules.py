from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cha_engagement.core.permissions import Permission
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.organisation.calendar import today

from .models import StaffMember
from .queries import (
    accounts_with_address,
    is_managed_by,
    line_managers_above,
    namesakes,
    people_in_roles,
    present_staff,
)
from .roles import NEEDED_ROLES, NeededRole, permissions_of_roles

ADMINISTRATOR = "Administrator"


@dataclass(frozen=True, slots=True)
class WantedAccount:
    """An account as somebody wants it to be. `person` is the account as it is; None where it is to be made."""

    person: StaffMember | None
    name: str
    email: str
    is_active: bool
    roles: frozenset[str]
    line_manager: StaffMember | None
    deputy: StaffMember | None

    @classmethod
    def of_person(cls, person: StaffMember) -> "WantedAccount":
        return cls(
            person,
            person.get_full_name(),
            person.email,
            person.is_active,
            person.role_names,
            person.line_manager,
            person.deputy,
        )


def may_read_wider_access(user: StaffMember) -> Refusal | None:
    """Refuse who came to read what to all but those who answer for the data. Policy §65."""
    if not user.has_perm(Permission.READ_WIDER_ACCESS):
        return Refusal("Only Data Protection can see who was given access to more.", "65")
    return None


def may_read_account_changes(user: StaffMember) -> Refusal | None:
    """Show what Administrators do to accounts to each other, and to those who answer for the data. Policy §65."""
    if user.has_perm(Permission.READ_WIDER_ACCESS) or user.has_perm(Permission.ADMINISTER):
        return None
    return Refusal("Only Data Protection and Administrators can see what was done to accounts.", "65")


def check_account(wanted: WantedAccount, by: StaffMember) -> list[Refusal]:
    """Refuse what no association can want of an account. Policy §57, 65."""
    return [*check_own_account(wanted, by), *check_line_management(wanted), *check_needed_roles(wanted)]


def check_own_account(wanted: WantedAccount, by: StaffMember) -> list[Refusal]:
    """Let no administrator change their own roles, or lock themselves out. Policy §65."""
    if wanted.person != by:
        return []
    refusals = []
    if wanted.roles != by.role_names:
        refusals.append(Refusal("Ask another administrator: nobody changes their own roles.", field="groups"))
    if not wanted.is_active:
        refusals.append(Refusal("Ask another administrator: you would lock yourself out.", field="is_active"))
    return refusals


def check_line_management(wanted: WantedAccount) -> list[Refusal]:
    """Refuse a line manager who is also below, and anybody as their own. Policy §57."""
    person = wanted.person
    if person is None:
        return []
    refusals = [
        Refusal("Choose somebody else: nobody is their own.", field=name)
        for name in ("line_manager", "deputy")
        if getattr(wanted, name) == person
    ]
    if wanted.line_manager and wanted.line_manager not in (person, person.line_manager):
        above = [wanted.line_manager, *line_managers_above(wanted.line_manager)]
        if person in above:
            names = ", ".join(map(str, above[: above.index(person)]))
            refusals.append(
                Refusal(
                    f"{person} is above {wanted.line_manager} already. Choose somebody else, or change who is above {names} first.",
                    field="line_manager",
                )
            )
    return refusals


def check_needed_roles(wanted: WantedAccount) -> list[Refusal]:
    """Refuse to take the last of a role: what waits for that role would wait for nobody.

    Whoever else has it may be away: an account that must be closed today is closed, and it is said (`roles_left_empty`). Policy §57.
    """
    if wanted.person is None:
        return []
    left = wanted.roles if wanted.is_active else frozenset()
    field = "groups" if wanted.is_active else "is_active"
    return [
        Refusal(
            f"Nobody else has the role to {role.does}. Give somebody the role {role.title} first.",
            field=field,
        )
        for role in NEEDED_ROLES
        if left.isdisjoint(role.roles) and is_last_of(wanted.person, role)
    ]


def is_last_of(person: StaffMember, role: NeededRole) -> bool:
    """Return whether nobody else has a role that somebody has."""
    if not person.is_active or person.role_names.isdisjoint(role.roles):
        return False
    return not people_in_roles(role.roles).exclude(pk=person.pk).exists()


def check_unusual_account(wanted: WantedAccount) -> list[Refusal]:
    """Find what a small association may have to live with, so that it is said before it is saved: what is said of the account already is not said again.

    Policy §57, 65.
    """
    said = set(unusual_answers(WantedAccount.of_person(wanted.person))) if wanted.person else set()
    return [Refusal(sentence) for sentence in unusual_answers(wanted) if sentence not in said]


def unusual_answers(wanted: WantedAccount) -> Iterator[str]:
    if not wanted.is_active:
        return
    person, name = wanted.person, wanted.name
    if not wanted.roles:
        yield f"{name} has no role: they can sign in and do nothing."
    if ADMINISTRATOR in wanted.roles and len(wanted.roles) > 1:
        yield (
            f"{name} would keep accounts and read cases too: whoever gives out access should have none. "
            "Better two people, where you have two."
        )
    yield from (
        f"{other} has the same email address. Each link to choose a password would go to both accounts."
        for other in accounts_with_address(wanted.email, person)
    )
    yield from (
        f"Another account has the same name: {other.username}{'' if other.is_active else ', which is closed'}. "
        "Nobody needs two."
        for other in namesakes(name, person)
    )
    yield from unfit_deputies(wanted)


def unfit_deputies(wanted: WantedAccount) -> Iterator[str]:
    """Yield what is wrong with who stands in for an account, and with whom it stands in for, as its roles would be."""
    yield from unfit_deputy(wanted)
    if wanted.person:
        for manager in wanted.person.deputises_for.filter(is_active=True):
            if cannot_stand_in(wanted.roles, manager.role_names):
                yield stand_in_in_words(wanted.name, str(manager))


def unfit_deputy(wanted: WantedAccount) -> Iterator[str]:
    if wanted.deputy and wanted.deputy.is_active and cannot_stand_in(wanted.deputy.role_names, wanted.roles):
        yield stand_in_in_words(str(wanted.deputy), wanted.name)


def cannot_stand_in(roles: frozenset[str], of: frozenset[str]) -> bool:
    """Return whether somebody with some roles reads less of incidents than whom they stand in for."""
    # A line manager of whatever role talks with colleagues about what happened to them.
    asked = [Permission.LOG_INCIDENTS, Permission.READ_INCIDENTS, Permission.ASSESS_INCIDENTS]
    lacking = permissions_of_roles(of) - permissions_of_roles(roles)
    return not lacking.isdisjoint(asked)


def stand_in_in_words(deputy: str, manager: str) -> str:
    return f"{deputy} would stand in for {manager}, and may not read or decide what {manager} does."


def may_set_absence(user: StaffMember, person: StaffMember) -> Refusal | None:
    """Let everybody say when they are away, and whoever manages them today. Policy §57."""
    if user == person or StaffMember.objects.filter(is_managed_by(user), pk=person.pk).exists():
        return None
    return Refusal("Only they themselves, or their line manager, say when somebody is away.", "57")


def check_absence_ends(away_until: date | None) -> list[Refusal]:
    """Refuse an absence that is over. Policy §57."""
    if away_until and away_until < today():
        return [Refusal("This day is over. Give today or a day to come.", field="away_until")]
    return []


def roles_left_empty(
    person: StaffMember, *, away_until: date | None = None, keeps: frozenset[str] = frozenset()
) -> list[str]:
    """Return what nobody is there to do while somebody is away, or once they have left but for the roles that they keep, each with until when.

    Policy §57.
    """
    sentences = []
    for role in NEEDED_ROLES:
        if person.role_names.isdisjoint(role.roles) or not keeps.isdisjoint(role.roles):
            continue
        others = people_in_roles(role.roles).exclude(pk=person.pk)
        back = min(filter(None, [away_until, *others.values_list("away_until", flat=True)]), default=None)
        if back and not present_staff(others).exists():
            sentences.append(f"Nobody else is there to {role.does} until {uk_date(back)}.")
    return sentences
