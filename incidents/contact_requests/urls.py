from django.urls import path

from . import views

urlpatterns = [
    path(
        "customers/<reference:reference>/contact-requests/new/",
        views.record_contact_request,
        name="contact_request_new",
    ),
    path("contact-requests/<reference:reference>/", views.contact_request_page, name="contact_request"),
    path(
        "contact-requests/<reference:reference>/take-back/",
        views.take_back_contact_request,
        name="contact_request_take_back",
    ),
]
