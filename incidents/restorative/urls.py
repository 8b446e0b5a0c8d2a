from django.urls import path

from . import views

urlpatterns = [
    path("customers/<reference:reference>/restorative/", views.record_restorative_action, name="restore"),
    path("restorative/<reference:reference>/", views.restorative_action_page, name="restorative_action"),
    path("restorative/<reference:reference>/complete/", views.complete_pause, name="restorative_complete"),
    path("restorative/<reference:reference>/drop/", views.drop_pause, name="restorative_drop"),
]
