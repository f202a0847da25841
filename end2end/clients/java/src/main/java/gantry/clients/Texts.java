package gantry.clients;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.rocketmq.common.message.Message;

/** Messages whose body is a word and a number. */
public final class Texts {
    private Texts() {}

    public static Message message(String topic, String tag, String key, String body) {
        return new Message(topic, tag, key, body.getBytes(StandardCharsets.UTF_8));
    }

    public static List<String> bodies(String word, int count) {
        return IntStream.range(0, count).mapToObj(i -> word + " " + String.format("%03d", i)).toList();
    }
}
