package gantry.clients.cases;

import gantry.clients.Case;
import gantry.clients.Check;
import gantry.clients.Env;
import gantry.clients.Texts;
import gantry.clients.Wait;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;

/** Many asynchronous sends at once: each is answered once, each at a place of its own. */
public final class SendAsync implements Case {
    private static final int COUNT = 200;

    @Override
    public String name() {
        return "send async";
    }

    @Override
    public void run(Env env) throws Exception {
        DefaultMQProducer producer = env.producer();
        String topic = env.topic(4);
        Answers answers = new Answers();
        for (String body : Texts.bodies("async", COUNT)) {
            producer.send(Texts.message(topic, "TagA", body.replace(' ', '-'), body), answers);
        }
        Wait.until(COUNT + " answers, got " + answers.places.size(), () -> answers.places.size() + answers.failures.size() >= COUNT);
        Check.equal("failures", List.of(), answers.failures);
        Check.equal("places", COUNT, answers.places.size());
    }

    private static final class Answers implements SendCallback {
        final Set<String> places = ConcurrentHashMap.newKeySet();
        final List<String> failures = new CopyOnWriteArrayList<>();

        @Override
        public void onSuccess(SendResult sent) {
            if (!places.add(sent.getMessageQueue().getQueueId() + "/" + sent.getQueueOffset())) {
                failures.add("second message at " + sent);
            }
        }

        @Override
        public void onException(Throwable e) {
            failures.add(e.toString());
        }
    }
}
