from django.urls import path

from . import views

urlpatterns = [
    path("incidents/", views.incidents, name="incidents"),
    path("incidents/new/", views.log, name="incident_new"),
    path("incidents/<reference:reference>/", views.incident, name="incident"),
    path("incidents/<reference:reference>/edit/", views.edit, name="incident_edit"),
    path("incidents/<reference:reference>/assign/", views.assign, name="incident_assign"),
    path("incidents/<reference:reference>/assess/", views.assess, name="incident_assess"),
    path("incidents/<reference:reference>/close/", views.close, name="incident_close"),
    path("incidents/<reference:reference>/reopen/", views.reopen, name="incident_reopen"),
    path("incidents/<reference:reference>/letter/", views.draft_letter, name="incident_letter"),
    path("incidents/<reference:reference>/evidence/", views.add_evidence, name="incident_evidence"),
]
