"""Lines of restrictions on the customer card, and what stands of them in look-ups and beside the card."""

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.urls import reverse

from cha_engagement.core.statements import kept_keys, kept_records, kept_rows
from cha_engagement.core.templatetags.ui import lower_first, short_date, uk_date
from cha_engagement.customers.contact_plan import ContactPlan
from cha_engagement.customers.enums import ActionGroup, CardSection, Channel, CustomerTab
from cha_engagement.customers.interfaces import Action, CardLine, SideBox, SideBoxRow
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import StaffMember
from incidents.tasks import TaskCode
from restrictions.contact_plan import AnyRestriction, changes_after, combine_into_plan
from restrictions.kinds.channels import channels_closed_by, channels_in_words, closed_in_words, join_words

from . import rules
from .allowances import remaining_lines
from .enums import InterimStatus
from .letters.reader import is_about_visits
from .models import InterimMeasure, ManagementDecision, Restriction
from .queries import is_lapsing_soon, undecided_keys

MOST_ROWS = 20
RESTRICTIONS_OF_CUSTOMER = Prefetch(
    "restrictions", Restriction.objects.select_related("named_contact", "deputy")
)


def restriction_lines(customer: Customer) -> list[CardLine]:
    """Say what applies today, in plain words. Policy §23, 65; beyond the policy: B1, B21."""
    recorded = sorted(customer.restrictions.all(), key=attrgetter("pk"))
    own = restrictions_in_force(recorded)
    interim, lines = interim_measure_lines(customer, channels_closed_by(own))
    plan = combine_into_plan([*interim, *own])
    lines += [
        *channel_lines(customer, plan),
        *remaining_lines(customer, own, plan.closed_channels),
        *unnotified_lines(own),
        *waiting_lines(recorded),
    ]
    # Whom to put them through to is sought first, and how comes after it.
    for restriction in own:
        lines += restriction.kind_rules.card_lines(restriction, plan.closed_channels)
    for restriction in own:
        lines.append(
            CardLine(
                CardSection.DO,
                instruction_beside(restriction, plan.closed_channels),
                restriction.ends_on,
                restriction.reference if restriction.read_receipts_requested else "",
                short_summary=summary_of_restriction(restriction),
            )
        )
        if restriction.other_route:
            lines.append(
                CardLine(
                    CardSection.WHO,
                    f"{restriction.title}: only where they act for other people, who are not restricted. {restriction.other_route}",
                )
            )
    return [*lines, *representative_lines(customer)]


def summaries_of_lines(
    customers: Sequence[Customer], said: Collection[tuple[str, int]]
) -> dict[int, list[str]]:
    """Return what the lines on restrictions of each card say in short, by the customer's key: one query however many customers there are.

    Of an interim measure they say that there is one: a list has no query to spare for what it closes, which the card says.
    """
    prefetch_related_objects(customers, RESTRICTIONS_OF_CUSTOMER)
    summaries = {}
    for customer in customers:
        recorded = sorted(customer.restrictions.all(), key=attrgetter("pk"))
        own = restrictions_in_force(recorded)
        plan = combine_into_plan(own)
        lines = [*channel_lines(customer, plan), *unnotified_lines(own), *waiting_lines(recorded)]
        of_lines = [line.short_summary for line in lines]
        measures = ["interim measure"] if ("interim", customer.pk) in said else []
        texts = [*measures, *of_lines, *map(summary_of_restriction, own)]
        summaries[customer.pk] = [*filter(None, texts)]
    return summaries


def summary_of_restriction(restriction: Restriction) -> str:
    words = restriction.short_summary
    return add_last_day(words, restriction.ends_on) if words else ""


def summary_of_interim(interim: InterimMeasure) -> str:
    # What it closes is said of all that is in force together.
    return "" if interim.closed else add_last_day("interim measure", interim.ends_on)


def instruction_beside(restriction: AnyRestriction, closed: Set[Channel]) -> str:
    """Return what staff do, so that no line contradicts another.

    It is the exception where it is about visits and something else closes those, and gives nothing away that the customer is not told (B23).
    """
    instruction = restriction.staff_instruction
    if isinstance(restriction, Restriction) and restriction.not_notified_reason:
        return f"Without saying that anything was decided: {instruction}"
    if Channel.HOME_VISIT in closed - restriction.closed_channels and is_about_visits(instruction):
        return f"Only where a visit cannot be avoided: {instruction}"
    return instruction


