from django.urls import path

from . import views

urlpatterns = [
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<reference:reference>/", views.review, name="review"),
    path("reviews/<reference:reference>/hold/", views.hold, name="review_hold"),
    path("reviews/<reference:reference>/pack/", views.pack, name="review_pack"),
    path("reviews/<reference:reference>/pack.pdf", views.pack_pdf, name="review_pack_pdf"),
    path("reviews/<reference:reference>/letter/", views.review_letter, name="review_letter"),
    path("customers/<reference:reference>/appeal/", views.log, name="appeal_new"),
    path("appeals/", views.appeals, name="appeals"),
    path("appeals/<reference:reference>/", views.appeal, name="appeal"),
    path("appeals/<reference:reference>/acknowledge/", views.acknowledge, name="appeal_acknowledge"),
    path("appeals/<reference:reference>/substitute/", views.substitute, name="appeal_substitute"),
    path("appeals/<reference:reference>/suspend/", views.suspend, name="appeal_suspend"),
    path("appeals/<reference:reference>/withdraw/", views.withdraw, name="appeal_withdraw"),
    path("appeals/<reference:reference>/decide/", views.decide, name="appeal_decide"),
    path("appeals/<reference:reference>/letter/", views.appeal_letter, name="appeal_letter"),
]
