package gantry.clients.cases;

import gantry.clients.Case;
import gantry.clients.Check;
import gantry.clients.Env;
import gantry.clients.Texts;
import gantry.clients.Wait;
import java.util.List;
import java.util.stream.Collectors;
import java.util.TreeSet;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;

/** queryMessage finds every message that carries the key as one of its words, within the asked time, and no other topic's. */
public final class QueryByKey implements Case {
    @Override
    public String name() {
        return "query by key";
    }

    @Override
    public void run(Env env) throws Exception {
        DefaultMQProducer producer = env.producer();
        String topic = env.topic(2);
        long begin = System.currentTimeMillis() - 60_000;
        producer.send(Texts.message(topic, "TagA", "paid order-8", "first"));
        producer.send(Texts.message(topic, "TagB", "order-8", "second"));
        producer.send(Texts.message(topic, "TagB", "order-88", "a longer key"));
        producer.send(Texts.message(env.topic(1), "TagB", "order-8", "another topic"));
        Wait.until("both messages with the key", () -> bodies(producer, topic, "order-8", begin, Long.MAX_VALUE).size() == 2);
        Check.equal("messages", new TreeSet<>(List.of("first", "second")), bodies(producer, topic, "order-8", begin, Long.MAX_VALUE));
        Check.equal("by the other key word", new TreeSet<>(List.of("first")), bodies(producer, topic, "paid", begin, Long.MAX_VALUE));
        Check.equal("before all of them", new TreeSet<>(), bodies(producer, topic, "order-8", begin - 60_000, begin - 30_000));
        Check.equal("a key nobody sent", new TreeSet<>(), bodies(producer, topic, "order-9", begin, Long.MAX_VALUE));
    }

    /** The client throws when nothing was found. */
    private static TreeSet<String> bodies(DefaultMQProducer producer, String topic, String key, long begin, long end) throws InterruptedException {
        try {
            List<MessageExt> found = producer.queryMessage(topic, key, 32, begin, end).getMessageList();
            return found.stream().map(m -> new String(m.getBody())).collect(Collectors.toCollection(TreeSet::new));
        } catch (MQClientException e) {
            return new TreeSet<>();
        }
    }
}
