"""A file of the author's own beside the skill."""


def fail(text: str) -> None:
    raise ValueError(f"cannot read {text}")
