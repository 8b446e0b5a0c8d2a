from django.urls import path

from . import views

urlpatterns = [
    path("customers/<reference:reference>/agreement/", views.ask_agreement, name="agreement_ask"),
    path("agreements/<reference:reference>/", views.agreement_page, name="agreement"),
]
