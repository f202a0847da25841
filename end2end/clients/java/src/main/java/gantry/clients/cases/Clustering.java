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
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;

/** Two members of a group share the queues and the messages; when one leaves, the other takes over all of them. */
public final class Clustering implements Case {
    private static final int QUEUES = 8;
    private static final int COUNT = 80;

    @Override
    public String name() {
        return "clustering: two members share, rebalance when one leaves";
    }

    @Override
    public void run(Env env) throws Exception {
        DefaultMQProducer producer = env.producer();
        String topic = env.topic(QUEUES);
        String group = env.name("group");
        Member first = new Member(env, group, topic);
        Member second = new Member(env, group, topic);
        Wait.until("half of the queues each", () -> first.queues() == QUEUES / 2 && second.queues() == QUEUES / 2);

        List<String> early = Texts.bodies("early", COUNT);
        send(producer, topic, early);
        Wait.until("all messages at one of the two", () -> first.inbox.messages().size() + second.inbox.messages().size() >= COUNT);
        TreeSet<String> together = first.inbox.distinct();
        together.addAll(second.inbox.distinct());
        Check.equal("messages of both", new TreeSet<>(early), together);
        Check.equal("messages of the first", COUNT / 2, first.inbox.messages().size());
        Check.equal("messages of the second", COUNT / 2, second.inbox.messages().size());

        first.consumer.shutdown();
        Wait.until("all queues at the one that stayed", () -> second.queues() == QUEUES);
        List<String> late = Texts.bodies("late", COUNT);
        send(producer, topic, late);
        Wait.until("all late messages at the one that stayed", () -> second.inbox.distinct().containsAll(late));
        Check.equal("messages of the one that left", COUNT / 2, first.inbox.messages().size());
    }

    private static void send(DefaultMQProducer producer, String topic, List<String> bodies) throws Exception {
        for (int i = 0; i < bodies.size(); i++) {
            producer.send(Texts.message(topic, "TagA", "k", bodies.get(i)), (queues, message, n) -> queues.get((int) n % queues.size()), i);
        }
    }

    private static final class Member {
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer;
        private final String topic;

        Member(Env env, String group, String topic) throws Exception {
            this.topic = topic;
            consumer = env.consumer(group, MessageModel.CLUSTERING);
            consumer.subscribe(topic, "*");
            inbox.listenTo(consumer);
            consumer.start();
        }

        long queues() {
            return consumer.getDefaultMQPushConsumerImpl().getRebalanceImpl().getProcessQueueTable().keySet().stream()
                    .filter(queue -> queue.getTopic().equals(topic)).count();
        }
    }
}
