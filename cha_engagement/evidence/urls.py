from django.urls import path

from . import views

urlpatterns = [
    path("<reference:reference>/", views.evidence, name="evidence"),
    path("<reference:reference>/open/", views.evidence_open, name="evidence_open"),
]
