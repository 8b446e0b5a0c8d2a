from django.urls import path

from . import views

urlpatterns = [
    path("breaches/<reference:reference>/confirm/", views.confirm_breach, name="breach_confirm"),
    path("breaches/<reference:reference>/dismiss/", views.dismiss_breach, name="breach_dismiss"),
    path("breaches/<reference:reference>/notice/", views.draft_notice, name="breach_notice"),
    path("breaches/<reference:reference>/withhold/", views.withhold_notice, name="breach_withhold"),
    path(
        "breaches/<reference:reference>/stop-withholding/",
        views.stop_withholding,
        name="breach_stop_withholding",
    ),
    path("breaches/<reference:reference>/answer/", views.answer_objection, name="breach_answer"),
]
