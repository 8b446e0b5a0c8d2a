from django.urls import path

from . import views

urlpatterns = [
    path("customers/<reference:reference>/contacts/", views.contact_list, name="contacts"),
    path("customers/<reference:reference>/contacts/new/", views.log_contact, name="contact_new"),
    path("contacts/<reference:reference>/", views.contact_page, name="contact"),
    path("contacts/<reference:reference>/edit/", views.correct_contact, name="contact_edit"),
]
