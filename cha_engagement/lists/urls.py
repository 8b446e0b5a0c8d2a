from django.urls import path

from . import views

urlpatterns = [
    path("lists/<slug:code>/keep/", views.save_filter, name="filter_save"),
    path("lists/<slug:code>/export/", views.export_list, name="list_export"),
    path("filters/<int:pk>/remove/", views.remove_filter, name="filter_remove"),
    path("exports/", views.export_log, name="exports"),
]
