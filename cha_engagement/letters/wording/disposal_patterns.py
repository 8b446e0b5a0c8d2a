"""Patterns of words that throw away what somebody sends, or leave it without an answer, so that a way to us is open by name alone. Policy §21.1; beyond the policy: B2."""

from collections.abc import Iterator

THROW_AWAY = (
    r"(?:bin|shred|trash|dump|scrap|wip|eras|delet|destroy|discard|ignor|disregard|recycl|burn)(?:s|e|es|ning|ding|ping|ing)?"
    r"|(?:tear|rip)(?:s|ping|ing)? up|(?:throw|chuck|toss|sling)(?:s|es|ing)? (?:away|out)|get(?:s|ting)? rid of|dispos(?:e|es|ing) of"
)
THROWN_AWAY = (
    r"(?:binned|shredded|trashed|dumped|scrapped|wiped|erased|deleted|destroyed|discarded|ignored|disregarded|recycled|burnt|burned"
    r"|torn up|ripped up|thrown (?:away|out)|chucked(?: away| out)?|tossed|disposed of)"
)
WASTE = r"(?:in|into|to) (?:the )?(?:\w+ )?(?:bins?|shredder|recycling|rubbish|junk|spam|trash|waste)"
SENT = (
    r"(?:letters?|post|mail|e ?mails?|texts?|messages?|voicemails?|calls?|notes?|cards?|parcels?|correspondence)"
    r"(?! (?:address(?:es)?|numbers?|account|details))"
)
"""What comes from somebody. Their email address is none of it."""
SENDS = r"(?:send|write|post|hand|bring|email|text|deliver|push|put|drop|leave|say|ring|call|phone|come)s?"
HIS = r"(?:his|her|their)"
YOUR = r"your"
OF_IT = r"(?:(?:all|any|each|every|both|most|some|of|the|rest|these|those|further|more|future|even|just) )*"


def throwing_away() -> Iterator[tuple[str, bool]]:
    """Yield patterns by which what somebody sends is thrown away, and whether each is plain. What a customer throws away of their own is theirs."""
    yield from throwing_away_from(
        HIS, r"(?:him|her|them|this|that|m(?:r|rs|s|iss))", r"(?:he|she|they)", True
    )
    yield from throwing_away_from(YOUR, r"you", r"you", False)


def throwing_away_from(whose: str, whom: str, who: str, is_plain: bool) -> Iterator[tuple[str, bool]]:
    sent = (
        rf"(?:{OF_IT}(?:{whose} (?:\w+ )?{SENT}|{SENT} (?:that (?:comes?|arrives?|is) )?from (?:{whom}|{whose}) ?|{SENT} in {whose} (?:own )?hand\w*"
        rf"|(?:what|whatever|anything|everything|{SENT})(?: that| which)? (?:{who} {SENDS}|(?:comes|arrives|is) from {whom})))"
    )
    yield rf"(?:{THROW_AWAY}) {sent}", is_plain
    yield (
        rf"{sent}(?: (?!we|our)\w+){{0,6}} (?:be|is|are|gets?|go(?:es)?|being)(?: \w+){{0,2}} (?:{THROWN_AWAY}|{WASTE})",
        is_plain,
    )
    yield (
        rf"(?:put|stick|chuck|throw|drop|toss|mov|send|fil)(?:s|e|es|ing|ting|ping)? {sent}(?: \w+){{0,2}} {WASTE}",
        is_plain,
    )
    yield rf"{sent}(?: \w+){{0,2}} (?:{THROW_AWAY}) (?:it|them|on sight|at once|unread)", is_plain
    yield rf"no (?:attention|heed) to {sent}", is_plain
    yield rf"(?:{THROW_AWAY}) (?:it|them|that) (?:if|when|whenever) {who} {SENDS}", is_plain
    yield rf"(?:if|when|whenever) {who} {SENDS}(?: \w+){{0,4}} (?:{THROW_AWAY}) (?:it|them|that)", is_plain


def leaving_unanswered() -> Iterator[str]:
    """Yield patterns by which nobody answers what somebody sends, or picks up when they ring."""
    sent = rf"{OF_IT}(?:(?:his|her|their|your) (?:\w+ )?{SENT}|{SENT} from \w+)"
    answer = r"(?:answer|repl|respond|react|return|pick|acknowledg)(?:y|ies|e|es|s|ing|ying)?(?: to| up)?"
    nobody = r"(?:not|never|(?:nobody|no one) (?:is to|may|must|shall|should|will)|no longer|stop(?:s|ping)?|ceas(?:e|es|ing)|quit|without)(?: (?!not\b)\w+)?"
    yield rf"{nobody} {answer} {sent}"
    yield rf"{nobody} {answer}(?: (?:him|her|them|you))? (?:if|when|whenever) (?:he|she|they|you) {SENDS}"
    yield rf"ignor(?:e|es|ing) (?:him|her|them|you) (?:if|when|whenever) (?:he|she|they|you) {SENDS}"
    yield rf"(?:leav(?:e|es|ing)|let(?:s|ting)?|goes?|stays?|remains?) {sent}(?: \w+){{0,2}} unanswered"


HARMLESS_DISPOSAL = (
    # What somebody does with their own, and what is kept.
    rf"(?:he|she|they|(?:your|his|her|their) \w+) (?:often |always |sometimes |usually |just |never )?(?:{THROW_AWAY})(?= )",
    rf"(?:not|never|nobody|no one)(?: (?!read|open|answer|keep)\w+)? (?:{THROW_AWAY})(?= )",
    r"(?:he|she|they) (?:can|do|does|will|may|might) not (?:always )?(?:answer|reply|pick up)(?! (?:his|her|your|any|to))",
    r"(?:ignore|disregard) (?:our|my|the|that) (?:letter|email|message|text|reminder) (?:of|dated|you (?:got|had|received)|(?:that )?we sent)",
)
"""Harmless forms of the same words: `overreach_patterns.HARMLESS` says what they do."""
