"""A second implementation of every feature, slow and plain, written from the text of ``features/DICTIONARY.md``.

It shares no code with the project and knows nothing of its engine: records are dictionaries, windows are loops.
Where the two differ, the text says who is right.
"""
