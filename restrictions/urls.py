from django.urls import path

from . import views

urlpatterns = [
    path("customers/<reference:reference>/decide/", views.decide_management, name="decide"),
    path("customers/<reference:reference>/decide/measures/", views.choose_measures, name="decide_measures"),
    path("customers/<reference:reference>/decide/check/", views.check_decision, name="decide_check"),
    path("customers/<reference:reference>/propose/", views.propose_restriction, name="restriction_propose"),
    path("decisions/", views.decision_list, name="decisions"),
    path("decisions/<reference:reference>/", views.decision_page, name="decision"),
    path("decisions/<reference:reference>/restrict/", views.impose_restriction, name="restrict"),
    path("decisions/<reference:reference>/letter/", views.draft_decision_letter, name="decision_letter"),
    path("decisions/<reference:reference>/explain/", views.draft_explanation, name="decision_explain"),
    path(
        "decisions/<reference:reference>/unexplained/",
        views.leave_decision_unexplained,
        name="decision_unexplained",
    ),
    path(
        "decisions/<reference:reference>/unexplained/answer/",
        views.answer_unexplained,
        name="decision_unnotified",
    ),
    path(
        "decisions/<reference:reference>/explain-after-all/",
        views.explain_decision_after_all,
        name="decision_explain_after_all",
    ),
    path("customers/<reference:reference>/card/read/", views.confirm_reading, name="card_read"),
    path("customers/<reference:reference>/interim/", views.set_interim_measure, name="interim_new"),
    path("interim/<reference:reference>/", views.interim_page, name="interim"),
    path("interim/<reference:reference>/letter/", views.draft_interim_letter, name="interim_letter"),
    path("interim/<reference:reference>/extend/", views.extend_interim_measure, name="interim_extend"),
    path("interim/<reference:reference>/end/", views.end_interim_measure, name="interim_end"),
    path("restrictions/", views.restriction_list, name="restrictions"),
    path("restrictions/outcomes/", views.outcomes_page, name="outcomes"),
    path("restrictions/<reference:reference>/", views.restriction_page, name="restriction"),
    path("restrictions/<reference:reference>/impose/", views.impose_proposal, name="restriction_impose"),
    path("restrictions/<reference:reference>/decline/", views.decline_proposal, name="restriction_decline"),
    path(
        "restrictions/<reference:reference>/withdraw/", views.withdraw_proposal, name="restriction_withdraw"
    ),
    path("restrictions/<reference:reference>/lift/", views.lift_restriction, name="restriction_lift"),
    path("restrictions/<reference:reference>/agreement/", views.end_agreement, name="restriction_agreement"),
    path("restrictions/<reference:reference>/rename/", views.replace_people, name="restriction_rename"),
    path(
        "restrictions/<reference:reference>/look-again/",
        views.keep_without_review,
        name="restriction_look_again",
    ),
    path(
        "restrictions/<reference:reference>/ask-reading/",
        views.request_read_receipts,
        name="restriction_ask_reading",
    ),
    path(
        "restrictions/<reference:reference>/untold/",
        views.ask_not_to_notify,
        name="restriction_not_notified",
    ),
    path(
        "restrictions/<reference:reference>/untold/answer/",
        views.answer_unnotified,
        name="restriction_unnotified",
    ),
    path(
        "restrictions/<reference:reference>/talk/",
        views.record_talk,
        name="restriction_talk",
    ),
    path("restrictions/<reference:reference>/letter/", views.draft_end_letter, name="restriction_letter"),
]
