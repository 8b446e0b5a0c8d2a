from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("look-up/", views.look_up, name="look_up"),
    path("customers/<reference:reference>/", views.customer, name="customer"),
    path("healthz", views.healthz, name="healthz"),
]
