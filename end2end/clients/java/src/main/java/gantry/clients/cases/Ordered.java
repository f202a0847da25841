package gantry.clients.cases;

import gantry.clients.Case;
import gantry.clients.Check;
import gantry.clients.Env;
import gantry.clients.Inbox;
import gantry.clients.Texts;
import gantry.clients.Wait;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;

/** Messages sent to one chosen queue take its offsets one after the other and are consumed in that order, under the queue's lock. */
public final class Ordered implements Case {
    private static final int COUNT = 100;
    private static final int QUEUE = 2;

    @Override
    public String name() {
        return "ordered to one queue";
    }

    @Override
    public void run(Env env) throws Exception {
        DefaultMQProducer producer = env.producer();
        String topic = env.topic(4);
        List<String> bodies = Texts.bodies("step", COUNT);
        for (int i = 0; i < COUNT; i++) {
            SendResult sent = producer.send(Texts.message(topic, "TagA", "order-7", bodies.get(i)), (queues, message, wanted) -> queues.get((int) wanted), QUEUE);
            Check.equal("queue of message " + i, QUEUE, sent.getMessageQueue().getQueueId());
            Check.equal("offset of message " + i, (long) i, sent.getQueueOffset());
        }
        DefaultMQPushConsumer consumer = env.consumer(env.name("group"), MessageModel.CLUSTERING);
        Inbox inbox = new Inbox();
        consumer.subscribe(topic, "*");
        inbox.listenOrderlyTo(consumer);
        consumer.start();
        Wait.until("all ordered messages", () -> inbox.messages().size() >= COUNT);
        Check.equal("order", bodies, inbox.bodies());
    }
}
