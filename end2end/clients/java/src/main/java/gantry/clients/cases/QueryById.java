package gantry.clients.cases;

import gantry.clients.Case;
import gantry.clients.Check;
import gantry.clients.Env;
import gantry.clients.Texts;
import gantry.clients.Wait;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.MessageExt;

/** viewMessage finds a message by either kind of id; an id that points between records is refused. */
public final class QueryById implements Case {
    @Override
    public String name() {
        return "query by id";
    }

    @Override
    public void run(Env env) throws Exception {
        DefaultMQProducer producer = env.producer();
        String topic = env.topic(2);
        SendResult other = producer.send(Texts.message(topic, "TagA", "id-0", "another"));
        SendResult sent = producer.send(Texts.message(topic, "TagA", "id-1", "found by id"));
        check(sent, producer.viewMessage(topic, sent.getOffsetMsgId()));
        Wait.until("the message by its unique id", () -> view(producer, topic, sent.getMsgId()) != null);
        check(sent, producer.viewMessage(topic, sent.getMsgId()));
        Check.that("two messages share an id", !other.getOffsetMsgId().equals(sent.getOffsetMsgId()));

        String between = nextByte(sent.getOffsetMsgId());
        Check.that("an id between two records found something", view(producer, topic, between) == null);
    }

    private static void check(SendResult sent, MessageExt stored) {
        Check.equal("body", "found by id", new String(stored.getBody()));
        Check.equal("unique id", sent.getMsgId(), stored.getMsgId());
    }

    private static MessageExt view(DefaultMQProducer producer, String topic, String id) throws Exception {
        try {
            return producer.viewMessage(topic, id);
        } catch (MQClientException | MQBrokerException e) {
            return null;
        }
    }

    private static String nextByte(String id) {
        long at = Long.parseUnsignedLong(id.substring(16), 16);
        return id.substring(0, 16) + String.format("%016X", at + 1);
    }
}
