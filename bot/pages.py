"""What a browser gets: the element's files, and the whole service as plain HTML forms for those without script."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, file, html, raw, redirect

from actions.replies import notice
from bot.channel import LONGEST_MESSAGE, Refused, answer, end_session, message_in
from bot.handover.visitor import in_talk
from bot.headers import HEADERS
from bot.knowledge import knowledge
from bot.limits import TooFast
from bot.sessions import SESSIONS, TooManySessions, UnknownSession

PAGE = Path(__file__).parent / "page"
# No lookbehind: older Safari would refuse the whole script. Dates and years do not look like a number.
PHONES = r"\b0\d{1,3}-\d[\d ]{4,10}\d|\b020-[\d ]{6,9}|\b116 \d{3}\b|\b90 ?\d{3}\b|\b114 14\b|\b1177\b|\b112\b"
SCRIPTS = ("stod-chatt.js", "draw.js", "server.js", "leave.js")


def linked(text: str) -> Markup:
    """Return the text escaped, phone numbers as tel: links."""
    parts, at = [], 0
    for match in re.finditer(PHONES, text):
        number = match[0]
        parts += [escape(text[at : match.start()]), Markup('<a href="tel:{}">{}</a>').format(digits(number), number)]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])


def digits(phone: str) -> str:
    """Return the phone number as a tel: link wants it."""
    return re.sub(r"[^\d+]", "", phone)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"linked": linked, "digits": digits}
    environment.globals |= {"page": knowledge().page, "minutes": int(SESSIONS.idle // 60)}
    return environment


def _headers() -> dict[str, str]:
    # Chromium counts where a form is led on to as its target.
    target = urlsplit(knowledge().page["leave_to"])
    policy = HEADERS["Content-Security-Policy"]
    allowed = policy.replace("form-action 'self'", f"form-action 'self' {target.scheme}://{target.netloc}")
    return {**HEADERS, "Content-Security-Policy": allowed}


def render(template: str, status: int = 200, **values: Any) -> HTTPResponse:
    """Return a page."""
    blank = {
        "session": "",
        "said": "",
        "kept": "",
        "error": "",
        "replies": [],
        "heading": "",
        "element": False,
        "person": False,
    }
    return html(_templates().get_template(template).render(blank | values), status=status, headers=_headers())


def parts_script() -> str:
    """Return the module that carries what the element needs beside code: style, texts, limits."""
    parts = {
        "css": (PAGE / "stod-chatt.css").read_text(encoding="utf-8"),
        "texts": {name: text for name, text in knowledge().page.items() if name != "plain"},
        "phones": PHONES,
        "longest": LONGEST_MESSAGE,
    }
    return "".join(f"export const {name} = {json.dumps(part, ensure_ascii=False)};\n" for name, part in parts.items())


def _title(choice: str) -> str:
    """Return what a button said, as far as its payload tells."""
    label = choice.removeprefix("/")
    return knowledge().title(label) if label in (*knowledge().needs, *knowledge().answers) else ""


def _greeting() -> list[dict[str, Any]]:
    greeting = knowledge().texts["greeting"]
    return [notice(knowledge(), "greeting", greeting["text"], greeting["buttons"])]


def _said(choice: str, message: str) -> str:
    plain = knowledge().page["plain"]
    if not choice:
        return str(plain["you_wrote"]).replace("{text}", message)
    title = _title(choice)
    return str(plain["you_chose"]).replace("{title}", title) if title else knowledge().page["choose"]


async def _form(request: Request) -> HTTPResponse:
    """Answer one message of the plain form by a whole page; nothing of earlier ones is carried along."""
    sent = request.form or {}
    session, choice, message = (str(sent.get(name) or "") for name in ("session", "choice", "message"))
    # A browser sends line breaks as two characters, which the visitor has not written.
    message = message.replace("\r\n", "\n")
    errors = knowledge().texts["errors"]

    def refuse(status: int, error: str) -> HTTPResponse:
        return render("chat.html", status, session=session, error=errors[error], kept=message)

    try:
        text = message_in({"message": choice or message})
        before: list[dict[str, Any]] = []
        try:
            SESSIONS.touch(session).pace.take()
        except UnknownSession:
            if session:
                before = [{"text": knowledge().page["began_again"]}]
            session = SESSIONS.issue()
            SESSIONS.touch(session).pace.take()
        replies = before + await answer(request.app, session, text)
    except Refused as refused:
        return refuse(refused.status, refused.error)
    except TooFast:
        return refuse(429, "too_fast")
    except TooManySessions:
        return refuse(429, "too_many_sessions")
    return render("chat.html", session=session, replies=replies, said=_said(choice, message), person=in_talk(session))


def add_pages(chat: Blueprint) -> None:
    """Add the page, its parts and its plain forms to the channel's routes."""

    @chat.get("/")
    async def page(request: Request) -> HTTPResponse:
        return render("chat.html", replies=_greeting(), element=True)

    async def anew(request: Request) -> HTTPResponse:
        return redirect("./", headers=HEADERS, status=303)

    for form in ("form", "leave"):  # the address of an answer, asked for again
        chat.add_route(anew, f"/{form}", name=f"anew_{form}")
    chat.add_route(_form, "/form", methods=["POST"], name="form")

    @chat.post("/leave")
    async def leave(request: Request) -> HTTPResponse:
        end_session(str((request.form or {}).get("session") or ""))
        away = {"Location": knowledge().page["leave_to"], "Clear-Site-Data": '"cache"'}
        return empty(303, headers=_headers() | away)

    @chat.get("/lamna")
    async def about_leaving(request: Request) -> HTTPResponse:
        return render("lamna.html")

    @chat.get("/tillganglighet")
    async def accessibility(request: Request) -> HTTPResponse:
        phone = knowledge().contacts["contact_centre"].phone or ""
        return render("tillganglighet.html", contact_centre=phone)

    @chat.get("/parts.js")
    async def parts(request: Request) -> HTTPResponse:
        return raw(parts_script().encode(), headers=HEADERS, content_type="text/javascript; charset=utf-8")

    for name in (*SCRIPTS, "stod-chatt.css", "icon.svg"):

        async def asset(request: Request, name: str = name) -> HTTPResponse:
            return await file(PAGE / name, headers=HEADERS)

        chat.add_route(asset, f"/{name}", name=name.replace(".", "_").replace("-", "_"))
