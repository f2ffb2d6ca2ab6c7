"""A brief as a web page: the text in `main`, beside navigation, an aside and a foot."""

from __future__ import annotations

import re
import unicodedata
from html import escape
from itertools import groupby

from brief_source import Block, Brief, runs

WORDS = {
    "es": ("Ir al contenido", "Inicio", "Publicaciones", "Eventos", "Contacto", "En esta página",
           "También le puede interesar", "Suscríbase al boletín mensual", "Notas",
           "Este sitio usa cookies propias. Aceptar", "Compartir", "Última actualización"),
    "en": ("Skip to content", "Home", "Publications", "Events", "Contact", "On this page",
           "You may also like", "Subscribe to the monthly bulletin", "Notes",
           "This site uses its own cookies. Accept", "Share", "Last updated"),
}  # fmt: skip

STYLE = """body{font:17px/1.5 Georgia,serif;margin:0;color:#222}
header,footer{background:#173f35;color:#fff;padding:1em 2em}nav a{color:inherit;margin-right:1em}
.page{display:grid;grid-template-columns:minmax(0,44em) 18em;gap:3em;max-width:72em;margin:2em auto}
aside{font-size:.85em;border-left:3px solid #ccc;padding-left:1em}
table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3em .6em;text-align:left}
.box{background:#f2efe6;padding:.6em 1em}.notes{font-size:.85em}"""


def _slug(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def _inline(text: str) -> str:
    out = []
    for run in runs(text):
        inner = escape(run.text, quote=False)
        if run.note:
            inner = f'<sup id="r{run.note}"><a href="#n{run.note}">{run.note}</a></sup>'
        elif run.bold:
            inner = f"<strong>{inner}</strong>"
        elif run.italic:
            inner = f"<em>{inner}</em>"
        out.append(inner)
    return "".join(out)


def _table(block: Block, caption: str) -> str:
    head = "".join(f"<th>{_inline(cell)}</th>" for cell in block.rows[0])
    rows = "".join(
        "<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>\n"
        for row in block.rows[1:]
    )
    title = f"<caption>{caption}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>"


def _body(blocks: tuple[Block, ...]) -> list[str]:
    out: list[str] = []
    caption = ""
    for (kind, ordered), group in groupby(blocks, key=lambda b: (b.kind, b.mark not in {"", "-"})):
        held = list(group)
        if kind == "item":
            tag = "ol" if ordered else "ul"
            items = "\n".join(f"<li>{_inline(b.text)}</li>" for b in held)
            out.append(f"<{tag}>\n{items}\n</{tag}>")
            continue
        for block in held:
            if kind == "heading":
                level = block.level + 1
                out.append(f'<h{level} id="{_slug(block.text)}">{_inline(block.text)}</h{level}>')
            elif kind == "paragraph":
                out.append(f"<p>{_inline(block.text)}</p>")
            elif kind == "caption":
                caption = _inline(block.text)
            elif kind == "table":
                out.append(_table(block, caption))
                caption = ""
            elif kind == "source":
                out.append(f'<p class="source"><small>{_inline(block.text)}</small></p>')
            else:
                inner = "\n".join(_body(block.parts))
                out.append(
                    f'<div class="box"><p><strong>{_inline(block.text)}</strong></p>\n{inner}</div>'
                )
    return out


def build(brief: Brief) -> bytes:
    """The bytes of the page, UTF-8."""
    skip, home, pubs, events, contact, here, also, join, notes, cookies, share, dated = WORDS[
        brief.lang
    ]
    meta = brief.meta
    inside = "\n".join(
        f'<li><a href="#{_slug(b.text)}">{_inline(b.text)}</a></li>'
        for b in brief.blocks if b.kind == "heading" and b.level == 1
    )  # fmt: skip
    related = "\n".join(
        f'<li><a href="#">{escape(t)}</a></li>' for t in meta["related"].split(" / ")
    )
    listed = "\n".join(
        f'<li id="n{n}">{_inline(text)} <a href="#r{n}">↩</a></li>'
        for n, text in sorted(brief.notes.items())
    )
    body = "\n".join(_body(brief.blocks))
    page = f"""<!DOCTYPE html>
<html lang="{brief.lang}">
<head>
<meta charset="utf-8">
<title>{escape(brief.title)} | {escape(meta["publisher"])}</title>
<meta name="author" content="{escape(meta["authors"])}">
<meta name="date" content="{meta["year"]}">
<style>{STYLE}</style>
<script>document.documentElement.className = "js";</script>
</head>
<body>
<a class="skip" href="#content">{skip}</a>
<header><strong>{escape(meta["publisher"])}</strong>
<nav><a href="#">{home}</a> <a href="#">{pubs}</a>
<a href="#">{events}</a> <a href="#">{contact}</a></nav>
</header>
<div class="cookies" role="dialog">{cookies}</div>
<div class="page">
<main id="content"><article>
<h1>{escape(brief.title)}</h1>
<p class="byline">{escape(meta["authors"])} · {meta["year"]}</p>
{body}
<section class="notes" role="doc-endnotes"><h2>{notes}</h2>
<ol>
{listed}
</ol></section>
</article></main>
<aside>
<h2>{here}</h2>
<ul>
{inside}
</ul>
<h2>{also}</h2>
<ul>
{related}
</ul>
<p>{share}: <a href="#">RSS</a></p>
</aside>
</div>
<footer><p>{join}</p><p>{dated}: {meta["year"]}</p><p>© {escape(meta["publisher"])}</p></footer>
</body>
</html>
"""
    return page.encode("utf-8")
