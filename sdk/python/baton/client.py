"""Talking with a running desk."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from .errors import BatonError

#: Where `baton serve` listens if it is told nothing else.
URL = "http://127.0.0.1:8080"

#: Seconds; the desk has limits of its own that are shorter.
TIMEOUT = 120


def complete(model: str, messages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the desk answers, as `POST /v1/chat/completions` gives it."""
    url = os.environ.get("BATON_URL", URL).rstrip("/") + "/v1/chat/completions"
    headers = {"content-type": "application/json"}
    if token := os.environ.get("BATON_TOKEN"):
        headers["authorization"] = f"Bearer {token}"
    body = json.dumps({"model": model, "messages": list(messages)}).encode()
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            answer: dict[str, Any] = json.load(response)
            return answer
    except urllib.error.HTTPError as refused:
        raise BatonError(f"the desk refused ({refused.code}): {_why(refused)}") from None
    except (urllib.error.URLError, TimeoutError) as why:
        raise BatonError(
            f"no desk answers at {url}: {why}. Start one with `baton serve`, or say where it is"
            " in BATON_URL"
        ) from None


def _why(refused: urllib.error.HTTPError) -> str:
    said = refused.read().decode(errors="replace")
    try:
        return str(json.loads(said)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return said
