"""Patterns of words by which staff may do what only a record may, and of words that look so and are harmless."""

import re
from collections.abc import Iterator

from cha_engagement.customers.enums import AlwaysOpen, Channel

from .disposal_patterns import HARMLESS_DISPOSAL, leaving_unanswered, throwing_away
from .indirect_patterns import indirect_patterns

NOT = r"(?:not|never|no longer|nor|neither|no)"
MODAL = r"(?:may|must|can|shall|should|will|would|do|does|are|is|be)"
REFUSE = (
    r"(?:refus|reject|ignor|disregard|suspend|withdr[ae]w|den[yi]|stop|ceas|ban|bar|forbid|prohibit|block|los[ei]|forfeit|waiv|give up"
    r"|refrain|delet|cancel|remov|revok|end|exclud)(?:n|s|es|ed|d|ing|ning|ned|ring|red|ping|ped|e)?"
)
REFUSED = (
    r"(?:ignored|refused|rejected|closed|suspended|withdrawn|deleted|discarded|disregarded|dismissed|removed|revoked|cancelled|stopped"
    r"|banned|blocked|returned|binned|denied|limited|forfeit|paused|on hold|taken away|over)"
)
NOTHING = rf"{NOT}|nobody|no one|nothing|none|nowhere"
CONDITION = (
    r"only (?:with|if|when|once|after|through)|(?:until|unless) (?:you|they|he|she)"
    r"|(?:once|after|when) (?:you|they|he|she) (?:have|has|apologi\w+|behave\w*|pay|say)|permission|costs? \w+|payable|approved by"
)
DENIES = rf"(?:{NOTHING}|{REFUSE}|{CONDITION}|used up|charged for every|think twice|unwise|skip(?:s|ped)?|turn(?:s|ed)? down|decide against)"
"""Takes away something that is named after it in a sentence."""
DENIED = (
    rf"(?:{NOTHING}|{REFUSE}|{REFUSED}|{CONDITION}|hangs? up|(?:the|a) bin|thrown away|turned down|put off|decide against"
    r"|as (?:a breach|harassment)|ends here|bottom of the list|matters worse|left this (?:week|month|year))"
)
"""Takes away something that was named before it."""
WHO = r"(?:you|they|he|she|him|her|them|nobody|no one|anyone|anybody|the (?:tenant|customer)|your \w+|(?:his|her|their) \w+)"
FAMILY = (
    r"(?:wife|husband|partner|spouse|child(?:ren)?|sons?|daughters?|mother|father|parents?|brothers?|sisters?|family|families"
    r"|kids?|relatives?|household|dependants?|visitors|carers?|(?:any|every)(?:one|body) (?:else )?(?:living|who lives|at your|in your|at that)"
    r"|(?:those|people) (?:who live|living) with)"
)
ASK = r"(?:ask(?:s|ed|ing)?|request(?:s|ed|ing)?|appl(?:y|ies|ied|ying|ications?))"
ALWAYS_OPEN_TOPICS = {
    AlwaysOpen.EMERGENCY: r"(?:emergenc(?:y|ies)(?: (?:line|number|calls?))?|out of hours|call ?outs?)",
    AlwaysOpen.SAFETY: r"(?:(?:report(?:s|ing)?|tell(?:ing)?|ring(?:ing)?|call(?:s|ing)?|warn(?:s|ing)?)(?: \w+){0,5} (?:danger|fire|unsafe|safety)"
    r"|safety (?:concerns?|reports?|calls?)|concerns? about (?:\w+ )?safety)",
    AlwaysOpen.APPEAL: r"(?:appeal(?:s|ed|ing)?)",
    AlwaysOpen.ADJUSTMENT: rf"(?:{ASK}(?: \w+){{0,4}} (?:adjustments?|another format|large print|interpreters?|translations?)|adjustment requests?)",
    AlwaysOpen.COMPLAINT: r"(?:complain(?:t|ts|s|ed|ing|er|ers)?|grievances?)",
    AlwaysOpen.INFORMATION: rf"(?:{ASK}(?: \w+){{0,4}} (?:information|records?|data|files?)|(?:information|data|subject access) requests?)",
    AlwaysOpen.OMBUDSMAN: r"(?:(?:scottish )?(?:public services )?ombuds\w+|spso)",
    AlwaysOpen.SPOKEN_FOR: r"(?:advocates?|(?:your|their|his|her) (?:representatives?|solicitors?|councillors?|support workers?)"
    r"|(?:some|any)(?:one|body)(?: else)?(?: who| to)? (?:speaks?|acts?|writes?) (?:to us )?for (?:you|them|him|her))",
}
"""What each matter that is always open is called in a sentence that takes it away. Beyond the policy: B2, B8."""
TOPICS = {
    **{matter.value: pattern for matter, pattern in ALWAYS_OPEN_TOPICS.items()},
    "repairs": r"(?:repair(?:s|ed|ing)?|maintenance)",
}
WORKS = r"(?:boilers?|heating|leaks?|water|plumbers?|tradesm[ae]n|engineers?|electricians?|joiners?|windows?|doors?|kitchens?|replacements?)"
"""Repairs by other names: they wait for many reasons that are nobody's conduct."""
CONDUCT = r"(?:until|unless|once|if|when|while) (?:you|they|he|she|your \w+)(?: (?:have|has|do|does|can|will|not|are)){0,3}? (?:apolog|behav|stop|improv|calm|pay|say sorry|said sorry|quiet)\w*"
"""A condition on how somebody behaves."""
CHANNELS = {
    Channel.PHONE: r"(?:(?:tele)?phon(?:e|es|ed|ing)|ring(?:ing)?|call(?:s|ing)?)",
    Channel.OFFICE: r"(?:offices?|front desk|desk|premises|reception|buildings?|com(?:e|ing) in)",
    Channel.EMAIL: r"(?:e ?mail(?:s|ed|ing)?)",
    Channel.LETTER: r"(?:letters?|writ(?:e|ing))",
    Channel.HOME_VISIT: r"(?:(?:home )?visits?)",
    Channel.MESSAGE: r"(?:texts?|texting|messag(?:e|es|ing))",
    Channel.EVENT: r"(?:meetings?|events?)",
}
REACH = (
    r"(?:contact(?:ing)?|approach(?:ing)?|speak(?:ing)? to|com(?:e|ing) to|set(?:ting)? foot in|bring|"
    + "|".join(CHANNELS.values())
    + ")"
)
US = r"(?:us|me|our|the|staff|any\w*|again|here|this)"
ANY_WORD = r" (?!(?:complain|appeal|ombuds|spso|emergenc|repair)|(?:and|or|but|so|we|if|until|unless|because|only|except|not?|never|nobody|nothing)\b)\w+"
"""A word between two that undo each other: not what may be denied, nor where another thing begins to be said."""
THEIR_FAMILY = rf"(?:your|his|her|their) {FAMILY}"
EVERYBODY_ELSE = r"(?:(?:every|any)(?:one|body)|whoever|all)(?: else)? (?:who |that )?(?:lives?|living|rings?|calls?|comes|writes|stays) (?:at|in|from|with|on|there)"
BOUND = r"(?:same (?:rules?|goes|way)|rules? (?:is|are) for|under the|treated|(?:has|have) to (?:follow|keep|obey)|(?:is|are) no longer|not welcome)"
"""Binds somebody to a decision about another."""


