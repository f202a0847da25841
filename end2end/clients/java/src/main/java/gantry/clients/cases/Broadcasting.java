package gantry.clients.cases;

import gantry.clients.Case;
import gantry.clients.Check;
import gantry.clients.Env;
import gantry.clients.Inbox;
import gantry.clients.Texts;
import gantry.clients.Wait;
import java.util.TreeSet;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;

/** Each of two broadcasting members gets every message once. */
public final class Broadcasting implements Case {
    private static final int COUNT = 20;

    @Override
    public String name() {
        return "broadcasting";
    }

    @Override
    public void run(Env env) throws Exception {
        DefaultMQProducer producer = env.producer();
        String topic = env.topic(4);
        String group = env.name("group");
        Inbox first = member(env, group, topic);
        Inbox second = member(env, group, topic);
        TreeSet<String> bodies = new TreeSet<>(Texts.bodies("to all", COUNT));
        for (String body : bodies) {
            producer.send(Texts.message(topic, "TagA", "k", body));
        }
        Wait.until("all messages at both", () -> first.distinct().equals(bodies) && second.distinct().equals(bodies));
        Check.equal("messages of the first", COUNT, first.messages().size());
        Check.equal("messages of the second", COUNT, second.messages().size());
    }

    private static Inbox member(Env env, String group, String topic) throws Exception {
        DefaultMQPushConsumer consumer = env.consumer(group, MessageModel.BROADCASTING);
        Inbox inbox = new Inbox();
        consumer.subscribe(topic, "*");
        inbox.listenTo(consumer);
        consumer.start();
        return inbox;
    }
}
