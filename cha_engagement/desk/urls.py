from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("notices/<int:pk>/read/", views.read_notice, name="notice_read"),
    path("look-up/", views.look_up, name="look_up"),
    path("customers/<reference:reference>/", views.customer, name="customer"),
    path("customers/<reference:reference>/card/", views.customer_card, name="customer_card"),
    path("<slug:folder>/<reference:reference>/history/", views.record_history, name="history"),
    path("access/", views.wider_access, name="wider_access"),
    path("drafts/", views.keep_draft, name="draft_keep"),
    path("drafts/<int:pk>/discard/", views.discard_draft, name="draft_discard"),
    path("healthz", views.healthz, name="healthz"),
]
