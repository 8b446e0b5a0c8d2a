import re
from collections.abc import Collection, Hashable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from cha_engagement.core.refusals import Refusal
from cha_engagement.customers.contact_details import read_email, split_addresses
from cha_engagement.customers.enums import CardSection, Channel
from cha_engagement.customers.fields import LinesField
from cha_engagement.customers.interfaces import CardLine
from cha_engagement.customers.models import Customer
from cha_engagement.customers.queries import customers_with_email
from cha_engagement.letters.rendering.files import render_markdown
from cha_engagement.letters.rendering.markdown import Markdown
from cha_engagement.letters.rendering.standard_paragraphs import join_with_or
from cha_engagement.organisation.models import AdviceOrganisation, Organisation
from cha_engagement.staff.models import StaffMember
from restrictions.kinds.channels import join_words
from restrictions.kinds.kind import RestrictionKind

if TYPE_CHECKING:
    from restrictions.models import Restriction


WILDCARD = re.compile(r"[*%?]")
DOMAIN = re.compile(r"(?<![\w.-])(?:[\w-]+\.)+[^\W\d_]{2,}(?![^\s@,;<>()]*@)")
"""Matches a domain in contact details, of a website or of an email address, and not what stands before its @."""
MAIL_PROVIDERS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "outlook.co.uk",
        "hotmail.com",
        "hotmail.co.uk",
        "live.com",
        "live.co.uk",
        "msn.com",
        "yahoo.com",
        "yahoo.co.uk",
        "ymail.com",
        "rocketmail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "aol.co.uk",
        "btinternet.com",
        "btopenworld.com",
        "sky.com",
        "virginmedia.com",
        "virgin.net",
        "ntlworld.com",
        "blueyonder.co.uk",
        "talktalk.net",
        "tiscali.co.uk",
        "plus.com",
        "plus.net",
        "o2.co.uk",
        "orange.net",
        "proton.me",
        "protonmail.com",
        "gmx.com",
        "gmx.co.uk",
        "gmx.net",
        "mail.com",
        "fastmail.com",
        "zoho.com",
        "tutanota.com",
        "tuta.com",
    ]
)
"""Domains at which anybody may have an address: none of these shows for whom somebody works."""


class BlockingKind(RestrictionKind):
    """Addresses or accounts of theirs are blocked where they reach us. Terms: `blocked`, a list of texts.

    Blocking each, and unblocking it once this no longer stands, is a step of its own: see `restrictions.blocks`.
    """

    binds_staff_alone = True
    question: ClassVar[str]
    hint: ClassVar[str]
    missing: ClassVar[str]

    def form_fields(self) -> dict[str, forms.Field]:
        return {
            "blocked": LinesField(
                label=self.question, help_text=self.hint, read=self.parse_line, split=self.split_line
            )
        }

    def split_line(self, line: str) -> list[str]:
        """Return what a line names, where several can be pasted together."""
        return [line]

    def parse_line(self, line: str) -> str:
        """Return one of them as it is kept. Raises `ValidationError` with a sentence."""
        raise NotImplementedError

    def field_values(self, answers: dict[str, Any]) -> dict[str, Any]:
        return {"terms": {"blocked": answers.get("blocked") or []}}

    def check_terms(self, restriction: "Restriction") -> list[Refusal]:
        if restriction.terms["blocked"]:
            return []
        return [Refusal(self.missing, self.paragraph, "blocked")]

    def term_rows(self, restriction: "Restriction") -> list[tuple[str, str]]:
        return [(self.question, join_words(restriction.terms["blocked"]))]

    def summary(self, restriction: "Restriction") -> str:
        return f"Blocked: {join_words(restriction.terms['blocked'])}."

    def usual_instruction(self, restriction: "Restriction") -> str:
        """Say it alike of all that is blocked, so that it stands on a card once."""
        return (
            "Leave what is blocked unanswered. Deal with whatever comes in another way, and with what is always open to them whichever "
            "way it comes."
        )

    def targets_to_block(self, restriction: "Restriction") -> list[str]:
        return restriction.terms["blocked"]

    def effects(self, restriction: "Restriction") -> set[Hashable]:
        return {text.casefold() for text in restriction.terms["blocked"]}

    def check_not_more_restrictive(self, before: "Restriction", after: "Restriction") -> list[Refusal]:
        more = [text for text in after.terms["blocked"] if text not in before.terms["blocked"]]
        if not more:
            return []
        return [Refusal(f"This was not blocked before: {join_words(more)}.", "22", "blocked")]


def require_single(text: str) -> str:
    """Return a text that names one alone. Raises `ValidationError` where it stands for many."""
    if WILDCARD.search(text):
        raise ValidationError(f"“{text}” means more than one. Give each in full.")
    return text


