import json
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cha_engagement.staff.models import StaffMember

from .models import Answers, Draft, answers_cipher

KEEP_FOR = timedelta(days=30)
MAX_DRAFTS = 50
"""Of one person: the oldest give way."""


@transaction.atomic
def keep_draft(*, by: StaffMember, path: str, answers: Answers) -> None:
    """Keep the answers of a form in place of what was kept of it before."""
    encrypted = answers_cipher(by).encrypt(json.dumps(answers).encode())
    defaults = {"answers": encrypted, "kept_at": timezone.now()}
    Draft.objects.update_or_create(person=by, path=path, defaults=defaults)
    newest = Draft.objects.filter(person=by).order_by("-kept_at", "-pk").values("pk")[:MAX_DRAFTS]
    Draft.objects.filter(person=by).exclude(pk__in=[row["pk"] for row in newest]).delete()


def discard_draft(draft: Draft) -> None:
    draft.delete()


def remove_old_drafts() -> int:
    """Remove what was kept for thirty days, and return how many."""
    removed, _ = Draft.objects.filter(kept_at__lte=timezone.now() - KEEP_FOR).delete()
    return removed
