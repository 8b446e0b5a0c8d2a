"""A customer's timeline, as a user sees all of it."""

from django.db import DatabaseError, connection

from cha_engagement.customers.interfaces import event_sources, search_sources
from cha_engagement.desk.events import find_wrong_records, keep_visible_events, models_seen_in_part
from cha_engagement.desk.models import Event
from cha_engagement.desk.queries import event_kind_key
from cha_engagement.desk.search import rows
from cha_engagement.desk.search.index import index_name
from cha_engagement.desk.tasks import find_wrong_tasks
from cha_engagement.staff.interfaces import task_links, task_sources


def shown_events(customer, user):
    """Return the events, the oldest first, each with the key of its kind."""
    events = Event.objects.filter(customer=customer).select_related("by").order_by("at", "model", "history")
    visible = keep_visible_events(list(events), user, models_seen_in_part(user))
    for event in visible:
        event.kind = event_kind_key(event)
    return visible


def shown_kinds(customer, user):
    return [event.kind for event in shown_events(customer, user)]


def events_out_of_step(models):
    """Return the keys of records whose rows are not what their histories say: of these models, and of those that go with them."""
    affected = {
        source.model for source in event_sources() if source.model in models or first_model(source) in models
    }
    return {model._meta.label: keys for model in affected if (keys := find_wrong_records(model))}


def first_model(source):
    """Return the model through which the records of a source have their customer, if there is one between."""
    name, _, rest = source.customer.partition("__")
    return source.model._meta.get_field(name).related_model if rest else None


def tasks_out_of_step(models):
    """Return the tasks that are not as records ask for them: about these models, and those that go with them."""
    affected = {*models, *(link.model for link in task_links() if link.written in models)}
    sources = [source for source in task_sources() if source.model in affected]
    return {source.kinds: wrong for source in sources if (wrong := find_wrong_tasks(source))}


def words_out_of_step(models):
    """Return the keys of records, by model, that a search does not find by what they say; all where the index is not what its rows say."""
    sources = [source for source in search_sources() if source.model in models]
    wrong = {source.label: rows.find_wrong_records(source) for source in sources}
    wrong |= {source.label: "index" for source in sources if not is_index_in_step(source.model)}
    return {label: keys for label, keys in wrong.items() if keys}


def is_index_in_step(model):
    """Return whether FTS5 finds nothing wrong between its index and the rows; PostgreSQL keeps its own by itself."""
    if connection.vendor != "sqlite":
        return True
    name = index_name(model)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
    except DatabaseError:
        return False
    return True
