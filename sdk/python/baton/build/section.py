"""A custom section at the end of a component. Two builds of the same sources differ,
so each says what it was built from."""

import json


def append(component: bytes, name: str, content: dict[str, str]) -> bytes:
    """The component with the section."""
    written = name.encode()
    payload = _length(len(written)) + written + json.dumps(content, sort_keys=True).encode()
    # Id 0: custom.
    return component + b"\0" + _length(len(payload)) + payload


def _length(number: int) -> bytes:
    """LEB128: seven bits a byte, lowest first; the eighth says that more follow."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
