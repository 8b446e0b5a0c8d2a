from django.urls import path

from . import views

urlpatterns = [
    path("talks/<reference:reference>/", views.conversation_page, name="talk"),
    path("talks/<reference:reference>/take/", views.take_conversation, name="talk_take"),
    path("talks/<reference:reference>/hold/", views.hold_conversation, name="talk_hold"),
]
