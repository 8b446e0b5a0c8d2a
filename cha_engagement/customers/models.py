from collections.abc import Collection
from datetime import date
from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from cha_engagement.core.permissions import Permission
from cha_engagement.core.reasons import ReasonLine
from cha_engagement.core.records import (
    LONG,
    SHORT,
    CaseQuerySet,
    CaseRecord,
    DerivedCharField,
    DerivedRow,
    ReadOnlyQuerySet,
    RecordQuerySet,
    Stale,
)
from cha_engagement.core.statements import kept_records
from cha_engagement.organisation.models import AdviceOrganisation
from cha_engagement.staff.models import StaffMember

from .enums import (
    CHANNEL_PHRASES,
    NEED_EFFECTS,
    SPEAKS_FOR_OTHERS,
    Channel,
    ConfirmedWith,
    Format,
    KeyKind,
    NeedCode,
    NeedEffect,
    Relationship,
)
from .folding import sort_key


class CustomerQuerySet(CaseQuerySet, models.QuerySet["Customer"]):
    customer_paths = ("pk", "merged_into")

    def visible_to(self, user: StaffMember) -> "CustomerQuerySet":
        """Show all customers to everybody who deals with them: somebody may be at the desk."""
        return self.visible_with_merged(user).filter(merged_into=None)

    def visible_with_merged(self, user: StaffMember) -> "CustomerQuerySet":
        """Include those that are merged into others: their history can still be read, and nothing else is done with them."""
        return self.known_to(user).leave_out_closed(user)

    def known_to(self, user: StaffMember) -> "CustomerQuerySet":
        """Include those whose case is closed to this user too: of these they read the card's instructions alone. Beyond the policy: B33."""
        return self if user.has_perm(Permission.READ_CUSTOMERS) else self.none()

    def find_current(self, reference: str) -> "Customer | None":
        """Return the customer with this reference, or the one into whom they are merged."""
        if not reference:
            return None
        customer = self.select_related("merged_into").filter(reference=reference).first()
        return customer and (customer.merged_into or customer)


class SortKeyField(DerivedCharField):
    """What a customer's name is put in order by."""

    def derive(self, record: "Customer") -> str:
        return sort_key(record.name)


