"""Statements that a letter fills in where its text says `[name]`, and what is missing before it can be issued."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from cha_engagement.core import hub
from cha_engagement.core.reasons import has_words
from cha_engagement.core.refusals import Refusal
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers.contact_plan import ContactPlan, reach
from cha_engagement.customers.enums import IN_WORDS, Channel
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.models import AdviceOrganisation, Organisation
from cha_engagement.staff.models import StaffMember

from ..enums import SignedAs
from ..models import Letter
from ..wording import findings
from ..wording.contacts import check_channels
from ..wording.overreach import Overreach
from ..wording.own_words import check_overreach, find_in_letter
from . import standard_paragraphs
from .markdown import escape, fill, place_names, sections, to_html

Statements = dict[str, str | Refusal]
"""By the name of the place: the Markdown that it says, or why it cannot say it yet."""

IN_EVERY_LETTER = {
    "how to contact us": Refusal("Say how to contact us: put [how to contact us] in the text.", "5", "body"),
    "adjustments and formats": Refusal(
        "Say how to ask for an adjustment or another format: put [adjustments and formats] in the text.",
        "9",
        "body",
    ),
    "criticism is welcome": Refusal(
        "Say that criticism of the association is welcome: put [criticism is welcome] in the text.",
        "45",
        "body",
    ),
    "what always stays open": Refusal(
        "Say what always stays open: put [what always stays open] in the text.", "B2", "body"
    ),
}


def place(name: str, what: str, paragraph: str) -> tuple[str, Refusal]:
    """A place that a kind of letter needs, by its name: what a letter without it is told."""
    return name, Refusal(f"Say {what}: put [{name}] in the text.", paragraph, "body")


def section(heading: str, what: str, paragraph: str) -> tuple[str, Refusal]:
    """The same of a heading below which something is needed."""
    return heading.casefold(), Refusal(
        f"Say {what}: write it below the heading “## {heading}”.", paragraph, "body"
    )


def statements(letter: Letter) -> Statements:
    """What each place of this letter says: those of every letter, as its customer's records have them, and those of its kind."""
    organisation = Organisation.current()
    return {
        "how to contact us": how_to_contact_us(organisation),
        "independent advice": independent_advice(letter.advice.all()),
        **standard_paragraphs.paragraphs(organisation, letter.customer),
        **{name: said for source in hub.placeholders for name, said in source(letter.customer).items()},
        **letter.letter_kind.placeholders(letter),
    }


def filled(letter: Letter, said: Statements | None = None) -> str:
    """The letter's text with every place filled in that can be; Markdown. `said` are its statements, where they are known already."""
    known = statements(letter) if said is None else said
    return fill(letter.body, {name: text for name, text in known.items() if isinstance(text, str)})


def missing_places(letter: Letter, required: Mapping[str, Refusal]) -> list[Refusal]:
    """The refusals of those places that the letter's text does not have."""
    present = place_names(letter.body)
    return [refusal for name, refusal in required.items() if name not in present]


def missing_sections(letter: Letter, required: Mapping[str, Refusal]) -> list[Refusal]:
    """The refusals of those headings below which the letter's text says nothing, or which it does not have."""
    said = sections(letter.body)
    return [refusal for heading, refusal in required.items() if not said.get(heading)]


@dataclass(frozen=True, slots=True)
class Reading:
    """A letter as it would be read now: what its places say, its text with them filled in, and what was found in it."""

    said: Statements
    text: str
    found: findings.Findings
    overreach: list[Overreach]


def read(letter: Letter) -> Reading:
    said = statements(letter)
    text = filled(letter, said)
    found = findings.look_over(letter.customer, text, letter.title, *map(str, letter.enclosed))
    return Reading(said, text, found, find_in_letter(letter))


