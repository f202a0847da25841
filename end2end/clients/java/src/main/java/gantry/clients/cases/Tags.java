package gantry.clients.cases;

import gantry.clients.Case;
import gantry.clients.Check;
import gantry.clients.Env;
import gantry.clients.Inbox;
import gantry.clients.Texts;
import gantry.clients.Wait;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;

/**
 * {@code TagA || TagC} gets these two and no other, also when another tag has the same hash:
 * "AaTag" and "BBTag" collide in Java's hashCode, which is what the broker filters by.
 */
public final class Tags implements Case {
    private static final String[] SENT = {"TagA", "TagB", "TagC", "AaTag", "BBTag"};
    private static final int EACH = 10;

    @Override
    public String name() {
        return "tag subscription";
    }

    @Override
    public void run(Env env) throws Exception {
        DefaultMQProducer producer = env.producer();
        String topic = env.topic(1);
        Inbox two = subscriber(env, topic, "TagA || TagC");
        Inbox colliding = subscriber(env, topic, "AaTag");
        Inbox all = subscriber(env, topic, "*");
        for (int i = 0; i < EACH * SENT.length; i++) {
            String tag = SENT[i % SENT.length];
            producer.send(Texts.message(topic, tag, "k", tag + " " + i));
        }
        // One queue in order: once the last of the wanted is there, none that was skipped can follow.
        Wait.until("all messages without a filter", () -> all.messages().size() >= EACH * SENT.length);
        Wait.until("TagA and TagC", () -> two.messages().size() >= 2 * EACH);
        Wait.until("AaTag", () -> colliding.messages().size() >= EACH);
        Check.equal("messages of TagA || TagC", 2 * EACH, two.messages().size());
        Check.equal("messages of AaTag", EACH, colliding.messages().size());
        for (MessageExt message : two.messages()) {
            Check.that("tag " + message.getTags() + " was not asked for", message.getTags().matches("Tag[AC]"));
        }
        for (MessageExt message : colliding.messages()) {
            Check.equal("tag", "AaTag", message.getTags());
        }
    }

    private static Inbox subscriber(Env env, String topic, String tags) throws Exception {
        DefaultMQPushConsumer consumer = env.consumer(env.name("group"), MessageModel.CLUSTERING);
        Inbox inbox = new Inbox();
        consumer.subscribe(topic, tags);
        inbox.listenTo(consumer);
        consumer.start();
        return inbox;
    }
}
