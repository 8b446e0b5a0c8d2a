from django.urls import path

from . import views

urlpatterns = [
    path("lists/<slug:code>/keep/", views.keep, name="filter_keep"),
    path("lists/<slug:code>/export/", views.export, name="list_export"),
    path("filters/<int:pk>/remove/", views.remove, name="filter_remove"),
    path("exports/", views.exports, name="exports"),
]
