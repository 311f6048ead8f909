# ruff: noqa: E501 (a pattern is easier to read whole)
"""Personal data that has a form: one small recogniser a kind; the words they need lie in `words.yml`.

Every repetition is bounded, so that time grows with the length of a text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher

from bot.knowledge import knowledge
from nlu.mask.names import ordinary, places
from nlu.mask.words import listed

Found = Iterator[tuple[int, int]]

# Between a word such as "kontonummer" and the number itself: "kontonumret hos Nordea är: …".
_LINK = r"(?:[ ,]{1,2}(?:är|e|var|har|med|på|hos|nr|nummer|numret|heter|till|mitt|min|hans|hennes|kod|ju|alltså|typ)(?=[ ,:=.])){0,3}\.? {0,2}[:=#]? {0,2}"
_DATE = re.compile(r"(?:19|20)\d\d(?:-[01]\d(?:-[0-3]\d)?)?")


@cache
def _either(name: str) -> str:
    return "|".join(sorted(map(re.escape, listed(name)), key=len, reverse=True))


def _all(pattern: str, text: str, group: int = 0, *, cased: bool = False) -> Found:
    for match in re.finditer(pattern, text, 0 if cased else re.IGNORECASE):
        yield match.span(group)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@cache
def _public_numbers() -> frozenset[str]:
    contacts = [contact.phone for contact in knowledge().contacts.values()]
    districts = [district.phone for district in knowledge().districts.values()]
    return frozenset(_digits(phone) for phone in (*contacts, *districts) if phone)


def _is_public(number: str) -> bool:
    """Numbers of the knowledge base, the city's own (08-508), free and shared-cost ones, and those of authorities."""
    national = re.sub(r"^(?:0046|46)0?", "0", _digits(number))
    return national in _public_numbers() or national.startswith(("08508", "020", "0771", "077", "010", "116"))


_BORN = r"(?:18|19|20|99)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[67]\d|8\d|9[01])"


def personal_number(text: str) -> Found:
    # A wrong check digit does not unmask: people mistype. Day + 60 is a samordningsnummer; a letter for the first
    # of the last four digits, or 99 before the year, makes a number that care gives those who have none.
    for start, end in _all(
        r"(?<![\d+])\d(?:[ ./+–—−,-]{0,3}\d){5,7}[ ./+–—−,-]{0,3}(?:(?:[ .-]?\d){4}|[A-Z]\d{3}|[A-Z]{2}\d{2}|[x*]{4})(?![\d*])",
        text,
    ):
        written = text[start:end]
        if re.fullmatch(r"\(?0\d{1,3}\)? ?[-/ ] ?\d{2,4} \d{2} ?\d{2,3}", written):
            continue
        mobile = re.fullmatch(r"07[02369]\d{7}", _digits(written)) and not re.fullmatch(r"\d{6}[ +–-]\d{4}", written)
        if re.fullmatch(_BORN + r"[\dA-Z*]{4}", re.sub(r"[^\dA-Za-z*]", "", written).upper()) and not mobile:
            yield start, end
    before = _either("personal_number_before")
    yield from _all(rf"\b(?:{before}){_LINK}(\d[\d .+–-]{{4,18}}\d)(?!\d)", text, 1)
    last_four = r"(?:(?:fyra|4) sista(?: siffror(?:na)?)?|sista (?:fyra|4)(?: siffror(?:na)?)?)"
    yield from _all(rf"\b{last_four}{_LINK}(\d{{4}})(?!\d)", text, 1)
    yield from _all(rf"\b(?:{before}){_LINK}({_spelt()})\b", text, 1)


@cache
def _spelt() -> str:
    """Six or more numerals written as words."""
    one = f"(?:{_either('numerals')})"
    return rf"(?:{one}[ ,.-]{{1,3}}){{5,18}}{one}"


