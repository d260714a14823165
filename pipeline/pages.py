"""What every page has in common: the templates, their filters, and the policy of what a page may do."""

import base64
import hashlib

import jinja2

from pipeline import words


def environment() -> jinja2.Environment:
    """Give the templates; everything that is put into one is escaped, and a name that is not there is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("pipeline"),
        autoescape=True,
        trim_blocks=False,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    made.filters.update(
        share=words.share,
        points=words.points,
        signed=words.signed,
        number=words.decimal,
        whole=lambda value: f"{value:,.0f}",
        decimal=lambda value, digits: f"{value:.{digits}f}",
    )
    return made


def script(made: jinja2.Environment, name: str) -> str:
    """Give the text of a script among the templates."""
    text: str = made.loader.get_source(made, name)[0]  # type: ignore[union-attr]
    return text


def policy(text: str) -> str:
    """Give the content security policy: nothing is loaded, and no script runs but the page's own, ``text``."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
