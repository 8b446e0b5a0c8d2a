import stat
import sys
import wave
from io import BytesIO

import pytest

from cha_engagement.core.records import find_history_faults, writing
from cha_engagement.customers.enums import Format
from cha_engagement.letters.rendering.markdown import render_words

from .. import factories
from .test_views import draft_form, letter_url

pytestmark = pytest.mark.django_db

SPEECH_PROGRAM = f"""#!{sys.executable}
import sys, wave
said = sys.stdin.read()
with wave.open(sys.argv[sys.argv.index("-w") + 1], "wb") as sound:
    sound.setparams((1, 1, 8000, 0, "NONE", ""))
    sound.writeframes(said.encode())
"""


@pytest.fixture
def speaks(settings, tmp_path):
    """Put a program in the place of espeak-ng that writes the words themselves as sound."""
    program = tmp_path / "espeak-ng"
    program.write_text(SPEECH_PROGRAM)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    settings.SPEECH_PROGRAM = str(program)


def download(client, letter, ending):
    answer = client.get(f"/letters/{letter.reference}.{ending}")
    return answer, b"".join(answer.streaming_content)


def test_a_text_becomes_words_without_marks():
    text = "## Why\n\n**You** wrote *often*.\nTwice.\n\n- one\n- two\n\n  more\n\n3. three\n4. four\n\n> quoted \\[so\\]"
    assert render_words(text) == (
        "Why\n\nYou wrote often.\nTwice.\n\n- one\n- two\n\nmore\n\n3. three\n4. four\n\nquoted [so]"
    )


@pytest.mark.policy("61.3")
def test_the_plain_text_says_all_that_the_paper_says(signed_in, manager, issued_letter):
    answer, sent = download(signed_in(manager), issued_letter, "txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{issued_letter.reference}.txt"'
    text = sent.decode()
    for words in (
        "Lochside Homes",
        "Órla Ní Bhriain",
        issued_letter.reference,
        "How you can contact us from now on",
        "You can ask us to look at this again within 20 working days.",
        "- report an emergency repair, at any time, on 0800 496 0001",
        "Yours sincerely\n\nManager Example",
    ):
        assert words in text
    for mark in ("**", "##", "[", "Draft, not issued", "\n\n\n", "&"):
        assert mark not in text


def test_the_plain_text_of_a_draft_says_so(signed_in, manager, draft):
    assert "Draft, not issued" in download(signed_in(manager), draft, "txt")[1].decode()


@pytest.mark.policy("61")
def test_the_plain_text_of_an_issued_letter_never_changes(signed_in, manager, issued_letter, organisation):
    before = download(signed_in(manager), issued_letter, "txt")
    organisation.name = "Another Name"
    organisation.save()
    writing.save_record(issued_letter.customer, by=manager, reason="Moved", address="Elsewhere")
    assert download(signed_in(manager), issued_letter, "txt")[1] == before[1]
    assert find_history_faults(issued_letter) == []


@pytest.mark.policy("61.3")
def test_a_letter_is_read_out_where_this_machine_can_speak(signed_in, manager, issued_letter, speaks):
    client = signed_in(manager)
    assert f"{issued_letter.reference}.wav" in client.get(letter_url(issued_letter)).content.decode()
    answer, sent = download(client, issued_letter, "wav")
    assert answer["Content-Type"] == "audio/wav"
    with wave.open(BytesIO(sent)) as sound:
        assert sound.readframes(sound.getnframes()).decode() == issued_letter.plain_text


def test_sound_is_not_offered_without_a_speech_program(signed_in, manager, issued_letter):
    client = signed_in(manager)
    assert ".wav" not in client.get(letter_url(issued_letter)).content.decode()
    assert client.get(f"/letters/{issued_letter.reference}.wav").status_code == 404


def test_a_failing_speech_program_gets_a_page_of_its_own(signed_in, manager, issued_letter, settings):
    settings.SPEECH_PROGRAM = "/bin/false"
    answer = signed_in(manager).get(f"/letters/{issued_letter.reference}.wav")
    assert answer.status_code == 503
    assert "Use the plain text instead." in answer.content.decode()


@pytest.mark.policy("61.3")
def test_a_letter_begins_in_the_preferred_format_and_another_can_be_chosen(
    signed_in, manager, officer, draft_for
):
    letter = draft_for(factories.customer(by=officer, preferred_format=Format.PLAIN_TEXT))
    client = signed_in(manager)
    assert client.get(letter_url(letter)).context["form"]["format"].value() == "plain_text"
    client.post(letter_url(letter), draft_form(letter, format=Format.LARGE_PRINT))
    letter.refresh_from_db()
    assert letter.format == Format.LARGE_PRINT