def interim_measure_lines(
    customer: Customer, closed: Set[Channel] = frozenset()
) -> tuple[list[InterimMeasure], list[CardLine]]:
    """Return the interim measures in force, and what the card says of them and of those that lapsed undecided. Beyond the policy: B21.

    `closed` are the channels that something else closes.
    """
    if customer.lacks("interim measures"):
        return [], []
    is_undecided = Q(pk__in=kept_keys(undecided_keys, customer.pk))
    recorded = interim_measures_on_card().filter(customer=customer).annotate(is_undecided=is_undecided)
    in_force: list[InterimMeasure] = []
    lines: list[CardLine] = []
    for interim in recorded.order_by("pk"):
        last_day = uk_date(interim.ends_on)
        if interim.is_in_force:
            in_force.append(interim)
            lines.append(
                CardLine(
                    CardSection.STOP,
                    f"For now: {instruction_beside(interim, closed)}",
                    interim.ends_on,
                    short_summary=summary_of_interim(interim),
                )
            )
            if interim.is_undecided and is_lapsing_soon(interim, today()):
                lines.append(
                    CardLine(
                        CardSection.WHO,
                        f"What applies for now lapses on {last_day} unless a manager decides before.",
                    )
                )
        elif interim.is_undecided:
            lines.append(
                CardLine(
                    CardSection.WHO,
                    f"Lapsed on {last_day}, and no manager has decided what follows: {interim.staff_instruction}",
                )
            )
    return in_force, lines


def interim_measures_on_card() -> QuerySet[InterimMeasure]:
    """Return those that the card may speak of: in force, or lapsed undecided."""
    return InterimMeasure.objects.exclude(status=InterimStatus.ENDED)


def unnotified_lines(restrictions: Iterable[Restriction]) -> Iterator[CardLine]:
    """Say which kinds the customer does not know of, for as long as they do not. Policy §12, 23; beyond the policy: B23.

    Why they are not told is not for everybody who sees the card.
    """
    withheld: dict[str, None] = {}
    waiting: dict[tuple[date | None, date | None], dict[str, None]] = {}
    for restriction in restrictions:
        title = restriction.title_in_sentence
        if restriction.not_notified_reason:
            withheld[title] = None
        elif not restriction.is_customer_told:
            days = (restriction.talked_on, restriction.customer_notified_on)
            waiting.setdefault(days, {})[title] = None
    for (talked_on, received_on), titles in waiting.items():
        yield waiting_for_letter_line([*titles], talked_on, received_on)
    if withheld:
        yield CardLine(
            CardSection.STOP,
            f"Not told, for a reason that managers know: {'; '.join(withheld)}. This binds staff and systems alone: do not mention it, "
            "and hold nothing against the customer.",
        )


def waiting_for_letter_line(titles: list[str], talked_on: date | None, received_on: date | None) -> CardLine:
    """Say that these apply and that no letter has told of them yet, and what the customer has heard so far. Beyond the policy: B23.

    `received_on` is when a letter in the post counts as received.
    """
    which = "It applies" if len(titles) == 1 else "Each applies"
    if talked_on:
        letter = f"counts as received on {uk_date(received_on)}" if received_on else "still has to go to them"
        sentence = f"Explained in a talk on {uk_date(talked_on)}: {'; '.join(titles)}. {which} now; the letter {letter}."
        return CardLine(CardSection.WHO, sentence)
    posted = f" The letter counts as received on {uk_date(received_on)}." if received_on else ""
    sentence = f"Not told yet: {'; '.join(titles)}.{posted} {which} now: explain it if they get in touch."
    short_summary = "letter about it in the post" if received_on else "not told of it yet"
    return CardLine(CardSection.STOP, sentence, short_summary=short_summary)


def waiting_lines(restrictions: Iterable[Restriction]) -> Iterator[CardLine]:
    """Say which kinds are imposed and begin once the customer has been told: until then nothing of them applies. Beyond the policy: B23."""
    titles: dict[str, dict[str, None]] = {}
    for restriction in restrictions:
        if restriction.is_waiting_to_begin:
            begins = "Begins once they are told"
            if restriction.starts_on:
                begins = f"Begins on {uk_date(restriction.starts_on)}"
            elif restriction.talked_on:
                begins = f"Explained in a talk on {uk_date(restriction.talked_on)}, and begins once the letter counts as received"
            titles.setdefault(begins, {})[restriction.title_in_sentence] = None
    for begins, waiting in titles.items():
        yield CardLine(
            CardSection.WHO,
            f"{begins}: {'; '.join(waiting)}. Until then deal with them as if it were not there.",
            short_summary=f"{begins[0].lower()}{begins[1:]}: {'; '.join(waiting)}",
        )


