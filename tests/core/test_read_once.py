"""A page that somebody looks at asks once what many of its parts need; whatever writes reads anew."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from cha_engagement.core.read_once import ReadOnceMiddleware, read_once
from cha_engagement.core.records.changes import atomic_action

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return []


@pytest.fixture
def find_name(asked):
    @read_once
    def find_name(person):
        asked.append(person)
        return str(person)

    return find_name


def answer(view, method="get"):
    request = getattr(RequestFactory(), method)("/")
    return ReadOnceMiddleware(lambda request: view() or HttpResponse())(request)


@pytest.mark.parametrize(("method", "times"), [("get", 1), ("head", 1), ("post", 2)])
def test_only_a_page_that_is_looked_at_asks_once(find_name, asked, officer, method, times):
    def view():
        assert [find_name(officer), find_name(type(officer).objects.get(pk=officer.pk))] == [str(officer)] * 2

    answer(view, method)
    assert len(asked) == times


def test_each_is_asked_about_once(find_name, asked, officer, manager):
    def view():
        assert [find_name(person) for person in (officer, manager, officer)] == [
            str(person) for person in (officer, manager, officer)
        ]

    answer(view)
    assert asked == [officer, manager]


def test_nothing_is_known_from_another_page_or_outside_of_one(find_name, asked, officer):
    for _ in range(2):
        answer(lambda: find_name(officer) and None)
        find_name(officer)
    assert len(asked) == 4


def test_an_action_and_whatever_comes_after_it_read_anew(find_name, asked, officer):
    def view():
        find_name(officer)
        with atomic_action():
            find_name(officer)
        find_name(officer)

    answer(view)
    assert len(asked) == 3


def test_an_answer_to_one_function_is_none_to_another(find_name, officer):
    @read_once
    def find_key(person):
        return person.pk

    def view():
        assert (find_name(officer), find_key(officer)) == (str(officer), officer.pk)

    answer(view)
