"""Where the guide tells of a page, and which paragraph of the policy the page is there for."""

from typing import NamedTuple


class Place(NamedTuple):
    """A place in the guide, such as "officer#log-an-incident", and the number of a paragraph of the policy, if one asks for the page."""

    guide: str
    paragraph: str = ""


BEGINNING = Place("README#what-is-the-same-for-everybody")
"""What is told of a page that has no place of its own."""

CARD = Place("officer#see-how-to-deal-with-a-customer", "20")
LATE = Place("management-team#keep-what-was-promised", "23")
LISTS = Place("officer#find-your-way-in-a-list")
LETTERS = Place("manager#write-the-letter", "61")
RESTRICTIONS = Place("manager#restrict", "14")
REVIEWS = Place("manager#hold-a-review", "23")
HEARING = Place("executive#decide", "22")

PLACES: dict[str, Place] = {
    "work_of_team": Place("manager#see-what-waits-for-others", "57"),
    "work_of_everybody": Place("manager#see-what-waits-for-others", "57"),
    "absence": Place("officer#say-when-you-are-away", "57"),
    "absence_of": Place("manager#say-when-somebody-is-away", "57"),
    "work_of_nobody": Place("administrator#see-what-waits-with-nobody", "57"),
    "task_hand_over": Place("manager#see-what-waits-for-others", "57"),
    "look_up": CARD,
    "customer": CARD,
    "customer_card": CARD,
    "customer_timeline": CARD,
    "customer_incidents": CARD,
    "customer_restrictions": CARD,
    "customer_letters": CARD,
    "customer_details": CARD,
    "customer_new": CARD,
    "customer_merge": Place("manager#merge-two-records-of-one-customer"),
    "customer_assign": Place("manager#say-who-looks-after-a-customer", "65"),
    "few": Place("manager#limit-who-can-read-a-case"),
    "few_end": Place("manager#limit-who-can-read-a-case"),
    "few_new": Place("manager#limit-who-can-read-a-case"),
    "few_open": Place("manager#limit-who-can-read-a-case"),
    "few_readers": Place("manager#limit-who-can-read-a-case"),
    "few_readings": Place("data-protection#see-who-was-given-access-to-more"),
    "adjustment_agree": Place("officer#adjustments-and-advice", "9"),
    "signpost": Place("officer#adjustments-and-advice", "8"),
    "incident_new": Place("officer#log-an-incident", "24"),
    "incident_more": Place("officer#log-an-incident", "26"),
    "incident_edit": Place("officer#log-an-incident", "62"),
    "incident": Place("manager#decide-what-follows-from-an-incident", "25"),
    "incident_assess": Place("manager#decide-what-follows-from-an-incident", "25"),
    "assessment_check": Place("manager#decide-what-follows-from-an-incident", "25"),
    "conversation": Place("manager#look-after-a-colleague", "57"),
    "conversation_hold": Place("manager#look-after-a-colleague", "57"),
    "contact_new": Place("officer#log-a-contact"),
    "evidence": Place("officer#keep-a-file", "63"),
    "incident_evidence": Place("officer#keep-a-file", "63"),
    "restore": Place("officer#record-restorative-work", "15"),
    "contact_request_new": Place("officer#ask-somebody-not-to-contact-a-colleague", "42"),
    "contact_request": Place("officer#ask-somebody-not-to-contact-a-colleague", "42"),
    "contact_request_take_back": Place("officer#ask-somebody-not-to-contact-a-colleague", "42"),
    "decide": Place("manager#decide-on-active-management", "13"),
    "decide_measures": RESTRICTIONS,
    "decide_check": RESTRICTIONS,
    "decision": Place("manager#decide-on-active-management", "13"),
    "second_look": Place("manager#where-whoever-decides-had-a-part-in-it", "13"),
    "interim_new": Place("manager#when-it-cannot-wait", "24"),
    "restriction_propose": Place("officer#propose-a-restriction", "14"),
    "restriction": RESTRICTIONS,
    "restrict": RESTRICTIONS,
    "letter": LETTERS,
    "letter_preview": LETTERS,
    "letter_issue": LETTERS,
    "review": REVIEWS,
    "review_hold": REVIEWS,
    "review_check": REVIEWS,
    "appeal_new": Place("officer#log-an-appeal", "22"),
    "appeal": HEARING,
    "appeal_decide": HEARING,
    "appeal_check": HEARING,
    "appeal_acknowledge": Place("executive#acknowledge", "22"),
    "appeal_suspend": Place("executive#what-applies-meanwhile", "22"),
    "appeal_substitute": Place("management-team#name-who-hears-an-appeal", "22"),
    "late_promise": LATE,
    "late_promise_answer": LATE,
    "outcomes": Place("manager#look-back", "71"),
    "customers": LISTS,
    "incidents": LISTS,
    "restrictions": LISTS,
    "reviews": LISTS,
    "appeals": LISTS,
    "letters": LISTS,
    "letter_words": Place("management-team#what-letters-say-to-everybody", "61"),
    "decisions": LISTS,
    "notes": Place("officer#leave-a-note-for-colleagues", "65"),
    "notes_written": Place("officer#leave-a-note-for-colleagues", "65"),
    "exports": Place("data-protection#see-who-saved-a-list", "65"),
    "account_changes": Place("data-protection#see-what-was-done-to-accounts", "65"),
    "wider_access": Place("data-protection#see-who-was-given-access-to-more", "65"),
    "admin:index": Place("administrator"),
}


def guide_place(view_name: str) -> Place:
    """Return where the guide tells of a page, given by its URL name."""
    if view_name.startswith("admin:"):
        return PLACES["admin:index"]
    return PLACES.get(view_name, BEGINNING)
