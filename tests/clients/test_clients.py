"""Public clients, unchanged, at a served desk."""

import asyncio
import os
import traceback

import httpx
import httpx2
import litellm
import openai
import pytest
from a2a.client import ClientConfig, create_client
from a2a.helpers import get_artifact_text, get_stream_response_text, new_text_message
from a2a.types import GetTaskRequest, Role, SendMessageRequest, TaskState
from langchain_openai import ChatOpenAI
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

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
    def ask(talk):
        # Said by nobody else, so that one conversation matches.
        return client().chat.completions.create(model="desk", messages=talk, user="goes-on")

    first = ask(MESSAGES)
    said = {"role": "assistant", "content": first.choices[0].message.content}
    second = ask([*MESSAGES, said, {"role": "user", "content": "Thank you"}])
    before, now = first.model_extra["baton"], second.model_extra["baton"]
    assert before["conversation"] == now["conversation"]
    assert now["turn"] == 2


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


async def asks_over_mcp(mcp):
    tools = {tool.name: tool for tool in (await mcp.list_tools()).tools}
    assert {"ask", "customer-service_escalate-to-human"} <= tools.keys()
    parts = []

    async def progress(done, total, message):
        parts.append(message)

    answer = await mcp.call_tool("ask", {"message": CHARGED}, progress_callback=progress)
    assert "second charge" in answer.content[0].text
    assert answer.structured_content["agent"] == "billing-department"
    assert "second charge" in "".join(parts)
    conversation = answer.structured_content["conversation"]
    thanks = {"message": "Thank you", "conversation": conversation}
    assert (await mcp.call_tool("ask", thanks)).structured_content["turn"] == 2
    ticket = {"reason": "The third complaint"}
    made = await mcp.call_tool("customer-service_escalate-to-human", ticket)
    assert not made.is_error
    wrong = await mcp.call_tool("customer-service_escalate-to-human", {})
    assert wrong.is_error and "reason" in wrong.content[0].text


def over_http(token):
    http = httpx2.AsyncClient(headers={"authorization": f"Bearer {token}"})
    return Client(streamable_http_client(f"{URL}/mcp", http_client=http))


def test_mcp_asks_and_calls_tools_over_http():
    async def run():
        async with over_http(TOKEN) as mcp:
            await asks_over_mcp(mcp)

    asyncio.run(run())


def test_mcp_is_turned_away_without_the_right_token():
    async def run():
        async with over_http("guess") as mcp:
            await mcp.list_tools()

    # The client wraps what went wrong in groups of exceptions.
    with pytest.raises(Exception) as raised:
        asyncio.run(run())
    assert "this token is nobody's" in "".join(traceback.format_exception(raised.value))


def test_mcp_asks_and_calls_tools_over_a_pipe():
    async def run():
        desk = StdioServerParameters(
            command=os.environ["BATON"], args=["-C", os.environ["DESK"], "mcp", "--user", "ada"]
        )
        async with Client(desk) as mcp:
            await asks_over_mcp(mcp)

    asyncio.run(run())


@pytest.mark.parametrize("binding", ["JSONRPC", "HTTP+JSON"])
@pytest.mark.parametrize("streaming", [True, False])
def test_a2a_sends_a_message_and_finds_the_task_again(binding, streaming):
    async def ask():
        async with httpx.AsyncClient(headers={"authorization": f"Bearer {TOKEN}"}) as http:
            config = ClientConfig(
                httpx_client=http, streaming=streaming, supported_protocol_bindings=[binding]
            )
            desk = await create_client(URL, config)
            message = new_text_message(CHARGED, role=Role.ROLE_USER)
            said, task = [], None
            async for part in desk.send_message(SendMessageRequest(message=message)):
                said.append(get_stream_response_text(part))
                task = part.task if part.HasField("task") else task
            found = await desk.get_task(GetTaskRequest(id=task.id))
            return "".join(said), found

    said, found = asyncio.run(ask())
    assert "second charge" in said
    assert found.status.state == TaskState.TASK_STATE_COMPLETED
    assert "second charge" in get_artifact_text(found.artifacts[0])
