"""Accounts, as an Administrator's form posts them."""

from ..organisation.seen import save_seen

ACCOUNTS = "/admin/staff/staffmember/"


def typed_account(**changes):
    return {
        "username": "eilidh",
        "first_name": "Eilidh",
        "last_name": "Kerr",
        "email": "eilidh@lochside.example",
        "groups": ["Officer"],
        "is_active": "on",
        "line_manager": "",
        "deputy": "",
    } | changes


def form_data(person, **changes):
    """Return the data that the form of this account would post."""
    now = {name: getattr(person, name) for name in ("username", "first_name", "last_name", "email")}
    now["groups"] = list(person.groups.values_list("name", flat=True))
    return typed_account(**now | changes)


def change(client, person, **changes):
    return client.post(f"{ACCOUNTS}{person.pk}/change/", form_data(person, **changes))


def change_seen(client, person, **changes):
    """Change an account and, where something is said before it is saved, press the button there."""
    return save_seen(client, f"{ACCOUNTS}{person.pk}/change/", form_data(person, **changes))