def phone(text: str) -> Found:
    for match in PhoneNumberMatcher(text, "SE", leniency=Leniency.VALID):
        national = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.NATIONAL)
        if match.number.country_code != 46 or not _is_public(national):
            yield match.start, match.end
    gap = r"[ ./–-]{0,3}"
    country = rf"(?:\+ ?46|0046|46){gap}(?:\(0\){gap})?"
    yield from _all(rf"(?<![\d-])(?:{country}|\(?0)7{gap}[02369]\)?(?:{gap}\d){{7}}(?!\d)", text)
    abroad = _all(r"(?<![\w+])(?:\+|00)[1-9]\d{0,2}(?:[ ./()-]{0,2}\d){7,12}(?!\d)", text)
    yield from (span for span in abroad if not _is_public(text[slice(*span)]))
    for start, end in _all(
        rf"\b(?:{_either('phone_before')}){_LINK}(\(?(?:\+|0|7|46)(?:[ ./()–-]{{0,2}}\d){{7,12}})(?!\d)", text, 1
    ):
        if not _is_public(text[start:end]):
            yield start, end
    yield from _all(rf"\b(?=noll |plus |nollsju)(?:plus )?{_spelt()}\b", text)


def email(text: str) -> Found:
    at = r"(?: ?[(\[{<]? ?@ ?[)\]}>]? ?| ?[(\[{<*_] ?(?:at|a|snabel-?a) ?[)\]}>*_] ?| {1,2}(?:snabel[- ]?a|alfakrull|kanelbulle|at) )"
    dot = r"(?: ?[.,] ?| ?[(\[{] ?(?:dot|punkt|\.) ?[)\]}] ?| punkt | dot )"
    local = r"[\w.+-]{1,64}(?:(?: punkt | dot | understreck | bindestreck )[\w+-]{1,40}){0,3}"
    endings = _either("domain_endings")
    for domain in (
        rf"{at}[\w-]{{1,64}}(?:{dot}[\w-]{{2,20}}){{0,3}}?{dot}(?:{endings})\b",
        r"@(?:[\w-]{1,63}\.){1,4}[a-z]{2,20}\b",
        rf"{at}(?:{_either('mail_hosts')})\b",
        rf"(?-i:AT|snabel-?a)[\w-]{{2,40}}\.(?:{endings})\b",
    ):
        for match in re.finditer(rf"(?<![\w.+-])({local}?){domain}", text, re.I):
            if match[1].lower() not in listed("public_mailboxes"):
                yield match.span()


def ip(text: str) -> Found:
    for pattern in (
        r"(?<![\w.])\d{1,3}(?:(?:\.| punkt |\[\.\])\d{1,3}){3}(?![\w]|\.\d)(?:/\d{1,2}(?!\d)|:\d{2,5}(?!\d))?",
        r"(?<![\w:])[0-9a-f:]{2,39}(?:\.\d{1,3}){0,3}(?![\w:])(?:%\w{1,10}|/\d{1,3})?",
    ):
        for start, end in _all(pattern, text):
            try:
                ip_address(
                    re.sub(
                        r" punkt |\[\.\]",
                        ".",
                        re.split(r"[/%]|(?<=\.\d):|(?<=\.\d\d):|(?<=\.\d\d\d):", text[start:end])[0],
                    )
                )
            except ValueError:
                continue
            if len(text[start:end]) > 2:
                yield start, end


