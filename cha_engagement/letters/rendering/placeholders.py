"""Texts that a letter fills in where its body says `[name]`."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst

from cha_engagement.core.interfaces import desks, merge_codes
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.contact_plan import ContactPlan, channel_addresses
from cha_engagement.customers.enums import CHANNEL_PHRASES, Channel
from cha_engagement.letters.interfaces import LetterReader
from cha_engagement.letters.models import Letter
from cha_engagement.letters.queries.channels import contact_plan
from cha_engagement.organisation.models import AdviceOrganisation, Organisation

from .files import render_markdown
from .markdown import Markdown, fill_placeholders, placeholder_names, render_html
from .standard_paragraphs import ParagraphReader, join_with_or, missing_detail, standard_paragraphs

PlaceholderTexts = dict[str, str | Refusal]
"""By the name of a placeholder: the Markdown that stands for it, or why there is none yet."""


def placeholder_texts(letter: Letter) -> PlaceholderTexts:
    """Return the texts of every letter, then what its customer's records change in them, then those of its kind."""
    organisation, plan = Organisation.current(), contact_plan(letter)
    reader = ParagraphReader(letter.customer, plan, letter.letter_kind.ombudsman_stage(letter))
    return {
        "how to contact us": describe_channels(organisation, plan),
        "independent advice": describe_advisers(letter.advice.all()),
        **standard_paragraphs(organisation, reader),
        **merge_codes([desk.placeholders(letter.customer) for desk in desks(LetterReader)]),
        **letter.letter_kind.placeholders(letter),
    }


def filled_text(letter: Letter, texts: PlaceholderTexts | None = None) -> str:
    """Return the letter's body with every placeholder filled in that can be; Markdown.

    `texts` are those of its placeholders, where they are known already.
    """
    all_texts = placeholder_texts(letter) if texts is None else texts
    return fill_placeholders(
        letter.body, {name: text for name, text in all_texts.items() if isinstance(text, str)}
    )


def describe_channels(
    organisation: Organisation, plan: ContactPlan | None = None, *, are_examples: bool = False
) -> str | Refusal:
    """Return the channels that are open and that the reader can use, with what limits each and whom it leads to.

    Where nothing is known of the reader there is no `plan`. They `are_examples` where the reader is not to be told why others are left out.
    """
    if plan is None:
        return list_channels(
            {channel: {"contact": text} for channel, text in channel_addresses(organisation).items()}
        )
    if not plan.open_channels and not plan.routes:
        return Refusal("No way of contact is left open to this customer. Open one first.", "B2")
    return list_channels(
        {
            channel: {"contact": contact, "limits": describe_limits(plan, channel)}
            for channel, contact in plan.usable_channels.items()
        },
        routes=plan.routes,
        people=[words for planned in plan for _, words in planned.led_by],
        are_examples=are_examples,
    )


def list_channels(
    channels: dict[Channel, dict[str, Any]],
    *,
    routes: Iterable[str] = (),
    people: Iterable[str] = (),
    are_examples: bool = False,
) -> str | Refusal:
    """List channels and other routes, and say once whom they lead to."""
    if not channels and not routes:
        return Refusal(missing_detail("how this customer can reach it"), "5", "body")
    return render_markdown(
        "letters/shared/how_to_contact_us.md",
        channels=[{"words": CHANNEL_PHRASES[channel], **data} for channel, data in channels.items()],
        routes=[Markdown(route) for route in routes],
        people=[Markdown(words) for words in dict.fromkeys(people)],
        are_examples=are_examples,
    )


def describe_limits(plan: ContactPlan, channel: Channel) -> list[dict[str, str]]:
    """Return what limits a channel, each limit with the channels that it counts together."""
    return [
        {
            "words": Markdown(words),
            "counted_with": join_with_or(
                CHANNEL_PHRASES[other] for other in plan.channels_counted_with(channel, source)
            ),
        }
        for source, words in plan.channels[channel].limited_by
    ]


def describe_advisers(advisers: Iterable[AdviceOrganisation]) -> str | Refusal:
    """Name independent advice to the reader; none that the association has taken off its list meanwhile. Policy §8."""
    advisers = list(advisers)
    for adviser in advisers:
        if not adviser.is_active:
            return Refusal(
                f"{adviser} is no longer offered in letters. Choose another organisation.", "8", "advice"
            )
    lines = [
        {
            "name": end_sentence(adviser.name),
            "helps_with": end_sentence(capfirst(adviser.helps_with)),
            "contact": adviser.contact.splitlines(),
        }
        for adviser in advisers
    ]
    if not lines:
        return Refusal("Choose at least one organisation that gives independent advice.", "8", "advice")
    return render_markdown("letters/shared/independent_advice.md", advisers=lines)


def end_sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def placeholder_rows(letter: Letter, texts: PlaceholderTexts) -> list[dict[str, Any]]:
    """Return each placeholder for whoever edits the letter: its `name`, its `html` or the `refusal`, whether the body has it (`is_used`)."""
    present = placeholder_names(letter.body)
    return [
        {
            "name": name,
            "is_used": name in present,
            "html": render_html(text) if isinstance(text, str) else "",
            "refusal": None if isinstance(text, str) else text,
        }
        for name, text in texts.items()
    ]
