"""Signing in and out, and passwords: the pages of allauth that we use. There is none to sign up with."""

from allauth.account import views
from django.urls import path, re_path
from django.views.generic import RedirectView

from .views import ChoosePasswordView, session_state

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("session/", session_state, name="session_state"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    # Whoever is signed in without a password gets one by email, like everybody else.
    path(
        "password/set/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9a-z]+)-(?P<key>[^/]+)/$",
        ChoosePasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