def account(text: str) -> Found:
    yield from _all(r"(?<!\w)[A-Z]{2} ?\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,4})?(?!\w)", text, cased=True)
    yield from _all(r"(?<!\w)(?:se|no|dk|fi|de|gb|nl|pl|fr|es)\d{2}(?:[ -]?\d{4}){3,7}(?:[ -]?\d{1,3})?(?!\w)", text)
    yield from _all(r"(?<![\d-])(?:\d{4}[ .-]{0,3}){3}\d{4}(?:[ -]?\d{1,3})?(?!\d)", text)
    yield from _all(r"(?<![\d-])3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?!\d)", text)
    # A clearing number and what follows it.
    yield from _all(r"(?<![\d-])\d{4}(?:-\d ?[, ] ?|, ?| {1,2}- {1,2})\d(?:[ .-]?\d){5,11}(?!\d)", text)
    yield from _all(r"(?<![\d-])(?:3300|3782)[ ,-]{0,3}\d{6}[ -]?\d{4}(?!\d)", text)
    yield from _all(r"(?<![\d-])\d{4}-\d{7,11}(?!\d)", text)
    for start, end in _all(r"(?<![\d+-])(?!0|19|20)\d{4}(?: \d{2,4}){2,5}(?!\d)", text):
        if 10 <= len(_digits(text[start:end])) <= 15:
            yield start, end
    far = r"(?:[ ,]{1,2}[^\W\d]{1,15}){0,3}\.? {0,2}[:=#]? {0,2}"
    numbers = r"(\d[\d ,.–/-]{2,30}\d)(?!\d| ?(?:kr|kronor|spänn|:-|tusen|lax))"
    for start, end in _all(rf"\b(?:{_either('account_before')}){far}{numbers}", text, 1):
        if len(_digits(text[start:end])) > 5 or "clearing" in text[max(0, start - 30) : start].lower():
            yield start, end


def case_number(text: str) -> Found:
    yield from _all(r"(?<!\w)(?:\d{4} ?- ?)?K ?\d{3,7} ?- ?\d{2}(?!\d)", text)
    yield from _all(
        r"(?<!\w)(?:[BTÖMFKÄHP]|PMT|PMB|UM|AM|SOC|SN|SDN|IVO|JO|DO|ÖÄ)[ -]{0,2}\d{1,7} ?[-/] ?(?:20)?\d{2}(?!\d)",
        text,
        cased=True,
    )
    yield from _all(
        r"(?<!\w)(?!SFS|SOU|SOSFS|HSLF|NJA|HFD|EU|AFS|COM|KOM|DS|RH)[A-ZÅÄÖ]{2,6}[ -]20\d{2}[-/]\d{1,7}(?!\d)",
        text,
        cased=True,
    )
    yield from _all(r"(?<!\w)\d{1,2}(?:\.\d{1,3}){1,4}[-–]\d{1,6}/(?:20)?\d{2}(?!\d)", text)
    number = r"((?-i:[A-ZÅÄÖ]{0,6}|[btömkfä])[ -]?\d[\dA-ZÅÄÖ]{0,12}(?: ?[-/:.–] ?[\dA-ZÅÄÖ]{1,12}){0,4})"
    for start, end in _all(rf"\b(?:{_either('case_before')}){_LINK}{number}(?!\w)", text, 1):
        start += len(text[start:end]) - len(text[start:end].lstrip())
        if len(_digits(text[start:end])) > 2 and not _DATE.fullmatch(text[start:end]):
            yield start, end


def plate(text: str) -> Found:
    def letters(at: int) -> str:
        return text[at : at + 3].lower()

    unit = rf"(?! ?(?:{_either('units')})\b)"
    for start, end in _all(rf"(?<![\w-])[A-ZÅÄÖ]{{3}}[ -]?\d{{2}}[A-Z0-9](?![\w-]){unit}", text, cased=True):
        if letters(start) not in listed("not_plates"):
            yield start, end
    for start, end in _all(rf"(?<![\w@.-])[a-z]{{3}}[ -]?\d{{2}}[a-z0-9](?![\w@-]){unit}", text):
        if letters(start) not in listed("not_plates") and not ordinary(letters(start)):
            yield start, end
    before = rf"\b(?:{_either('plate_before')})(?: [\wåäö]{{1,12}}){{0,4}}?[ ,]{{0,2}}[:=(\"]? ?"
    yield from _all(rf"{before}([a-z]{{3}}\d{{2}}[a-z0-9]|(?:[a-z] ){{3}}(?:\d ?){{2}}[a-z0-9])(?!\w)", text, 1)
    yield from _all(rf"\b(?:{_either('plate_before')}){_LINK}([a-z]{{3}}[ -]\d{{2}}[a-z0-9])(?!\w){unit}", text, 1)
    yield from _all(r"(?<!\w)(?:[A-Z] ){3}(?:\d ){2}[A-Z0-9](?!\w)", text, cased=True)
    yield from _all(r"\b(?:börja[rd]e?|börjar|slutar|slutade) (?:på|med) ((?-i:[A-Z]{3})(?: ?\d{1,2})?)(?!\w)", text, 1)
    # Plates of other countries, after "regnr" only.
    yield from _all(
        rf"\b(?:{_either('plate_number_before')}){_LINK}((?=[\w -]{{0,8}}\d)[A-ZÅÄÖ]{{1,3}}[ -]?[A-Z0-9]{{1,5}}[ -]?[A-Z0-9]{{0,5}})(?!\w)",
        text,
        1,
        cased=False,
    )


