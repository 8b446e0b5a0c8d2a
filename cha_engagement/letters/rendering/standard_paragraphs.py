"""The standard paragraphs that an Administrator keeps: what they can fill in, what they may not lose, and what they say in a letter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.template import Engine

from cha_engagement.core import hub
from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.emergencies import can_phone, emergency_routes
from cha_engagement.customers.models import Customer
from cha_engagement.organisation.models import Organisation, StandardText

from .markdown import escape, fill, place_names


@dataclass(frozen=True, slots=True)
class Filling:
    """What a standard paragraph can fill in for a customer, Markdown. Where it `says` nothing, the association's details do not say `what`.

    The paragraphs in `kept_in` say it always, by the policy's `paragraph` or a promise. It is `theirs_alone` where another would give
    away what a letter may have to keep to itself. What has `lines` stands on a line of its own.
    """

    says: Callable[[Organisation, Customer | None], str | Refusal]
    what: str = ""
    paragraph: str = ""
    kept_in: tuple[str, ...] = ()
    theirs_alone: bool = False
    lines: bool = False

    def usable_in(self, name: str) -> bool:
        return not self.theirs_alone or name in self.kept_in


def ombudsman(organisation: Organisation) -> str:
    return escape(organisation.ombudsman)


def emergency_line(organisation: Organisation, customer: Customer | None) -> str | Refusal:
    """Name the routes that its reader can use in an emergency. Beyond the policy: B2."""
    routes = emergency_routes(customer, organisation)
    if routes or customer is None or can_phone(customer):
        return escape(either(routes)) if routes else ""
    return Refusal(
        f"No emergency route that {customer.name} can use is kept: they cannot phone. Write on their page how they reach us in an "
        "emergency, or ask an administrator for a text, relay or email line.",
        "B2",
        "body",
    )


def danger(customer: Customer | None) -> str:
    """Say whom to tell of danger, by a number that its reader can use."""
    said = "tell us when somebody is in danger, yourself included. Where life is at risk, "
    if can_phone(customer):
        return f"{said}call 999"
    return (
        f"{said}dial 18000 with the Relay UK app or a textphone, or text 999. For the text, your phone must be registered: text the word "
        "register to 999 now"
    )


def either(ways: Iterable[str]) -> str:
    """Ways as a choice, such as `by phone, by email or by letter`; blanks are left out."""
    *first, last = [*filter(None, ways)] or [""]
    return f"{', '.join(first)} or {last}" if first else last


def listed(text: str) -> str:
    """The lines of an address, each as an item of a list."""
    return "".join(f"- {escape(line.strip())}\n" for line in text.splitlines() if line.strip())


STAYS_OPEN = ("what always stays open",)
# No phone number, email or office hours: some of them may be closed to whoever reads the letter. [how to contact us] names those that
# are open, and a restriction that closes any puts other words in the place of [how to complain].
FILLINGS = {
    "association": Filling(
        lambda organisation, customer: escape(organisation.name),
        paragraph="45",
        kept_in=("criticism is welcome",),
    ),
    "emergency repairs line": Filling(
        emergency_line,
        "the emergency repairs line",
        "B2",
        kept_in=STAYS_OPEN,
    ),
    "tell us of danger": Filling(
        lambda organisation, customer: danger(customer), paragraph="B2", kept_in=STAYS_OPEN
    ),
    "ask for information": Filling(
        lambda organisation, customer: (
            "ask for the information that we hold about you, or under freedom of information law"
        ),
        paragraph="B2",
        kept_in=STAYS_OPEN,
    ),
    "ombudsman": Filling(
        lambda organisation, customer: organisation.ombudsman_name and ombudsman(organisation),
        "who the ombudsman is",
        "B2",
        kept_in=("the ombudsman", *STAYS_OPEN),
    ),
    "how to reach the ombudsman": Filling(
        lambda organisation, customer: listed(organisation.ombudsman_contact),
        "how to reach the ombudsman",
        "B3",
        kept_in=("the ombudsman",),
        lines=True,
    ),
    "how to reach the complaints process": Filling(
        lambda organisation, customer: escape(organisation.complaints_contact.rstrip(". ")),
        "how to reach the complaints process",
        "5",
        kept_in=("how to complain",),
        theirs_alone=True,
    ),
}


# What an Administrator may save


def usable(name: str) -> list[str]:
    """What the paragraph of this name can fill in."""
    return [one for one, filling in FILLINGS.items() if filling.usable_in(name)]


def is_taken(name: str) -> bool:
    """Whether a kind of letter fills in a place of this name by itself: it stands in the text that the letter begins with."""
    texts = {"letters/closing.md", *(kind.template for kind in hub.letter_kinds.values())}
    return any(name in place_names(Engine.get_default().get_template(text).source) for text in texts)


def faults(name: str, text: str) -> list[Refusal]:
    """Why the paragraph of this name may not say this. Policy §5, 45; B2, B3."""
    present = place_names(text)
    can_be = ", ".join(f"[{one}]" for one in usable(name))
    unknown = [
        Refusal(f"Nothing is known that could stand for [{one}]. Take it out, or use one of {can_be}.")
        for one in present
        if one not in usable(name)
    ]
    lost = [
        Refusal(f"[{name}] always says [{one}]: put it back in the text.", filling.paragraph)
        for one, filling in FILLINGS.items()
        if name in filling.kept_in and one not in present
    ]
    run_on = [
        Refusal(f"[{one}] is a list: put it on a line of its own.")
        for one, filling in FILLINGS.items()
        if filling.lines and any(one in place_names(line) and not alone(line) for line in text.splitlines())
    ]
    return [*unknown, *lost, *run_on]


def alone(line: str) -> bool:
    return not fill(line, dict.fromkeys(place_names(line), "")).strip()


# What they say in a letter


def unknown(what: str, paragraph: str) -> Refusal:
    return Refusal(
        f"The association’s details do not say {what}. Ask an administrator to fill it in.", paragraph, "body"
    )


def paragraphs(organisation: Organisation, customer: Customer | None = None) -> dict[str, str | Refusal]:
    """What each standard paragraph says to a customer, or why it cannot say it yet."""
    said = {name: filling.says(organisation, customer) for name, filling in FILLINGS.items()}
    return {one.name: paragraph(one.text, said) for one in StandardText.objects.filter(is_active=True)}


def paragraph(text: str, said: dict[str, str | Refusal]) -> str | Refusal:
    filled = {}
    for name in place_names(text):
        words = said[name]
        if isinstance(words, Refusal):
            return words
        if not words:
            return unknown(FILLINGS[name].what, FILLINGS[name].paragraph)
        filled[name] = words
    return fill(text, filled).strip()
