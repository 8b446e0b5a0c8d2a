"""S11: malformed requests get a clear 4xx and never a 5xx, on both databases."""

import pytest
from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from lxml.html import fromstring

from cha_engagement.core.answers import flatten_choices
from cha_engagement.lists.interfaces import list_definitions

from .access import EXPECTED
from .routes import names, path_of, path_of_form

FORMS = sorted({route for (route, _), (_, done) in EXPECTED.items() if 422 in done})
JUNK = {
    "a NUL byte": "a\0b",
    "a lone surrogate": "\udcff".encode("utf-8", "surrogatepass"),
    "a huge number": "9" * 400,
    "a negative number": "-1",
    "no date": "2026-02-30",
    "a date before time": "0000-00-00T99:99",
    "the end of time": "9999-12-31T23:59",
    "an unknown choice": "'; DROP TABLE",
    "markup": "<script>alert(1)</script>",
    "a long text": "x" * 15_000,
}


@pytest.mark.database
@pytest.mark.parametrize("route", FORMS)
def test_junk_in_any_field_of_any_form_is_refused(world, ask, route):
    """Each field gets each kind of junk once, while its neighbours get another."""
    path = path_of_form(route, world)
    who = next(
        role
        for role in ("manager", "management", "executive", "officer")
        if ask(role, "post", path).status_code == 422
    )
    form = ask(who, "get", path)
    fields = (
        form.context["form"].fields if form.status_code == 200 and "form" in form.context else ["version"]
    )
    junk = list(JUNK.values())
    for turn in range(len(junk)):
        form_data = {name: junk[(turn + place) % len(junk)] for place, name in enumerate(fields)}
        answer = ask(who, "post", path, form_data)
        assert answer.status_code in (409, 413, 422), (answer.status_code, form_data.keys())
        assert b"<script>alert" not in answer.content


@pytest.mark.parametrize("route", FORMS)
def test_a_form_of_a_megabyte_is_too_large(world, ask, route):
    path = path_of_form(route, world)
    assert ask("manager", "post", path, {"facts": "x" * 1_000_000}).status_code in (403, 413)


REVERSED_TEXT = "Ann \u202erraM"


def is_text_field(field):
    return not isinstance(field, forms.FileField | forms.BooleanField) and not field.widget.is_hidden


@pytest.mark.parametrize("route", FORMS)
def test_every_field_refuses_text_with_reversed_order(world, ask, route):
    """This includes fields that a form adds as it is made, and those that look up a name."""
    path = path_of_form(route, world)
    for who in ("manager", "management", "executive", "officer"):
        page = ask(who, "get", path)
        if page.status_code != 200 or "form" not in page.context:
            continue
        asked = [name for name, field in page.context["form"].fields.items() if is_text_field(field)]
        answer = ask(who, "post", path, untouched_form(page) | dict.fromkeys(asked, REVERSED_TEXT))
        if answer.status_code == 422:
            errors = answer.context["form"].errors
            assert {name for name in asked if "turns the order" not in "".join(errors.get(name, []))} == set()


def test_the_field_for_another_record_refuses_text_with_reversed_order(world, ask):
    path = reverse("customer_merge", args=[world.own["customer"].reference])
    for words, sentence in ((REVERSED_TEXT, "turns the order of letters round"), ("", "Give the reference")):
        page = ask("manager", "post", path, {"other": words})
        assert page.status_code == 422
        assert sentence in page.context["form"].errors["other"][0]


@pytest.mark.database
@pytest.mark.parametrize("who", ["manager", "anonymous"])
def test_junk_in_what_a_page_keeps_while_somebody_types_is_no_server_error(world, ask, who):
    typed = {"draft_path": "/incidents/new/", "facts": WORDS}
    for junk in JUNK.values():
        text = junk if isinstance(junk, str) else junk.decode("utf-8", "replace")
        path = f"/incidents/new/?customer={text}"
        for changes in (
            {"submission": junk},
            {"draft_path": path},
            {"draft_path": path, "facts": ""},
            {"facts": junk},
        ):
            answer = ask(who, "post", "/drafts/", typed | changes)
            assert answer.status_code in (204, 413, 422), (answer.status_code, changes)


