"""Patterns of words that may take something away without saying so: put off, cut short, sent elsewhere, left unanswered. Beyond the policy: B36.

They point at words for a colleague to read, and refuse nothing: what is meant is not plain, and much of it is meant well.
"""

from collections.abc import Iterator

WAY = (
    r"(?:(?:tele)?phones?|calls?|rings?|ringing|rang|e ?mails?|letters?|mail|post|texts?|messages?|visits?|appointments?|portal|log ?in|number|reception"
    r"|desk|counter|office|door|buzzer|meetings?|facebook|contacts?|conversations?|queries|questions)"
)
MATTER = (
    r"(?:repairs?|leaks?|boilers?|heating|gas(?: (?:check|servicing|safety))?|kitchen|tap|windows?|roof|damp|jobs?|requests?|complaints?|appeals?|review"
    r"|transfer|application|place|matter|subject|newsletter|invites?|payments?|copies|decisions?)"
)
PUT_OFF = (
    r"(?:parked|frozen|in abeyance|held (?:back|over)|shelved|deferred|put aside|taken (?:out|off)|dropped|filed|suspended|stood down|stopped|switched off"
    r"|disconnected|diverted|auto ?forward|withheld|hidden|returned to sender|wiped|capped|limited|restricted|reduced|off the list|blank)"
)
THEM = r"(?:you|he|she|they|him|her|them|tenant|caller|customer|m(?:r|rs|s|iss) \w+|household|family|address|property)"
SOMEBODY = r"(?:m(?:r|rs|s|iss) \w+|your|his|her|their|an?|citizens advice|the (?:police|liaison))"
SEVERAL = r"(?:one|two|single|once|twice|five|ten)"
PERIOD = r"(?:day|week|fortnight|month)"


def indirect_patterns() -> Iterator[str]:
    """Yield patterns of what is left to its reader to understand."""
    yield from patterns_of_less_contact()
    yield from patterns_of_amounts()
    yield from patterns_of_waiting()
    yield from patterns_for_staff()


def patterns_of_less_contact() -> Iterator[str]:
    yield (
        rf"(?:rather|prefer\w*|help(?:ful)?|courtesy|kind|better|best)\b(?: \w+){{0,6}} (?:if )?{THEM}(?: \w+){{0,4}}"
        r" (?:not|than|instead|steer clear|stay(?:ed)? away|kept? away|space|wrote|write)"
    )
    yield r"(?:steer|keep|stand|stay)(?:ing)? (?:well )?(?:clear|away|out|back|off)\b|stepping back|step back from"
    yield r"(?:not|no longer) (?:be )?(?:welcome|invited|let (?:up|in|through)|sent|offered|given|available|put through|connect(?:ed)?)"
    yield (
        rf"(?:dealings?|{WAY})(?: \w+){{0,4}} (?:go(?:es)?|put|made|come|dealt?|routed|sent|channelled|directed)(?: \w+){{0,2}}"
        rf" (?:through|via|by way of|to) {SOMEBODY}"
    )
    yield rf"{THEM}(?: \w+){{0,3}} (?:deal|speak|reach|contact|go|be dealt)(?: \w+){{0,3}} (?:solely|only|through|via)\b"
    yield (
        r"(?:only|solely|nothing else|or nothing|sole way|one way|all (?:you|they|he|she) gets?)\b(?: \w+){0,6}(?: (?:by|via|through|from|in|on|to))?"
        r"(?: \w+){0,3} (?:writing|form|website|letterbox|letter|email|phone|address|daughter|son|solicitor|officer)"
    )
    yield r"(?:in )?writing only|(?:by|in) (?:letter|writing|email) (?:alone|only)|only (?:in )?(?:writ\w+|by letter|by email)|sole way|and nothing else"
    yield rf"{WAY}(?: \w+){{0,5}} (?:{PUT_OFF}|cease|bin|voicemail|folder|answering machine|kept locked|not connect)"
    yield rf"(?:removed|switched off|taken away|blocked|disabled|cut off|stopped)(?: \w+){{0,3}} (?:{WAY}|on (?:facebook|instagram|twitter|x))|^blocked"
    yield r"(?:wee|little|bit of a|short)? ?(?:break|breather|rest|space) from (?:one another|each other|us|you|contact)|breather"
    yield r"for other tenants|take it off|look (?:them|it|this) up (?:himself|herself|yourself)|before any conversation|otherwise it ends|(?:makes|make) every contact"
    yield r"without (?:having )?(?:booked|an appointment)(?: \w+){0,6} (?:locked|refused|not be seen)|turned away|no more (?:phone )?calls"
    yield r"knows?(?: \w+){0,2} (?:not to|to keep away|to stay away)|been (?:told|asked)(?: \w+){0,2} (?:not to|to (?:keep|stay) away)|not approach|whatever the reason"


