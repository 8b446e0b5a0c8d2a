from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission
from django.db.models import QuerySet


class RolesBackend(AuthenticationBackend):
    """Takes permissions from roles alone: those given to one person by hand are ignored."""

    def _get_user_permissions(self, user: Any) -> QuerySet[Permission]:
        return Permission.objects.none()
