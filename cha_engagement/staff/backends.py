from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission
from django.db.models import QuerySet


class RolesBackend(AuthenticationBackend):
    """What somebody may do comes from their roles alone: what was given to one person by hand is not asked for."""

    def _get_user_permissions(self, user: Any) -> QuerySet[Permission]:
        return Permission.objects.none()
