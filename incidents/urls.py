from django.urls import path

from . import views

urlpatterns = [
    path("incidents/", views.incident_list, name="incidents"),
    path("incidents/new/", views.log_incident, name="incident_new"),
    path("incidents/<reference:reference>/", views.incident_page, name="incident"),
    path("incidents/<reference:reference>/more/", views.add_to_report, name="incident_more"),
    path("incidents/<reference:reference>/edit/", views.edit_incident, name="incident_edit"),
    path("incidents/<reference:reference>/assign/", views.assign_incident, name="incident_assign"),
    path("incidents/<reference:reference>/danger/", views.confirm_danger, name="incident_danger"),
    path("incidents/<reference:reference>/no-part/", views.contest_part, name="incident_no_part"),
    path("incidents/<reference:reference>/parts/", views.settle_part, name="incident_parts"),
    path("incidents/<reference:reference>/assess/", views.assess_incident, name="incident_assess"),
    path("incidents/<reference:reference>/assess/check/", views.check_assessment, name="assessment_check"),
    path("incidents/<reference:reference>/close/", views.close_incident, name="incident_close"),
    path("incidents/<reference:reference>/reopen/", views.reopen_incident, name="incident_reopen"),
    path("incidents/<reference:reference>/letter/", views.write_letter, name="incident_letter"),
    path("incidents/<reference:reference>/evidence/", views.add_evidence, name="incident_evidence"),
]
