const { Producer, Message } = require('ali-ons');
const httpclient = require('urllib');

async function main() {
  const producer = new Producer({ httpclient, nameSrv: '{name_server}', producerGroup: 'hello-producer' });
  await producer.ready();
  const message = new Message('hello', 'greeting', 'Hello from Node');
  message.keys = ['ORD-1'];
  const result = await producer.send(message);
  console.log(result.offsetMsgId);
  await producer.close();
}

main();
