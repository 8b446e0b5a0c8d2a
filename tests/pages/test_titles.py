"""C1, S16: a tab, the browser's history and a screen reader tell pages apart by their titles, which name nobody."""

from lxml.html import fromstring

from cha_engagement.customers.models import Customer
from cha_engagement.staff.models import StaffMember

from .access import EXPECTED, PEOPLE
from .routes import FILES, path_of


def test_page_titles_differ_and_name_nobody(world, ask):
    management = PEOPLE.index("management")
    titles = {}
    for (route, case), (shown, _) in EXPECTED.items():
        if case == "own" and shown[management] == 200 and route not in FILES:
            answer = ask("management", "get", path_of(route, world.own))
            assert answer.status_code == 200, route
            page = fromstring(answer.content)
            titles.setdefault(page.findtext("head/title"), []).append(route)
    assert [routes for routes in titles.values() if len(routes) > 1] == []
    # Titles stay in the browser's history, and are seen whenever somebody shares their screen.
    names = {customer.name for customer in Customer.objects.all()}
    people = {str(person) for person in StaffMember.objects.all()}
    assert [title for title in titles if any(name in title for name in names | people)] == []
