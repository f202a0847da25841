package gantry.clients.cases;

import gantry.clients.Case;
import gantry.clients.Check;
import gantry.clients.Env;
import gantry.clients.Texts;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** A synchronous send to a topic that nobody created: stored as sent, with both kinds of id. */
public final class SendSync implements Case {
    @Override
    public String name() {
        return "send sync";
    }

    @Override
    public void run(Env env) throws Exception {
        DefaultMQProducer producer = env.producer();
        String topic = env.name("auto");
        Message message = Texts.message(topic, "TagA", "order-1 order-2", "hello");
        message.putUserProperty("colour", "green");
        SendResult sent = producer.send(message);
        Check.equal("status", SendStatus.SEND_OK, sent.getSendStatus());
        Check.equal("topic", topic, sent.getMessageQueue().getTopic());
        Check.equal("length of the offset message id", 32, sent.getOffsetMsgId().length());

        MessageExt stored = producer.viewMessage(topic, sent.getOffsetMsgId());
        Check.equal("body", "hello", new String(stored.getBody()));
        Check.equal("tag", "TagA", stored.getTags());
        Check.equal("keys", "order-1 order-2", stored.getKeys());
        Check.equal("user property", "green", stored.getUserProperty("colour"));
        Check.equal("unique key", sent.getMsgId(), stored.getMsgId());
        Check.equal("queue offset", sent.getQueueOffset(), stored.getQueueOffset());
    }
}
