"""What staff may not do by the words of a restriction: another record does it, or nothing may. Policy §53, 54; beyond the policy: B2, B5."""

from collections.abc import Iterable, Iterator

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.enums import Channel
from cha_engagement.letters.wording.overreach import SOFT_KINDS, STAFF_ONLY_KINDS, Overreach, find_overreach
from restrictions.kinds.channels import channel_labels
from restrictions.models import InterimMeasure, Restriction

SAID_TO_CUSTOMER = ("reason", "no_review_reason", "review_circumstances", "easing_conditions", "other_route")


COMPLAINTS_LIMITS = ("complaint", "unread")
"""What “Limited use of the complaints process” says by its nature."""


NEW_COMPLAINTS_TERM = "new_complaints"
"""What it says of what it leaves open, which its nature does not take away."""


CHANNEL_NAMING_FIELDS = ("staff_instruction", "contact_details")
"""What may name ways of contact without closing any."""


def check_restriction_words(restriction: Restriction, before: Restriction | None = None) -> Iterator[Refusal]:
    """Refuse words that reach further than the restriction; of a new version those that it does not share with the one `before`."""
    kind = restriction.kind_rules
    exempt = COMPLAINTS_LIMITS if kind.permission else ()
    allowance = kind.allowance(restriction)
    limited = restriction.closed_channels | {
        Channel(code) for code in (allowance.channels if allowance else ())
    }
    known = set(worded_texts(before).values()) if before else set()
    if not kind.is_in_own_words:
        known.add(kind.usual_instruction(restriction))
    for field, text in worded_texts(restriction).items():
        if text in known:
            continue
        found = [
            one for one in find_overreach([text]) if one.code not in exempt or field == NEW_COMPLAINTS_TERM
        ]
        if (
            field not in restriction.terms and not kind.is_in_own_words
        ):  # what may be meant otherwise is for whoever reads its letter
            found = [one for one in found if one.is_plain]
        if field in SAID_TO_CUSTOMER:
            found = [one for one in found if one.code not in STAFF_ONLY_KINDS]
        if field in CHANNEL_NAMING_FIELDS and not kind.is_in_own_words:
            found = [one for one in found if one.code != "contact"]
        yield from overreach_refusals(found, field, limited, "closed" if kind.is_in_own_words else "")


def worded_texts(restriction: Restriction) -> dict[str, str]:
    """What staff worded of a restriction, by the field that asks for it."""
    terms = {name: said for name, said in restriction.terms.items() if isinstance(said, str)}
    return terms | {name: getattr(restriction, name) for name in (*SAID_TO_CUSTOMER, "staff_instruction")}


def check_interim_words(interim: InterimMeasure) -> Iterator[Refusal]:
    for field in ("staff_instruction", "reason", "how_notified"):
        found = find_overreach([getattr(interim, field)])
        if field != "staff_instruction":
            found = [one for one in found if one.code not in STAFF_ONLY_KINDS]
        yield from overreach_refusals(found, field, interim.closed_channels, "closed")


def overreach_refusals(
    found: Iterable[Overreach], field: str, closed: Iterable[Channel], closing_field: str
) -> Iterator[Refusal]:
    """Say of each where it belongs. Ways that are closed by choice may be named in words."""
    closed = set(closed)
    for one in found:
        if one.code == "contact":
            if one.channels - closed or not (one.channels or closed):
                yield refuse_unticked_channel(one, list(one.channels - closed), field, closing_field)
        elif one.code not in SOFT_KINDS:
            yield Refusal(one.sentence, one.kind.paragraph, field)


def refuse_unticked_channel(found: Overreach, ways: list[Channel], field: str, closing_field: str) -> Refusal:
    which = f": {channel_labels(ways)}" if ways else ""
    if closing_field:
        return Refusal(f"“{found.words}” Tick what this closes{which}.", "21.1", closing_field)
    return Refusal(f"“{found.words}” {found.kind.instead} This one does not close it{which}.", "21.1", field)
