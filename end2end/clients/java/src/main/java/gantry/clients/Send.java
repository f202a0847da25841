package gantry.clients;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;

/** Sends messages and prints one JSON line for each: for tests that look for them elsewhere. */
final class Send {
    private Send() {}

    static int run(Env env, Arguments arguments) {
        int count = Integer.parseInt(arguments.optional("count", "1"));
        try (env) {
            DefaultMQProducer producer = env.producer();
            for (int i = 0; i < count; i++) {
                System.out.println(json(producer.send(message(arguments))));
            }
            return 0;
        } catch (Exception e) {
            System.err.println("send failed: " + e);
            return 1;
        }
    }

    private static Message message(Arguments arguments) {
        byte[] body = arguments.optional("body", "hello").getBytes(StandardCharsets.UTF_8);
        Message message = new Message(arguments.required("topic"), arguments.optional("tags", ""), body);
        String keys = arguments.optional("keys");
        if (keys != null) {
            message.setKeys(keys);
        }
        return message;
    }

    private static String json(SendResult sent) {
        return String.format(Locale.ROOT,
                "{\"status\":\"%s\",\"msgId\":\"%s\",\"offsetMsgId\":\"%s\",\"queueId\":%d,\"queueOffset\":%d}",
                sent.getSendStatus(), sent.getMsgId(), sent.getOffsetMsgId(),
                sent.getMessageQueue().getQueueId(), sent.getQueueOffset());
    }
}
