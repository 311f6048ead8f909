"""Words and numbers that occur nowhere else, one for each kind of personal data; what is searched for afterwards."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_SYLLABLES = "bra dve fli gro hyt jo kvi lum nar pte rov sma tju vex zqi xal".split()

# What may be sent over a visitor's or a coordinator's own connection, and be nowhere else.
OVER_A_CONNECTION = frozenset(("session id", "said to a person"))
# What belongs to a connection: the server library holds it until the connection's timers have run out.
OF_A_CONNECTION = frozenset(
    "user agent,forwarded address,referer,cookie,language,header,host,method,query,address asked for".split(",")
)


@dataclass
class Canaries:
    """Makes canaries and remembers them. All needles are ASCII, so that no way of escaping hides them."""

    seed: int
    needles: dict[str, str] = field(default_factory=dict)  # what must not be found: its kind

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def _digits(self, count: int) -> str:
        return "".join(self._random.choices("123456789", k=count))

    def _keep(self, kind: str, text: str, *needles: str) -> str:
        self.needles.update(dict.fromkeys(needles or (text,), kind))
        return text

    def word(self, kind: str = "free text") -> str:
        """Return a word that no language has."""
        return self._keep(kind, "".join(self._random.choices(_SYLLABLES, k=5)))

    def session(self, id_: str) -> str:
        """Remember an id that the server issued."""
        return self._keep("session id", id_)

    @property
    def sessions(self) -> list[str]:
        """All ids that the server issued."""
        return [needle for needle, kind in self.needles.items() if kind == "session id"]

    def _identity_number(self, day: int) -> str:
        date = f"{self._random.randint(50, 99)}{self._random.randint(10, 12)}{day}"
        return date + self._digits(4)  # a wrong check digit is personal data too: people mistype

    def personal_data(self) -> dict[str, str]:
        """Return a text with personal data for each kind, in several written forms."""
        number, other = self._identity_number(self._random.randint(10, 28)), self._identity_number(77)
        phone, swish, card = "70" + self._digits(7), "73" + self._digits(7), "4" + self._digits(15)
        iban, plate = "SE" + self._digits(22), f"KX{self._random.choice('ABCDEFGH')} {self._digits(3)}"
        name, street, user, mail = (self.word(kind) for kind in ("name", "address", "username", "email"))
        v4 = f"83.{self._random.randint(100, 199)}.{self._random.randint(100, 199)}.{self._random.randint(100, 199)}"
        v6, case, flat = f"2001:6b0:{self._digits(4)}:{self._digits(4)}::17", self._digits(6), self._digits(4)
        texts = {
            "personnummer": f"hans personnummer är 19{number[:6]}-{number[6:]}",
            "samordningsnummer": f"samordningsnummer {other[:6]} {other[6:]}",
            "phone": f"ring mig på 0{phone[:2]}-{phone[2:5]} {phone[5:7]} {phone[7:]}",
            "phone abroad": f"eller +46{phone}",
            "email": f"min mejl är {mail}@{mail}.se",
            "email in words": f"{mail} snabel-a {mail} punkt se",
            "name": f"min son heter Ahmed {name.title()}",
            "name, lower case": f"jag heter {name}",
            "address": f"vi bor på {street.title()}vägen 12 lgh {flat}",
            "username": f"på insta heter han @{user}_99",
            "profile_url": f"https://www.instagram.com/{user}",
            "plate": f"bilen har nummer {plate}",
            "account": f"mitt kontonummer är {self._digits(4)} {swish}",
            "card": f"kortet är {' '.join(card[i : i + 4] for i in range(0, 16, 4))}",
            "swish": f"swisha 0{swish}",
            "iban": f"iban {' '.join(iban[i : i + 4] for i in range(0, 24, 4))}",
            "ip": f"min ip är {v4}",
            "ip version 6": f"eller {v6}",
            "case_number": f"ärendenummer 5000-K{case}-26",
        }
        for kind, needles in {
            "personnummer": (number, f"{number[:6]}-{number[6:]}"),
            "samordningsnummer": (other, f"{other[:6]} {other[6:]}"),
            "phone": (phone, f"{phone[2:5]} {phone[5:7]} {phone[7:]}"),
            "plate": (plate, plate.replace(" ", "")),
            "account": (swish,),
            "card": (card, texts["card"].removeprefix("kortet är ")),
            "iban": (iban, texts["iban"].removeprefix("iban ")),
            "ip": (v4, v6),
            "case_number": (f"K{case}",),
        }.items():
            self._keep(kind, "", *needles)
        return texts
