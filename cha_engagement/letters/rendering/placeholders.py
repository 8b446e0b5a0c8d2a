"""Statements that a letter fills in where its text says `[name]`, and what is missing before it can be issued."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.contact_plan import ContactPlan, channel_addresses
from cha_engagement.customers.enums import CHANNEL_PHRASES, Channel
from cha_engagement.letters.models import Letter
from cha_engagement.organisation.models import AdviceOrganisation, Organisation

from . import standard_paragraphs
from .markdown import escape, fill_placeholders, placeholder_names, render_html

PlaceholderTexts = dict[str, str | Refusal]
"""By the name of the place: the Markdown that it says, or why it cannot say it yet."""


def placeholder_texts(letter: Letter) -> PlaceholderTexts:
    """What each place of this letter says: those of every letter, as its customer's records have them, and those of its kind."""
    organisation = Organisation.current()
    return {
        "how to contact us": describe_channels(organisation),
        "independent advice": describe_advisers(letter.advice.all()),
        **standard_paragraphs.standard_paragraphs(organisation, letter.customer),
        **{name: said for source in hub.placeholders for name, said in source(letter.customer).items()},
        **letter.letter_kind.placeholders(letter),
    }


def filled_text(letter: Letter, said: PlaceholderTexts | None = None) -> str:
    """The letter's text with every place filled in that can be; Markdown. `said` are its statements, where they are known already."""
    known = placeholder_texts(letter) if said is None else said
    return fill_placeholders(
        letter.body, {name: text for name, text in known.items() if isinstance(text, str)}
    )


def describe_channels(organisation: Organisation, plan: ContactPlan | None = None) -> str | Refusal:
    """The channels that are open, with what limits each and whom it leads to. Where nothing is restricted there is no `plan`."""
    if plan and not plan.open_channels and not plan.routes:
        return Refusal("No way of contact is left open to this customer. Open one first.", "B2")
    ways, notes, routes = (
        (plan.named_channels, plan.notes, plan.routes) if plan else (channel_addresses(organisation), {}, ())
    )
    listed = [channel_line(way, where, notes.get(way, "")) for way, where in ways.items()]
    listed += [f"- {route}" for route in routes]
    if not listed:
        return standard_paragraphs.refuse_missing_detail("how this customer can reach it", "5")
    return "\n".join(["You can contact us:", "", *listed])


def channel_line(way: Channel, where: str, note: str) -> str:
    """A channel in a list, with where it leads and what limits it: "- by phone: 0141 496 0000 (up to 3 times in a week)"."""
    leads = f": {escape(where)}" if where else ""
    return f"- {CHANNEL_PHRASES[way]}{leads}{f' ({note})' if note else ''}"


def describe_advisers(advisers: Iterable[AdviceOrganisation]) -> str | Refusal:
    lines = [
        f"- **{escape(end_sentence(each.name))}** {escape(end_sentence(capfirst(each.helps_with)))} "
        + ", ".join(escape(each.contact).splitlines())
        for each in advisers
    ]
    if not lines:
        return Refusal("Choose at least one organisation that gives independent advice.", "8", "advice")
    return "\n".join(["You may want to talk to somebody independent of us:", "", *lines])


def end_sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def placeholder_rows(letter: Letter, said: PlaceholderTexts) -> list[dict[str, Any]]:
    """Each place for whoever edits the letter: its `name`, what it `says` or the `refusal`, whether the text has it (`used`)."""
    present = placeholder_names(letter.body)
    return [
        {
            "name": name,
            "used": name in present,
            "says": render_html(text) if isinstance(text, str) else "",
            "refusal": None if isinstance(text, str) else text,
        }
        for name, text in said.items()
    ]
