"""What docstrings say."""

import inspect
import re
from collections.abc import Callable
from typing import Any

# Headings of Google's style after which a docstring describes parts.
_SECTION = re.compile(r"^(Args|Arguments|Parameters|Returns|Raises|Yields):\s*$", re.MULTILINE)
_GOOGLE = re.compile(r"^    (\w+)(?:\s*\([^)]*\))?:\s*(.*(?:\n        .*)*)", re.MULTILINE)
_SPHINX = re.compile(r"^:param\s+(?:\S+\s+)?(\w+):\s*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_FIELD = re.compile(r"^:(param|returns?|raises?|type|rtype)\b", re.MULTILINE)


def summary(documented: Callable[..., Any] | type) -> str:
    """The docstring without what it says of parameters, on one line for each
    paragraph."""
    text = inspect.cleandoc(documented.__doc__ or "")
    for end in (_SECTION, _FIELD):
        if match := end.search(text):
            text = text[: match.start()]
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n".join(part for part in paragraphs if part)


def parameters(function: Callable[..., Any]) -> dict[str, str]:
    """What it says of each parameter, after `Args:` or as `:param name:`."""
    text = inspect.cleandoc(function.__doc__ or "")
    found = {name: said for name, said in _SPHINX.findall(text)}
    sections = _SECTION.split(text)
    for heading, body in zip(sections[1::2], sections[2::2]):
        if heading in ("Args", "Arguments", "Parameters"):
            found |= {name: said for name, said in _GOOGLE.findall(body)}
    return {name: " ".join(said.split()) for name, said in found.items()}
