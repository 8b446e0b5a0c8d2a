from django.urls import include, path, register_converter

from cha_engagement.core import errors
from cha_engagement.core.converters import ReferenceConverter
from cha_engagement.letters.admin import site

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("", include("cha_engagement.desk.urls")),
    path("", include("cha_engagement.lists.urls")),
    path("", include("cha_engagement.guide.urls")),
    path("customers/", include("cha_engagement.customers.urls")),
    path("", include("cha_engagement.customers.few.urls")),
    path("", include("incidents.urls")),
    path("", include("incidents.agreements.urls")),
    path("", include("incidents.contact_requests.urls")),
    path("", include("incidents.contacts.urls")),
    path("", include("incidents.conversations.urls")),
    path("", include("incidents.notes.urls")),
    path("", include("incidents.handling.urls")),
    path("", include("incidents.restorative.urls")),
    path("", include("reviews.urls")),
    path("", include("restrictions.urls")),
    path("", include("restrictions.blocks.urls")),
    path("", include("restrictions.breaches.urls")),
    path("", include("restrictions.objections.urls")),
    path("", include("restrictions.second_looks.urls")),
    path("", include("cha_engagement.letters.urls")),
    path("evidence/", include("cha_engagement.evidence.urls")),
    path("accounts/", include("cha_engagement.staff.urls")),
    path("admin/", site.urls),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
