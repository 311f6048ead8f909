"""The page on privacy: knowledge/privacy.yml as plain HTML, without any script."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, file, html

from bot.headers import HEADERS
from bot.knowledge import FOLDER, knowledge
from bot.yaml_file import YamlFile

_STYLE = Path(__file__).parent / "privacy_page.css"
_PAGE = """<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="integritet.css">
</head>
<body>
<main>
<h1>{title}</h1>
{sections}
{confirmed}
</main>
</body>
</html>
"""


@cache
def statements() -> dict[str, Any]:
    """Return knowledge/privacy.yml. Raises KnowledgeFault."""
    return YamlFile(FOLDER / "privacy.yml").content


def privacy_page() -> str:
    """Return the page."""
    content = statements()
    sections = (
        f"<h2>{escape(section['heading'])}</h2>\n" + "\n".join(f"<p>{escape(text)}</p>" for text in section["text"])
        for section in content["sections"]
    )
    answer = knowledge().texts["answer"]
    said = answer["checked"].format(checked=content["checked"]) if content["checked"] else answer["unchecked"]
    confirmed = f"<p><small>{escape(said)}</small></p>"
    return _PAGE.format(title=escape(content["title"]), sections="\n".join(sections), confirmed=confirmed)


def add_privacy_page(chat: Blueprint) -> None:
    """Add the page and its style to the channel's routes."""

    @chat.get("/integritet")
    async def integritet(request: Request) -> HTTPResponse:
        return html(privacy_page(), headers=HEADERS)

    @chat.get("/integritet.css")
    async def integritet_style(request: Request) -> HTTPResponse:
        return await file(_STYLE, headers=HEADERS)