def has_unread(customer: Customer, user: StaffMember) -> bool:
    """Return whether the card says what this user has not confirmed that they read. Beyond the policy: B1."""
    unread = Restriction.objects.unread_by(user).filter(customer=customer)
    return not rules.may_confirm_reading(user) and unread.exists()


def restrictions_in_force(restrictions: Iterable[Restriction]) -> list[Restriction]:
    applying = [restriction for restriction in restrictions if restriction.is_in_force]
    return sorted(applying, key=attrgetter("imposed_at", "pk"))


def allowance_notes(customer: Customer) -> list[str]:
    """Say what is left while a contact is logged. Policy §21.5."""
    return [
        line.text for line in remaining_lines(customer, restrictions_in_force(customer.restrictions.all()))
    ]


def channel_lines(customer: Customer, plan: ContactPlan) -> Iterator[CardLine]:
    """Say which channels are closed by all that is in force together, and which are left to this customer. Beyond the policy: B2, B29."""
    if not plan.closed_channels:
        return
    usable = [channel for channel in plan.open_channels if channel not in customer.cannot_use]
    named = [channel for channel in usable if channel in plan.named_channels] or usable
    if named:
        yield dealing_line(channels_in_words(named), plan)
    elif not plan.routes:
        yield CardLine(
            CardSection.STOP,
            "No way of contact that they can use is open. Take what they bring and tell a manager now.",
            short_summary="no way of contact open",
        )
    closed: dict[tuple[date | None, str], list[Channel]] = {}
    for planned in plan:
        if planned.closed_by:
            closed.setdefault((planned.closed_until, planned.unnotified_words), []).append(planned.channel)
    for (until, untold), channels in closed.items():
        note = f" {untold.capitalize()}." if untold else ""
        short_summary = add_last_day(lower_first(closed_in_words(channels)), until)
        yield CardLine(
            CardSection.DONT,
            f"Deal with them {channels_in_words(channels)}.{note}",
            until,
            short_summary=short_summary,
        )


def dealing_line(channels: str, plan: ContactPlan) -> CardLine:
    """Say by which channels to deal with them; to whoever passes on what they bring, by which to take it. Policy §21.1."""
    dealing = f"Deal with them {channels}."
    people = {
        person for source in plan.sources if isinstance(source, Restriction) for person in source.people
    }
    if not people:
        return CardLine(CardSection.DO, dealing)
    return CardLine(
        CardSection.DO,
        f"Take what they bring {channels}, and pass it on.",
        to_reader={person.pk: dealing for person in people},
    )


def add_last_day(words: str, last_day: date | None) -> str:
    """Return what applies with its last day, such as "phone closed to 28 Feb"."""
    return f"{words} to {short_date(last_day)}" if last_day else words


def representative_lines(customer: Customer) -> list[CardLine]:
    """Say how they reach us where somebody who speaks for them is restricted. Policy §3."""
    if customer.lacks("representatives"):
        return []
    of_representatives = Restriction.objects.in_force().filter(customer__speaks_for=customer)
    return [
        CardLine(
            CardSection.WHO,
            f"{restriction.customer.name}, who speaks for them, is restricted; they are not. Their other route: {restriction.other_route}",
            restriction.ends_on,
        )
        for restriction in of_representatives.exclude(other_route="")
        .select_related("customer")
        .order_by("imposed_at", "pk")
    ]


def is_restricted() -> Q:
    return Q(Exists(Restriction.objects.in_force().filter(customer=OuterRef("pk"))))


def available_actions(customer: Customer, user: StaffMember) -> list[Action]:
    actions: list[Action] = []
    if customer.deceased_on:
        return actions
    if not rules.may_decide(user):
        url = reverse("decide", args=[customer.reference])
        actions.append(
            Action(
                "Decide on active management",
                url,
                group=ActionGroup.DECIDE,
                task=TaskCode.DECIDE_ON_INCIDENT,
                tab=CustomerTab.RESTRICTIONS,
            )
        )
    if not rules.may_set_interim(user):
        url = reverse("interim_new", args=[customer.reference])
        actions.append(Action("Set an interim measure", url, group=ActionGroup.DECIDE))
    if not rules.may_propose(user):
        url = reverse("restriction_propose", args=[customer.reference])
        actions.append(Action("Propose a restriction", url, group=ActionGroup.DECIDE))
    return actions


