from django.urls import path

from . import views

urlpatterns = [
    path("breaches/<reference:reference>/confirm/", views.confirm_breach, name="breach_confirm"),
    path("breaches/<reference:reference>/dismiss/", views.dismiss_breach, name="breach_dismiss"),
]
