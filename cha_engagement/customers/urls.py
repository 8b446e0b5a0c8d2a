from django.urls import path

from . import views

urlpatterns = [
    path("", views.customer_list, name="customers"),
    path("new/", views.add_customer, name="customer_new"),
    path("<reference:reference>/edit/", views.change_customer, name="customer_edit"),
    path("<reference:reference>/assign/", views.assign_customer, name="customer_assign"),
    path("<reference:reference>/assign/ask/", views.request_assignment, name="customer_ask"),
    path("<reference:reference>/adjustment/", views.agree_adjustment, name="adjustment_agree"),
    path(
        "<reference:reference>/adjustments/<reference:adjustment_reference>/end/",
        views.end_adjustment,
        name="adjustment_end",
    ),
    path("<reference:reference>/signpost/", views.record_signposting, name="signpost"),
    path("<reference:reference>/merge/", views.merge_customers, name="customer_merge"),
    path(
        "<reference:reference>/merges/<reference:merge_reference>/part/",
        views.unmerge_customers,
        name="customer_unmerge",
    ),
]
