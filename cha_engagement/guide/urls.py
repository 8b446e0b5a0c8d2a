from django.urls import path

from . import views

urlpatterns = [
    path("guide/", views.guide_index, name="guide"),
    path("guide/images/<str:name>", views.guide_image, name="guide_image"),
    path("guide/<slug:name>/", views.guide_page, name="guide_page"),
    path("policy/", views.policy_page, name="policy"),
]
