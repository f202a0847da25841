package gantry.clients;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.common.message.MessageExt;

/** Everything a consumer was handed, in the order it came. */
public final class Inbox {
    private final List<MessageExt> messages = new CopyOnWriteArrayList<>();

    public void listenTo(DefaultMQPushConsumer consumer) {
        consumer.registerMessageListener((MessageListenerConcurrently) (batch, context) -> {
            messages.addAll(batch);
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
    }

    public void listenOrderlyTo(DefaultMQPushConsumer consumer) {
        consumer.registerMessageListener((MessageListenerOrderly) (batch, context) -> {
            messages.addAll(batch);
            return ConsumeOrderlyStatus.SUCCESS;
        });
    }

    public List<MessageExt> messages() {
        return messages;
    }

    public List<String> bodies() {
        List<String> bodies = new ArrayList<>();
        messages.forEach(m -> bodies.add(text(m)));
        return bodies;
    }

    public TreeSet<String> distinct() {
        return new TreeSet<>(bodies());
    }

    public static String text(MessageExt message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