class Customer(CaseRecord):
    """A person or an organisation that engages with the association. Policy §3.

    `phones`, `emails` and `online_handles` are lists of text as typed. `cannot_use` is a list of the `Channel` codes that
    their needs rule out (B2): it and `needs_interpreter` follow from these, and `actions` of needs alone write them. `needs_confirmed_on` is when all that is
    recorded of their needs was last confirmed, with the colleague who did it and how, and is empty where it was changed since. `household_of` is another customer of the same household: nothing that is
    decided about one touches the other (B5). `speaks_for` is the customer for whom an advocate or representative acts. `merged_into`
    is the customer they turned out to be: all that was recorded about this one is recorded there (B16).
    """

    PREFIX = "CUS"
    lacking: Collection[str] = ()

    name = models.CharField(max_length=SHORT)
    sort_name = SortKeyField(max_length=SHORT)
    known_as = models.CharField("also known as", max_length=SHORT, blank=True)
    is_organisation = models.BooleanField("this is an organisation", default=False)
    relationship = models.CharField(max_length=30, choices=Relationship, default=Relationship.TENANT)
    under_contract = models.BooleanField("works for us under a contract", default=False)
    tenancy_reference = models.CharField(max_length=40, blank=True)
    address = models.TextField(max_length=500, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    phones = models.JSONField(default=list, blank=True)
    emails = models.JSONField(default=list, blank=True)
    online_handles = models.JSONField(default=list, blank=True)
    preferred_language = models.CharField(max_length=60, blank=True)
    preferred_format = models.CharField(
        "preferred format for letters", max_length=20, choices=Format, default=Format.STANDARD
    )
    accessibility_needs = models.TextField(
        "accessibility and communication needs", max_length=LONG, blank=True
    )
    cannot_use = models.JSONField("ways of contact they cannot use", default=list, blank=True)
    needs_interpreter = models.BooleanField("needs an interpreter", default=False)
    needs_confirmed_on = models.DateField("when their needs were checked", null=True, blank=True)
    needs_confirmed_with = models.CharField(
        "needs confirmed with", max_length=20, choices=ConfirmedWith, blank=True
    )
    needs_confirmed_how = models.CharField(
        "how their needs were checked", max_length=20, choices=Channel, blank=True
    )
    needs_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="who checked their needs",
    )
    emergency_route = models.CharField("how they reach us in an emergency", max_length=SHORT, blank=True)
    vulnerability = models.TextField("what may make them vulnerable", max_length=LONG, blank=True)
    under_18 = models.BooleanField("under 18", default=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned_customers"
    )
    household_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="household")
    speaks_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="spoken_for_by"
    )
    tenancy_ended_on = models.DateField("tenancy ended on", null=True, blank=True)
    deceased_on = models.DateField("died on", null=True, blank=True)
    death_source = ReasonLine(
        "how we know that they died",
        max_length=SHORT,
        blank=True,
        missing="Say how we know that they died: who said so, and when.",
        paragraph="23",
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged", db_index=False
    )

    merge_asked = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name="the record that may be of the same customer, until a second manager confirms it",
    )
    merge_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    merge_asked_why = ReasonLine(
        "why they may be the same",
        max_length=SHORT,
        blank=True,
        editable=False,
        missing="Say how you know that they are the same.",
        paragraph="B16",
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        permissions = [
            ("view_card", "Can look a customer up and read the card"),
            ("merge_customer", "Can merge two records of one customer, and undo that"),
            ("assign_customer", "Can say who looks after a customer, and so reads about them"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_name"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
                name="customer_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(needs_confirmed_on=None)
                | Q(needs_confirmed_with__in=[ConfirmedWith.CUSTOMER, ConfirmedWith.REPRESENTATIVE]),
                name="customer_needs_confirmed_with",
            ),
        ]
        indexes = [
            # The list is filtered by these, in the order of names.
            models.Index(fields=["assigned_to", "sort_name", "id"], name="customer_assigned"),
            models.Index(fields=["relationship", "sort_name", "id"], name="customer_relationship"),
            models.Index(fields=["sort_name", "id"], name="customer_name"),
            # Hardly any are: lists are walked along their own index, past these.
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="customer_merged"
            ),
        ]

    @property
    def title(self) -> str:
        return self.name

    @property
    def page_title(self) -> str:
        return f"Customer ({self.reference})"

    def get_absolute_url(self) -> str:
        return reverse("customer", args=[self.reference])

    def lacks(self, name: str) -> bool:
        """Return whether a page has found out that they have none of what few customers have (`CustomerPage.rare_records`)."""
        return name in self.lacking

    @property
    def reads_english(self) -> bool:
        """Return whether no other language is recorded for them."""
        language = self.preferred_language.strip()
        return not language or language.casefold().startswith("english")

    def has_died_by(self, day: date) -> bool:
        """Return whether they had died on a day, so that nothing told them anything then."""
        return bool(self.deceased_on and self.deceased_on <= day)

    @cached_property
    def agreed_adjustments(self) -> list["Adjustment"]:
        """Return the adjustments in force, in the order of agreement."""
        if self.lacks("adjustments"):
            return []
        return kept_records(Adjustment, adjustments_in_force, self.pk)

    @cached_property
    def current_needs(self) -> list["Need"]:
        """Return what they need of us, in the order in which it is asked."""
        if self.lacks("needs"):
            return []
        codes = NeedCode.values
        needs = kept_records(Need, needs_of, self.pk)
        return sorted(needs, key=lambda need: (codes.index(need.code), need.pk))

    def reload_locked(self) -> Self:
        """Lock the row. Raises `Stale` once it is merged into another: whatever changes or restricts a customer locks them first."""
        current = super().reload_locked()
        if current.merged_into_id:
            raise Stale(current)
        return current

    @property
    def how_needs_were_confirmed(self) -> str:
        """Return how their needs were last checked with them, such as "by phone"; empty where it was not said."""
        return CHANNEL_PHRASES[Channel(self.needs_confirmed_how)] if self.needs_confirmed_how else ""

    @property
    def speaks_for_others(self) -> bool:
        """Return whether they act for somebody else, who must keep another route to us (policy §3)."""
        return self.relationship in SPEAKS_FOR_OTHERS or self.is_organisation

    @property
    def address_line(self) -> str:
        return ", ".join(line.strip(" ,") for line in self.address.splitlines() if line.strip())

    @property
    def postal_address(self) -> str:
        """Return the lines below their name on a letter."""
        lines = [*self.address.splitlines(), self.postcode]
        return "\n".join(filter(None, (line.strip() for line in lines)))

    def get_cannot_use_display(self) -> str:
        return ", ".join(Channel(code).label for code in self.cannot_use)


