"""What a student wrote, made fit for a page: text is escaped, and of HTML only harmless elements are kept.

The page itself is escaped throughout by its template; these are the few pieces that go in as HTML.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from functools import lru_cache

import bleach
from markupsafe import Markup
from nbconvert.filters import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

_TEXT = "a abbr b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s small"
_TABLE = "span strong sub summary sup table tbody td tfoot th thead tr u ul caption"
_TAGS = frozenset(f"{_TEXT} {_TABLE}".split())
_LINK = re.compile(r"(https?://|mailto:|#)\S*")
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_PROTOCOLS = {"http", "https", "mailto", "data"}  # data: in pictures alone, by _attribute
# Elements whose content is no text for a reader, and what is left of one that is never closed.
_UNREADABLE = re.compile(r"<(script|style|template|noscript|iframe|object)\b.*?(</\1\s*>|\Z)", re.S | re.I)
_CODE_CLASS = {"span": re.compile(r"[a-z]{1,3}\d?"), "div": re.compile(r"highlight.{0,30}", re.S)}
# The texts and the code that a notebook is given with are on every page of a class: some hundred of them.
MOST_KEPT = 256
_STYLE = HtmlFormatter(style="default", cssclass="highlight", wrapcode=True)


def _attribute(tag: str, name: str, value: str) -> bool:
    """Is this attribute kept? No styles and no ids, and of classes only those of coloured code: a student's text
    must not be able to look like a verdict, or to be what a link of ours leads to."""
    if name == "class":
        return tag in _CODE_CLASS and bool(_CODE_CLASS[tag].fullmatch(value))
    if tag == "img":
        return name in ("alt", "title") or (name == "src" and bool(_PICTURE.fullmatch(value)))
    if tag == "a":
        return name == "href" and bool(_LINK.fullmatch(value))
    if tag in ("td", "th"):
        return name in ("colspan", "rowspan") and value.isdigit()
    return (tag, name) in (("ol", "start"), ("details", "open"))


def clean(text: str) -> Markup:
    """HTML from a notebook with only harmless elements and attributes left; the rest is taken out."""
    text = _UNREADABLE.sub("", text)
    kept = bleach.clean(text, tags=_TAGS, attributes=_attribute, protocols=_PROTOCOLS, strip=True, strip_comments=True)
    kept = kept.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")
    return Markup(kept)


def markdown(text: str, attachments: dict | None = None) -> Markup:
    """Markdown as HTML. Formulas stay as they were written, for MathJax or for a reader."""
    return _rendered(text, attachments) if attachments else _rendered_once(text)


@lru_cache(MOST_KEPT)
def _rendered_once(text: str) -> Markup:
    return _rendered(text, None)


def _rendered(text: str, attachments: dict | None) -> Markup:
    renderer = IPythonRenderer(escape=False, attachments=attachments or {}, exclude_anchor_links=True)
    try:
        return clean(MarkdownWithMath(renderer=renderer).render(text))
    except Exception:  # an attachment that is none, nesting without end: then it is read as it was typed
        return Markup("<pre>{}</pre>").format(text)


@lru_cache(MOST_KEPT)
def python(source: str) -> Markup:
    """Coloured Python; what is no Python only loses its colours."""
    return Markup(highlight(source, PythonLexer(), _STYLE))


def python_css() -> Markup:
    return Markup(_STYLE.get_style_defs(".highlight"))


def plain(text: str) -> Markup:
    """Terminal output as text in a box of its own."""
    shown = html.escape(strip_ansi(text).replace("\r\n", "\n"))
    shown = "\n".join(line.rsplit("\r", 1)[-1] for line in shown.split("\n"))  # a progress bar's last state
    return Markup(f'<pre class="output">{shown}</pre>') if shown.strip() else Markup("")


def output(shown: dict) -> Markup:
    """One output of a cell. A figure that needs a program to be drawn is named, and left to the notebook."""
    kind = shown.get("output_type")
    if kind == "stream":
        return plain(_text(shown.get("text")))
    if kind == "error":
        return plain("\n".join(_text(line) for line in shown.get("traceback", [])) or _text(shown.get("evalue")))
    data = shown.get("data", {})
    for mime in ("image/png", "image/jpeg"):
        if mime in data:
            return _picture(mime, _text(data[mime]))
    page = _text(data.get("text/html"))
    if any("plotly" in mime or "bokeh" in mime for mime in data) or re.search(r"<(script|svg|iframe)\b", page, re.I):
        return _note("An interactive figure stands here in the notebook.")
    if "application/vnd.jupyter.widget-view+json" in data:
        return _note("A progress bar or a control to play with stands here in the notebook.")
    if page:
        return Markup('<div class="output">{}</div>').format(clean(page))
    if "text/markdown" in data or "text/latex" in data:
        return Markup('<div class="md">{}</div>').format(
            markdown(_text(data.get("text/markdown", data.get("text/latex"))))
        )
    if "text/plain" in data:
        return plain(_text(data["text/plain"]))
    return _note("A figure or a program stands here in the notebook.") if data else Markup("")


def _picture(mime: str, data: str) -> Markup:
    try:
        encoded = base64.b64encode(base64.b64decode(re.sub(r"\s", "", data), validate=True)).decode()
    except (binascii.Error, ValueError):
        return _note("A picture that cannot be read.")
    return Markup('<img alt="A figure that this cell draws" src="data:{};base64,{}">').format(mime, encoded)


def _note(text: str) -> Markup:
    return Markup('<p class="left-out">{}</p>').format(text)


def _text(value) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value if value is not None else "")
