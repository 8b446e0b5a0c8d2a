from allauth.account import views as account
from django.urls import include, path, register_converter

from cha_engagement import errors
from cha_engagement.converters import ReferenceConverter

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("", include("cha_engagement.desk.urls")),
    path("customers/", include("cha_engagement.customers.urls")),
    path("", include("incidents.urls")),
    path("letters/", include("cha_engagement.letters.urls")),
    path("evidence/", include("cha_engagement.evidence.urls")),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error