def patterns_of_amounts() -> Iterator[str]:
    yield rf"{SEVERAL}(?: (?!people\b)\w+){{0,3}} (?:a|an|per|each|every) {PERIOD}|(?:twice|once) (?:weekly|daily|monthly)"
    yield r"space out your|used up|too many|capped|at most|per month|stick to (?:one|two)|no more than|up to (?:one|two|three)"
    yield r"(?:allowed|permitted|limited|confined|restricted|entitled) to (?:an?|one|two|a single|only)|is permitted|happy to be limited"
    yield (
        r"(?:agree[sd]?|consent(?:s|ed)?|accept(?:s|ed)?|happy|undertak\w+|promis\w+)(?: \w+){0,6}"
        r" (?:only|forgo|drop|withdraw|give up|shall not|refrain|stop|limited)"
    )


def patterns_of_waiting() -> Iterator[str]:
    yield rf"{MATTER}(?: \w+){{0,6}} {PUT_OFF}|{PUT_OFF}(?: \w+){{0,3}} (?:until|till|pending|meantime)"
    yield (
        r"(?:until|till) (?:you|he|she|they|we|things?|it)(?: \w+){0,3} (?:settle\w*|calm\w*|sign|show|respect|satisf\w+|apolog\w+|hear from us|says? so|ready)"
        r"|until things|when the time (?:feels|is) right|for as long as it takes|at some point|roll on|for us to judge|whether we"
    )
    yield (
        r"for (?:the time being|now|a while)(?: \w+){0,6} (?:not|no|away|clear|wait|only)"
        r"|(?:clear|away|wait|only|not)(?: \w+){0,8} for (?:the time being|now|a while)"
    )
    yield r"(?:stretched|extended|lengthened|made|call it)(?: \w+){0,3} (?:to|a) (?:\w+ )?(?:months?|weeks?|year|nine|six|twelve|end)|be on the safe side"
    yield (
        r"(?:little|no) point in (?:asking|appealing|complaining|writing|ringing)|left the (?:appeal|complaint) form out|consider (?:the|this)(?: \w+)?"
        r" (?:shut|closed)|not go on discussing|(?:had|has had) (?:her|his|their|your) answer|nothing new in"
    )


def patterns_for_staff() -> Iterator[str]:
    yield (
        r"let(?: \w+){0,2} ring(?:ing)? out|ring out|straight to (?:the )?bin|to voicemail|put (?:him|her|them) on hold|no reply list|slip (?:out|through)"
        r"|(?:not|never) (?:bother|log|answer|pick up|take (?:him|her|them) on)"
    )
    yield r"less available|get the (?:message|drift)|if you get my|get fed up|(?:on order|on holiday) (?:every|each)|we are closed|we're closed"
    yield r"tell (?:him|her|them)(?: \w+){0,2} (?:manager|officer|\w+)(?:'s| is) (?:on|out|away|off|in)|say the part is|if asked say"
    yield r"skip(?:s|ped)?|pass over|bottom of the (?:list|pile)|back of the queue|(?:can|must) wait\b(?! (?:to|for))|low priority"
    yield (
        r"(?:not|nor)(?: be)? (?:taking|accepting|posted|posting|discussing|dealing with|responding|minded to)|do not accept"
        r"|(?:no one|nobody) (?:else )?(?:here )?(?:is to|will|to) (?:attend|go|visit|call|speak|be able)"
        r"|(?:anyone|everyone|everybody)(?: \w+){0,4} (?:that|the|this|number \d+)(?: \w+)? (?:family|should observe|household)"
    )
