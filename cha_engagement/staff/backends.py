from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.utils import timezone

from cha_engagement.core.statements import kept_rows_of_all

from .interfaces import CLOSED_CASE, OPEN_CASE, closed_case_sources
from .models import ClosedCases


class RolesBackend(AuthenticationBackend):
    """Takes permissions from roles alone: those given to one person by hand are ignored."""

    def _get_user_permissions(self, user: Any) -> QuerySet[Permission]:
        return Permission.objects.none()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return what `ModelBackend` does, by a statement that is kept: every page asks for them.

        Which cases are closed to all but named readers is asked along with it. Beyond the policy: B33.
        """
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            closed = [(find, (user_obj.pk, timezone.now())) for find in closed_case_sources()]
            rows = kept_rows_of_all([(held_permissions, (user_obj.pk,)), *closed])
            hidden = frozenset(int(key) for kind, key in rows if kind == CLOSED_CASE)
            read = frozenset(int(key) for kind, key in rows if kind == OPEN_CASE)
            user_obj.closed_cases = ClosedCases(hidden, read)
            user_obj._perm_cache = {
                f"{kind}.{codename}" for kind, codename in rows if kind not in (CLOSED_CASE, OPEN_CASE)
            }
        return user_obj._perm_cache


def held_permissions(user: int) -> QuerySet[Permission, tuple[str, str]]:
    held = Permission.objects.filter(group__user=user).order_by()
    return held.values_list("content_type__app_label", "codename")
