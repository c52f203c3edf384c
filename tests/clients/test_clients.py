"""Public clients, unchanged, at a served desk."""

import asyncio
import os

import litellm
import openai
import pytest
from langchain_openai import ChatOpenAI

URL = os.environ["DESK_URL"]
TOKEN = os.environ["DESK_TOKEN"]
CHARGED = "I was charged twice for order 4321"
MESSAGES = [{"role": "user", "content": CHARGED}]


def client(token=TOKEN):
    return openai.OpenAI(base_url=f"{URL}/v1", api_key=token, max_retries=0)


def test_openai_has_a_whole_answer_and_who_gave_it():
    answer = client().chat.completions.create(model="desk", messages=MESSAGES)
    assert "second charge" in answer.choices[0].message.content
    assert answer.model_extra["baton"]["agent"] == "billing-department"


def test_openai_has_a_streamed_answer():
    stream = client().chat.completions.create(
        model="desk", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert "second charge" in text
    assert chunks[-1].usage.total_tokens >= 0


def test_openai_goes_on_with_the_history_it_sends():
    first = client().chat.completions.create(model="desk", messages=MESSAGES)
    said = first.choices[0].message.model_dump(include={"role", "content"})
    talk = [*MESSAGES, said, {"role": "user", "content": "Thank you"}]
    second = client().chat.completions.create(model="desk", messages=talk)
    before, now = first.model_extra["baton"], second.model_extra["baton"]
    assert before["conversation"] == now["conversation"] or now["turn"] == 1


def test_openai_raises_its_own_errors():
    with pytest.raises(openai.AuthenticationError):
        client("guess").chat.completions.create(model="desk", messages=MESSAGES)
    with pytest.raises(openai.NotFoundError):
        client().chat.completions.create(model="nobody", messages=MESSAGES)
    with pytest.raises(openai.BadRequestError):
        client().chat.completions.create(model="desk", messages=[])


def test_langchain_has_whole_and_streamed_answers():
    model = ChatOpenAI(base_url=f"{URL}/v1", api_key=TOKEN, model="desk", max_retries=0)
    assert "second charge" in model.invoke(CHARGED).content
    assert "second charge" in "".join(part.content for part in model.stream(CHARGED))


def test_litellm_has_whole_and_streamed_answers_and_its_own_errors():
    def ask(token=TOKEN, **more):
        return litellm.completion(
            model="openai/desk", api_base=f"{URL}/v1", api_key=token, messages=MESSAGES,
            num_retries=0, **more,
        )

    assert "second charge" in ask().choices[0].message.content
    parts = [chunk.choices[0].delta.content or "" for chunk in ask(stream=True)]
    assert "second charge" in "".join(parts)
    with pytest.raises(litellm.AuthenticationError):
        ask(token="guess")
