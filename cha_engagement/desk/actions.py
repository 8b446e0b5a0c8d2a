import json
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cha_engagement.staff.models import StaffMember

from .models import Answers, TypedDraft, answers_cipher

KEEP_FOR = timedelta(days=30)
MAX_TYPED_DRAFTS = 50
"""Of one person: the oldest give way."""


@transaction.atomic
def keep_typed_draft(*, by: StaffMember, path: str, answers: Answers) -> None:
    """Keep the answers of a form in place of what was kept of it before."""
    encrypted = answers_cipher(by).encrypt(json.dumps(answers).encode())
    defaults = {"answers": encrypted, "kept_at": timezone.now()}
    TypedDraft.objects.update_or_create(person=by, path=path, defaults=defaults)
    newest = TypedDraft.objects.filter(person=by).order_by("-kept_at", "-pk").values("pk")[:MAX_TYPED_DRAFTS]
    TypedDraft.objects.filter(person=by).exclude(pk__in=[row["pk"] for row in newest]).delete()


def discard_typed_draft(typed_draft: TypedDraft) -> None:
    typed_draft.delete()


def remove_old_typed_drafts() -> int:
    """Remove what was kept for thirty days, and return how many."""
    removed, _ = TypedDraft.objects.filter(kept_at__lte=timezone.now() - KEEP_FOR).delete()
    return removed
