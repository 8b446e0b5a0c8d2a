from django.urls import path

from . import views

urlpatterns = [
    path("incidents/<reference:reference>/take/", views.take_incident, name="incident_take"),
    path("incidents/<reference:reference>/hand-over/", views.hand_over_incident, name="incident_hand_over"),
]
