const { Consumer } = require('ali-ons');
const httpclient = require('urllib');

const consumer = new Consumer({
  httpclient,
  nameSrv: '{name_server}',
  consumerGroup: 'hello-consumer',
  consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
});
consumer.subscribe('hello', '*', async message => {
  console.log(message.keys, message.body.toString());
});
consumer.on('error', error => console.error(error));