# Undoes a negation, or tells of the past: taken out before a sentence is read, but for the group `kept`. None of them reaches across
# anything that might be denied: whoever adds one gives the words between two, or `ANY_WORD`, and how the sentence begins or ends.
HARMLESS = [
    re.compile(rf"\b(?:{pattern})(?!\w)")
    for pattern in (
        r"(?:did|was|were|had|has|have|could) not",
        rf"(?:was|were|had been) {REFUSED}|(?:process|stage|time) has ended",
        r"(?:nobody|no one|nothing) (?:answered|came|told|rang|looked|did|was|replied)",
        r"(?:you|they|he|she)(?: has| have| had)? (?:said|told \w+|wrote|threatened|shouted)(?: (?:once|twice|again))?(?: that)?(?: (?:you|they|he|she))?"
        r" (?:can|do|would|could|will) not (?:stop|talk|use|read|hear|come|let|speak|leave|pay|be)",
        r"(?P<kept>ombudsman)(?: has| had)?(?: looked at(?: it| this)?(?: in \w+)? and)? (?:closed(?: (?:it|the case))?(?: (?:last|in) \w+)?(?: and found nothing)?"
        r"|found nothing|dismissed|refused|rejected)",
        r"(?P<kept>ombudsman) (?:will not|can only) look at (?:it|(?:a|your) complaint|your case) (?:before|until|once|after) we have (?:answered|replied)",
        rf"(?:not|never|nothing|none|nobody|no one)(?:{ANY_WORD}){{0,4}}? (?:affect|chang|stop|prevent|limit|restrict|touch|hinder|keep|bar|delay"
        r"|take away|taking away|refus|reject|ignor|withdr[ae]w|los[et]|suspend|forget|turn|den[yi]|exclud|forbid|end|clos|put off|postpon)"
        r"(?:s|es|e|ed|d|ing|n|ped|ping)?",
        rf"^no decision(?: (?:on|about) your {TOPICS['appeal']})? (?:will be|is) (?:made|taken) without (?:hearing|asking|telling) you$",
        rf"^none of your (?:{TOPICS['complaint']}|{TOPICS['appeal']}|{TOPICS['repairs']}) (?:is|are) affected(?: by this(?: letter)?)?$",
        r"do not need (?:our|any|anybody's) permission",
        rf"(?:not|nobody|no one|never)(?:{ANY_WORD}){{0,9}} without (?:your|their|his|her) (?:written )?(?:consent|agreement|permission|mandate)",
        r"changes nothing|nothing changes",
        r"in an emergency(?: please)? (?:do not|never) (?:email|write|text|message)(?= (?:ring|call|phone) us)",
        rf"^no {TOPICS['repairs']} (?:is|are|will be) (?:ever )?(?:put off|{REFUSED}) because of (?:this|it|what happened)$",
        r"(?:do|does|will|need|would) not (?:need|have to|hesitate|be afraid|mind)(?: to)?(?!.* (?:again|any more|any longer)$)",
        r"^do not wait(?= (?:ring|call|tell|report)\b)|need not (?:answer|reply|come|ring|write|do)|(?:is|are) still not (?:done|finished|mended|answered)",
        rf"(?:hang up|end the call)(?:{ANY_WORD}){{0,4}} (?:shout|swear|abus|threat|insult)\w*",
        rf"(?:not|nobody|no one|never)(?:{ANY_WORD})? (?:hold it|hold a complaint against|be held against|charged?|pay (?:the|anybody)|tell you(?: yet)?|say yet"
        r"|used against|counts? (?:it|this|that|against)|mean|only|cost|be without|want you|miss|missed|to blame)",
        r"records do not show|does not delay",
        rf"not make(?:{ANY_WORD}){{0,4}} longer",
        rf"not(?: also)? (?:apply|extend|bind)(?: to)? (?:{THEIR_FAMILY}(?: (?:or|and) {THEIR_FAMILY})*|any(?:one|body)(?: else)?)(?! who)",
        rf"only (?:you|him|her|them)(?: and)? not {THEIR_FAMILY}(?! who| and| but)",
        rf"(?:nobody|no one|none)(?: else)?(?: of| in| at) {THEIR_FAMILY} (?:is|are) (?:restricted|affected|bound|banned|meant|concerned)",
        rf"(?:not|none)(?:{ANY_WORD}){{0,3}} (?:about|against) {THEIR_FAMILY}",
        r"(?:not|never) (?:use|ring|call|phone) the (?:emergency|repairs?)(?: (?:line|number|phone))? (?:for (?:other (?:things|matters)|anything else"
        r"|(?:anything|things) that can wait)|to (?:talk|ask) about)",
        rf"(?:^|(?:you|he|she|they|who|and|but|{THEIR_FAMILY}) )(?:can|do|does) not (?:hear|understand|remember|read|spell|get out|write(?! (?:to|us|about|letters|complain)))",
        r"(?:must|should) not be (?:asked|told)(?! (?:how|that|where)|(?: \w+){0,5} (?:complain|appeal|ombuds|spso|emergenc|repair))|over (?:the (?:tele)?phone|video)",
        r"may not (?:know|hear(?! (?:from|of|your|an))|be aware|remember|realise|like|agree|feel|be easy|understand|want this|yet (?:know|have)|(?:have|yet have) (?:received|seen|got|heard|known|noticed|been))",
        rf"(?:if|where|when|whenever|in case)(?:{ANY_WORD}){{1,4}} (?:can|do|does|are|is|will) not(?! (?:complain|appeal))",
        r"(?:can|could|do|did|does|was|were) not uphold|(?:not|none) upheld",
        r"(?:had|have|has|took|takes) no part|nobody who (?:took|made|imposed) (?:this|that|the) (?:decision|restriction) (?:hears|decides)",
        r"whether or not",
        r"(?:there is|makes?|at|is) no (?:charge|cost|fee|deadline|time limit|hurry|difference)|no matter|costs? nothing",
        rf"(?:and|or|is|have|has|got|with|without) no (?:heating|hot water|water|power)(?! {TOPICS['repairs']})",
        rf"(?:not|no|never|nobody)(?:{ANY_WORD}){{0,9}} without (?:hearing|asking|telling|letting|agreeing|notice|warning|two|a second|a colleague"
        r"|somebody|writing|an appointment|you)",
        rf"(?:not|nobody|no one|never)(?:{ANY_WORD}){{0,4}} (?:alone|by themselves|on their own|by yourself)",
        rf"(?P<kept>(?:not|no|nobody|nothing|never|only|two)(?:{ANY_WORD}){{0,8}}) (?:except|unless it is|other than|apart from|save|besides)"
        rf"(?: (?:for|in|about|an?))* (?:{'|'.join(TOPICS[topic] for topic in ('emergency', 'appeal', 'complaint', 'repairs'))})",
        r"(?:not counting|^except(?: for| in)?(?: an?)?) emergenc(?:y|ies)(?! we)",
        *HARMLESS_DISPOSAL,
    )
]


