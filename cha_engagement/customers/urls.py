from django.urls import path

from . import views

urlpatterns = [
    path("", views.customers, name="customers"),
    path("new/", views.new, name="customer_new"),
    path("<reference:reference>/edit/", views.edit, name="customer_edit"),
    path("<reference:reference>/assign/", views.assign, name="customer_assign"),
    path("<reference:reference>/assign/ask/", views.ask_assignment, name="customer_ask"),
    path("<reference:reference>/adjustment/", views.agree_adjustment, name="adjustment_agree"),
    path(
        "<reference:reference>/adjustments/<reference:adjustment_reference>/end/",
        views.end_adjustment,
        name="adjustment_end",
    ),
    path("<reference:reference>/signpost/", views.signpost, name="signpost"),
    path("<reference:reference>/merge/", views.merge, name="customer_merge"),
    path("<reference:reference>/merges/<reference:merge_reference>/part/", views.part, name="customer_part"),
]
