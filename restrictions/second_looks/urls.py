from django.urls import path

from . import views

urlpatterns = [path("second-looks/<reference:reference>/", views.second_look_page, name="second_look")]