def missing(letter: Letter, reading: Reading | None = None) -> list[Refusal]:
    """Everything that still keeps this letter from being issued. Policy §5, 9, 21.3, 45, 60, 61.1; B2, B3.

    `reading` is of this letter, where it was read already.
    """
    reading = reading or read(letter)
    unclear = []
    for name in place_names(letter.body):
        if name not in reading.said:
            unclear.append(
                Refusal(
                    f"Nothing is known that could stand for [{name}]. Take it out, or correct it.", "", "body"
                )
            )
        elif isinstance(refusal := reading.said[name], Refusal):
            unclear.append(refusal)
    whole = (
        check_death(letter),
        objection(letter.customer, letter.signatory, letter.signed_as, withheld=reading.found.withheld),
    )
    return [
        *dict.fromkeys(unclear),
        *missing_places(letter, IN_EVERY_LETTER),
        *letter.letter_kind.check_ready(letter),
        *letter.letter_kind.check_still_true(letter),
        *filter(None, whole),
        *findings.faults(letter, reading.found),
        *check_channels(letter, reading.text),
        *check_overreach(letter, reading.overreach),
    ]


def check_death(letter: Letter) -> Refusal | None:
    """Nobody writes to somebody who has died without knowing it."""
    died = letter.customer.deceased_on
    if not died or has_words(letter.after_death_reason):
        return None
    return Refusal(
        f"{letter.customer.name} died on {uk_date(died)}. Withdraw the letter, or say why it is written all the same.",
        "",
        "after_death_reason",
    )


def objection(
    customer: Customer, signatory: StaffMember, signed_as: str, *, withheld: bool
) -> Refusal | None:
    """Why this person should not sign a letter to this customer, from whom names may be withheld. A team's letter names nobody.

    Policy §21.3, 58, 60.
    """
    if signed_as == SignedAs.TEAM:
        return None
    if not signatory.is_active:
        return Refusal(f"{signatory} no longer works here. Choose somebody else to sign.", "", "signatory")
    if withheld:
        return Refusal(
            "Names of staff are withheld from this customer: let the team sign.", "21.3", "signed_as"
        )
    return next(filter(None, (object_to(customer, signatory) for object_to in hub.signatory_checks)), None)


def how_to_contact_us(organisation: Organisation, plan: ContactPlan | None = None) -> str | Refusal:
    """The channels that are open, with what limits each and whom it leads to. Where nothing is restricted there is no `plan`."""
    if plan and not plan.open and not plan.routes:
        return Refusal("No way of contact is left open to this customer. Open one first.", "B2")
    ways, notes, routes = (plan.named, plan.notes, plan.routes) if plan else (reach(organisation), {}, ())
    listed = [line_of(way, where, notes.get(way, "")) for way, where in ways.items()]
    listed += [f"- {route}" for route in routes]
    if not listed:
        return standard_paragraphs.unknown("how this customer can reach it", "5")
    return "\n".join(["You can contact us:", "", *listed])


def line_of(way: Channel, where: str, note: str) -> str:
    """A channel in a list, with where it leads and what limits it: "- by phone: 0141 496 0000 (up to 3 times in a week)"."""
    leads = f": {escape(where)}" if where else ""
    return f"- {IN_WORDS[way]}{leads}{f' ({note})' if note else ''}"


def independent_advice(advisers: Iterable[AdviceOrganisation]) -> str | Refusal:
    lines = [
        f"- **{escape(sentence(each.name))}** {escape(sentence(capfirst(each.helps_with)))} "
        + ", ".join(escape(each.contact).splitlines())
        for each in advisers
    ]
    if not lines:
        return Refusal("Choose at least one organisation that gives independent advice.", "8", "advice")
    return "\n".join(["You may want to talk to somebody independent of us:", "", *lines])


def sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def explained(letter: Letter, said: Statements) -> list[dict[str, Any]]:
    """Each place for whoever edits the letter: its `name`, what it `says` or the `refusal`, whether the text has it (`used`)."""
    present = place_names(letter.body)
    return [
        {
            "name": name,
            "used": name in present,
            "says": to_html(text) if isinstance(text, str) else "",
            "refusal": None if isinstance(text, str) else text,
        }
        for name, text in said.items()
    ]
