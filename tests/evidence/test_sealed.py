"""A file that may do harm and must be kept: sealed by a manager, and never opened by chance."""

import uuid

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from cha_engagement.core.refusals import Incomplete, Refused
from cha_engagement.customers.enums import Channel
from cha_engagement.evidence import actions, pdfs
from cha_engagement.evidence.models import Evidence
from cha_engagement.organisation.calendar import today
from cha_engagement.staff.models import AccessLogEntry

from .. import factories, files

pytestmark = [pytest.mark.django_db, pytest.mark.policy("63")]

ABUSIVE = files.word_document(**{"word/vbaProject.bin": "x"})
WHY = "The insults are in the document that he sent."


def abusive():
    return SimpleUploadedFile("offer.docm", ABUSIVE)


def seal(by, **changes):
    arguments = {
        "file": abusive(),
        "summary": "What he sent",
        "submission": uuid.uuid4(),
        "sealed_reason": WHY,
    }
    return actions.upload_evidence(by=by, **arguments | changes)


@pytest.fixture
def incident(officer, customer):
    return factories.incident(by=officer, customer=customer)


def add(client, incident, **changes):
    typed = {"submission": str(uuid.uuid4()), "file": abusive(), "summary": "What he sent"}
    return client.post(f"{incident.get_absolute_url()}evidence/", typed | changes)


def test_an_officer_is_told_to_ask_a_manager_and_loses_nothing(signed_in, officer, incident):
    answer = add(signed_in(officer), incident, sealed_reason=WHY)
    assert answer.status_code == 422
    (sentence,) = answer.context["form"].errors["file"]
    assert sentence.startswith("This file is an office document with macros, which are programs.")
    assert "a manager can add it sealed, with a reason" in sentence
    assert answer.context["form"]["summary"].value() == "What he sent"
    assert "sealed_reason" not in answer.context["form"].fields
    assert not Evidence.objects.exists()
    with pytest.raises(Refused):
        seal(officer)


def test_a_harmful_file_of_an_appeal_is_sealed_and_the_others_are_kept(
    signed_in, officer, manager, incident, organisation
):
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))
    page = reverse("appeal_new", args=[incident.customer.reference])

    def log(by, **answers):
        answers_alike = {
            "received_on": str(today()),
            "channel": Channel.LETTER,
            "lodged_by": "Órla",
            "grounds": "It is wrong.",
        }
        restriction = incident.customer.restrictions.get().reference
        form = {"submission": str(uuid.uuid4()), "restrictions": [restriction]}
        documents = [abusive(), SimpleUploadedFile("doctor.txt", b"Dear all")]
        return signed_in(by).post(page, answers_alike | form | {"documents": documents} | answers)

    refused = log(officer, sealed_reason=WHY).context["form"]
    assert set(refused.errors) == {"documents"}
    assert "a manager can add it sealed" in refused.errors["documents"][0]
    assert set(log(manager).context["form"].errors) == {"documents", "sealed_reason"}
    plain = [SimpleUploadedFile("doctor.txt", b"Dear all")]
    refused = log(manager, sealed_reason=WHY, documents=plain).context["form"]
    assert "can be kept as it is" in refused.errors["sealed_reason"][0]
    assert log(manager, sealed_reason=WHY).status_code == 302
    kept = dict(Evidence.objects.values_list("original_name", "sealed_reason"))
    assert kept == {"offer.docm": WHY, "doctor.txt": ""}


def test_each_file_is_classified_once(signed_in, manager, incident, organisation, monkeypatch):
    factories.restriction(by=manager, decision=factories.decision(by=manager, incidents=[incident]))
    classified, describe_harm = [], pdfs.describe_harm
    monkeypatch.setattr(
        pdfs, "describe_harm", lambda content: classified.append(content) or describe_harm(content)
    )
    client = signed_in(manager)
    harmful = files.pdf(change=files.pack_program)
    assert add(client, incident, file=harmful, sealed_reason=WHY).status_code == 302
    assert len(classified) == 1
    answers = {
        "received_on": str(today()),
        "channel": Channel.LETTER,
        "lodged_by": "Órla",
        "grounds": "It is wrong.",
        "submission": str(uuid.uuid4()),
        "restrictions": [incident.customer.restrictions.get().reference],
        "documents": [files.pdf("a.pdf"), files.pdf("b.pdf", change=files.pack_program)],
        "sealed_reason": WHY,
    }
    page = reverse("appeal_new", args=[incident.customer.reference])
    assert client.post(page, answers).status_code == 302
    assert len(classified) == 3


def test_a_manager_keeps_it_with_a_reason(signed_in, manager, incident):
    client = signed_in(manager)
    refused = add(client, incident)
    assert set(refused.context["form"].errors) == {"file", "sealed_reason"}
    assert '<details class="govuk-details" open>' in refused.content.decode()
    assert add(client, incident, sealed_reason="n/a").status_code == 422
    assert add(client, incident, sealed_reason=WHY).status_code == 302
    (evidence,) = incident.evidence.all()
    assert (evidence.sealed_reason, evidence.content_type) == (WHY, "application/octet-stream")
    page = client.get(evidence.get_absolute_url()).content.decode()
    assert WHY in page
    assert "offer.docm" in page


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"file": files.picture()}, "sealed_reason", "can be kept as it is"),
        ({"file": SimpleUploadedFile("a.exe", b"")}, "file", "empty"),
        ({"sealed_reason": "."}, "sealed_reason", "Say why"),
    ],
)
def test_only_what_must_be_sealed_is(manager, changes, field, word):
    with pytest.raises(Incomplete) as refused:
        seal(manager, **changes)
    assert [(refusal.field, word in refusal.sentence) for refusal in refused.value.refusals] == [
        (field, True)
    ]


def test_it_goes_out_by_a_name_that_nothing_opens_to_whoever_says_why(signed_in, manager):
    evidence, client = seal(manager), signed_in(manager)
    path = f"{evidence.get_absolute_url()}open/"
    for reason in ("", ".", "n/a"):
        refused = client.post(path, {"reason": reason})
        assert refused.status_code == 422
        assert "Say what you need it for." in refused.content.decode()
    assert not AccessLogEntry.objects.exists()
    answer = client.post(path, {"reason": "To show the police"})
    assert b"".join(answer.streaming_content) == ABUSIVE
    assert answer["Content-Disposition"] == f'attachment; filename="SEALED-{evidence}.bin"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert AccessLogEntry.objects.get().reason == "To show the police"
    page = html.fromstring(client.get(evidence.get_absolute_url()).content)
    assert "To show the police" in page.text_content()


def test_an_officer_does_not_open_it_though_they_added_it_as_a_manager(signed_in, manager):
    evidence = seal(manager)
    manager.groups.set(Group.objects.filter(name="Officer"))
    client = signed_in(manager)
    assert "Ask a manager what is in it." in client.get(evidence.get_absolute_url()).content.decode()
    assert client.post(f"{evidence.get_absolute_url()}open/", {"reason": "To look"}).status_code == 403
    assert not AccessLogEntry.objects.exists()
