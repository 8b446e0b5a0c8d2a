import json
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cha_engagement.staff.models import StaffMember

LONGEST_PATH = 500

Answers = dict[str, list[str]]


def answers_cipher(person: StaffMember) -> Fernet:
    """Return what encrypts one person's typed drafts: a row moved to somebody else cannot be read by them."""
    key = salted_hmac("desk.TypedDraft", str(person.pk), algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(key))


class TypedDraft(models.Model):
    """A form that somebody typed into and that has not been saved: theirs alone, until it is, or for thirty days.

    No record of a case: it has no history, and nobody else reads it. `path` is the page of the form, with its query.
    `answers` are encrypted.
    """

    person = models.ForeignKey(StaffMember, models.CASCADE, related_name="+")
    path = models.CharField(max_length=LONGEST_PATH)
    answers = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "path"], name="one_typed_draft_a_page")]

    def __str__(self) -> str:
        return self.path

    def read_answers(self) -> Answers | None:
        """Return what was typed; None where the secret of this place has changed since."""
        try:
            return json.loads(answers_cipher(self.person).decrypt(bytes(self.answers)))
        except InvalidToken:
            return None
