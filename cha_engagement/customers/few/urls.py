from django.urls import path

from . import views

urlpatterns = [
    path("customers/<reference:reference>/readers/", views.limit_readers, name="few_new"),
    path("customers/<reference:reference>/open/", views.open_in_danger, name="few_open"),
    path("access/readings/", views.readings_page, name="few_readings"),
    path("few/<reference:reference>/", views.case_page, name="few"),
    path("few/<reference:reference>/readers/", views.change_readers, name="few_readers"),
    path("few/<reference:reference>/end/", views.let_everybody_read, name="few_end"),
]
