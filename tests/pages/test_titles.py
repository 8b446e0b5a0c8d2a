"""C1: a tab, the browser's history and a screen reader tell pages apart by their titles."""

from lxml.html import fromstring

from .conftest import ROLES
from .routes import FILES, path_of
from .test_access import EXPECTED


def test_no_two_pages_have_the_same_title(world, ask):
    management = [*ROLES].index("management")
    titles = {}
    for (route, case), (shown, _) in EXPECTED.items():
        if case == "own" and shown[management] == 200 and route not in FILES:
            page = fromstring(ask("management", "get", path_of(route, world.own)).content)
            titles.setdefault(page.findtext("head/title"), []).append(route)
    assert [routes for routes in titles.values() if len(routes) > 1] == []
