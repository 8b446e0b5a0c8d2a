"""Every page of ours by the name of its URL, and how it is reached in a case of the world."""

from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

# The pages of a record, by the name of the record in a case.
RECORDS = {
    "adjustment_agree": "customer",
    "agreement": "agreement",
    "agreement_ask": "customer",
    "appeal": "appeal",
    "appeal_acknowledge": "appeal",
    "appeal_check": "appeal",
    "appeal_decide": "appeal",
    "appeal_letter": "acknowledged",
    "appeal_new": "customer",
    "appeal_substitute": "appeal",
    "appeal_suspend": "appeal",
    "appeal_withdraw": "appeal",
    "block": "block",
    "breach_answer": "counted",
    "breach_confirm": "breach",
    "breach_dismiss": "breach",
    "breach_notice": "breach",
    "breach_stop_withholding": "breach",
    "breach_withhold": "counted",
    "card_read": "customer",
    "contact": "contact",
    "contact_edit": "contact",
    "contact_new": "customer",
    "contact_request": "contact_request",
    "contact_request_new": "customer",
    "contact_request_take_back": "contact_request",
    "contacts": "customer",
    "conversation": "conversation",
    "conversation_hold": "conversation",
    "conversation_take": "conversation",
    "customer": "customer",
    "customer_note": "customer",
    "customer_ask": "customer",
    "customer_assign": "customer",
    "customer_card": "customer",
    "customer_details": "customer",
    "customer_edit": "customer",
    "customer_incidents": "customer",
    "customer_letters": "customer",
    "customer_merge": "customer",
    "customer_notes": "customer",
    "customer_restrictions": "customer",
    "customer_timeline": "customer",
    "decide": "customer",
    "decide_check": "customer",
    "decide_measures": "customer",
    "decision": "decision",
    "decision_explain": "managed",
    "decision_explain_after_all": "decision",
    "decision_letter": "decision",
    "decision_unexplained": "managed",
    "decision_unnotified": "decision",
    "evidence": "evidence",
    "evidence_open": "evidence",
    "few": "few",
    "few_end": "few",
    "few_new": "customer",
    "few_open": "closed",
    "few_readers": "few",
    "incident": "incident",
    "assessment_check": "undecided",
    "incident_assess": "undecided",
    "incident_assign": "incident",
    "incident_close": "incident",
    "incident_edit": "incident",
    "incident_more": "incident",
    "incident_danger": "incident",
    "incident_no_part": "incident",
    "incident_parts": "incident",
    "incident_evidence": "incident",
    "incident_hand_over": "incident",
    "incident_letter": "warned",
    "incident_take": "undecided",
    "incident_note": "incident",
    "incident_reopen": "incident",
    "interim": "interim",
    "interim_end": "interim",
    "interim_extend": "interim",
    "interim_letter": "interim",
    "interim_new": "customer",
    "late_promise": "late",
    "late_promise_answer": "late",
    "late_promise_letter": "late",
    "letter": "letter",
    "letter_ask": "letter",
    "letter_came_back": "sent",
    "letter_check": "letter",
    "letter_enclose": "letter",
    "letter_enclosure": "enclosure",
    "letter_issue": "letter",
    "letter_pdf": "letter",
    "letter_new": "customer",
    "letter_preview": "letter",
    "letter_read": "letter",
    "letter_replace": "letter",
    "letter_sent": "letter",
    "letter_sound": "letter",
    "letter_text": "letter",
    "letter_void": "letter",
    "note": "note",
    "note_edit": "note",
    "note_notify": "note",
    "restorative_action": "restorative_action",
    "restorative_complete": "restorative_action",
    "restorative_drop": "restorative_action",
    "restore": "customer",
    "restrict": "decision",
    "restriction": "restriction",
    "restriction_agreement": "third_party",
    "restriction_ask_reading": "restriction",
    "restriction_decline": "proposal",
    "restriction_impose": "proposal",
    "restriction_letter": "ended",
    "restriction_lift": "restriction",
    "restriction_look_again": "restriction",
    "restriction_propose": "customer",
    "restriction_rename": "restriction",
    "objection_new": "customer",
    "objection": "objection",
    "objection_answer": "objection",
    "second_look": "second_look",
    "restriction_not_notified": "restriction",
    "restriction_unnotified": "restriction",
    "restriction_talk": "restriction",
    "restriction_withdraw": "proposal",
    "review": "review",
    "review_check": "review",
    "review_hold": "review",
    "review_letter": "held",
    "review_pack": "review",
    "review_pack_pdf": "review",
    "signpost": "customer",
}
# What is one person's own, and what there is of every list.
OWN = {
    "absence_of": "colleague",
    "typed_draft_discard": "typed_draft",
    "filter_remove": "kept",
    "notice_read": "notice",
    "notices_read": "notice",
    "task_hand_over": "task",
}
# Pages of something within a record.
WITHIN = {"adjustment_end": "customer", "customer_unmerge": "customer", "history": "incident"}
LISTS = {"filter_save", "list_export"}
# What is answered with a file.
FILES = {"guide_image", "letter_enclosure", "letter_pdf", "letter_text", "review_pack_pdf"}
KINDS = {"restrict": "?kind=channel", "restriction_propose": "?kind=channel"}


def path_of(name, case):
    """The address of a page in a case; None where the case has no such record."""
    if name == "guide_page":
        return reverse(name, args=["officer"])
    if name == "guide_image":
        return reverse(name, args=["home-1280.png"])
    if name == "history":
        return f"{case['incident'].get_absolute_url()}history/"
    if name == "search":
        return reverse(name, args=["incidents"])
    if name in OWN:
        return reverse(name, args=[case[OWN[name]].pk])
    if name in LISTS:
        return reverse(name, args=["incidents"])
    if name == "adjustment_end":
        return reverse(name, args=[case["customer"].reference, case["adjustment"].reference])
    if name == "customer_merge":
        return f"{reverse(name, args=[case['customer'].reference])}?other={case['twin'].reference}"
    if name == "customer_unmerge":
        return reverse(name, args=[case["customer"].reference, case["merge"].reference])
    if name in RECORDS:
        record = case.get(RECORDS[name])
        return record and reverse(name, args=[record.reference]) + KINDS.get(name, "")
    try:
        return reverse(name)
    except NoReverseMatch:
        raise AssertionError(f"Say in tests/pages/routes.py (RECORDS) what {name} is about.") from None


def path_of_form(name, world):
    """The address of a form about a record of one's own, where there is one."""
    return path_of(name, world.own if (RECORDS | OWN).get(name) in world.own else world.other)


def record_of(name):
    """Return what a page is about, by its name in a case; None where it is about no record."""
    return (RECORDS | OWN | WITHIN).get(name)


def cases_of(name):
    """Return the cases that have the record of a page."""
    return ["own"] if record_of(name) in (None, "acknowledged") else ["own", "other"]


def names(resolver=None):
    """The names of all pages but the admin's, which `test_admin.py` goes through."""
    for entry in (resolver or get_resolver()).url_patterns:
        if not isinstance(entry, URLResolver):
            yield entry.name
        elif entry.namespace != "admin":
            yield from names(entry)
