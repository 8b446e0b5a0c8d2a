from django.urls import path

from . import views

urlpatterns = [
    path("customers/<reference:reference>/letter/", views.letter_new, name="letter_new"),
    path("enclosures/<reference:reference>.pdf", views.letter_enclosure, name="letter_enclosure"),
    path("letters/<reference:reference>.pdf", views.letter_pdf, name="letter_pdf"),
    path("letters/<reference:reference>.txt", views.letter_text, name="letter_text"),
    path("letters/<reference:reference>.wav", views.letter_sound, name="letter_sound"),
    path("letters/<reference:reference>/", views.letter, name="letter"),
    path("letters/<reference:reference>/check/", views.letter_check, name="letter_check"),
    path("letters/<reference:reference>/preview/", views.letter_preview, name="letter_preview"),
    path("letters/<reference:reference>/ask/", views.letter_ask, name="letter_ask"),
    path("letters/<reference:reference>/read/", views.letter_read, name="letter_read"),
    path("letters/<reference:reference>/enclose/", views.letter_enclose, name="letter_enclose"),
    path("letters/<reference:reference>/issue/", views.letter_issue, name="letter_issue"),
    path("letters/<reference:reference>/sent/", views.letter_sent, name="letter_sent"),
    path("letters/<reference:reference>/void/", views.letter_void, name="letter_void"),
    path("letters/<reference:reference>/replace/", views.letter_replace, name="letter_replace"),
]
