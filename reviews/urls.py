from django.urls import path

from . import views

urlpatterns = [
    path("reviews/", views.reviews_page, name="reviews"),
    path("reviews/<reference:reference>/", views.review_page, name="review"),
    path("reviews/<reference:reference>/hold/", views.hold_review, name="review_hold"),
    path("reviews/<reference:reference>/hold/check/", views.check_review, name="review_check"),
    path("reviews/<reference:reference>/pack/", views.pack_page, name="review_pack"),
    path("reviews/<reference:reference>/pack.pdf", views.pack_pdf, name="review_pack_pdf"),
    path("reviews/<reference:reference>/letter/", views.write_review_letter, name="review_letter"),
    path("late/<reference:reference>/", views.late_promise_page, name="late_promise"),
    path("late/<reference:reference>/answer/", views.answer_late_promise, name="late_promise_answer"),
    path("late/<reference:reference>/letter/", views.write_late_letter, name="late_promise_letter"),
    path("customers/<reference:reference>/appeal/", views.log_appeal, name="appeal_new"),
    path("appeals/", views.appeals_page, name="appeals"),
    path("appeals/<reference:reference>/", views.appeal_page, name="appeal"),
    path("appeals/<reference:reference>/acknowledge/", views.acknowledge_appeal, name="appeal_acknowledge"),
    path("appeals/<reference:reference>/substitute/", views.name_substitute, name="appeal_substitute"),
    path("appeals/<reference:reference>/suspend/", views.suspend_restrictions, name="appeal_suspend"),
    path("appeals/<reference:reference>/withdraw/", views.withdraw_appeal, name="appeal_withdraw"),
    path("appeals/<reference:reference>/decide/", views.decide_appeal, name="appeal_decide"),
    path("appeals/<reference:reference>/decide/check/", views.check_verdict, name="appeal_check"),
    path("appeals/<reference:reference>/letter/", views.write_appeal_letter, name="appeal_letter"),
]
