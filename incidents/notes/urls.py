from django.urls import path

from . import views

urlpatterns = [
    path("notes/", views.notes_page, {"written": False}, name="notes"),
    path("notes/written/", views.notes_page, {"written": True}, name="notes_written"),
    path("customers/<reference:reference>/notes/new/", views.write_customer_note, name="customer_note"),
    path("incidents/<reference:reference>/notes/new/", views.write_incident_note, name="incident_note"),
    path("notes/<reference:reference>/", views.note_page, name="note"),
    path("notes/<reference:reference>/edit/", views.correct_note, name="note_edit"),
    path("notes/<reference:reference>/notify/", views.notify_colleagues, name="note_notify"),
]
