// Names of this run and the stock client's classes with short intervals.
'use strict';

const httpclient = require('urllib');
const ons = require('ali-ons');

const DEADLINE_MS = 40_000;
const POLL_MS = 50;
const run = Date.now().toString(36);
let names = 0;

const name = (what) => `${what}_${run}_${(names += 1)}`;

// The client logs code 22 on a group's first offset query as an error, and goes on: its log is for the person who debugs.
const logger = {
  info() {},
  debug() {},
  warn: (...words) => console.error(...words),
  error: (...words) => console.error(...words),
};

const options = (nameSrv) => ({
  httpclient,
  nameSrv,
  logger,
  clientIP: '127.0.0.1',
  instanceName: name('node'),
  pollNameServerInteval: 1000,
  heartbeatBrokerInterval: 1000,
  persistConsumerOffsetInterval: 1000,
  rebalanceInterval: 1000,
});

async function producer(nameSrv) {
  const made = new ons.Producer({ ...options(nameSrv), producerGroup: name('node_producers') });
  await made.ready();
  return made;
}

// This client sends to no topic that has no route yet, so the topic is created first, at the broker that routes TBW102.
async function createTopic(nameSrv, topic) {
  const maker = await producer(nameSrv);
  const api = maker._mqClient;
  const template = await api.getDefaultTopicRouteInfoFromNameServer('TBW102', 3000);
  const broker = template.brokerDatas[0].brokerAddrs['0'];
  const config = { topicName: topic, readQueueNums: 4, writeQueueNums: 4, perm: 6, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false };
  await api.createTopic(broker, 'TBW102', config, 3000);
  await until(`a route of ${topic}`, () => api.getTopicRouteInfoFromNameServer(topic, 3000).then(Boolean, () => false));
  await maker.close();
}

// Reads from the first message of each queue, so that no message sent before the rebalance is skipped.
async function consumer(nameSrv, topic, tags, inbox) {
  const made = new ons.Consumer({
    ...options(nameSrv),
    consumerGroup: name('node_consumers'),
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
  });
  made.subscribe(topic, tags, async (message) => inbox.push(message));
  await made.ready();
  return made;
}

function message(topic, tag, keys, body) {
  const made = new ons.Message(topic, tag, body);
  made.keys = keys;
  return made;
}

async function until(what, state) {
  const end = Date.now() + DEADLINE_MS;
  while (!(await state())) {
    if (Date.now() > end) throw new Error(`not within ${DEADLINE_MS / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

module.exports = { name, createTopic, producer, consumer, message, until };
