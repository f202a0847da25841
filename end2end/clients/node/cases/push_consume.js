// `TagA || TagC` gets the messages with these tags, each once, with key, tag and body as sent.
'use strict';

const assert = require('node:assert/strict');
const client = require('../client');

const EACH = 10;

async function send(nameServer, topic) {
  await client.createTopic(nameServer, topic);
  const producer = await client.producer(nameServer);
  for (let i = 0; i < EACH; i += 1) {
    for (const tag of ['TagA', 'TagB', 'TagC']) {
      await producer.send(client.message(topic, tag, [`key-${tag}-${i}`], `${tag} ${i}`));
    }
  }
  await producer.close();
}

async function run(nameServer) {
  const topic = client.name('node_tags');
  await send(nameServer, topic);
  const filtered = [];
  const all = [];
  const consumers = [
    await client.consumer(nameServer, topic, 'TagA || TagC', filtered),
    await client.consumer(nameServer, topic, '*', all),
  ];
  await client.until('all messages without a filter', () => all.length >= 3 * EACH);
  await client.until('TagA and TagC', () => filtered.length >= 2 * EACH);
  assert.equal(filtered.length, 2 * EACH);
  for (const message of filtered) {
    assert.match(message.tags, /^Tag[AC]$/);
    const body = message.body.toString();
    assert.equal(body.split(' ')[0], message.tags);
    assert.equal(message.keys, `key-${body.replace(' ', '-')}`);
  }
  assert.equal(new Set(filtered.map((message) => message.body.toString())).size, 2 * EACH, 'each message once');
  await Promise.all(consumers.map((consumer) => consumer.close()));
}

module.exports = { name: 'node push consume, tag filter', run };
