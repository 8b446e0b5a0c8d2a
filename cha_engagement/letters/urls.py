from django.urls import path

from .views import files, issuing, letter, second_reader, words

urlpatterns = [
    path("customers/<reference:reference>/letter/", letter.begin_letter, name="letter_new"),
    path("enclosures/<reference:reference>.pdf", files.enclosure_file, name="letter_enclosure"),
    path("letters/", letter.letter_list, name="letters"),
    path("letters/words/", words.words_page, name="letter_words"),
    path("letters/<reference:reference>.pdf", files.letter_pdf, name="letter_pdf"),
    path("letters/<reference:reference>.txt", files.letter_text, name="letter_text"),
    path("letters/<reference:reference>.wav", files.letter_sound, name="letter_sound"),
    path("letters/<reference:reference>/", letter.letter_page, name="letter"),
    path("letters/<reference:reference>/check/", letter.draft_findings, name="letter_check"),
    path("letters/<reference:reference>/preview/", letter.preview_page, name="letter_preview"),
    path("letters/<reference:reference>/ask/", second_reader.ask_second_reader, name="letter_ask"),
    path("letters/<reference:reference>/read/", second_reader.read_letter, name="letter_read"),
    path("letters/<reference:reference>/enclose/", issuing.enclose_file, name="letter_enclose"),
    path("letters/<reference:reference>/issue/", issuing.issue_letter, name="letter_issue"),
    path("letters/<reference:reference>/sent/", issuing.mark_letter_sent, name="letter_sent"),
    path("letters/<reference:reference>/came-back/", issuing.record_come_back, name="letter_came_back"),
    path("letters/<reference:reference>/void/", issuing.void_letter, name="letter_void"),
    path("letters/<reference:reference>/replace/", issuing.replace_letter, name="letter_replace"),
]
