"""Nothing that people write makes a page wider than their screen."""

import pytest
from django.urls import reverse

from .. import factories

pytestmark = pytest.mark.browser

WORD = "Wolfeschlegelsteinhausenbergerdorff" * 4


@pytest.mark.parametrize("width", [320, 800, 1280])
def test_a_word_longer_than_its_line_is_broken(page_as, transactional_db, width):
    manager = factories.staff("rowan", "Manager")
    customer = factories.customer(by=manager, name=WORD, known_as=WORD, address=WORD)
    incident = factories.incident(by=manager, customer=customer, facts=WORD, location=WORD)
    page = page_as(manager, viewport={"width": width, "height": 800})
    for path in (
        reverse("home"),
        reverse("customers"),
        reverse("incidents"),
        f"{reverse('look_up')}?q={WORD[:20]}",
        customer.get_absolute_url(),
        incident.get_absolute_url(),
        f"{incident.get_absolute_url()}assess/",
        f"{incident.get_absolute_url()}history/",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
