"""Keeping a filter, and taking a list away."""

from collections.abc import Iterator

from django.db import transaction

from cha_engagement.core.hub import Listing
from cha_engagement.core.logs import log
from cha_engagement.core.refusals import Refusal, raise_if_incomplete
from cha_engagement.staff.models import StaffMember

from . import spreadsheet
from .forms import ListFilter
from .models import Export, KeptFilter

MOST = 30  # filters that somebody keeps


@transaction.atomic
def keep(*, name: str, query: str, listing: Listing, by: StaffMember) -> KeptFilter:
    """Keep a filter by a name. Sent twice, it is kept once."""
    # One at a time for each person, or two that come together would both be the last for which there is room.
    own = KeptFilter.objects.filter(owner=StaffMember.objects.select_for_update(no_key=True).get(pk=by.pk))
    same_name = own.filter(listing=listing.code, name=name).first()
    if same_name and same_name.query == query:
        return same_name
    raise_if_incomplete(
        None
        if query
        else Refusal("Nothing is filtered yet. Go back, choose what to filter by, and keep that."),
        Refusal(f"Another filter of yours is called “{name}”. Choose another name.", field="name")
        if same_name
        else None,
        Refusal(f"You have kept {MOST} filters. Remove one that you do not use any more, then keep this one.")
        if own.count() >= MOST
        else None,
    )
    return KeptFilter.objects.create(owner=by, listing=listing.code, name=name, query=query)


def remove(kept: KeptFilter) -> None:
    kept.delete()


def export(*, listing: Listing, asked: ListFilter, by: StaffMember) -> Iterator[str]:
    """A list as a file, once it is written down who takes what. Policy §65; beyond the policy: B19."""
    rows = listing.rows(by)
    # Which they are is settled first: what moves on while the file is sent is in it all the same, as it is counted here.
    keys = list(asked.narrow(rows).order_by(*listing.ordering).values_list("pk", flat=True))
    Export.objects.create(by=by, listing=listing.title, narrowed_to="\n".join(asked.said), rows=len(keys))
    log.info("export", account=by.pk, list=listing.code, rows=len(keys))
    return spreadsheet.parts(listing.columns, rows, keys)
