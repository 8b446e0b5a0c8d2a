import gc
import os
from datetime import timedelta
from uuid import uuid4
from zlib import crc32

import pytest
from django.db import connection
from django.template import RequestContext, Template
from django.test import Client
from django.test.utils import override_settings
from hypothesis import settings

from cha_engagement.core.records import records_changed
from cha_engagement.staff import sessions

from . import factories, overwriting
from .timelines import events_out_of_step, tasks_out_of_step, words_out_of_step

# How long an example takes says how busy the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

BROWSERS = max(1, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1)) // 2)
"""The number of browsers at a time: each keeps a core busy beside the process that drives it."""


def pytest_itemcollected(item):
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if "browser_name" in parameters and "browser" not in item.keywords:
        # pytest would run it among those of the browser, and make twice what its neighbours share.
        raise pytest.UsageError(f"{item.nodeid}: `page` is Playwright's. Give it another name.")
    if "browser" in item.keywords:
        group = f"browser-{crc32(item.nodeid.encode()) % BROWSERS}"
        item.add_marker(pytest.mark.xdist_group(group))
    committing = item.get_closest_marker("django_db")
    if committing and committing.kwargs.get("transaction"):
        item.add_marker(pytest.mark.database)  # what several do at once is each database's own affair


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Run the longest first: at the end no process waits for another's walk through a browser."""
    items.sort(key=lambda item: "browser" not in item.keywords)


def pytest_collection_finish():
    """Spare the garbage collector all that is imported by now: it stays."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def remember_pages_alone(django_test_environment):
    """Have a response remember the context of its page alone: Django would copy it again for each piece of it."""
    remember = Template._render

    def render(template, context):
        is_page = isinstance(context, RequestContext) and context.template is template
        return remember(template, context) if is_page else template.nodelist.render(context)

    Template._render = render


@pytest.fixture(scope="session", autouse=True)
def hash_passwords_quickly():
    """Hash passwords quickly: slow hashes guard what somebody steals, and these are thrown away."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def sessions_end_as_late_however_slow_a_test():
    """A page that is opened a while after another puts the end of a session off: where queries are counted, by one more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions, "A_MOMENT", timedelta(hours=1))
        yield


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(autouse=True)
def media_root(settings, files):
    """Give each test a folder of its own for files, which is made once it keeps one."""
    settings.MEDIA_ROOT = files / uuid4().hex


WHOLE_RUN = 500  # tests
COMPARED_OF_WHOLE_RUN = 4
"""Comparing takes a quarter of the time of a test: where many run it is done after every fourth, in `./dev torture` after each."""


def compares_rows(item):
    is_whole_run = len(item.session.items) > WHOLE_RUN and item.config.option.markexpr
    return not is_whole_run or crc32(item.nodeid.encode()) % COMPARED_OF_WHOLE_RUN == 0


@pytest.fixture(autouse=True)
def derived_rows_keep_in_step(request):
    """Compare, once a test is over, the rows that follow from what it wrote with what the definitions say."""
    if not compares_rows(request.node):
        yield
        return
    if "db" in request.fixturenames:
        request.getfixturevalue("db")  # so that it is still there at the end
    written = set()

    def note(changes, **kwargs):
        written.update(changes)

    overwriting.has_overwritten = False
    records_changed.connect(note)
    yield
    records_changed.disconnect(note)
    if written and not overwriting.has_overwritten and not connection.needs_rollback:
        assert events_out_of_step(written) == {}, (
            "An EventSource in timeline.py does not say what these wrote."
        )
        words = "What a task reads of another record is a TaskLink in tasks.py. These do not follow:"
        assert not (tasks := tasks_out_of_step(written)), f"{words} {tasks}"
        assert words_out_of_step(written) == {}, (
            "The fields of a SearchSource are not all that its texts ask."
        )


@pytest.fixture
def organisation(db):
    return factories.organisation()


@pytest.fixture
def officer(db):
    return factories.staff("officer", "Officer")


@pytest.fixture
def manager(db):
    return factories.staff("manager", "Manager")


@pytest.fixture
def management(db):
    return factories.staff("management", "Manager", "Management Team")


@pytest.fixture
def executive(db):
    return factories.staff("executive", "Executive Team")


@pytest.fixture
def dpo(db):
    return factories.staff("dpo", "Data Protection")


@pytest.fixture
def administrator(db):
    return factories.staff("admin", "Administrator")


@pytest.fixture
def customer(officer):
    return factories.customer(by=officer, **factories.HOME)


@pytest.fixture
def signed_in():
    """Return a function: `signed_in(user)` is a client of theirs."""

    def client(user):
        client = Client()
        client.force_login(user)
        return client

    return client
