"""A page that lists the routes, made from the schema: no script and no address outside."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kb.messages import render

router = APIRouter(include_in_schema=False)

_STYLE = """
body{font:16px/1.5 Georgia,serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1c2733}
h1{font-weight:normal;font-size:1.9rem}
h2{font:600 1rem/1.4 ui-monospace,monospace;margin:2.2rem 0 0}
h2 b{color:#0b5d5e}p{margin:.3rem 0 .6rem}table{border-collapse:collapse;width:100%;font-size:.9rem}
td{border-top:1px solid #d9e0e6;padding:.25rem .8rem .25rem 0;vertical-align:top}
code{font-family:ui-monospace,monospace}a{color:#0b5d5e}
@media(prefers-color-scheme:dark){body{background:#12181e;color:#dfe6ec}td{border-color:#33414d}
h2 b,a{color:#6cc4c0}}
"""


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> str:
    """The routes with what they take; the whole schema is at /openapi.json."""
    from api.main import request_lang

    lang = request_lang(request)
    schema: dict[str, Any] = request.app.openapi()
    parts = [
        _route(method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>kb</title><style>{_STYLE}</style><h1>kb {escape(schema['info']['version'])}</h1>"
        f"<p>{escape(render('docs_intro', lang=lang).error)}"
        f' <a href="/openapi.json">/openapi.json</a></p>{"".join(parts)}</html>'
    )


def _route(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code></td><td>{escape(p['in'])}</td>"
        f"<td>{escape(p.get('description', ''))}</td></tr>"
        for p in operation.get("parameters", ())
        if p["in"] != "header"
    )
    table = f"<table>{rows}</table>" if rows else ""
    return (
        f"<h2><b>{escape(method.upper())}</b> {escape(path)}</h2>"
        f"<p>{escape(operation.get('description', ''))}</p>{table}"
    )
