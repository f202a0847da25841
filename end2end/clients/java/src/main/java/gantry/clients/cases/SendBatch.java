package gantry.clients.cases;

import gantry.clients.Case;
import gantry.clients.Check;
import gantry.clients.Env;
import gantry.clients.Texts;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** A batch: one answer with an id for each message, consecutive offsets of one queue, own keys and tags. */
public final class SendBatch implements Case {
    private static final int COUNT = 32;

    @Override
    public String name() {
        return "send batch";
    }

    @Override
    public void run(Env env) throws Exception {
        DefaultMQProducer producer = env.producer();
        String topic = env.topic(4);
        SendResult sent = producer.send(batch(topic));
        Check.equal("status", SendStatus.SEND_OK, sent.getSendStatus());
        String[] ids = sent.getOffsetMsgId().split(",");
        String[] uniqueIds = sent.getMsgId().split(",");
        Check.equal("offset message ids", COUNT, ids.length);
        Check.equal("unique ids", COUNT, uniqueIds.length);
        for (int i = 0; i < COUNT; i++) {
            MessageExt stored = producer.viewMessage(topic, ids[i]);
            Check.equal("body " + i, "batch " + i, new String(stored.getBody()));
            Check.equal("key " + i, "batch-key-" + i, stored.getKeys());
            Check.equal("tag " + i, "Tag" + i % 3, stored.getTags());
            Check.equal("unique key " + i, uniqueIds[i], stored.getMsgId());
            Check.equal("queue " + i, sent.getMessageQueue().getQueueId(), stored.getQueueId());
            Check.equal("offset " + i, sent.getQueueOffset() + i, stored.getQueueOffset());
        }
    }

    private static List<Message> batch(String topic) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            messages.add(Texts.message(topic, "Tag" + i % 3, "batch-key-" + i, "batch " + i));
        }
        return messages;
    }
}
