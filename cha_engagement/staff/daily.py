from datetime import date

from . import actions, last_sign_in, throttle
from .sessions import SessionStore


def sweep_sessions(today: date) -> str:
    SessionStore.clear_expired()
    return "Sessions: those that have ended are removed"


def sweep_wrong_passwords(today: date) -> str:
    return f"Wrong passwords: {throttle.forget_old_attempts()} forgotten"


def sweep_sign_ins(today: date) -> str:
    return f"Signings in: {last_sign_in.forget_old_sign_ins()} forgotten"


def sweep_notices(today: date) -> str:
    return f"Messages: {actions.forget_old_notices()} old ones removed"


def report_given_up_emails(today: date) -> str:
    """Have Administrators look at emails that were given up, as long as there are any."""
    return f"Emails given up: {actions.report_given_up_emails()} told of them"
