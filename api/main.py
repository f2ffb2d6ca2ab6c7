"""The HTTP service: the JSON of the command line under /v1, on loopback unless told otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.routes import docs, health, v1
from kb import __version__, config
from kb.errors import KBError, NoIndexError, UnknownValueError, UsageError
from kb.messages import render

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kb.config import Settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")
PROBLEM_JSON = "application/problem+json"


def create_app(settings: Settings | None = None) -> FastAPI:
    """An app over the index that `settings` name; opened once, when the app starts."""
    chosen = settings or config.load()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        from kb.search import open_searcher

        app.state.settings = chosen
        app.state.searcher = open_searcher(chosen)
        # The first question should not wait for the encoder to load.
        app.state.searcher.encoder.encode(["kb"], query=True)
        yield
        app.state.searcher.close()

    app = FastAPI(
        title="kb",
        version=__version__,
        summary="Experts, policy lessons with page citations and similar profiles, in es and en.",
        lifespan=lifespan,
        docs_url=None,  # the usual page loads its script from elsewhere
        redoc_url=None,
        openapi_tags=[
            {"name": "ask", "description": "Questions in Spanish or English over both languages."},
            {"name": "read", "description": "Profiles and documents, whole."},
            {"name": "health", "description": "Is the service up, is the index open."},
        ],
    )
    app.add_middleware(HeadAsGet)
    app.include_router(health.router)
    app.include_router(docs.router)
    app.include_router(v1.router)
    app.add_exception_handler(KBError, _on_kb_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    return app


class HeadAsGet:
    """HEAD is answered as GET without the body (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, without_body)


def serve(settings: Settings, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until stopped. Raises UsageError for an address off loopback: there are no keys yet."""
    import uvicorn

    from kb.build import open_store

    if host not in LOOPBACK:
        raise UsageError("serve_loopback", host=host)
    open_store(settings).close()  # no index: say so before the server starts
    uvicorn.run(create_app(settings), host=host, port=port, log_level="info")


def request_lang(request: Request) -> str:
    """es or en: the first of the two in Accept-Language, else the service's own."""
    accepted = request.headers.get("accept-language", "")
    for part in accepted.split(","):
        lang = part.partition(";")[0].strip().lower()[:2]
        if lang in ("es", "en"):
            return lang
    settings = getattr(request.app.state, "settings", None)
    return settings.ui_lang if settings is not None else "en"


def _problem(
    request: Request,
    status: int,
    code: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return JSONResponse(
        {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "code": code,
            "instance": request.url.path,
        },
        status_code=status,
        media_type=PROBLEM_JSON,
        headers={"Content-Language": request_lang(request), **(headers or {})},
    )


async def _on_kb_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, KBError):
        raise error
    message = render(error.code, lang=request_lang(request), **error.params)
    if error.code == "unknown_id":
        status = 404
    elif isinstance(error, (UnknownValueError, UsageError)) or error.exit_code == 3:
        status = 422
    elif isinstance(error, NoIndexError):
        status = 503
    else:
        status = 500
    return _problem(request, status, error.code, message.error, message.remedy or message.error)


async def _on_invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first: dict[str, Any] = dict(error.errors()[0])
    field = ".".join(str(part) for part in first.get("loc", ())[1:])
    lang = request_lang(request)
    message = render("request_invalid", lang=lang, field=field, detail=str(first.get("msg", "")))
    return _problem(request, 422, "request_invalid", message.error, message.remedy)


async def _on_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = {404: "http_not_found", 405: "http_method"}.get(error.status_code, "http_other")
    message = render(code, lang=request_lang(request), path=request.url.path)
    return _problem(request, error.status_code, code, message.error, message.remedy, error.headers)
