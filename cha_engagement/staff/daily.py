from datetime import date

from cha_engagement import hub

from .sessions import SessionStore


@hub.daily.add
def sweep_sessions(today: date) -> str:
    SessionStore.clear_expired()
    return "Sessions: those that have ended are removed"
