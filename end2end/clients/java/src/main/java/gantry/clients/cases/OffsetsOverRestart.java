package gantry.clients.cases;

import gantry.clients.Case;
import gantry.clients.Check;
import gantry.clients.Env;
import gantry.clients.Inbox;
import gantry.clients.Texts;
import gantry.clients.Wait;
import java.util.List;
import java.util.TreeSet;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.store.ReadOffsetType;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;

/** A group goes on where it had stopped after the broker was restarted between the two phases. */
public final class OffsetsOverRestart {
    private static final int QUEUES = 4;
    private static final int PER_QUEUE = 5;

    private OffsetsOverRestart() {}

    /** Everything consumed and committed, then the group leaves. */
    public static final class Before implements Case {
        @Override
        public String name() {
            return "offsets before a restart";
        }

        @Override
        public void run(Env env) throws Exception {
            String topic = env.createTopic(env.fixedName("restart"), QUEUES);
            send(env.producer(), topic, "before");
            Inbox inbox = new Inbox();
            DefaultMQPushConsumer consumer = consumer(env, topic, inbox);
            Wait.until("all messages consumed", () -> inbox.distinct().size() == QUEUES * PER_QUEUE);
            Wait.until("all offsets committed", () -> committed(consumer, topic) == QUEUES * PER_QUEUE);
            consumer.shutdown();
        }
    }

    /** A new member gets what is new and nothing it had before. */
    public static final class After implements Case {
        @Override
        public String name() {
            return "offsets kept over a restart";
        }

        @Override
        public void run(Env env) throws Exception {
            String topic = env.fixedName("restart");
            send(env.producer(), topic, "after");
            Inbox inbox = new Inbox();
            DefaultMQPushConsumer consumer = consumer(env, topic, inbox);
            Wait.until("the messages sent after the restart", () -> inbox.distinct().containsAll(bodies("after")));
            // Queues are consumed in order: a message from before would have come earlier.
            Check.equal("messages", bodies("after"), inbox.distinct());
            Wait.until("the new offsets committed", () -> committed(consumer, topic) == 2L * QUEUES * PER_QUEUE);
        }
    }

    private static TreeSet<String> bodies(String word) {
        return new TreeSet<>(Texts.bodies(word, QUEUES * PER_QUEUE));
    }

    private static void send(DefaultMQProducer producer, String topic, String word) throws Exception {
        List<String> bodies = Texts.bodies(word, QUEUES * PER_QUEUE);
        for (int i = 0; i < bodies.size(); i++) {
            producer.send(Texts.message(topic, "TagA", "k", bodies.get(i)), (queues, message, n) -> queues.get((int) n % queues.size()), i);
        }
    }

    private static DefaultMQPushConsumer consumer(Env env, String topic, Inbox inbox) throws Exception {
        DefaultMQPushConsumer consumer = env.consumer(env.fixedName("restart_group"), MessageModel.CLUSTERING);
        consumer.subscribe(topic, "*");
        inbox.listenOrderlyTo(consumer);
        consumer.start();
        return consumer;
    }

    private static long committed(DefaultMQPushConsumer consumer, String topic) throws Exception {
        long sum = 0;
        for (MessageQueue queue : consumer.fetchSubscribeMessageQueues(topic)) {
            sum += consumer.getDefaultMQPushConsumerImpl().getOffsetStore().readOffset(queue, ReadOffsetType.READ_FROM_STORE);
        }
        return sum;
    }
}
