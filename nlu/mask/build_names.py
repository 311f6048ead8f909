"""`uv run --no-project --with … python -m nlu.mask.build_names`: writes names.tsv anew (README, Masking).

Joins names.yml with the name lists of the package Faker (MIT, Copyright (c) 2012 Daniele Faraglia) in Latin script,
and asks simplemma, the training utterances and the places which names are also ordinary words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib import import_module

import simplemma

from bot.yaml_file import ROOT, YamlFile
from nlu.mask.names import FOLDER, TABLE, fold

# Locales in Latin script, and how close their names are to those in Swedish messages: "near" ones count without a
# capital letter too.
NEAR = "sv_SE fi_FI da_DK no_NO tr_TR hr_HR pl_PL et_EE"
FAR = (
    "az_AZ cs_CZ de_AT de_CH de_DE en en_GB en_IE en_IN en_KE en_NG en_PK en_TH en_US es_AR es_CL es_CO es_ES es_MX "
    "fr_BE fr_DZ fr_FR ga_IE ha_NG hu_HU id_ID ig_NG is_IS it_IT lt_LT lv_LV nl_BE nl_NL pt_BR pt_PT ro_RO sk_SK sl_SI "
    "sw tw_GH uz_UZ vi_VN yo_NG"
)
_SHORTEST = 3  # letters of a name from the package; shorter ones are words of some language


def _provider(locale: str, kind: str) -> set[str]:
    provider = import_module(f"faker.providers.person.{locale}").Provider
    found: set[str] = set()
    for attribute in dir(provider):
        if attribute.startswith(f"{kind}_name") and isinstance(values := getattr(provider, attribute), Iterable):
            found |= {fold(value) for value in values if isinstance(value, str)}
    return {name for name in found if len(name) >= _SHORTEST and re.fullmatch(r"[a-zåäö]+(?:-[a-zåäö]+)*", name)}


@cache
def _utterance_words() -> Counter[str]:
    """Lower-case words of the training utterances, and how often they stand there."""
    texts = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "nlu/data").rglob("*.tsv")))
    lines = (line.partition("\t")[0] for text in texts for line in text.splitlines())
    return Counter(word for line in lines for word in re.findall(r"\b[a-zåäöé]+\b", line))


def is_word(name: str, languages: tuple[str, ...] = ("sv",)) -> bool:
    """Tell whether `name`, in lower case, is also an ordinary word."""
    if _utterance_words()[name] > 1:
        return True
    return any(
        simplemma.is_known(name, lang=language) and simplemma.lemmatize(name, lang=language).islower()
        for language in languages
    )


def table() -> dict[str, tuple[str, str]]:
    """Return each name's class as a first and as a family name ("" where it is none); see `names.py`."""
    content = YamlFile(FOLDER / "names.yml").content
    written = {
        kind: {fold(word) for text in content[kind].values() for word in text.split()} for kind in ("first", "last")
    }
    hard, sure = ({fold(word) for word in content[key].split()} for key in ("mostly_words", "mostly_names"))
    near = {kind: set[str]().union(*(_provider(each, kind) for each in NEAR.split())) for kind in written}
    far = {kind: set[str]().union(*(_provider(each, kind) for each in FAR.split())) for kind in written}

    def of(name: str, kind: str) -> str:
        if name in hard:
            return "hard" if name in written[kind] | near[kind] | far[kind] else ""
        if name in written[kind] or (name in sure and name in near[kind] | far[kind]):
            return "sure" if name in sure or not is_word(name) else "word"
        if is_word(name, ("sv", "en")):
            return ""
        return "near" if name in near[kind] else "far" if name in far[kind] else ""

    every = sorted(set().union(*written.values(), *near.values(), *far.values(), sure, hard))
    rows = {name: (of(name, "first"), of(name, "last")) for name in every}
    # Many write without å, ä and ö.
    for name, (first, last) in list(rows.items()):
        plain = name.translate(str.maketrans("åäö", "aao"))
        if plain not in rows and "sure" in (first, last) and not is_word(plain, ("sv", "en")):
            rows[plain] = (first, last)
    return {name: kinds for name, kinds in sorted(rows.items()) if any(kinds)}


def main() -> None:
    """Write names.tsv."""
    rows = "".join(f"{name}\t{first}\t{last}\n" for name, (first, last) in table().items())
    note = "# From names.yml and Faker (MIT, Copyright (c) 2012 Daniele Faraglia).\n"
    TABLE.write_text(note + rows, encoding="utf-8")


if __name__ == "__main__":
    main()
