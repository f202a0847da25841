const { Producer, Message } = require('ali-ons');
const httpclient = require('urllib');

async function main() {
  const producer = new Producer({ httpclient, nameSrv: '{name_server}', producerGroup: 'hello-producer' });
  await producer.ready();
  await createTopic(producer._mqClient);
  const message = new Message('hello', 'greeting', 'Hello from Node');
  message.keys = ['ORD-1'];
  const result = await producer.send(message);
  console.log(result.msgId);
  await producer.close();
}

// This client sends only to topics that are there.
async function createTopic(api) {
  const route = await api.getDefaultTopicRouteInfoFromNameServer('TBW102', 3000);
  const topic = { topicName: 'hello', readQueueNums: 8, writeQueueNums: 8, perm: 6, topicFilterType: 'SINGLE_TAG', topicSysFlag: 0, order: false };
  await api.createTopic(route.brokerDatas[0].brokerAddrs['0'], 'TBW102', topic, 3000);
}

main();
