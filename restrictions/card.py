"""What restrictions say on a customer's card, in look-ups, and beside the card."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from cha_engagement.core import hub
from cha_engagement.core.hub import Action, CardLine, SideBox, SideBoxRow
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.contact_plan import ContactPlan
from cha_engagement.customers.enums import Channel
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from restrictions.contact_plan import combine_into_plan
from restrictions.kinds.channels import channels_in_words

from . import rules
from .allowances import remaining_lines
from .models import InterimMeasure, ManagementDecision, Restriction
from .queries import is_lapsing_soon, undecided_interim_measures

MOST_ROWS = 20


@hub.card.add
def restriction_lines(customer: Customer) -> list[CardLine]:
    """What applies today, in plain words. Policy §23, 65; beyond the policy: B1, B21."""
    standing, speaking = restrictions_about(customer)
    interim, lines = interim_measure_lines(customer)
    plan = combine_into_plan([*interim, *standing])
    lines += [
        *channel_lines(customer, plan),
        *remaining_lines(customer, standing, plan.closed_channels),
        *unnotified_lines(standing),
    ]
    # Whom to put them through to is sought first, and how comes after it.
    lines += [line for one in standing for line in one.kind_rules.card_lines(one, plan.closed_channels)]
    for restriction in standing:
        asked = restriction.reference if restriction.read_receipts_requested else ""
        lines.append(CardLine("do", restriction.staff_instruction, restriction.ends_on, asked))
        if restriction.other_route:
            lines.append(
                CardLine("who", f"Those they speak for are not restricted: {restriction.other_route}")
            )
    return [*lines, *other_route_lines(speaking)]


def interim_measure_lines(customer: Customer) -> tuple[list[InterimMeasure], list[CardLine]]:
    """Those in force, and what the card says of them and of those that lapsed undecided. Beyond the policy: B21."""
    measures = InterimMeasure.objects.filter(customer=customer)
    undecided = Exists(undecided_interim_measures().filter(pk=OuterRef("pk")))
    found = measures.annotate(is_undecided=undecided)
    found = found.filter(Q(is_undecided=True) | Q(pk__in=measures.in_force().values("pk"))).order_by("pk")
    in_force: list[InterimMeasure] = []
    lines: list[CardLine] = []
    for one in found:
        last = uk_date(one.ends_on)
        if one.is_in_force:
            in_force.append(one)
            lines.append(CardLine("stop", f"For now: {one.staff_instruction}", one.ends_on))
            if one.is_undecided and is_lapsing_soon(one, today()):
                lines.append(
                    CardLine("who", f"What applies for now lapses on {last} unless a manager decides before.")
                )
        else:
            lines.append(
                CardLine(
                    "who",
                    f"Lapsed on {last}, and no manager has decided what follows: {one.staff_instruction}",
                )
            )
    return in_force, lines


def unnotified_lines(standing: Iterable[Restriction]) -> Iterator[CardLine]:
    """Say what the customer does not know of, each kind once, for as long as they do not. Policy §12, 23; beyond the policy: B23.

    Why they are not told is not for everybody who sees the card.
    """
    untold = [one for one in standing if one.customer_notified_on is None]
    waiting = dict.fromkeys(one.title.lower() for one in untold if not one.not_notified_reason)
    kept = dict.fromkeys(one.title.lower() for one in untold if one.not_notified_reason)
    if waiting:
        which = "it" if len(waiting) == 1 else "each"
        yield CardLine("stop", f"Not told yet: {'; '.join(waiting)}. Explain {which} before you apply it.")
    if kept:
        yield CardLine(
            "stop",
            f"Not told, for a reason that managers know: {'; '.join(kept)}. This binds staff and systems alone: do not mention it, "
            "and hold nothing against the customer.",
        )


@hub.unread.add
def unread_condition(user: StaffMember) -> Q:
    """Beyond the policy: B1."""
    if rules.may_confirm_reading(user):
        return Q(pk__in=[])
    return Q(Exists(Restriction.objects.unread_by(user).filter(customer=OuterRef("pk"))))


def restrictions_about(customer: Customer) -> tuple[list[Restriction], list[Restriction]]:
    """What restricts them today, and what restricts somebody who speaks for them, in one query."""
    theirs = Q(customer=customer) | Q(customer__speaks_for=customer) & ~Q(other_route="")
    found = Restriction.objects.in_force().filter(theirs)
    every = list(found.select_related("customer", "named_contact", "deputy").order_by("imposed_at", "pk"))
    standing = [one for one in every if one.customer_id == customer.pk]
    return standing, [one for one in every if one.customer_id != customer.pk]


@hub.contact_notes.add
def allowance_notes(customer: Customer) -> list[str]:
    """What is left, said while a contact is logged. Policy §21.5."""
    return [line.text for line in remaining_lines(customer, restrictions_about(customer)[0])]


def channel_lines(customer: Customer, plan: ContactPlan) -> Iterator[CardLine]:
    """Which ways are closed by all that is in force together, and which are left to this customer. Beyond the policy: B2, B29."""
    if not plan.closed_channels:
        return
    usable = [way for way in plan.open_channels if way not in customer.cannot_use]
    left = [way for way in usable if way in plan.named_channels] or usable
    if left:
        yield CardLine("do", f"Deal with them {channels_in_words(left)}.")
    elif not plan.routes:
        yield CardLine(
            "stop",
            "No way of contact that they can use is open. Take what they bring and tell a manager now.",
        )
    opening: dict[date | None, list[Channel]] = {}
    for one in plan:
        if one.closed_by:
            opening.setdefault(one.until, []).append(one.channel)
    for until, shut in opening.items():
        yield CardLine("dont", f"Deal with them {channels_in_words(shut)}.", until)


def other_route_lines(speaking: Iterable[Restriction]) -> list[CardLine]:
    """How those reach us who are spoken for by somebody restricted. Policy §3."""
    return [
        CardLine(
            "who",
            f"{one.customer.name}, who speaks for them, is restricted; they are not. Their other route: {one.other_route}",
            one.ends_on,
        )
        for one in speaking
    ]


@hub.flag("restricted", "Restrictions in force", lambda: Restriction.objects.in_force())
def is_restricted() -> Q:
    return Q(Exists(Restriction.objects.in_force().filter(customer=OuterRef("pk"))))


@hub.customer_actions.add
def available_actions(customer: Customer, user: StaffMember) -> list[Action]:
    actions = []
    if not rules.may_decide(user):
        actions.append(Action("Decide on active management", reverse("decide", args=[customer.reference])))
    if not rules.may_set_interim(user):
        actions.append(Action("Set an interim measure", reverse("interim_new", args=[customer.reference])))
    if not rules.may_propose(user):
        actions.append(
            Action("Propose a restriction", reverse("restriction_propose", args=[customer.reference]))
        )
    return actions


@hub.flag("interim", "Interim measure", lambda: InterimMeasure.objects.in_force())
def has_interim_measure() -> Q:
    return Q(Exists(InterimMeasure.objects.in_force().filter(customer=OuterRef("pk"))))


@hub.customer_side_boxes.add
def decision_box(customer: Customer, user: StaffMember) -> SideBox:
    """Each leads to what is restricted under it, and to its letter."""
    found = (
        ManagementDecision.objects.visible_to(user).filter(customer=customer).order_by("-decided_at", "-pk")
    )
    return SideBox(
        "Decisions",
        [
            SideBoxRow(f"{decision}, {uk_date(decision.decided_at)}", decision.get_absolute_url())
            for decision in found[:MOST_ROWS]
        ],
    )


@hub.customer_side_boxes.add
def restriction_box(customer: Customer, user: StaffMember) -> SideBox:
    """All of them for those who read them; for everybody else what is in force, in words and dates. Policy §65."""
    this = OuterRef("pk")
    readable = Exists(Restriction.objects.visible_to(user).filter(pk=this))
    in_force = Exists(Restriction.objects.in_force().filter(pk=this))
    shown = Restriction.objects.filter(readable | in_force, customer=customer).annotate(readable=readable)
    rows = []
    for one in shown.order_by("-created_at", "-pk")[:MOST_ROWS]:
        until = f" until {uk_date(one.ends_on)}" if one.ends_on else ""
        url = one.get_absolute_url() if one.readable else ""
        rows.append(
            SideBoxRow(
                f"{one.title}, from {uk_date(one.starts_on)}{until}",
                url,
                one.status,
                one.get_status_display(),
            )
        )
    return SideBox("Restrictions", rows)
