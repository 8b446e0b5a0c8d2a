from django.urls import path

from . import views

urlpatterns = [
    path("customers/<reference:reference>/decide/", views.decide, name="decide"),
    path("customers/<reference:reference>/propose/", views.propose, name="restriction_propose"),
    path("decisions/<reference:reference>/", views.decision, name="decision"),
    path("decisions/<reference:reference>/restrict/", views.restrict, name="restrict"),
    path("decisions/<reference:reference>/letter/", views.draft_letter, name="decision_letter"),
    path("decisions/<reference:reference>/explain/", views.draft_alone, name="decision_explain"),
    path(
        "decisions/<reference:reference>/unexplained/", views.leave_unexplained, name="decision_unexplained"
    ),
    path("customers/<reference:reference>/card/read/", views.confirm_reading, name="card_read"),
    path("customers/<reference:reference>/interim/", views.set_interim, name="interim_new"),
    path("interim/<reference:reference>/", views.interim, name="interim"),
    path("interim/<reference:reference>/letter/", views.draft_interim, name="interim_letter"),
    path("interim/<reference:reference>/extend/", views.extend_interim, name="interim_extend"),
    path("interim/<reference:reference>/end/", views.end_interim, name="interim_end"),
    path("restrictions/", views.restrictions, name="restrictions"),
    path("restrictions/outcomes/", views.did_it_help, name="outcomes"),
    path("restrictions/<reference:reference>/", views.restriction, name="restriction"),
    path("restrictions/<reference:reference>/impose/", views.impose, name="restriction_impose"),
    path("restrictions/<reference:reference>/decline/", views.decline, name="restriction_decline"),
    path("restrictions/<reference:reference>/withdraw/", views.withdraw, name="restriction_withdraw"),
    path("restrictions/<reference:reference>/lift/", views.lift, name="restriction_lift"),
    path("restrictions/<reference:reference>/agreement/", views.end_agreement, name="restriction_agreement"),
    path("restrictions/<reference:reference>/rename/", views.rename, name="restriction_rename"),
    path("restrictions/<reference:reference>/look-again/", views.look_again, name="restriction_look_again"),
    path(
        "restrictions/<reference:reference>/ask-reading/", views.ask_reading, name="restriction_ask_reading"
    ),
    path("restrictions/<reference:reference>/untold/", views.leave_untold, name="restriction_untold"),
    path("restrictions/<reference:reference>/letter/", views.draft_end, name="restriction_letter"),
]