def has_interim_measure() -> Q:
    return Q(Exists(InterimMeasure.objects.in_force().filter(customer=OuterRef("pk"))))


def decision_box(customer: Customer, user: StaffMember) -> SideBox:
    """Show decisions: each leads to what is restricted under it, and to its letter."""
    decisions = kept_records(
        ManagementDecision, visible_decisions, user.narrow_to_customer(customer.pk), customer.pk
    )
    return SideBox(
        "Decisions",
        [SideBoxRow(decision.full_title, decision.get_absolute_url()) for decision in decisions],
    )


def visible_decisions(user: StaffMember, customer: int) -> QuerySet[ManagementDecision]:
    visible = ManagementDecision.objects.visible_to(user).filter(customer=customer)
    return visible.only("reference", "decided_at").order_by("-decided_at", "-pk")[:MOST_ROWS]


def restriction_box(customer: Customer, user: StaffMember) -> SideBox:
    """Show all restrictions to those who read them; to everybody else what is in force or waits to begin, in words and dates. Policy §65."""
    recorded = customer.restrictions.all()
    asked = (visible_restrictions, user.narrow_to_customer(customer.pk), customer.pk)
    readable = {key for (key,) in kept_rows(*asked)} if recorded else set()
    shown = [
        restriction
        for restriction in recorded
        if restriction.pk in readable or restriction.is_in_force or restriction.is_waiting_to_begin
    ]
    rows = []
    for restriction in sorted(shown, key=attrgetter("created_at", "pk"), reverse=True)[:MOST_ROWS]:
        # Of one that is still to begin, its status says from when.
        days = [
            f"from {uk_date(restriction.starts_on)}" if restriction.has_begun else "",
            f"until {uk_date(restriction.ends_on)}" if restriction.ends_on else "",
        ]
        rows.append(
            SideBoxRow(
                ", ".join(
                    filter(
                        None,
                        [
                            restriction.full_title if restriction.pk in readable else restriction.title,
                            " ".join(filter(None, days)),
                        ],
                    )
                ),
                restriction.get_absolute_url() if restriction.pk in readable else "",
                restriction.status,
                restriction.get_status_display(),
            )
        )
    return SideBox("Restrictions", rows)


def interim_box(customer: Customer, user: StaffMember) -> SideBox:
    """Show interim measures, the latest first."""
    measures = InterimMeasure.objects.visible_to(user).filter(customer=customer).order_by("-pk")[:MOST_ROWS]
    return SideBox(
        "Interim measures",
        [
            SideBoxRow(
                f"{interim.full_title}, until {uk_date(interim.ends_on)}",
                interim.get_absolute_url(),
                interim.status,
                interim.get_status_display(),
            )
            for interim in measures
        ],
    )


def ending_box(customer: Customer) -> SideBox:
    """Say what opens, and when, as what applies today ends by itself: everybody sees what is in force in words and dates. Policy §23, 65; beyond the policy: B29."""
    interim, _ = interim_measure_lines(customer)
    applying: list[AnyRestriction] = [*interim, *restrictions_in_force(customer.restrictions.all())]
    days = sorted({restriction.ends_on for restriction in applying if restriction.ends_on})
    rows = [row for last_day in days for row in rows_after(customer, last_day)]
    return SideBox("What ends by itself", rows[:MOST_ROWS])


def rows_after(customer: Customer, last_day: date) -> Iterator[SideBoxRow]:
    """Say what opens on the day after a last day, and what is no longer so."""
    changes = changes_after(customer, last_day)
    from_day = f"From {uk_date(last_day + timedelta(days=1))}"
    opened = [planned for planned in changes.more if planned.channel not in customer.cannot_use]
    if opened:
        closed_before = changes.before.closed_channels
        groups = {
            "open again": [planned for planned in opened if planned.channel in closed_before],
            "limited less": [planned for planned in opened if planned.channel not in closed_before],
        }
        phrases = [
            f"{words}: {join_words(planned.channel.label.lower() for planned in group)}"
            for words, group in groups.items()
            if group
        ]
        yield SideBoxRow(f"{from_day} {'; '.join(phrases)}")
    elif not changes.ended_measures:
        yield SideBoxRow(f"{from_day} nothing opens, since something else closes it")
    for source in changes.ended_measures:
        yield SideBoxRow(f"{from_day} this no longer applies: {source.title_in_sentence}")


def visible_restrictions(user: StaffMember, customer: int) -> QuerySet[Any]:
    return Restriction.objects.visible_to(user).filter(customer=customer).order_by().values_list("pk")
