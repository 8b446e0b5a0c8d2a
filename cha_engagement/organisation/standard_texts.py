"""The standard paragraphs of letters that an association begins with."""

INITIAL_TEXTS = {
    "adjustments and formats": (
        "If something about the way we work is difficult for you, please tell us and we will look at what we can change. You can have this "
        "letter in large print, read aloud, in another language or explained to you: just ask us."
    ),
    "criticism is welcome": (
        "You are free to disagree with us and to say so, in public too. Our staff act on the association’s behalf, so please "
        "name [association] rather than the people who work here."
    ),
    "how to complain": (
        "If you are unhappy with our service, you can complain: [how to reach the complaints process]."
    ),
    "how we use records": (
        "We keep a record of this for as long as we need it to deal with you fairly. Only staff who need it can read it. You can ask "
        "to see what we hold about you, and to have mistakes put right."
    ),
    "the ombudsman": (
        "The [ombudsman] is independent of us and free to use. [when to go to the ombudsman]\n\n[how to reach the ombudsman]"
    ),
    "what always stays open": ("Whatever happens, you can always:\n\n[all that is always open]"),
}
"""Markdown by the name of the placeholder that it fills in letters. Their texts need all of these."""
