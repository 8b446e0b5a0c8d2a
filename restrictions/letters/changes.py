"""Say what a step has changed for a customer: what is less, then what is more, then what stays. Policy §12, 61.3; beyond the policy: B28, B29."""

from collections.abc import Collection

from cha_engagement.customers.contact_plan import ContactPlan, PlannedChannel
from cha_engagement.customers.enums import CHANNEL_PHRASES, INBOUND_CHANNELS
from cha_engagement.customers.models import Customer
from cha_engagement.letters.rendering.files import render_markdown
from cha_engagement.letters.rendering.markdown import Markdown
from cha_engagement.organisation.calendar import today
from restrictions.contact_plan import AnyRestriction, PlanChanges, applies_on, contact_plan
from restrictions.letters.placeholders import is_withheld
from restrictions.models import InterimMeasure


def changes_text(
    customer: Customer, before: Collection[AnyRestriction], after: Collection[AnyRestriction]
) -> Markdown:
    """Compare how a customer could reach us with what applied `before` and how with what applies `after`, as pages do."""
    changes = plan_changes_since(customer, before, after)
    return render_markdown(
        "letters/shared/changes.md",
        less=[*changed_channels(changes.less, changes.after), *measure_titles(changes.new_measures)],
        more=changed_channels(changes.more, changes.after),
        no_longer=measure_titles(changes.ended_measures),
        # Whom all contact leads to is said elsewhere.
        same=changed_channels([*changes.same, *changes.changed], changes.after, kept_by_others=after),
    )


def plan_changes_since(
    customer: Customer, before: Collection[AnyRestriction], after: Collection[AnyRestriction]
) -> PlanChanges:
    """Return the plan of a customer as a step found it, and as it left it: the step was taken."""
    applying = [restriction for restriction in after if applies_on(restriction, today())]
    return PlanChanges(
        contact_plan(customer, adding=before, without=[new for new in after if new not in before]),
        contact_plan(customer, adding=applying, without=[old for old in before if old not in after]),
    )


def changed_channels(
    channels: Collection[PlannedChannel],
    plan: ContactPlan,
    *,
    kept_by_others: Collection[AnyRestriction] | None = None,
) -> list[Markdown]:
    """Return channels in words, each with what closes or limits it now; none that is of no use to its reader."""
    return [
        render_markdown(
            "letters/shared/changed_channel.md",
            words=CHANNEL_PHRASES[planned.channel],
            is_closed=bool(planned.closed_by),
            closed_until=planned.closed_until,
            limits=[Markdown(words) for _, words in planned.limited_by],
            titles=[
                measure_title(source)
                for source in planned.closed_by
                if kept_by_others is not None and source not in kept_by_others and not is_withheld(source)
            ],
        )
        for planned in channels
        if is_named(planned, plan)
    ]


def is_named(planned: PlannedChannel, plan: ContactPlan) -> bool:
    """Return whether a letter speaks of a channel: what it was decided not to tell is not given away."""
    if planned.closed_by:
        return not all(is_withheld(source) for source in planned.closed_by)
    return planned.channel in plan.usable_channels or planned.channel not in INBOUND_CHANNELS


def measure_titles(measures: Collection[AnyRestriction]) -> list[str]:
    return [*dict.fromkeys(measure_title(measure) for measure in measures if not is_withheld(measure))]


def measure_title(measure: AnyRestriction) -> str:
    """Return what its customer calls it; an interim measure has no name."""
    return "" if isinstance(measure, InterimMeasure) else measure.kind_rules.letter_title
