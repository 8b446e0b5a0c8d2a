from django.urls import path

from . import views

urlpatterns = [path("blocks/<reference:reference>/", views.block_page, name="block")]
