from django.urls import path

from . import views

urlpatterns = [
    path("<reference:reference>.pdf", views.letter_pdf, name="letter_pdf"),
    path("<reference:reference>.txt", views.letter_text, name="letter_text"),
    path("<reference:reference>.wav", views.letter_sound, name="letter_sound"),
    path("<reference:reference>/", views.letter, name="letter"),
    path("<reference:reference>/check/", views.letter_check, name="letter_check"),
    path("<reference:reference>/preview/", views.letter_preview, name="letter_preview"),
    path("<reference:reference>/issue/", views.letter_issue, name="letter_issue"),
    path("<reference:reference>/sent/", views.letter_sent, name="letter_sent"),
    path("<reference:reference>/void/", views.letter_void, name="letter_void"),
    path("<reference:reference>/replace/", views.letter_replace, name="letter_replace"),
]
