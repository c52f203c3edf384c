// The official OpenAI client for Node, unchanged, at a served desk.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';

const baseURL = `${process.env.DESK_URL}/v1`;
const client = new OpenAI({ baseURL, apiKey: process.env.DESK_TOKEN, maxRetries: 0 });
const charged = [{ role: 'user', content: 'I was charged twice for order 4321' }];

test('a whole answer says who gave it', async () => {
  const answer = await client.chat.completions.create({ model: 'desk', messages: charged });
  assert.match(answer.choices[0].message.content, /second charge/);
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.equal(answer.baton.agent, 'billing-department');
});

test('a streamed answer is the same in pieces', async () => {
  const stream = await client.chat.completions.create({
    model: 'desk', messages: charged, stream: true, stream_options: { include_usage: true },
  });
  let text = '';
  let usage;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.match(text, /second charge/);
  assert.equal(typeof usage.total_tokens, 'number');
});

test('the models are the desk and its agents', async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert.ok(names.includes('desk') && names.includes('billing-department'), names.join());
});

test('errors are the errors of the client', async () => {
  const stranger = new OpenAI({ baseURL, apiKey: 'guess', maxRetries: 0 });
  const asked = (client, model) => client.chat.completions.create({ model, messages: charged });
  await assert.rejects(asked(stranger, 'desk'), OpenAI.AuthenticationError);
  await assert.rejects(asked(client, 'nobody'), OpenAI.NotFoundError);
  await assert.rejects(
    client.chat.completions.create({ model: 'desk', messages: [] }), OpenAI.BadRequestError);
});
