from django.urls import path

from cha_engagement.customers.enums import CustomerTab

from . import views
from .waiting import Whose

urlpatterns = [
    path("", views.home_page, name="home"),
    path("work/team/", views.work_of_others, {"whose": Whose.TEAM}, name="work_of_team"),
    path("work/everybody/", views.work_of_others, {"whose": Whose.EVERYBODY}, name="work_of_everybody"),
    path("work/nobody/", views.work_of_nobody, name="work_of_nobody"),
    path("work/tasks/<int:pk>/", views.hand_over_task, name="task_hand_over"),
    path("absence/", views.absence_page, name="absence"),
    path("absence/<int:pk>/", views.absence_page, name="absence_of"),
    path("notices/<int:pk>/read-up-to/", views.mark_notices_as_read, name="notices_read"),
    path("notices/<int:pk>/read/", views.mark_notice_as_read, name="notice_read"),
    path("look-up/", views.look_up_page, name="look_up"),
    path("look-up/<slug:code>/", views.search_page, name="search"),
    path("customers/<reference:reference>/", views.customer_page, name="customer"),
    path("customers/<reference:reference>/timeline/", views.customer_timeline, name="customer_timeline"),
    path(
        "customers/<reference:reference>/incidents/",
        views.customer_list,
        {"tab": CustomerTab.INCIDENTS},
        name="customer_incidents",
    ),
    path(
        "customers/<reference:reference>/letters/",
        views.customer_list,
        {"tab": CustomerTab.LETTERS},
        name="customer_letters",
    ),
    path(
        "customers/<reference:reference>/restrictions/",
        views.customer_boxes,
        {"tab": CustomerTab.RESTRICTIONS},
        name="customer_restrictions",
    ),
    path(
        "customers/<reference:reference>/notes/",
        views.customer_boxes,
        {"tab": CustomerTab.NOTES},
        name="customer_notes",
    ),
    path(
        "customers/<reference:reference>/details/",
        views.customer_boxes,
        {"tab": CustomerTab.DETAILS},
        name="customer_details",
    ),
    path("customers/<reference:reference>/card/", views.card_page, name="customer_card"),
    path("<slug:folder>/<reference:reference>/history/", views.history_page, name="history"),
    path("access/", views.wider_access_page, name="wider_access"),
    path("access/accounts/", views.account_changes_page, name="account_changes"),
    path("drafts/", views.keep_typed_draft, name="typed_draft_keep"),
    path("drafts/<int:pk>/discard/", views.discard_typed_draft, name="typed_draft_discard"),
    path("healthz", views.health_page, name="healthz"),
]
