import pytest
from lxml.html import fromstring

from .. import factories


@pytest.fixture
def incident(officer, customer):
    return factories.incident(by=officer, customer=customer)


@pytest.fixture
def restriction(manager, incident):
    return factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))


@pytest.fixture
def names():
    """Return a function: `names(answer)` are the references in the rows of a list."""
    return lambda answer: [row.reference for row in answer.context["page"].rows]


@pytest.fixture
def links():
    """Return a function: `links(answer)` gives the address of each link of the page by its words."""

    def links_of(answer):
        page = fromstring(answer.content.decode())
        return {" ".join(link.text_content().split()): link.get("href") for link in page.xpath("//main//a")}

    return links_of
