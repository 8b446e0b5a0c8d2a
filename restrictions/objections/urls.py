from django.urls import path

from . import views

urlpatterns = [
    path("customers/<reference:reference>/object/", views.log_objection, name="objection_new"),
    path("objections/<reference:reference>/", views.objection_page, name="objection"),
    path("objections/<reference:reference>/answer/", views.answer_objection, name="objection_answer"),
]
