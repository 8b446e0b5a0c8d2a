from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission
from django.db.models import QuerySet

from cha_engagement.core.statements import kept_rows


class RolesBackend(AuthenticationBackend):
    """Takes permissions from roles alone: those given to one person by hand are ignored."""

    def _get_user_permissions(self, user: Any) -> QuerySet[Permission]:
        return Permission.objects.none()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return what `ModelBackend` does, by a statement that is kept: every page asks for them."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            held = kept_rows(held_permissions, user_obj.pk)
            user_obj._perm_cache = {f"{app_label}.{codename}" for app_label, codename in held}
        return user_obj._perm_cache


def held_permissions(user: int) -> QuerySet[Permission, tuple[str, str]]:
    held = Permission.objects.filter(group__user=user).order_by()
    return held.values_list("content_type__app_label", "codename")
