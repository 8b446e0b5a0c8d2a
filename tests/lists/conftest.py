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
    """`names(answer)` are the references in the rows of a list."""
    return lambda answer: [row.reference for row in answer.context["page"].rows]


@pytest.fixture
def links():
    """`links(answer)` leads by the words of each link of the page to where it goes."""

    def found(answer):
        page = fromstring(answer.content.decode())
        return {" ".join(one.text_content().split()): one.get("href") for one in page.xpath("//main//a")}

    return found
