package gantry.clients.cases;

import gantry.clients.Case;
import gantry.clients.Env;
import gantry.clients.Inbox;
import gantry.clients.Texts;
import gantry.clients.Wait;
import java.util.TreeSet;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;

/** One-way sends are stored although nobody answers them. */
public final class SendOneWay implements Case {
    private static final int COUNT = 20;

    @Override
    public String name() {
        return "send one-way";
    }

    @Override
    public void run(Env env) throws Exception {
        DefaultMQProducer producer = env.producer();
        String topic = env.topic(4);
        TreeSet<String> bodies = new TreeSet<>(Texts.bodies("one-way", COUNT));
        for (String body : bodies) {
            producer.sendOneway(Texts.message(topic, "TagA", "k", body));
        }
        DefaultMQPushConsumer consumer = env.consumer(env.name("group"), MessageModel.CLUSTERING);
        Inbox inbox = new Inbox();
        consumer.subscribe(topic, "*");
        inbox.listenTo(consumer);
        consumer.start();
        Wait.until("all one-way messages", () -> inbox.distinct().equals(bodies));
    }
}
