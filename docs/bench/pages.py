"""List what is measured: for each promise the pages, and who asks for them."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.db import models, transaction
from django.test import Client
from django.urls import reverse

from . import customers
from .filling import BASE
from .measuring import Ask

READERS = (
    "officer",
    "newcomer",
    "manager",
    "management",
    "ccsm",
    "executive",
    "new_executive",
    "dpo",
    "admin",
)
"""The roles. The officer and the executive have seen much; newcomers have seen nothing."""
SEEKERS = ("officer", "newcomer", "manager", "executive", "new_executive")
OPENERS = ("officer", "manager", "executive", "dpo")

FILTERS = {
    "/incidents/": (
        "category=outside_influence",
        "category=violence",
        "category=unreasonable_demands",
        "category=public_recording",
        "zero_tolerance=on",
        "zero_tolerance=on&status=with_manager",
        "status=with_manager",
        "status=closed",
        "channel=training",
        "channel=phone",
        "channel=social_media",
        "since=2020-01-01&until=2020-01-02",
        "reported_by=on",
        "assigned_to=on",
        "reported_by=on&category=outside_influence",
    ),
    "/customers/": (
        "relationship=tenant",
        "relationship=sales_agent",
        "flag=restricted",
        "flag=adjusted",
        "flag=under_notice",
        "flag=interim",
        "assigned_to=on",
    ),
    "/restrictions/": (
        "status=imposed",
        "status=later",
        "status=proposed",
        "status=lifted",
        "kind=complaints_process",
        "kind=channel",
        "kind=block_email",
        "status=imposed&kind=complaints_process",
        "ends_by=2030-01-01",
        "untold=on",
        "unreviewed=on",
    ),
    "/reviews/": ("within=7", "overdue=on", "passed_up=on", "kind=complaints_process"),
    "/appeals/": (
        "status=acknowledged",
        "status=received",
        "status=decided",
        "status=withdrawn",
        "waiting=on",
    ),
}
LISTS = tuple(FILTERS)


class Asker:
    """Somebody who is signed in, with a client that asks for pages again and again."""

    def __init__(self, username: str):
        from cha_engagement.staff.models import StaffMember

        self.username = username
        self.user = StaffMember.objects.get(username=username)
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(self.user)

    def page(self, path: str) -> Ask:
        return lambda: self.client.get(path)

    def post(self, path: str, answers: Callable[[], dict[str, Any]]) -> Ask:
        """Return the sending of a form, of which nothing stays."""

        def send() -> Any:
            with transaction.atomic():
                answer = self.client.post(path, answers())
                transaction.set_rollback(True)
            if answer.status_code != HTTPStatus.FOUND:
                raise ValueError(f"{path} was not saved: what is measured would be the page that says why.")
            return answer

        return send


Line = tuple[str, str, str, Ask]
"""The promise, who asks, what in words, and how to ask it."""


def lines() -> Iterator[Line]:
    askers = {name: Asker(name) for name in READERS}
    yield from pages_of_everybody(askers)
    yield from filtered_lists([askers[name] for name in SEEKERS])
    yield from look_ups(askers["manager"])
    yield from searches([askers[name] for name in SEEKERS])
    yield from customer_pages([askers[name] for name in (*SEEKERS, "dpo")])
    yield from record_pages([askers[name] for name in OPENERS])
    yield from form_pages([askers[name] for name in OPENERS])
    manager, officer = askers["manager"], askers["officer"]
    for days in ("", "?days=90"):
        yield (
            "P14",
            "manager",
            f"/restrictions/outcomes/{days}",
            manager.page(f"/restrictions/outcomes/{days}"),
        )
    yield "P6", "officer", "log an incident", officer.post("/incidents/new/", incident_answers)


def pages_of_everybody(askers: dict[str, Asker]) -> Iterator[Line]:
    deep = {path: middle_cursor(path) for path in LISTS}
    for name, asker in askers.items():
        yield "P12", name, "/", asker.page("/")
        for path in LISTS:
            yield "P1", name, path, asker.page(path)
        for path, cursor in deep.items():
            yield "P2", name, f"{path} half-way", asker.page(f"{path}?after={cursor}")


def middle_cursor(path: str) -> str:
    """Return the cursor of the page half-way down a whole list."""
    from cha_engagement.core.paging import cursor_value, write_cursor
    from cha_engagement.lists.interfaces import list_definitions

    definition = list_definitions()[path.strip("/")]
    rows = definition.rows(Asker("manager").user)
    ordering = [name.replace("pk", "id") for name in definition.ordering]
    row = rows.order_by(*ordering)[rows.count() // 2]
    return write_cursor([cursor_value(row, name) for name in ordering])


def filtered_lists(askers: list[Asker]) -> Iterator[Line]:
    for asker in askers:
        for path, several in FILTERS.items():
            for query in several:
                yield "P1", asker.username, f"{path}?{query}", asker.page(f"{path}?{query}")


def look_ups(asker: Asker) -> Iterator[Line]:
    for what, ask in customers.look_up_requests(asker.client).items():
        yield "P3", asker.username, what, ask


SEARCHES = {
    "a word that nobody wrote": "xyzzy",
    "a word that one wrote": "quincunx",
    "a word in every incident": "shouted",
    "two words in every incident": "shouted repairs",
    "two words, one in every incident": "quincunx warning",
}


def searches(askers: list[Asker]) -> Iterator[Line]:
    """Yield searches of what was written, each as the page to which a look-up leads."""
    for asker in askers:
        for what, typed in SEARCHES.items():
            yield "P4", asker.username, what, asker.page(looked_up(asker, typed))


def looked_up(asker: Asker, typed: str) -> str:
    return asker.client.post("/look-up/", {"q": typed}).headers["Location"]


def customer_pages(askers: list[Asker]) -> Iterator[Line]:
    from cha_engagement.customers.models import Customer

    much, little = Customer.objects.get(pk=BASE), Customer.objects.get(pk=BASE + 777)
    for asker in askers:
        for description, customer in (("with 300 events", much), ("with few events", little)):
            url = customer.get_absolute_url()
            yield "P5", asker.username, f"customer {description}", asker.page(url)
            yield "P5", asker.username, f"contacts of one {description}", asker.page(f"{url}contacts/")


def shown_models() -> list[type[models.Model]]:
    from cha_engagement.evidence.models import Evidence
    from cha_engagement.letters.models import Letter
    from incidents.contacts.models import Contact
    from incidents.conversations.models import Conversation
    from incidents.models import Incident
    from incidents.restorative.models import RestorativeAction
    from restrictions.blocks.models import Block
    from restrictions.models import InterimMeasure, ManagementDecision, Restriction
    from reviews.models import Appeal, Review

    return [
        Incident, Contact, RestorativeAction, Conversation, Evidence, ManagementDecision, Restriction, InterimMeasure, Block, Letter, Review, Appeal,
    ]  # fmt: skip


def sample_records(model: type[models.Model]) -> Iterator[tuple[str, Any]]:
    """Yield one of the demonstration's records in each state, and one of those around it."""
    rows: Any = model._default_manager
    if any(field.name == "status" for field in model._meta.fields):
        for status in rows.filter(pk__lt=BASE).order_by("status").values_list("status", flat=True).distinct():
            yield status, rows.filter(pk__lt=BASE, status=status).latest("pk")
    else:
        yield from (("", record) for record in rows.filter(pk__lt=BASE).order_by("-pk")[:1])
    # The same in the order of things, however many there are.
    yield "long ago", rows.filter(pk__gt=BASE).earliest("pk")


