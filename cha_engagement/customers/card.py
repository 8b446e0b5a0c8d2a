"""Lines of the card that everybody needs before they deal with a customer, whatever has happened."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.interfaces import Action, CardLine, SideBox, SideBoxRow
from cha_engagement.organisation.models import Organisation
from cha_engagement.staff.models import StaffMember

from . import rules
from .enums import ActionGroup, AlwaysOpen, CardSection, Format
from .models import Adjustment, Customer, Merge
from .queries import can_use_emergency_line, emergency_routes

DIED = "died"


def end_lines(customer: Customer) -> list[CardLine]:
    lines = []
    if customer.deceased_on:
        lines.append(
            CardLine(
                CardSection.STOP,
                f"Died on {uk_date(customer.deceased_on)}. Be kind to whoever calls for them.",
                short_summary=DIED,
            )
        )
    if customer.tenancy_ended_on:
        lines.append(
            CardLine(CardSection.WHO, f"Their tenancy ended on {uk_date(customer.tenancy_ended_on)}.")
        )
    return lines


def capacity_lines(customer: Customer) -> list[CardLine]:
    """Say in which capacity they deal with us. Policy §3."""
    lines = []
    if customer.under_contract:
        lines.append(
            CardLine(CardSection.WHO, "Works for us under a contract: contract terms may also apply.")
        )
    if customer.speaks_for:
        lines.append(
            CardLine(
                CardSection.WHO,
                f"Speaks for {customer.speaks_for.name}, {customer.speaks_for.reference}.",
                names_customer=customer.speaks_for_id,
            )
        )
    if customer.under_18:
        lines.append(CardLine(CardSection.WHO, "Under 18: ask a manager about safeguarding."))
    return lines


def need_lines(customer: Customer) -> list[CardLine]:
    """Policy §9, 18; beyond the policy: B2."""
    lines = [CardLine(CardSection.ADJUSTMENT, f"{str(need).rstrip('.')}.") for need in customer.current_needs]
    if customer.accessibility_needs:
        lines.append(CardLine(CardSection.ADJUSTMENT, customer.accessibility_needs))
    if customer.cannot_use:
        lines.append(
            CardLine(CardSection.ADJUSTMENT, f"Cannot use: {customer.get_cannot_use_display().lower()}.")
        )
    lines += [
        CardLine(
            CardSection.ADJUSTMENT,
            adjustment.what,
            until=adjustment.ends_on,
            agreed_by=str(adjustment.agreed_by),
        )
        for adjustment in customer.agreed_adjustments
    ]
    if customer.preferred_format != Format.STANDARD:
        lines.append(
            CardLine(CardSection.ADJUSTMENT, f"Letters: {customer.get_preferred_format_display().lower()}.")
        )
    if customer.preferred_language:
        lines.append(CardLine(CardSection.ADJUSTMENT, f"Language: {customer.preferred_language}."))
    return lines


def always_open_lines(customer: Customer) -> list[CardLine]:
    """Name the contact that no decision closes. Beyond the policy: B2."""
    organisation = Organisation.current()
    routes = emergency_routes(customer, organisation)
    emergency = f"Emergency repairs on {' or '.join(routes)}." if routes else "Emergency repairs."
    if not routes and not can_use_emergency_line(customer):
        emergency = "Emergency repairs, whichever way they come: no emergency route that this customer can use is kept."
    texts = {
        AlwaysOpen.EMERGENCY: emergency,
        AlwaysOpen.SAFETY: "Anything about somebody’s safety.",
        AlwaysOpen.APPEAL: "Appealing, in any way.",
        AlwaysOpen.ADJUSTMENT: "Asking for an adjustment or another format, in any way.",
        AlwaysOpen.COMPLAINT: "A complaint about something new.",
        AlwaysOpen.INFORMATION: "Asking for the information we hold about them, or for other information.",
        AlwaysOpen.OMBUDSMAN: f"Going to the {organisation.ombudsman}.",
        AlwaysOpen.SPOKEN_FOR: "Contact through somebody who acts for them.",
    }
    return [CardLine(CardSection.OPEN, texts[matter]) for matter in AlwaysOpen]


def has_adjustment() -> Q:
    return Q(Exists(Adjustment.objects.in_force().filter(customer=OuterRef("pk"))))


def merge_box(customer: Customer, user: StaffMember) -> SideBox:
    """List the records merged into this one; whoever may can undo a merge, or ask another manager to. Beyond the policy: B16."""
    if customer.lacks("merges"):
        return SideBox("Merged into this one", [])
    merges = Merge.objects.filter(kept=customer, undone_at=None).select_related("kept", "merged")
    rows = []
    for merge in merges.order_by("-pk"):
        text = f"{merge.merged}, {merge.merged.name}, on {uk_date(merge.created_at)}"
        url = reverse("customer_unmerge", args=[customer.reference, merge.reference])
        may_open = rules.may_unmerge_customers if merge.undo_asked_by_id else rules.may_ask_unmerge
        refusal = may_open(user, merge)
        rows.append(SideBoxRow(text) if refusal else SideBoxRow(f"{text}: undo the merge", url))
    return SideBox("Merged into this one", rows)


def record_actions(customer: Customer, user: StaffMember) -> list[Action]:
    """Return what this user may do with the record itself."""
    pages = []
    if not rules.may_change_customer(user, customer):
        pages += [
            ("Change their details", "customer_edit"),
            ("Record an adjustment", "adjustment_agree"),
            ("Record an advice organisation you suggested", "signpost"),
        ]
    if not rules.may_assign_customer(user):
        pages.append(("Choose who looks after them", "customer_assign"))
    if not rules.may_merge_customers(user):
        pages.append(("Merge with another record", "customer_merge"))
    return [
        Action(
            "Print the card", reverse("customer_card", args=[customer.reference]), group=ActionGroup.WRITE
        ),
        *(
            Action(title, reverse(name, args=[customer.reference]), group=ActionGroup.RECORD)
            for title, name in pages
        ),
    ]