def topic_patterns(topic: str) -> Iterator[tuple[str, bool]]:
    """Yield patterns that deny a topic, and whether each is plain. Repairs are often refused for a reason that is nobody's conduct."""
    is_right = topic not in ("emergency", "repairs")
    noun = TOPICS[topic]
    condition = r"(?:until|unless|if|while|as long as|till)(?: \w+){0,2} (?:you|this|they|he|she)"
    if is_right:
        yield rf"(?:{WHO}|there)(?: \w+)? (?:(?:{MODAL}|have) {NOT}|have no)(?: \w+){{0,6}} {noun}", True
        yield rf"(?:not (?:allowed|permitted|entitled)|no right)(?: \w+){{0,6}} {noun}", True
        ours = r"(?:when|if|once) we (?:think|agree|find|say|allow|want|invite|let|ask)"
        yield (
            rf"only(?: look at(?: \w+){{0,2}})? {noun}(?: \w+){{0,3}} (?:when|if|after|with|through|in|once (?:you|we|they))",
            False,
        )
        yield rf"(?:may|can|must|should) {noun} (?:only (?:when|if|after|with|through|in)|{ours})", False
        worse = r"(?:longer|lengthen\w*|extend\w*|harsher|stricter|worse)"
        yield rf"if (?:you|they) {noun}(?: \w+){{0,8}} {worse}", True
        yield rf"{noun}(?: \w+){{0,3}} (?:will|would) (?:lead|mean|make|result)(?: \w+){{0,4}} {worse}", False
    else:
        yield rf"(?:{NOT}|{REFUSE})(?: \w+){{0,6}} {noun}(?: \w+){{0,6}} {condition}", True
        yield rf"{noun}(?: \w+){{0,5}} {REFUSED}(?: \w+){{0,4}} {condition}", True
        yield rf"{WORKS}(?: \w+){{0,8}} {CONDUCT}", False
        yield rf"no {WORKS}(?: \w+){{0,4}} (?:again|any more|ever)", False
        yield rf"told(?: not)? to (?:skip|avoid|leave out|pass over|go past|come to) {WHO}", False
        yield r"only(?: \w+)? (?:do |carry out )?repairs? (?:when|if|once|that|which)", True
        yield r"(?:arrange|do|pay for|organise) (?:your|their|his|her) own repairs", False
        yield rf"only (?:emergency |essential |urgent |necessary )?{noun} (?:that|which|will)", False
    yield rf"(?:hang up|walk away|put the phone down)(?: \w+){{0,6}} {noun}", True
    if topic != "repairs":
        yield rf"^no (?:more )?{noun} (?:from|by|of) {WHO}|(?:^|\d+ )no {noun}$", True
        yield rf"(?:not|never) (?:take|accept|log|record)(?: \w+){{0,2}} {noun} (?:from|by|of) {WHO}", True
        yield rf"{noun} from {WHO} (?:is|are)(?: \w+)? {REFUSED}", True
        yield rf"(?:do not|never) put(?: {WHO})? through to (?:the )?{noun}", True
    yield (
        rf"(?:everything|everybody|anything|all)(?: \w+){{0,5}} (?:except|but|save|apart from)(?: \w+){{0,2}} {noun}",
        False,
    )
    yield rf"{noun}(?: \w+){{0,9}} (?:only|except|but|save) (?:(?:for|from|by|of) you|yours)", False
    yield rf"{DENIES}(?: \w+){{0,6}} {noun}", False
    yield rf"{noun}(?: \w+){{0,7}} {DENIED}", False