def profile_url(text: str) -> Found:
    path = r"(?:/[\w@.%?=&~+#-]{1,80}){1,5}(?<![.,?])/?"
    for start, end in _all(
        rf"(?<![\w.@])(?:https?://)?(?:[\w-]{{1,20}}\.){{0,2}}(?:{_either('profile_sites')})(?:\.(?:com|se|gg|net|org|me|tv|ru|app|be|social|chat|pl|de|nu))?{path}",
        text,
    ):
        if not re.search(r"/(?:r|t|watch|shorts|hashtag|explore|search|groups)(?:[/?]|t?\d|$)", text[start:end]):
            yield start, end
    people = r"(?:@|(?:users?|u|profiles?|profil|members?|medlem|person|people|add|id|in)/)"
    yield from _all(
        rf"(?<![\w.@])(?:https?://)?(?:[\w-]{{1,40}}\.){{1,3}}[a-z]{{2,10}}/(?:[\w-]{{1,20}}/){{0,2}}{people}[\w@.%-]{{1,60}}(?<!\.)",
        text,
    )
    yield from _all(
        rf"(?<![\w.@])(?:https?://)?(?!www\.)[\w-]{{2,40}}\.(?:{_either('blog_hosts')})(?:\.(?:com|co|se|net))?(?:/[\w@./-]{{0,60}})?(?<!\.)",
        text,
    )
    spoken = r"(?: punkt | dot )(?:com|se|gg|net)(?: slash | snedstreck |/)[\w.-]{2,40}(?<!\.)"
    yield from _all(rf"\b(?:{_either('profile_sites')}){spoken}", text)


def username(text: str) -> Found:
    yield from _all(r"(?<![\w.@])@[\w.-]{2,40}(?:@[\w.-]{3,40})?(?<![.-])", text)
    yield from _all(r"(?<![\w#])[\w.]{2,32}#\d{4}(?!\w)", text)
    yield from _all(r"(?<![\w/.])/?u/[\w-]{3,30}", text)
    yield from _all(
        r"(?<![\w/.@-])(?=[\w.-]{0,30}\d|[\w.-]{0,30}_[\w.-])(?=[\w.-]{0,30}[a-zåäö])[\w.-]{1,30}_[\w.-]{0,30}(?<![.-])",
        text,
    )
    quote = r"[\"'”“‘’]?"
    handle = rf"{quote}([\w.-]{{3,40}})(?<![.-]){quote}"
    site = _either("username_before")
    for pattern, sure in (
        (rf"\b(?:{site}) ?[:=] ?{quote}@?{handle}", True),
        (rf"\b(?:{_either('username_words')})\b{_LINK}{handle}", True),
        (
            rf"\b(?:{site})(?:[ -](?:är|heter|e|namn|namnet|namnen|kontot|konto|nick|nicket|användare|användarnamn)){{1,2}}(?: (?:är|heter|han|hon|jag|e))?:? {handle}",
            True,
        ),
        (
            rf"\b(?:{site}) (?:heter|kallar|är|går) (?:han|hon|hen|jag|dom|de|min \w{{2,12}})(?: sig)?(?: under)?:? {handle}",
            True,
        ),
        (rf"\b(?:heter|kallar sig|kallas|är|finns som|går under|är) {handle} (?:på|i) (?:{site})\b", True),
        (rf"\b(?:{site})(?: [\wåäö]{{1,10}}){{0,2}} {handle}", False),
    ):
        for match in re.finditer(pattern, text, re.I):
            word = match[1]
            telling = bool(re.search(r"[\d_]|\w\.\w|[a-z][A-Z]", word)) and not word.isdigit()
            if telling or (
                sure and word.isalpha() and not ordinary(word.lower()) and word.lower() not in listed("not_names")
            ):
                yield match.span(1)


