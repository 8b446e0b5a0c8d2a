from datetime import date

from . import last_sign_in, throttle
from .sessions import SessionStore


def sweep_sessions(today: date) -> str:
    SessionStore.clear_expired()
    return "Sessions: those that have ended are removed"


def sweep_wrong_passwords(today: date) -> str:
    return f"Wrong passwords: {throttle.forget_old_attempts()} forgotten"


def sweep_sign_ins(today: date) -> str:
    return f"Signings in: {last_sign_in.forget_old_sign_ins()} forgotten"
