"""A fault traps, which says nothing; so what went wrong, and where in the author's
code, goes to the operator's log first."""

import traceback

from ..host import current

#: Lines of the author's files by name, read while the component is built: there
#: are no files in it.
_sources: dict[str, list[str]] = {}

#: How files are called in the component, and how the author knows them.
_names: dict[str, str] = {}


def remember(name: str, path: str) -> None:
    """Keeps the source that is now at this path; the author knows it as `name`."""
    with open(path, encoding="utf-8") as source:
        _sources[path] = source.read().splitlines()
    _names[path] = name


def report(fault: BaseException) -> None:
    """Tells the operator what went wrong, as Python tells it, on one line."""
    places = []
    # Not `traceback.format_exception`, which would look for the files.
    for frame, line in traceback.walk_tb(fault.__traceback__):
        path = frame.f_code.co_filename
        if path in _names:
            places.append(_place(path, line, frame.f_code.co_name))
    said = f"{type(fault).__name__}: {fault}"
    current().write("error", "; ".join([said, *reversed(places)]))


def _place(path: str, line: int, function: str) -> str:
    lines = _sources[path]
    source = lines[line - 1].strip() if line <= len(lines) else ""
    return f"{_names[path]}:{line}, in {function}: {source}"
