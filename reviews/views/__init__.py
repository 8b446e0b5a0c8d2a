from .appeal import (
    acknowledge_appeal,
    appeal_page,
    appeals_page,
    decide_appeal,
    log_appeal,
    name_substitute,
    suspend_restrictions,
    withdraw_appeal,
    write_appeal_letter,
)
from .review import hold_review, pack_page, pack_pdf, review_page, reviews_page, write_review_letter

__all__ = [
    "acknowledge_appeal",
    "appeal_page",
    "appeals_page",
    "decide_appeal",
    "hold_review",
    "log_appeal",
    "name_substitute",
    "pack_page",
    "pack_pdf",
    "review_page",
    "reviews_page",
    "suspend_restrictions",
    "withdraw_appeal",
    "write_appeal_letter",
    "write_review_letter",
]
