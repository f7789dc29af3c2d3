"""Translation with types: flask-babel has none."""

import flask_babel


def gettext(text: str, **values: object) -> str:
    """`text`, an English sentence, in the reader's language."""
    return str(flask_babel.gettext(text, **values))


def locale() -> str:
    """id or en."""
    return str(flask_babel.get_locale() or "id")
