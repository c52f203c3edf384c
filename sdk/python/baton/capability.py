"""What a skill can do beyond thinking."""


class Capability:
    """Knows nothing itself; whoever answers is asked at each call. So one object
    serves all skills, and is never part of what a skill remembers."""
