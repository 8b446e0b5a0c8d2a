import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from cha_engagement.demo.organisation import LOGO
from cha_engagement.organisation.logo import MOST_BYTES, MOST_PIXELS, NOT_A_PNG
from cha_engagement.organisation.models import Organisation

from .test_admin import DETAILS, client, details

__all__ = ["client"]

from .seen import save_seen

pytestmark = pytest.mark.django_db

PNG = LOGO.read_bytes()
WORDS = "A house above two waves"


def picture(kind="PNG", size=(20, 20)):
    content = BytesIO()
    Image.new("RGB", size).save(content, kind)
    return content.getvalue()


def choose_logo(client, content, **changes):
    """Choose a file as the logo. Return the errors by field, empty once it is saved."""
    file = SimpleUploadedFile("logo.png", content)
    page = save_seen(client, f"{DETAILS}1/change/", details(client, logo=file, logo_words=WORDS) | changes)
    return {} if page.status_code == 302 else page.context["adminform"].errors


@pytest.fixture
def organisation_with_logo(client, organisation):
    assert choose_logo(client, PNG) == {}
    return Organisation.objects.get()


def test_a_logo_is_kept_with_its_words_and_its_history(organisation_with_logo, administrator):
    assert organisation_with_logo.logo.read() == PNG
    assert organisation_with_logo.logo_words == WORDS
    latest = organisation_with_logo.history.latest()
    assert (latest.logo, latest.history_user) == (organisation_with_logo.logo.name, administrator)


def test_another_takes_its_place_and_what_is_not_chosen_anew_stays(client, organisation_with_logo):
    save_seen(client, f"{DETAILS}1/change/", details(client, phone="0141 496 0009"))
    assert Organisation.objects.get().logo.read() == PNG
    other = picture()
    assert choose_logo(client, other) == {}
    assert Organisation.objects.get().logo.read() == other


def test_the_details_say_that_there_is_one_and_it_can_be_taken_off(client, organisation_with_logo):
    assert "There is a logo now." in client.get(f"{DETAILS}1/change/").content.decode()
    taken_off = details(client, logo_words="") | {"logo-clear": "on"}
    assert save_seen(client, f"{DETAILS}1/change/", taken_off).status_code == 302
    assert not Organisation.objects.get().logo


@pytest.mark.database
@pytest.mark.policy("61.3")
def test_a_logo_needs_words_for_somebody_who_cannot_see_it(client, organisation):
    (sentence,) = choose_logo(client, PNG, logo_words="")["logo_words"]
    assert sentence.startswith("Say what the logo shows")
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.update(logo="logo/one.png", logo_words="")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', id="SVG"),
        pytest.param(picture("JPEG"), id="JPEG"),
        pytest.param(picture("GIF"), id="GIF"),
        pytest.param(b"%PDF-1.7", id="PDF"),
        pytest.param(PNG + b"PK\x03\x04", id="something behind it"),
        pytest.param(PNG[:-200], id="cut off"),
        pytest.param(PNG[:100] + bytes(100) + PNG[200:], id="damaged"),
    ],
)
def test_what_is_no_whole_png_is_refused_whatever_its_name_says(client, organisation, content):
    assert choose_logo(client, content) == {"logo": [NOT_A_PNG]}
    assert not Organisation.objects.get().logo


def test_what_is_too_large_is_refused_before_it_is_looked_into(client, organisation):
    assert "larger than 200" in choose_logo(client, PNG + bytes(MOST_BYTES))["logo"][0]
    assert "wider or higher" in choose_logo(client, picture(size=(MOST_PIXELS + 1, 1)))["logo"][0]


def test_a_small_file_that_claims_to_be_huge_is_refused(client, organisation):
    header = b"IHDR" + (60_000).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    start = PNG[:8] + (13).to_bytes(4) + header + zlib.crc32(header).to_bytes(4)
    assert "logo" in choose_logo(client, start + PNG[33:])