def plain_contact_patterns() -> Iterator[str]:
    yield rf"{WHO}(?: \w+)? (?:may|must|can|shall)(?: \w+)? (?:not|never|no longer|only)(?: \w+){{0,4}} {REACH}"
    yield r"(?:banned|barred|excluded|forbidden|prohibited)(?: \w+){0,2} (?:from|to)(?: \w+){0,8}"


def contact_patterns() -> Iterator[str]:
    yield rf"{WHO}(?: \w+)? (?:should|will|are|is)(?: \w+)? (?:not|never|no longer|only)(?: \w+){{0,4}} {REACH}"
    yield rf"(?:do not|never|stop|no more|refrain from|cease)(?: \w+){{0,2}} {REACH}(?: to)? {US}"
    yield rf"{NOT}(?: \w+){{0,2}} (?:take|answer|accept|receive|return|pick up)(?: to)?(?: \w+){{0,3}} (?:calls?|(?:tele)?phone|emails?|letters?|messages?|visits?)"
    yield rf"(?:calls?|emails?|letters?|messages?|visits?)(?: \w+){{0,5}} {MODAL}(?: be)? (?:{NOT}|returned unopened|{REFUSED}|unanswered)"
    yield r"(?:stay|keep) (?:away from|out of) (?:our|the|all|any|us|staff)(?: \w+){0,4}"
    yield r"(?:office|premises|building|desk|reception|phone|line|email|portal)(?: \w+){0,4} (?:off limits|out of bounds)|not(?: \w+)? (?:be )?let in"
    yield rf"not(?: \w+)? want (?:to (?:hear|see)(?: \w+)?|(?:your|any|more)(?: \w+){{0,2}} {REACH})|will bounce"
    yield r"only(?: \w+)? (?:write|ring|phone|email|call)(?: to)? us|(?:write|ring|phone|email|call)(?: to)? us and nothing else"
    yield r"(?:nobody|no one)(?: \w+){0,2} (?:will|may|is to|shall)(?: \w+)? (?:talk|speak|see|listen|answer|deal)(?: \w+)? (?:you|him|her|them)"
    yield r"(?:^|(?:we|i|staff|colleagues|line)(?: \w+){0,4} )(?:hang up|put the phone down|walk away)|be cut off|doors?(?: \w+){0,2} (?:stays?|remains?) shut"
    yield r"no contact (?:with|to)|(?:get|have|send|answer|read|allowed|to) (?:only |just )?one (?:email|call|letter|visit|message)s? (?:a|per|each|every) (?:day|week|month|year)"