def address(text: str) -> Found:
    unit = rf"(?! ?(?:{_either('units')})\b)"
    door = r"(?:lgh|lägenhet(?:en|snummer)?|port(?:en|kod(?:en)?)?|uppgång|trappa|vån(?:ing)?|plan|ingång|dörr|nr)"
    extra = rf"(?:,? {{0,2}}(?:{door}\.? ?[A-H]?\d{{0,4}}\b|(?:\d{{1,2}}|en|två|tre|fyra|fem|sex) ?(?:tr|trappor|trappa)(?: upp| ned)?\b|[A-H]\b|bv\b|nb\b))"
    post = r"(?:,? {0,2}(?:SE?-)?\d{3} ?\d{2}\b(?: (?-i:[A-ZÅÄÖ])[\wåäö]{2,20})?)"
    number = rf"\.? {{0,2}}(?:nr\.? |nummer |port |uppgång )?\d{{1,3}}(?:-\d{{1,3}})?(?: ?[a-hA-H])?\b(?![-:]\d){unit}{extra}{{0,4}}{post}?"
    for kind in ("street_endings", "weak_street_endings"):
        for match in re.finditer(
            rf"\b((?:(?:norra|södra|östra|västra|stora|lilla|gamla|nya|övre|nedre|sankt|s:t|st|sankta) )?[\wåäöé-]{{1,25}}(?:{_either(kind)})){number}",
            text,
            re.I,
        ):
            word = match[1]
            home = re.search(
                rf"\b(?:{_either('home_before')})(?: \w{{1,3}})? ?:? ?$",
                text[max(0, match.start() - 25) : match.start()],
                re.I,
            )
            named = word[0].isupper() or (not ordinary(word.lower()) and (kind == "street_endings" or len(word) > 9))
            if home or (named and word.lower() not in listed("not_streets")):
                yield match.span()
            elif (
                before := re.search(r"([\wåäö]{3,25}) $", text[max(0, match.start() - 26) : match.start()])
            ) and before[1].lower() in places():
                yield match.start() - len(before[0]), match.end()
    two = r"(?:[A-ZÅÄÖ][\wåäöé:.]{1,20} ){1,3}"
    yield from _all(rf"\b{two}(?:[A-ZÅÄÖ]?[a-zåäö]{{0,20}})(?:{_either('street_endings')}){number}", text, cased=True)
    yield from _all(rf"\b{two}(?:{_either('second_words')}){number}", text, cased=True)
    yield from _all(rf"\b(?:[\wåäöé]{{2,20}} )?[\wåäöé]{{2,20}}s (?:gata|väg|gränd|allé|torg|plan) {number[3:]}", text)
    yield from _all(r"\b[A-ZÅÄÖ][\wåäöé-]{2,25} \d{1,3} ?[a-h]?,? {1,2}(?:SE?-)?\d{3} ?\d{2}(?!\d)", text, cased=True)
    yield from _all(rf"\bbox \d{{1,6}}\b{unit}{post}?", text)
    yield from _all(rf"\b[A-ZÅÄÖ][\wåäöé]{{2,20}}(?:g|v|gr)\.{number}", text, cased=True)
    yield from _all(
        rf"\b(?:lgh|lägenhet|lägenheten|lägenhetsnummer|lägenhetsnumret|lgh-nummer|lghnr|lägenhetsnr){_LINK}[A-H]?\d{{1,4}}\b{unit}",
        text,
    )
    yield from _all(rf"\b(?:portkod|portkoden|dörrkod|dörrkoden){_LINK}\d{{4,6}}\b", text)
