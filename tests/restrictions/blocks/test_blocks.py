"""Addresses and accounts are blocked for a restriction, and unblocked at its end."""

import pytest

from cha_engagement.core.records import Stale
from cha_engagement.core.refusals import Refused
from cha_engagement.staff.roles import ROLES
from restrictions import actions
from restrictions.blocks import rules
from restrictions.blocks.actions import mark_blocked, mark_unblocked
from restrictions.blocks.models import Block, BlockStatus
from tests import factories
from tests.checked import is_asked_first
from tests.desks import task_rows
from tests.factories import TERMS_BY_KIND
from tests.restrictions.test_kinds import impose_kind

pytestmark = pytest.mark.django_db


@pytest.mark.policy("31")
def test_nobody_unblocks_what_another_restriction_blocks_still(manager, decision):
    first = impose_kind("block_email", by=manager, decision=decision)
    both = {"blocked": [first.blocks.get().target, "another@example.com"]}
    second = factories.restriction(by=manager, decision=decision, kind="block_email", terms=both)
    for block in (first.blocks.get(), *second.blocks.all()):
        mark_blocked(block=block, by=manager, version=1)
    actions.lift_restriction(restriction=first, by=manager, status_reason="It went well.")
    assert waiting_task_codes(manager) == []
    with pytest.raises(Refused):
        mark_unblocked(block=first.blocks.get(), by=manager, version=2)
    actions.lift_restriction(restriction=second, by=manager, status_reason="It went well.")
    assert waiting_task_codes(manager) == ["block.unblock"] * 3


@pytest.mark.policy("31")
@pytest.mark.policy("32.1")
def test_who_blocked_and_who_unblocked_each_is_recorded_as_a_step(manager, decision, management):
    restriction = impose_kind("block_account", by=manager, decision=decision)
    first, second = restriction.blocks.order_by("pk")
    assert [first.target, second.target] == TERMS_BY_KIND["block_account"]["blocked"]
    assert waiting_task_codes(manager) == ["block.block", "block.block"]
    mark_blocked(block=first, by=manager, version=1)
    assert waiting_task_codes(manager) == ["block.block"]
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="It went well.")
    assert waiting_task_codes(manager) == ["block.unblock"]
    mark_unblocked(block=first, by=management, version=2)
    assert waiting_task_codes(manager) == []
    first.refresh_from_db()
    assert (first.blocked_by, first.unblocked_by) == (manager, management)


@pytest.mark.policy("31")
def test_a_new_version_goes_on_with_what_is_blocked_already(manager, decision):
    restriction = impose_kind("block_account", by=manager, decision=decision)
    kept, dropped = restriction.blocks.order_by("pk")
    for block in (kept, dropped):
        mark_blocked(block=block, by=manager, version=1)
    new = actions.vary_restriction(
        restriction=restriction,
        by=manager,
        terms={"blocked": [kept.target]},
        status_reason="Eased",
        first_review_on=restriction.first_review_on,
        review_months=3,
    )
    assert list(new.blocks.values_list("target", "status")) == [(kept.target, "blocked")]
    assert [row["reference"] for row in task_rows(manager, "block.unblock")] == [dropped.reference]
    assert task_rows(manager, "block.block") == []


@pytest.mark.policy("31")
def test_the_page_of_what_is_blocked_has_the_button_of_its_next_step(signed_in, manager, decision):
    restriction = impose_kind("block_email", by=manager, decision=decision)
    url = restriction.blocks.get().get_absolute_url()
    client = signed_in(manager)
    assert is_asked_first(client.get(url), url)
    page = client.get(url).content.decode()
    assert "orla.two@example.com" in page
    assert "I have blocked it" in page
    page = client.post(url, {"version": 1}, follow=True).content.decode()
    assert str(manager) in page
    assert "I have" not in page
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="It went well.")
    assert "I have unblocked it" in client.get(url).content.decode()
    assert "To be blocked" not in client.post(url, {"version": 2}, follow=True).content.decode()


def test_a_suspended_restriction_blocks_nothing(manager, decision, suspend):
    restriction = impose_kind("block_email", by=manager, decision=decision)
    block = mark_blocked(block=restriction.blocks.get(), by=manager, version=1)
    suspend(restriction)
    assert [row["reference"] for row in task_rows(manager, "block.unblock")] == [block.reference]


@pytest.mark.parametrize("role", ROLES)
def test_blocking_is_recorded_by_managers_alone(role, manager, decision):
    block = impose_kind("block_email", by=manager, decision=decision).blocks.get()
    somebody = factories.staff("somebody", role)
    if role in ("Manager", "Management Team", "CCSM"):
        assert mark_blocked(block=block, by=somebody, version=1).status == BlockStatus.BLOCKED
    else:
        with pytest.raises(Refused):
            mark_blocked(block=block, by=somebody, version=1)


def test_what_is_in_force_stays_blocked_and_what_is_not_is_not_blocked(manager, decision):
    restriction = impose_kind("block_email", by=manager, decision=decision)
    block = restriction.blocks.get()
    with pytest.raises(Refused):
        mark_unblocked(block=block, by=manager, version=1)
    block = mark_blocked(block=block, by=manager, version=1)
    with pytest.raises(Stale):
        mark_blocked(block=block, by=manager, version=2)
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="It went well.")
    unblocked = mark_unblocked(block=Block.objects.get(), by=manager, version=2)
    with pytest.raises(Refused):
        mark_blocked(block=unblocked, by=manager, version=3)


def waiting_task_codes(user):
    rows = task_rows(user)
    return [row["kind"] for row in rows if row["kind"].startswith("block.")]


@pytest.mark.policy("31")
def test_only_who_may_restrict_unblocks(manager, officer, decision):
    restriction = impose_kind("block_email", by=manager, decision=decision)
    block = mark_blocked(block=restriction.blocks.get(), by=manager, version=1)
    actions.lift_restriction(restriction=restriction, by=manager, status_reason="It went well.")
    block.refresh_from_db()
    assert rules.may_unblock(manager, block) is None
    assert rules.may_unblock(officer, block)