def warning_patterns() -> Iterator[str]:
    """Yield patterns that take back a warning. Words about the customer themselves ("they do not ask managers") are none."""
    managers = r"(?:(?:a|any|the|your|our|another) (?:line |duty |team |housing )?)?managers?"
    speak = r"(?:speak|talk|ring|call|phone|ask|tell|check|contact|inform)(?:ing)?(?: to| with)?"
    yield rf"(?:no need|(?<!they )(?<!he )(?:do not|never|need not|not need|not have|no longer need)|(?:nobody|no one) (?:needs?|has))(?: to| for)? {speak} {managers}"
    whenever = r"(?:at any time|any time|whenever (?:you|it)|(?:is|are) (?:fine|ok|okay|safe|all right))"
    unless_denied = r"(?:(?!(?:not|never|nobody|no one)\b)[\w']+ )*?"
    yield rf"^{unless_denied}(?:visit(?:s|ing)?|go(?:ing)?|com(?:e|ing))(?: [\w']+)? alone {whenever}"
    yield rf"^{unless_denied}(?:fine|ok|okay|safe|all right) to (?:visit|go|come)(?: [\w']+)? alone"


PATTERNS: list[tuple[str, re.Pattern[str], bool]] = [
    *(
        (topic, re.compile(rf"\b(?:{pattern})\b"), plain)
        for topic in TOPICS
        for pattern, plain in topic_patterns(topic)
    ),
    *(
        ("household", re.compile(rf"\b(?:{pattern})\b"), True)
        for pattern in (
            rf"(?:appl(?:y|ies)|extends?|binds?|holds|covers|includes|goes|same)(?: \w+){{0,5}} {FAMILY}",
            rf"(?:nobody|no one|nor|neither|any(?:one|body))(?: \w+){{0,4}} (?:household|home|family|address|flat|house)(?: \w+){{0,2}} {MODAL}",
            rf"(?:your|his|her|their) {FAMILY}(?: \w+){{0,3}} (?:(?:may|must|can|shall|should|will) (?:not|never|no longer)|(?:is|are|be)(?: \w+){{0,2}}"
            r" (?:not|banned|barred|to be treated|bound|restricted|excluded))",
            rf"(?:your|his|her|their) {FAMILY}(?: \w+){{0,2}} (?:is|are)(?: \w+)? (?:included|covered|banned|bound|part of this)",
            rf"(?:your|his|her|their) {FAMILY}(?: \w+){{0,2}} (?:do|does) not(?: \w+)? (?:come|ring|phone|call|email|write|contact|visit)",
            r"every(?:one|body)(?: \w+){0,4} (?:falls|is bound|is covered|is included)",
            r"(?:binds?|applies to)(?: \w+){0,2} every(?:body|one)",
            rf"(?:nor|neither)(?: \w+){{0,2}} (?:your|his|her|their) {FAMILY}|none of {THEIR_FAMILY} (?:may|can|shall|must)",
        )
    ),
    *(
        ("household", re.compile(rf"\b(?:{pattern})\b"), False)
        for pattern in (
            rf"{BOUND}(?: \w+){{0,5}} (?:{THEIR_FAMILY}|{EVERYBODY_ELSE})",
            rf"(?:{THEIR_FAMILY}|{EVERYBODY_ELSE})(?: \w+){{0,5}} {BOUND}",
            rf"(?:{THEIR_FAMILY}|{EVERYBODY_ELSE})(?: \w+){{0,3}} (?:gets?|faces?) the same|treat (?:{THEIR_FAMILY}|{EVERYBODY_ELSE})(?: \w+){{0,4}} (?:same|alike)",
            rf"(?:{NOT}|stop|end|pause)(?: \w+)? contact(?: \w+){{0,7}} {THEIR_FAMILY}",
        )
    ),
    *(("warning", re.compile(rf"\b(?:{pattern})\b"), True) for pattern in warning_patterns()),
    *(("contact", re.compile(rf"\b(?:{pattern})\b"), True) for pattern in plain_contact_patterns()),
    *(
        ("contact", re.compile(rf"\b(?:{pattern})\b"), False)
        for pattern in (*contact_patterns(), *leaving_unanswered())
    ),
    *(
        ("lasting", re.compile(rf"\b(?:{pattern})\b"), False)
        for pattern in (
            r"for ?ever|for good|for life|indefinitely|until further notice|never again|for all time|without end|as long as you live",
            r"(?:rest|end) of your (?:tenancy|life|days|time)|no end(?: date)?|no last day|as long as you (?:are|rent|stay)|until we (?:feel|say|like|choose|decide|please)",
            r"(?:is|ban\w*|barred|closed|stays?|made) (?:\w+ )?permanent(?:ly)?|permanently (?:banned|barred|closed|excluded|blocked)",
            r"(?:not|never) be (?:looked at again|reviewed)|(?:no|without) (?:a )?reviews?",
        )
    ),
    *(
        ("undoing", re.compile(rf"\b(?:{pattern})\b"), True)
        for pattern in (
            r"(?:ignore|disregard|overlook|forget|skip|do not read|no attention to|no notice of)(?: \w+){0,4} (?:paragraphs?|above|below|rest|section|letter|wording|standard|lines?)",
            r"(?:paragraphs?|above|below|wording|section|lines?)(?: \w+){0,4} (?:does not|do not|is not|are not|no longer) (?:apply|appl\w+|true|meant|count)",
        )
    ),
    *(
        ("right", re.compile(rf"\b(?:{pattern})\b"), False)
        for pattern in (
            r"no (?:\w+ )?rights?|not(?: \w+){0,2} entitled|no longer(?: \w+){0,2} entitled",
            r"(?:lose|loses|lost|forfeit|waive|give up|gave up)(?: \w+){0,2} rights?",
            r"(?:requests?|applications?)(?: \w+){0,6} (?:turned down|refused|rejected|ignored)",
            r"rights?(?: \w+){0,4} (?:withdrawn|removed|ends?|suspended|lost|taken away)",
        )
    ),
    (
        "unread",
        re.compile(
            rf"\b(?:what|whatever|everything|anything) {WHO} (?:writes?|sends?|says?) (?:is|will) (?:not|never) (?:be )?(?:read|opened)\b"
        ),
        True,
    ),
    *(("unread", re.compile(rf"\b(?:{pattern})\b"), plain) for pattern, plain in throwing_away()),
    *(
        ("unread", re.compile(rf"\b(?:{pattern})\b"), False)
        for pattern in (
            r"(?:(?:will|shall|should|do|are|is|be|may) not|never|no longer|no)(?: be)? (?:read|opened|considered|looked at|heard|dealt with|acted (?:up)?on|processed|logged|accepted|look at)",
            r"(?:refus\w+|declin\w+)(?: \w+)? to (?:look|read|consider|take|accept|hear|deal|open)",
            r"(?:nothing|none)(?: \w+){0,5} (?:will|is|are)(?: be)? (?:read|opened|considered|looked at|heard|dealt with|accepted)",
            r"unopened|unread|(?:we|staff) (?:will )?(?:destroy|delete|bin|shred)",
            r"(?:is|are|be|being|goes|go)(?: \w+)? (?:ignored|deleted|binned|discarded|destroyed|thrown away|shredded|into the bin|in the bin)",
        )
    ),
    (
        "unanswered",
        re.compile(
            rf"\b{NOT} (?:be )?(?:answer(?:ed|ing)?|repl(?:y|ied|ying)|respond(?:ed|ing)?|acknowledged?)\b|\bunanswered\b"
        ),
        False,
    ),
    (
        "forbidding",
        re.compile(
            r"\b(?:you|they|your \w+)(?: \w+)? (?:may|must|can|shall) (?:not|never|no longer)\b|\bnot (?:allowed|permitted)\b|\b(?:banned|barred|forbidden|prohibited)\b"
        ),
        False,
    ),
    *(("indirect", re.compile(rf"\b(?:{pattern})\b"), False) for pattern in indirect_patterns()),
]


ROOTS = re.compile(r"complain|appeal|ombudsman|emergenc|repair|household|family|children|banned|forever")
