// A send is answered with both kinds of id, and queue offsets that count up per queue.
'use strict';

const assert = require('node:assert/strict');
const client = require('../client');

const COUNT = 20;

async function run(nameServer) {
  const topic = client.name('node_send');
  await client.createTopic(nameServer, topic);
  const producer = await client.producer(nameServer);
  const next = new Map();
  const ids = new Set();
  for (let i = 0; i < COUNT; i += 1) {
    const sent = await producer.send(client.message(topic, 'TagA', [`node-key-${i}`, 'both'], `node ${i}`));
    assert.equal(sent.sendStatus, 'SEND_OK');
    const { queueId } = sent.messageQueue;
    assert.equal(Number(sent.queueOffset), next.get(queueId) ?? 0, `offset in queue ${queueId}`);
    next.set(queueId, Number(sent.queueOffset) + 1);
    ids.add(sent.msgId);
  }
  assert.equal(ids.size, COUNT, 'every message has an id of its own');
  await producer.close();
}

module.exports = { name: 'node send', run };
