"""The page as HTML: the template that sets it, its content security policy, and its figures put into it.

Everything that comes from records (names, ids, labels) reaches the template as text and is escaped there. The page
loads nothing: styles, script and figures stand in it.
"""

import re
from collections.abc import Mapping

from markupsafe import Markup

from pipeline.contents import FIGURES, contents
from pipeline.pages import environment, policy, script
from pipeline.params import Params
from pipeline.sections.sources import Sources


def render(params: Params, sources: Sources, figures: Mapping[str, str]) -> str:
    """Give the page as HTML; ``figures`` are SVG texts by name. Equal sources give equal text."""
    made = environment()
    view = contents(params, sources)
    page = made.get_template("page.html.j2").render(
        **view, policy=policy(script(made, "page.js")), figure=lambda name: _figure(name, figures)
    )
    return page.lstrip("\n")


def _figure(name: str, figures: Mapping[str, str]) -> Markup:
    """Set one SVG into the page: prolog and metadata off, ids made its own, and a title for those who hear it."""
    svg = figures.get(name)
    if not svg:
        return Markup("")
    title = FIGURES[name]
    inner = svg[svg.index("<svg") :]
    inner = re.sub(r"<metadata>.*?</metadata>", "", inner, flags=re.DOTALL)
    inner = re.sub(r'\bid="', f'id="{name}-', inner)
    inner = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", inner)
    inner = inner.replace("<svg", '<svg role="img" aria-label="' + title + '"', 1)
    return Markup('<figure data-name="{name}">{svg}<figcaption>{title}</figcaption></figure>').format(
        name=name,
        svg=Markup(inner.strip()),  # drawn by models, which escape the words of records in it
        title=title,
    )
