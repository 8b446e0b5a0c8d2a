from typing import Any

from cha_engagement.core.refusals import Refusal


def may_administer(user: Any, _: Any = None) -> Refusal | None:
    """Accounts, roles, lists and the association's details are kept by Administrators, who read nothing of a case."""
    if not user.has_perm("organisation.administer"):
        return Refusal("Only an Administrator keeps accounts and lists.", "65")
    return None