def record_pages(askers: list[Asker]) -> Iterator[Line]:
    for model in shown_models():
        for state, record in sample_records(model):
            what = f"{model._meta.verbose_name} {state}".strip()
            for asker in askers:
                yield "P13", asker.username, what, asker.page(record.get_absolute_url())


FORMS = {
    "Customer": (
        "customer_edit", "decide", "restriction_propose?kind=channel", "interim_new", "letter_new", "restore", "contact_new", "appeal_new",
    ),
    "Incident": (
        "incident_edit", "incident_more", "incident_assess", "incident_close", "incident_reopen", "incident_evidence", "history",
    ),
    "ManagementDecision": ("restrict?kind=channel", "restrict?kind=named_contact"),
    "Restriction": ("restriction_lift", "restriction_impose", "restriction_rename", "history"),
    "Letter": ("letter_check", "letter_issue", "letter_sent", "letter_text", "history"),
    "Review": ("review_hold", "review_pack"),
    "Appeal": ("appeal_acknowledge", "appeal_decide", "appeal_substitute"),
}  # fmt: skip
"""The names of the addresses of forms, by the model whose record they are about."""


def form_pages(askers: list[Asker]) -> Iterator[Line]:
    from cha_engagement.customers.models import Customer

    for asker in askers:
        yield "P13", asker.username, "form incident_new", asker.page(reverse("incident_new"))
    busy = Customer.objects.filter(pk__lt=BASE, restrictions__isnull=False).latest("pk")
    records = {model.__name__: list(sample_records(model)) for model in shown_models()}
    records["Customer"] = [("", busy), ("with 300 events", Customer.objects.get(pk=BASE))]
    for model, names in FORMS.items():
        for name in names:
            url_name, _, query = name.partition("?")
            for state, record in records[model]:
                url = (
                    record.get_absolute_url() + "history/"
                    if name == "history"
                    else reverse(url_name, args=[record.reference])
                )
                for asker in askers:
                    what = f"form {name}, {model} {state}"
                    yield "P13", asker.username, what.strip(), asker.page(f"{url}?{query}" if query else url)


def incident_answers() -> dict[str, Any]:
    from django.utils import timezone

    now = timezone.localtime()
    return {
        "submission": str(uuid4()),
        "known": "yes",
        "customer": "CUS-2019-000777",
        "occurred_at": f"{now.date().isoformat()}T00:01",
        "channel": "phone",
        "facts": "They shouted for some minutes about the repair to their window.",
        "harm": "no",
        "categories": ["abuse"],
    }
