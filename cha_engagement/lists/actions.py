"""Save filters of lists under a name, and take lists away as files."""

from collections.abc import Iterator

from django.db import transaction
from django.http import QueryDict

from cha_engagement.core.logs import log
from cha_engagement.core.refusals import raise_if_incomplete
from cha_engagement.lists.interfaces import ChosenOrder, ListDefinition
from cha_engagement.staff.actions import log_list_export
from cha_engagement.staff.models import StaffMember

from . import rules, spreadsheet
from .forms import ListFilter
from .models import SavedFilter


@transaction.atomic
def save_filter(*, name: str, query: str, definition: ListDefinition, by: StaffMember) -> SavedFilter:
    """Save a filter under a name. Sent twice, it is saved once."""
    # One at a time for each person, or two that come together would both be the last for which there is room.
    owner = StaffMember.objects.select_for_update(no_key=True).get(pk=by.pk)
    own_filters = SavedFilter.objects.filter(owner=owner)
    same_name = own_filters.filter(list_code=definition.code, name=name).first()
    if same_name and same_name.query == query:
        return same_name
    raise_if_incomplete(*rules.check_filter(name, query, same_name, own_filters.count()))
    return SavedFilter.objects.create(owner=by, list_code=definition.code, name=name, query=query)


def remove_filter(saved_filter: SavedFilter) -> None:
    saved_filter.delete()


def export_list(
    *,
    definition: ListDefinition,
    list_filter: ListFilter,
    by: StaffMember,
    address: str | None = None,
    order: ChosenOrder | None = None,
) -> Iterator[str]:
    """Return a list as a file, once it is written down who takes it. Policy §65; beyond the policy: B19."""
    rows = definition.rows(by)
    order = order or definition.choose_order(QueryDict())
    # The keys are read first: a row that leaves the list while the file is sent is in it all the same, as it is counted here.
    keys = list(
        order.annotate(list_filter.filter_rows(rows)).order_by(*order.names).values_list("pk", flat=True)
    )
    log_list_export(
        title=definition.title,
        filtered_by="\n".join(list_filter.descriptions),
        row_count=len(keys),
        by=by,
        address=address,
    )
    log.info("export", account=by.pk, list=definition.code, rows=len(keys))
    return spreadsheet.file_parts(definition, rows, keys)
