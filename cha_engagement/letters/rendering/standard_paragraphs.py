"""The standard paragraphs that an Administrator keeps: what they can fill in, and what they say in a letter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.template import Engine

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.contact_plan import ContactPlan
from cha_engagement.customers.enums import CHANNEL_PHRASES, AlwaysOpen
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import can_phone, can_use_emergency_line, emergency_routes
from cha_engagement.letters.enums import OmbudsmanStage
from cha_engagement.letters.interfaces import letter_kinds
from cha_engagement.organisation.models import Organisation, StandardText

from .files import render_markdown
from .markdown import escape, fill_placeholders, placeholder_names


@dataclass(frozen=True, slots=True)
class ParagraphReader:
    """Whom a standard paragraph speaks to: a customer, how they can reach us, as far as that is known, and at which stage they are."""

    customer: Customer | None = None
    plan: ContactPlan | None = None
    ombudsman_stage: OmbudsmanStage = OmbudsmanStage.NOTHING_TO_APPEAL


ANYBODY = ParagraphReader()


@dataclass(frozen=True, slots=True)
class ParagraphPlaceholder:
    """A placeholder of standard paragraphs. `text` is its Markdown for a reader; empty, the association's details do not say `detail`.

    The paragraphs in `required_in` always say it, by the policy's `paragraph` or a promise. It stands `only_there` where another would
    give away what a letter may have to keep to itself. What `is_list` stands on a line of its own.
    """

    text: Callable[[Organisation, ParagraphReader], str | Refusal]
    detail: str = ""
    paragraph: str = ""
    required_in: tuple[str, ...] = ()
    only_there: bool = False
    is_list: bool = False

    def is_usable_in(self, name: str) -> bool:
        return not self.only_there or name in self.required_in


def check_emergency_route(customer: Customer, routes: list[str]) -> list[Refusal]:
    """Refuse a letter that names a customer no emergency route which they can use. Beyond the policy: B2."""
    if routes or can_use_emergency_line(customer):
        return []
    why, line = (
        ("they need an interpreter", "a line with an interpreter")
        if can_phone(customer)
        else ("they cannot phone", "a text, relay or email line")
    )
    return [
        Refusal(
            f"No emergency route that {customer.name} can use is kept: {why}. Write on their page how they reach us in an emergency, or ask "
            f"an administrator for {line}.",
            "B2",
            "body",
        )
    ]


def always_open_text(organisation: Organisation, reader: ParagraphReader) -> str | Refusal:
    """List each matter that is always open, and the channels by which this reader can come to us about them. Beyond the policy: B2, B8."""
    customer = reader.customer
    routes = emergency_routes(customer, organisation)
    if customer and (refusals := check_emergency_route(customer, routes)):
        return refusals[0]
    if not routes:
        return Refusal(missing_detail("the emergency repairs line"), "B2", "body")
    if not organisation.ombudsman_name:
        return Refusal(missing_detail("who the ombudsman is"), "B2", "body")
    data = {
        "emergency_routes": join_with_or(routes),
        "can_phone": can_phone(customer),
        "ombudsman": organisation.ombudsman,
    }
    return render_markdown(
        "letters/shared/always_open.md",
        matters=[render_markdown(f"letters/always_open/{matter}.md", **data) for matter in AlwaysOpen],
        ways=direct_ways(reader.plan),
    )


def direct_ways(plan: ContactPlan | None) -> str:
    """Return the channels by which somebody can reach us themselves; one that no letter names otherwise, with its address."""
    if plan is None:
        return ""
    return join_with_or(
        CHANNEL_PHRASES[channel]
        if channel in plan.usable_channels
        else f"{CHANNEL_PHRASES[channel]} ({address})"
        for channel, address in plan.direct_channels.items()
    )


def ombudsman_stage_text(organisation: Organisation, reader: ParagraphReader) -> str:
    """Say what has to come before the ombudsman at the reader's stage, and within what time. Policy §6.3."""
    time_limit = organisation.ombudsman_time_limit.strip()
    if not time_limit:
        return ""
    return render_markdown(
        "letters/shared/before_the_ombudsman.md",
        ombudsman_stage=reader.ombudsman_stage,
        time_limit=time_limit,
    )


def join_with_or(choices: Iterable[str]) -> str:
    """Join choices, such as `by phone, by email or by letter`; blanks are left out."""
    *first, last = [*filter(None, choices)] or [""]
    return f"{', '.join(first)} or {last}" if first else last


def list_lines(text: str) -> str:
    """Return the lines of an address, each as an item of a list."""
    return "".join(f"- {escape(line.strip())}\n" for line in text.splitlines() if line.strip())


# No phone number, email or office hours: some of them may be closed to whoever reads the letter. [how to contact us] names those that
# are open, and a restriction that closes any puts other words in the place of [how to complain].
PARAGRAPH_PLACEHOLDERS = {
    "association": ParagraphPlaceholder(
        lambda organisation, reader: escape(organisation.name),
        paragraph="45",
        required_in=("criticism is welcome",),
    ),
    "all that is always open": ParagraphPlaceholder(
        always_open_text, paragraph="B2", required_in=("what always stays open",), is_list=True
    ),
    "ombudsman": ParagraphPlaceholder(
        lambda organisation, reader: organisation.ombudsman_name and escape(organisation.ombudsman),
        detail="who the ombudsman is",
        paragraph="B2",
        required_in=("the ombudsman",),
    ),
    "when to go to the ombudsman": ParagraphPlaceholder(
        ombudsman_stage_text,
        detail="by when customers can go to the ombudsman",
        paragraph="6.3",
        required_in=("the ombudsman",),
    ),
    "how to reach the ombudsman": ParagraphPlaceholder(
        lambda organisation, reader: list_lines(organisation.ombudsman_contact),
        detail="how to reach the ombudsman",
        paragraph="B3",
        required_in=("the ombudsman",),
        is_list=True,
    ),
    "how to reach the complaints process": ParagraphPlaceholder(
        lambda organisation, reader: escape(organisation.complaints_contact.rstrip(". ")),
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
    organisation: Organisation, reader: ParagraphReader = ANYBODY
) -> dict[str, str | Refusal]:
    """Return what each standard paragraph says to a reader, or why it cannot say it yet."""
    texts = placeholder_texts(organisation, reader)
    return {
        paragraph.name: fill_paragraph(paragraph.text, texts)
        for paragraph in StandardText.objects.filter(is_active=True)
    }


def fill_standard_paragraph(text: str, organisation: Organisation) -> str | Refusal:
    """Return what the text of a paragraph would say to anybody, or why it cannot say it yet."""
    return fill_paragraph(text, placeholder_texts(organisation, ANYBODY))


def placeholder_texts(organisation: Organisation, reader: ParagraphReader) -> dict[str, str | Refusal]:
    return {
        name: definition.text(organisation, reader) for name, definition in PARAGRAPH_PLACEHOLDERS.items()
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