def owner_besides(address: str, customer: Customer) -> str:
    """Return whose an email address is besides this customer's; an empty text where nobody else's is known.

    Of an organisation it is enough that the address is at its domain: we know few of the people who work there.
    """
    own = Organisation.current()
    staff = StaffMember.objects.filter(is_active=True).values_list("email", flat=True)
    advice = AdviceOrganisation.objects.values_list("contact", flat=True)
    ours = [own.email, own.emergency_email, own.complaints_contact, own.website]
    if is_named_in(address, [*ours, *staff]) or is_at_domain(address, ours):
        return "ours"
    if belongs_to_organisation(address, [own.ombudsman_contact]):
        return f"that of the {own.ombudsman}"
    if belongs_to_organisation(address, advice):
        return "that of independent advice"
    return (
        "another customer’s too" if any(other != customer for other in customers_with_email(address)) else ""
    )


def belongs_to_organisation(address: str, texts: Collection[str]) -> bool:
    """Return whether an address stands in the contact details of an organisation, or is at a domain that does."""
    return is_named_in(address, texts) or is_at_domain(address, texts)


def is_named_in(address: str, texts: Iterable[str]) -> bool:
    return any(address in (word.strip("<>()[],;:.") for word in text.casefold().split()) for text in texts)


def is_at_domain(address: str, texts: Iterable[str]) -> bool:
    """Return whether an address is at the domain of an email address or a website in these texts, no mail provider's."""
    domains = {domain.removeprefix("www.") for text in texts for domain in DOMAIN.findall(text.casefold())}
    host = address.rpartition("@")[2]
    return any(host == domain or host.endswith(f".{domain}") for domain in domains - MAIL_PROVIDERS)


class BlockEmail(BlockingKind):
    """Email addresses are blocked. Policy §31."""

    code = "block_email"
    title = "Email addresses blocked"
    description = (
        "What is sent from these addresses does not reach us. Others, and every other way, stay open."
    )
    letter_title = "Your emails"
    paragraph = "31"
    channel_term = "blocked"
    compares_limits = True
    question = "Addresses that are blocked"
    hint = "One on each line. Where it is every address that we know of theirs, email counts as closed."
    missing = "Give at least one address to block."

    def split_line(self, line: str) -> list[str]:
        return split_addresses(line)

    def parse_line(self, line: str) -> str:
        return require_single(read_email(line).casefold())

    def check_terms(self, restriction: "Restriction") -> list[Refusal]:
        """Refuse to cut off anybody else, or what is always open. Beyond the policy: B2, B5."""
        return [
            *super().check_terms(restriction),
            *(
                Refusal(
                    f"“{address}” is {owner}, and blocking it would cut off more than this customer. Leave it out.",
                    "B5",
                    "blocked",
                )
                for address in restriction.terms["blocked"]
                if (owner := owner_besides(address, restriction.customer))
            ),
        ]

    def closed_channels(self, restriction: "Restriction") -> set[Channel]:
        """Return email once every address of theirs that we know is blocked."""
        known = {text.casefold() for text in restriction.customer.emails}
        return {Channel.EMAIL} if known and known <= set(restriction.terms["blocked"]) else set()

    def channel_limits(self, restriction: "Restriction") -> dict[Channel, Markdown]:
        """Limit email to other addresses: what is sent from these still reaches us."""
        if self.closed_channels(restriction):
            return {}
        addresses = join_with_or(restriction.terms["blocked"])
        return {Channel.EMAIL: render_markdown("letters/kinds/block_email_limit.md", addresses=addresses)}

    def letter_data(self, restriction: "Restriction", closed: Collection[Channel]) -> dict[str, Any]:
        return {"addresses": join_words(restriction.terms["blocked"])}

    def card_lines(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> list[CardLine]:
        return [
            CardLine(
                CardSection.DONT,
                f"Answer emails from {join_words(restriction.terms['blocked'])}.",
                restriction.ends_on,
            )
        ]


class BlockAccount(BlockingKind):
    """Online accounts are blocked on ours. Policy §32.1."""

    code = "block_account"
    title = "Online accounts blocked"
    description = "These accounts cannot write to ours or comment there. Every other way stays open."
    letter_title = "Your online accounts"
    paragraph = "32.1"
    subject = "accounts"
    question = "Accounts that are blocked"
    hint = "One on each line, with the place where it is, such as Facebook: orla.nb."
    missing = "Give at least one account to block."

    def parse_line(self, line: str) -> str:
        """Return an account with the place where it is, such as "Facebook: orla.nb"."""
        place, colon, name = (part.strip() for part in line.partition(":"))
        if not (colon and place and name):
            raise ValidationError(f"“{line}” needs the place and the account, such as Facebook: orla.nb.")
        return f"{place}: {require_single(name)}"

    def letter_data(self, restriction: "Restriction", closed: Collection[Channel]) -> dict[str, Any]:
        return {"accounts": join_words(restriction.terms["blocked"])}

    def card_lines(self, restriction: "Restriction", closed: Collection[Channel] = ()) -> list[CardLine]:
        return [
            CardLine(
                CardSection.DONT,
                f"Answer the accounts {join_words(restriction.terms['blocked'])}.",
                restriction.ends_on,
            )
        ]
