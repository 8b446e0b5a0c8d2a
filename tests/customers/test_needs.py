"""Needs as lived: ticks and what each rules out, with words beside them, confirmed with whoever has them."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cha_engagement.core.records import Stale, find_history_faults
from cha_engagement.core.refusals import Incomplete
from cha_engagement.core.templatetags.ui import uk_date
from cha_engagement.customers import actions, queries
from cha_engagement.customers.enums import NEED_EFFECTS, Channel, ConfirmedWith, Format, NeedCode
from cha_engagement.customers.models import Customer, Need
from cha_engagement.staff.models import Notice
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.policy("9", "18")]


def change(customer, by, **answers):
    customer.refresh_from_db()
    return actions.change_customer(customer=customer, by=by, version=customer.version, **answers)


def refused_fields(refused):
    return [refusal.field for refusal in refused.value.refusals]


@pytest.mark.parametrize("code", NeedCode.values)
@pytest.mark.beyond("B2")
def test_each_need_says_what_follows_from_it_and_its_channels_cannot_be_used(officer, code):
    assert any(NEED_EFFECTS[NeedCode(code)])
    letters = {"preferred_format": Format.PLAIN_TEXT, "preferred_language": "Polish"}
    customer = factories.customer(by=officer, needs=[code], **letters)
    assert set(customer.cannot_use) == set(NEED_EFFECTS[NeedCode(code)].channels)
    need = Need.objects.get()
    assert (need.code, need.confirmed_on, find_history_faults(need)) == (code, timezone.localdate(), [])


@pytest.mark.beyond("B2")
def test_what_cannot_be_used_follows_the_needs_of_today(customer, officer):
    customer = change(customer, officer, needs={"cannot_hear": "", "no_internet": "Her son helps."})
    assert customer.cannot_use == [Channel.PHONE, Channel.EMAIL, Channel.ONLINE_FORM]
    customer = change(customer, officer, needs={"no_internet": "Her son helps."})
    assert customer.cannot_use == [Channel.EMAIL, Channel.ONLINE_FORM]
    assert [need.code for need in customer.current_needs] == ["no_internet"]
    # The one that was taken off is kept, with its history.
    gone = Need.objects.get(code="cannot_hear")
    assert gone.ended_on == timezone.localdate()
    assert [row.event for row in gone.history.order_by("sequence")] == ["record", "end"]


def test_a_need_stands_on_the_page_and_on_the_timeline(signed_in, officer, customer):
    change(customer, officer, needs={"cannot_hear": "Text her first."}, needs_confirmed_with="customer")
    url = customer.get_absolute_url()
    page = " ".join(signed_in(officer).get(url).content.decode().split())
    assert "Cannot hear, or hardly: Text her first." in page
    assert "Need recorded" in page
    assert "Checked with them on" in signed_in(officer).get(f"{url}details/").content.decode()


@pytest.mark.parametrize(
    ("needs", "fields", "field"),
    [
        (["cannot_hear", "cannot_write", "cannot_travel"], {}, "needs"),
        (["no_phone", "no_internet", "no_post", "cannot_travel"], {}, "needs"),
        (["needs_large_print"], {}, "preferred_format"),
        (["needs_audio"], {"preferred_format": Format.LARGE_PRINT}, "preferred_format"),
        (["cannot_hear"], {"preferred_format": Format.AUDIO}, "preferred_format"),
        (["no_english"], {}, "preferred_language"),
        (["no_english"], {"preferred_language": " English "}, "preferred_language"),
    ],
)
def test_needs_that_contradict_are_refused_whichever_way_they_come(customer, officer, needs, fields, field):
    with pytest.raises(Incomplete) as refused:
        factories.customer(by=officer, needs=needs, **fields)
    assert refused_fields(refused) == [field]
    with pytest.raises(Incomplete) as refused:
        change(customer, officer, needs=dict.fromkeys(needs, ""), **fields)
    assert refused_fields(refused) == [field]


def test_an_edit_of_the_format_alone_meets_the_needs_too(officer):
    customer = factories.customer(
        by=officer, needs=["needs_large_print"], preferred_format=Format.LARGE_PRINT
    )
    with pytest.raises(Incomplete) as refused:
        change(customer, officer, preferred_format=Format.STANDARD)
    assert refused_fields(refused) == ["preferred_format"]


# Confirmed with them


@pytest.mark.beyond("B2")
@pytest.mark.parametrize(
    "answers",
    [
        {"needs": {"fears_phone": ""}},
        {"needs": {"cannot_hear": "In other words."}},
        {"needs": {}},
        {"accessibility_needs": "Gets lost in long sentences."},
    ],
)
def test_what_is_changed_is_confirmed_anew_or_is_not_confirmed(officer, answers):
    customer = factories.customer(by=officer, needs={"cannot_hear": "Text her."})
    assert customer.needs_confirmed_with == ConfirmedWith.CUSTOMER
    with pytest.raises(Incomplete) as refused:
        change(customer, officer, needs_confirmed_with="", **answers)
    assert refused_fields(refused) == ["needs_confirmed_with"]
    for unconfirmed in ({}, {"needs_confirmed_with": ConfirmedWith.NOBODY}):
        other = factories.customer(by=officer, needs={"cannot_hear": "Text her."})
        other = change(other, officer, **answers, **unconfirmed)
        assert (other.needs_confirmed_on, other.needs_confirmed_with) == (None, "")
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        changed = change(customer, officer, **answers, needs_confirmed_with=ConfirmedWith.REPRESENTATIVE)
        assert changed.needs_confirmed_on == timezone.localdate()
        assert all(need.confirmed_on == timezone.localdate() for need in changed.current_needs)


@pytest.mark.parametrize("answers", [{"needs": {"fears_phone": ""}}, {"accessibility_needs": "Low mood."}])
def test_whoever_is_added_with_needs_was_asked_about_them_or_was_not(officer, answers):
    with pytest.raises(Incomplete) as refused:
        factories.customer(by=officer, needs_confirmed_with="", **answers)
    assert refused_fields(refused) == ["needs_confirmed_with"]
    assert factories.customer(by=officer, needs_confirmed_with="nobody", **answers).needs_confirmed_on is None
    assert factories.customer(by=officer, needs_confirmed_with="").needs_confirmed_on is None


def test_when_how_and_by_whom_needs_were_checked_stands_where_they_are_shown(officer, manager, signed_in):
    customer = factories.customer(by=officer, needs={"cannot_hear": "Text her."})
    assert (customer.needs_confirmed_on, customer.needs_confirmed_by) == (timezone.localdate(), officer)
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        day = timezone.localdate() - timedelta(days=2)
        client, url = signed_in(officer), reverse("customer_edit", args=[customer.reference])
        form = client.get(url).context["form"]
        assert form["needs_confirmed_on"].value() == timezone.localdate()
        typed = {name: form[name].value() for name in form.fields}
        typed = {name: value for name, value in typed.items() if value not in (None, "", [], False)}
        typed |= {
            "needs_confirmed_with": "customer",
            "needs_confirmed_on": day,
            "needs_confirmed_by": manager.username,
        }
        assert list(client.post(url, typed).context["form"].errors) == ["needs_confirmed_how"]
        assert client.post(url, typed | {"needs_confirmed_how": "phone"}).status_code == 302
        page = client.get(f"{customer.get_absolute_url()}details/").content.decode()
        assert f"Checked with them by phone on {uk_date(day)}, by Manager Example." in " ".join(page.split())


@pytest.mark.parametrize("days", [1, -1])
def test_needs_are_checked_once_they_are_as_recorded_and_not_in_days_to_come(days, officer):
    customer = factories.customer(by=officer, accessibility_needs="Low vision.")
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        customer = change(customer, officer, accessibility_needs="Blind.")
        day = timezone.localdate() + timedelta(days=days)
        with pytest.raises(Incomplete) as refused:
            change(customer, officer, needs_confirmed_with="customer", needs_confirmed_on=day)
        assert refused_fields(refused) == ["needs_confirmed_on"]
        assert change(customer, officer, needs_confirmed_with="customer").needs_confirmed_by == officer


def test_what_does_not_touch_needs_asks_nothing_and_leaves_them_confirmed(customer, officer):
    changed = change(customer, officer, known_as="Orla", needs={}, needs_confirmed_with="")
    assert changed.needs_confirmed_on == customer.needs_confirmed_on is not None


def test_a_need_that_nobody_asked_about_says_so(signed_in, officer, customer):
    change(customer, officer, needs={"fears_phone": ""}, needs_confirmed_with=ConfirmedWith.NOBODY)
    page = " ".join(signed_in(officer).get(f"{customer.get_absolute_url()}details/").content.decode().split())
    assert 'too much for them <span class="app-quiet">Not confirmed with them.' in page
    assert "Not checked with them as it stands." in page


def test_the_form_keeps_ticks_words_and_what_was_said_of_them(signed_in, officer, customer):
    change(customer, officer, needs={"cannot_hear": "Text her."}, needs_confirmed_with="customer")
    url = reverse("customer_edit", args=[customer.reference])
    client = signed_in(officer)
    form = client.get(url).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in typed.items() if value not in (None, "", [], False)}
    assert (typed["needs"], typed["needs_note_cannot_hear"]) == (["cannot_hear"], "Text her.")
    assert "Rules out: phone." in client.get(url).content.decode()
    # Saved as it was, it changes nothing.
    assert client.post(url, typed).status_code == 302
    customer.refresh_from_db()
    assert customer.needs_confirmed_on == timezone.localdate()
    assert Need.objects.get().version == 1
    answer = client.post(url, typed | {"version": customer.version, "needs_note_cannot_hear": "Write."})
    assert list(answer.context["form"].errors) == ["needs_confirmed_with"]


def test_whoever_saves_an_older_page_of_needs_is_told(customer, officer):
    stale = customer.version
    change(customer, officer, needs={"cannot_hear": ""})
    with pytest.raises(Stale):
        actions.change_customer(customer=customer, by=officer, version=stale, needs={})
    assert Need.objects.current().exists()


# Merged


@pytest.mark.beyond("B16", "B2")
def test_two_records_of_one_customer_have_the_needs_of_both_until_they_are_parted(officer, manager):
    kept = factories.customer(by=officer, name="Órla Burns", needs={"cannot_hear": "Text her."})
    other = factories.customer(
        by=officer, name="Orla Byrne", needs={"cannot_hear": "Write.", "no_internet": ""}
    )
    merge = actions.merge_customers(
        kept=kept, other=other, by=manager, submission=uuid.uuid4(), why="They confirmed it."
    )
    kept = Customer.objects.get(pk=kept.pk)
    assert queries.notes_by_need(kept) == {"cannot_hear": "Text her.; Write.", "no_internet": ""}
    assert kept.cannot_use == [Channel.PHONE, Channel.EMAIL, Channel.ONLINE_FORM]
    # Nobody was asked about both together.
    assert kept.needs_confirmed_on is None
    actions.unmerge_customers(merge=merge, by=manager, version=merge.version)
    kept, other = Customer.objects.get(pk=kept.pk), Customer.objects.get(pk=other.pk)
    assert (queries.notes_by_need(kept), kept.cannot_use) == ({"cannot_hear": "Text her."}, [Channel.PHONE])
    assert queries.notes_by_need(other) == {"cannot_hear": "Write.", "no_internet": ""}
    assert kept.needs_confirmed_on == other.needs_confirmed_on == timezone.localdate()


@pytest.mark.beyond("B16", "B2")
@pytest.mark.parametrize(
    ("of_kept", "of_other", "said"),
    [
        (
            {"needs": ["cannot_hear", "cannot_travel"]},
            {"needs": ["cannot_write"]},
            "they could not reach us at all",
        ),
        (
            {"preferred_format": Format.STANDARD},
            {"needs": ["needs_large_print"], "preferred_format": Format.LARGE_PRINT},
            "choose another format",
        ),
        (
            {"preferred_language": "English"},
            {"needs": ["no_english"], "preferred_language": "Polish"},
            "Say which language they read.",
        ),
    ],
    ids=["no way to us", "format", "language"],
)
def test_two_records_whose_needs_contradict_are_not_merged_until_one_is_put_right(
    signed_in, officer, manager, of_kept, of_other, said
):
    kept = factories.customer(by=officer, name="Órla Burns", **of_kept)
    other = factories.customer(by=officer, name="Orla Byrne", **of_other)
    client, url = (
        signed_in(manager),
        f"{reverse('customer_merge', args=[kept.reference])}?other={other.reference}",
    )
    form = client.get(url).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"why": "They confirmed it."}
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Customer.objects.get(pk=other.pk).merged_into_id


@pytest.mark.beyond("B16", "B2")
def test_needs_of_which_one_was_taken_off_meanwhile_are_right_again_when_parted(officer, manager):
    kept = factories.customer(by=officer, name="Órla Burns")
    other = factories.customer(by=officer, name="Orla Byrne", needs=["no_internet", "fears_phone"])
    merge = actions.merge_customers(
        kept=kept, other=other, by=manager, submission=uuid.uuid4(), why="They confirmed it."
    )
    change(kept, officer, needs={"fears_phone": ""})
    actions.unmerge_customers(merge=merge, by=manager, version=merge.version)
    kept, other = Customer.objects.get(pk=kept.pk), Customer.objects.get(pk=other.pk)
    assert (kept.cannot_use, other.cannot_use) == ([], [Channel.PHONE])


def told(person):
    return [notice.shown_text for notice in Notice.objects.filter(recipient=person)]


@pytest.mark.policy("13")
def test_whoever_is_said_to_have_checked_is_told_where_somebody_else_says_so(customer, officer, manager):
    how = {"needs_confirmed_how": "phone", "needs_confirmed_on": timezone.localdate()}
    change(customer, manager, needs_confirmed_with="customer", **how, needs_confirmed_by=officer)
    (said,) = told(officer)
    assert said.startswith(f"{manager} recorded that you checked with {customer.name} what they need")
    change(
        customer, manager, needs_confirmed_with="customer", **how, needs_confirmed_by=officer, pronouns="they"
    )
    assert len(told(officer)) == 1
    customer.refresh_from_db()
    earlier = how | {
        "needs_confirmed_on": timezone.localdate() - timedelta(days=3),
        "needs_confirmed_by": officer,
    }
    actions.confirm_needs(customer=customer, by=manager, confirmed_with="customer", how=earlier)
    assert len(told(officer)) == 2
    change(customer, officer, needs_confirmed_with="customer", **how, needs_confirmed_by=officer)
    assert len(told(officer)) == 2
