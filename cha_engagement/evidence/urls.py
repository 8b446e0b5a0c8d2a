from django.urls import path

from . import views

urlpatterns = [
    path("<reference:reference>/", views.evidence_page, name="evidence"),
    path("<reference:reference>/open/", views.open_evidence, name="evidence_open"),
]
