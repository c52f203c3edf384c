"""Why nothing was built."""

from enum import IntEnum


class Exit(IntEnum):
    """What the program returns."""

    BUILT = 0
    #: The author's code, or its pyproject.toml, is wrong.
    SKILL = 1
    #: Wrong usage.
    USAGE = 2
    #: A tool is missing or of another version.
    TOOL = 3


class Problem(Exception):
    """Said to the author, and nothing more."""

    def __init__(self, message: str, exit: Exit = Exit.SKILL) -> None:
        super().__init__(message)
        self.exit = exit
