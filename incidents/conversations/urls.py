from django.urls import path

from . import views

urlpatterns = [
    path("talks/<reference:reference>/", views.conversation_page, name="conversation"),
    path("talks/<reference:reference>/take/", views.take_conversation, name="conversation_take"),
    path("talks/<reference:reference>/hold/", views.hold_conversation, name="conversation_hold"),
]