BROKEN = [
    ("multipart/form-data; boundary=", b"--"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nhalf'),
    ("multipart/form-data", b"nothing"),
    ("application/json", b"{"),
]


@pytest.mark.parametrize("route", FORMS)
def test_a_broken_body_is_a_bad_request(world, ask, route):
    path = path_of_form(route, world)
    for content_type, body in BROKEN:
        answer = ask("management", "post", path, body, content_type=content_type)
        assert 400 <= answer.status_code < 500, (answer.status_code, content_type)


@pytest.mark.database
@pytest.mark.parametrize("route", sorted(set(names())))
@pytest.mark.parametrize(
    "query",
    ["after=x&q=%00&customer=%00&incident=%00&kind=none", "after=bnVsbA==&q=%ED%A0%80&customer=x&kind=%00"],
)
def test_junk_in_an_address_is_a_page_or_a_4xx(world, ask, route, query):
    if route == "account_reset_password_from_key":
        path = reverse(route, kwargs={"uidb36": "1", "key": "x"})
    else:
        path = path_of(route, world.own)
    assert ask("manager", "get", f"{path}{'&' if '?' in path else '?'}{query}").status_code < 500


@pytest.mark.database
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_nul_byte_in_an_address_is_a_bad_request(ask, method):
    assert ask("manager", method, "/look-up/?q=a%00b").status_code == 400


@pytest.mark.database
@pytest.mark.parametrize("path", ["/incidents/%00/", "/incidents/INC-2026-99999999999999999999/", "/%FF/", "/notices/99999999999999999999999/read/", "/customers/CUS-2026-0001/adjustments/ADJ-0000-0000/end/"])  # fmt: skip
def test_a_page_that_cannot_be_is_not_found(ask, path):
    for method in ("get", "post"):
        assert ask("manager", method, path).status_code in (404, 405)


@pytest.mark.database
@pytest.mark.parametrize("code", sorted(list_definitions()))
def test_junk_in_any_filter_of_any_list_is_refused_and_the_list_shown(ask, code):
    junk = [value for name, value in JUNK.items() if name != "a NUL byte"]
    fields = list_definitions()[code].filter_class.base_fields
    for turn in range(len(junk)):
        asked = {name: junk[(turn + place) % len(junk)] for place, name in enumerate(fields)}
        for method in ("get", "post"):
            answer = ask("manager", method, reverse(code), asked)
            assert answer.status_code == 422, asked
            assert b"<script>alert" not in answer.content
        assert ask("manager", "post", f"/lists/{code}/export/?{urlencode(asked)}").status_code == 302


NUMBERS = ["3", "-1", "9" * 25]
"""Values to send in place of a number that a page gave, or asks for."""
MUST_REACH_ACTION = {
    "appeal_new",
    "contact_new",
    "decide",
    "interim_new",
    "restrict",
    "restriction_propose",
    "review_hold",
}
LEFT_AS_GIVEN = {"submission"}  # what a repeated form does is told elsewhere
WORDS = "They shouted down the phone at the repairs team."


def untouched_form(page):
    """Return what a browser would send of the form of a page, untouched."""
    forms = [
        form
        for form in fromstring(page.content).xpath("//main//form")
        if "csrfmiddlewaretoken" in form.fields
    ]
    return dict(max((form.form_values() for form in forms), key=len, default=[]))


def fitting_answer(field, turn):
    """Return an answer that may fit a field."""
    if isinstance(field, forms.DateTimeField):
        return timezone.localtime().strftime("%Y-%m-%dT00:00")
    if isinstance(field, forms.DateField):
        return timezone.localdate().isoformat()
    if choices := [code for code, _ in flatten_choices(getattr(field, "choices", [])) if code]:
        return str(choices[-turn % len(choices)])
    return "1" if isinstance(field, forms.IntegerField) else WORDS


def is_number(field):
    return isinstance(field, forms.IntegerField | forms.DecimalField) or isinstance(
        field.widget, forms.HiddenInput
    )


@pytest.mark.database
@pytest.mark.parametrize("route", FORMS)
def test_no_number_in_an_otherwise_valid_form_causes_a_server_error(world, ask, route):
    """With all else answered a number reaches the action, which the junk above never does."""
    path = path_of_form(route, world)
    who = next(
        role
        for role in ("manager", "management", "executive", "officer")
        if ask(role, "post", path).status_code == 422
    )
    page = ask(who, "get", path)
    if page.status_code != 200 or "form" not in page.context:
        return
    fields, form_data, turn = page.context["form"].fields, untouched_form(page), 0
    while (first := ask(who, "post", path, form_data)).status_code == 422 and turn < 6:
        turn += 1
        form_data |= {
            name: fitting_answer(fields[name], turn)
            for name in first.context["form"].errors
            if name in fields
        }
    assert first.status_code == 302 or route not in MUST_REACH_ACTION, first.context["form"].errors
    for name in (name for name, field in fields.items() if is_number(field) and name not in LEFT_AS_GIVEN):
        for number in NUMBERS:
            response = ask(who, "post", path, form_data | {name: number})
            assert response.status_code < 500, (name, number)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("who", ["manager", "anonymous"])
def test_other_methods_are_refused_on_every_page(world, ask, who, method):
    for path in (path_of(name, world.own) for name in FORMS):
        assert ask(who, method, path).status_code == 405
    for path in ("/healthz", "/accounts/login/", "/admin/staff/staffmember/add/", "/nowhere/"):
        assert ask(who, method, path).status_code == 405
