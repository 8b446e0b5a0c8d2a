"""The only place where a decision is made and a restriction changes.

Verbs that change what is in force lock the customer's row first, so that each sees what the one before it left.
"""

from .changing import ease_on_appeal, look_again, rename, vary
from .deciding import decide, leave_unexplained
from .ending import end_agreement, expire, lift, overturn, resume, suspend
from .imposing import decline, impose, propose, restrict, withdraw
from .interim import INTERIM_WORKING_DAYS, end_interim, extend_interim, lapse_interim, set_interim
from .telling import ask_reading, confirm_reading, leave_untold, tell

__all__ = [
    "INTERIM_WORKING_DAYS",
    "ask_reading",
    "confirm_reading",
    "decide",
    "decline",
    "ease_on_appeal",
    "end_agreement",
    "end_interim",
    "expire",
    "extend_interim",
    "impose",
    "lapse_interim",
    "leave_unexplained",
    "leave_untold",
    "lift",
    "look_again",
    "overturn",
    "propose",
    "rename",
    "restrict",
    "resume",
    "set_interim",
    "suspend",
    "tell",
    "vary",
    "withdraw",
]
