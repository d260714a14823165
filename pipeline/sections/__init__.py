"""The sections of the page, one module each.

``view`` gives what a section's template shows, as plain rows, and None where the files that it tells of are not
there; ``drawn`` gives its figures as SVG texts by name, ``FIGURES`` what each of them shows. Nothing is computed
here that the files could say.
"""
