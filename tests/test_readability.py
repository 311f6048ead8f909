"""Plain Swedish, measured."""

from __future__ import annotations

import pytest

from bot.knowledge import Knowledge
from bot.readability import MEAN_GOAL, figures, lix, too_hard, visible_texts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Jag är orolig. Ring mig nu.", 3 + 0),
        ("Socialtjänsten hjälper familjer.", 3 + 100),
        ("Ring 08-508 00 508 nu.", 3 + 0),
        ("Du kan ringa: vi svarar.\nDet är gratis.", 8 / 3 + 0),
        ("", 0),
    ],
)
def test_lix_is_words_a_sentence_and_per_cent_of_long_words(text: str, value: float) -> None:
    assert lix(text) == pytest.approx(value)


def test_hard_swedish_is_told_from_plain(city: Knowledge) -> None:
    officialese = (
        "Socialförvaltningens handläggning av orosanmälningar förutsätter vårdnadshavarens medverkan i utredningen, "
        "varvid kommunikation med myndighetsföreträdare genomförs i enlighet med gällande bestämmelser."
    )
    assert lix(officialese) > 60


def test_every_part_that_a_visitor_sees_is_measured(city: Knowledge) -> None:
    places = {each.place.partition(".")[0] for each in visible_texts(city)}
    assert places == {"answers", "contacts", "districts", "routing", "texts", "page"}
    seen = [each.place for each in visible_texts(city)]
    assert all(f"answers.{id_}" in seen and f"answers.{id_}.simple" in seen for id_ in city.answers)


def test_no_text_is_harder_than_its_goal(city: Knowledge) -> None:
    assert too_hard(city) == []
    assert figures(city)["LIX of texts, mean"] <= MEAN_GOAL
