"""A browser for each module; its tests each have a context of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import Bot
from tests.page.browser import CHROMIUM, chromium, visit


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with chromium() as launched:
        yield launched


@pytest.fixture
def page(browser: Browser, bot: Bot) -> Iterator[Page]:
    page = visit(browser, bot.base)
    yield page
    page.unroute_all(behavior="ignoreErrors")
    page.context.close()
