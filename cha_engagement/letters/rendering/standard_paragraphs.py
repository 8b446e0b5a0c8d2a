"""The standard paragraphs that an Administrator keeps: what they can fill in, and what they say in a letter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.template import Engine

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import can_phone, emergency_routes
from cha_engagement.letters.interfaces import letter_kinds
from cha_engagement.organisation.models import Organisation, StandardText

from .files import render_markdown
from .markdown import Markdown, escape, fill_placeholders, placeholder_names


@dataclass(frozen=True, slots=True)
class ParagraphPlaceholder:
    """A placeholder of standard paragraphs. `text` is its Markdown for a customer; empty, the association's details do not say `detail`.

    The paragraphs in `required_in` always say it, by the policy's `paragraph` or a promise. It stands `only_there` where another would
    give away what a letter may have to keep to itself. What `is_list` stands on a line of its own.
    """

    text: Callable[[Organisation, Customer | None], str | Refusal]
    detail: str = ""
    paragraph: str = ""
    required_in: tuple[str, ...] = ()
    only_there: bool = False
    is_list: bool = False

    def is_usable_in(self, name: str) -> bool:
        return not self.only_there or name in self.required_in


def ombudsman_name(organisation: Organisation) -> str:
    return escape(organisation.ombudsman)


def emergency_routes_text(organisation: Organisation, customer: Customer | None) -> str | Refusal:
    """Name the routes that a customer can use in an emergency. Beyond the policy: B2."""
    routes = emergency_routes(customer, organisation)
    if routes or customer is None or can_phone(customer):
        return escape(join_with_or(routes)) if routes else ""
    return Refusal(
        f"No emergency route that {customer.name} can use is kept: they cannot phone. Write on their page how they reach us in an "
        "emergency, or ask an administrator for a text, relay or email line.",
        "B2",
        "body",
    )


def danger_advice(customer: Customer | None) -> Markdown:
    """Say whom to tell of danger, by a number that the customer can use."""
    return render_markdown("letters/standard/tell_us_of_danger.md", can_phone=can_phone(customer))


def join_with_or(choices: Iterable[str]) -> str:
    """Join choices, such as `by phone, by email or by letter`; blanks are left out."""
    *first, last = [*filter(None, choices)] or [""]
    return f"{', '.join(first)} or {last}" if first else last


def list_lines(text: str) -> str:
    """Return the lines of an address, each as an item of a list."""
    return "".join(f"- {escape(line.strip())}\n" for line in text.splitlines() if line.strip())


STAYS_OPEN = ("what always stays open",)
# No phone number, email or office hours: some of them may be closed to whoever reads the letter. [how to contact us] names those that
# are open, and a restriction that closes any puts other words in the place of [how to complain].
PARAGRAPH_PLACEHOLDERS = {
    "association": ParagraphPlaceholder(
        lambda organisation, customer: escape(organisation.name),
        paragraph="45",
        required_in=("criticism is welcome",),
    ),
    "emergency repairs line": ParagraphPlaceholder(
        emergency_routes_text,
        detail="the emergency repairs line",
        paragraph="B2",
        required_in=STAYS_OPEN,
    ),
    "tell us of danger": ParagraphPlaceholder(
        lambda organisation, customer: danger_advice(customer), paragraph="B2", required_in=STAYS_OPEN
    ),
    "ask for information": ParagraphPlaceholder(
        lambda organisation, customer: render_markdown("letters/standard/ask_for_information.md"),
        paragraph="B2",
        required_in=STAYS_OPEN,
    ),
    "ombudsman": ParagraphPlaceholder(
        lambda organisation, customer: organisation.ombudsman_name and ombudsman_name(organisation),
        detail="who the ombudsman is",
        paragraph="B2",
        required_in=("the ombudsman", *STAYS_OPEN),
    ),
    "how to reach the ombudsman": ParagraphPlaceholder(
        lambda organisation, customer: list_lines(organisation.ombudsman_contact),
        detail="how to reach the ombudsman",
        paragraph="B3",
        required_in=("the ombudsman",),
        is_list=True,
    ),
    "how to reach the complaints process": ParagraphPlaceholder(
        lambda organisation, customer: escape(organisation.complaints_contact.rstrip(". ")),
        detail="how to reach the complaints process",
        paragraph="5",
        required_in=("how to complain",),
        only_there=True,
    ),
}


def usable_placeholders(name: str) -> list[str]:
    """Return the placeholders that the paragraph of this name can have."""
    return [
        placeholder
        for placeholder, definition in PARAGRAPH_PLACEHOLDERS.items()
        if definition.is_usable_in(name)
    ]


def is_filled_by_a_kind(name: str) -> bool:
    """Return whether a kind of letter fills in a placeholder of this name by itself: it stands in the text that the letter begins with."""
    templates = {"letters/closing.md", *(kind.template for kind in letter_kinds().values())}
    return any(
        name in placeholder_names(Engine.get_default().get_template(template).source)
        for template in templates
    )


def stands_alone(line: str) -> bool:
    """Return whether a line has placeholders and nothing else."""
    return not fill_placeholders(line, dict.fromkeys(placeholder_names(line), "")).strip()


def missing_detail(detail: str) -> str:
    return f"The association’s details do not say {detail}. Ask an administrator to fill it in."


def standard_paragraphs(
    organisation: Organisation, customer: Customer | None = None
) -> dict[str, str | Refusal]:
    """Return what each standard paragraph says to a customer, or why it cannot say it yet."""
    texts = {
        name: definition.text(organisation, customer) for name, definition in PARAGRAPH_PLACEHOLDERS.items()
    }
    return {
        paragraph.name: fill_paragraph(paragraph.text, texts)
        for paragraph in StandardText.objects.filter(is_active=True)
    }


def fill_paragraph(text: str, texts: dict[str, str | Refusal]) -> str | Refusal:
    filled = {}
    for name in placeholder_names(text):
        words = texts[name]
        if isinstance(words, Refusal):
            return words
        if not words:
            definition = PARAGRAPH_PLACEHOLDERS[name]
            return Refusal(missing_detail(definition.detail), definition.paragraph, "body")
        filled[name] = words
    return fill_placeholders(text, filled).strip()