class LookupKey(DerivedRow):
    """A text by which a customer can be found, folded to lower-case ASCII letters and digits. Rewritten by the actions.

    It has only those characters, so that a range of keys is a prefix in every collation.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="lookup_keys", db_index=False)
    kind = models.CharField(max_length=10, choices=KeyKind)
    key = models.CharField(max_length=SHORT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "key", "kind"], name="lookup_key_once")]
        indexes = [models.Index(fields=["key", "customer"], name="lookup_key")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}"


class Merge(CaseRecord):
    """A merge of two records of one customer. Beyond the policy: B16.

    `moved` are the rows that pointed to the merged customer, each as its model, its field, its key and the key it points to
    instead. `kept_before` and `kept_after` are the values of the kept one before and after, by column, where they differ.
    """

    PREFIX = "MRG"

    kept = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="merges")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    why = ReasonLine(
        "why they are the same",
        max_length=SHORT,
        missing="Say how you know that they are the same.",
        paragraph="B16",
    )
    moved = models.JSONField(default=list)
    kept_before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    kept_after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    undo_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    undo_why = ReasonLine(
        "how we know that they are two",
        max_length=SHORT,
        blank=True,
        missing="Say how you know that they are two.",
        paragraph="B16",
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RecordQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kept", "-id"], name="merge_kept")]
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="merged_once"),
            models.CheckConstraint(
                name="merge_undo_asked_with_reason",
                condition=Q(undo_asked_by=None, undo_why="")
                | Q(undo_asked_by__isnull=False) & ~Q(undo_why=""),
            ),
            models.CheckConstraint(
                name="merge_undone_is_whole",
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def get_absolute_url(self) -> str:
        return self.kept.get_absolute_url()


def needs_of(customer: int) -> "NeedQuerySet":
    return Need.objects.current().filter(customer=customer)


class NeedQuerySet(ReadOnlyQuerySet, models.QuerySet["Need"]):
    def current(self) -> "NeedQuerySet":
        return self.filter(ended_on=None)


class Need(CaseRecord):
    """Something that a customer needs of us, with words beside it. Policy §9, 18; beyond the policy: B2.

    What it rules out is in `enums.NEED_EFFECTS`. `confirmed_on` is empty where nobody has asked them. Two records of one customer may
    say the same in other words, until somebody saves their needs anew.
    """

    PREFIX = "NED"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="needs")
    code = models.CharField("what they need", max_length=20, choices=NeedCode)
    note = models.CharField("in words", max_length=SHORT, blank=True)
    confirmed_on = models.DateField("confirmed on", null=True, blank=True)
    confirmed_with = models.CharField("confirmed with", max_length=20, choices=ConfirmedWith, blank=True)
    ended_on = models.DateField("no longer recorded since", null=True, blank=True)

    objects = NeedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.note}" if self.note else self.get_code_display()

    def get_absolute_url(self) -> str:
        return self.customer.get_absolute_url()

    @property
    def effect(self) -> NeedEffect:
        return NEED_EFFECTS[NeedCode(self.code)]


def adjustments_in_force(customer: int) -> "AdjustmentQuerySet":
    adjustments = Adjustment.objects.in_force().filter(customer=customer)
    return adjustments.select_related("agreed_by").order_by("agreed_on", "pk")


class AdjustmentQuerySet(ReadOnlyQuerySet, models.QuerySet["Adjustment"]):
    def in_force(self) -> "AdjustmentQuerySet":
        """Leave out those that have ended; their last day counts."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))


class Adjustment(CaseRecord):
    """A reasonable adjustment agreed with a customer. Policy §9, 18. In force until the end of `ends_on`, or for good."""

    PREFIX = "ADJ"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="adjustments")
    what = ReasonLine(
        "what we do differently for them",
        max_length=SHORT,
        missing="Say what we do differently for them.",
        paragraph="9",
    )
    asked_on = models.DateField("when they asked", null=True, blank=True)
    agreed_on = models.DateField("when it was agreed", default=timezone.localdate)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ends_on = models.DateField("last day", null=True, blank=True)

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="adjustment_ends_after", condition=Q(ends_on=None) | Q(ends_on__gte=F("agreed_on"))
            )
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return self.customer.get_absolute_url()


class Signposting(CaseRecord):
    """A record that a customer was told of an independent organisation that can help. Policy §8.

    They were not told after all where the letter that told them came back, on the day `came_back_on`. Beyond the policy: B23.
    """

    PREFIX = "SGN"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="signpostings")
    organisation = models.ForeignKey(
        AdviceOrganisation, models.PROTECT, related_name="+", verbose_name="advice organisation you suggested"
    )
    on = models.DateField("when", default=timezone.localdate)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    came_back_on = models.DateField("when the letter that told them came back", null=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "times they were told of advice"

    def __str__(self) -> str:
        return f"{self.organisation} on {self.on}"

    def get_absolute_url(self) -> str:
        return self.customer.get_absolute_url()
