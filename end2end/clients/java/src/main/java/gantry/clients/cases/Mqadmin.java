package gantry.clients.cases;

import gantry.clients.Case;
import gantry.clients.Check;
import gantry.clients.Env;
import gantry.clients.Texts;
import gantry.clients.Wait;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/** The commands an operator types, in this JVM, their output captured and compared with what was sent. */
public final class Mqadmin {
    private Mqadmin() {}

    public static List<Case> cases() {
        return List.of(
                named("updateTopic", Mqadmin::updateTopic),
                named("topicList", Mqadmin::topicList),
                named("topicRoute", Mqadmin::topicRoute),
                named("queryMsgById", Mqadmin::queryMsgById),
                named("queryMsgByKey", Mqadmin::queryMsgByKey),
                named("queryMsgByUniqueKey", Mqadmin::queryMsgByUniqueKey));
    }

    private static void updateTopic(Env env) throws Exception {
        String topic = env.name("admin");
        String created = mqadmin(env, "updateTopic", "-c", "DefaultCluster", "-t", topic, "-r", "6", "-w", "6");
        Check.contains("updateTopic", created, "success");
        Wait.until("6 queues", () -> mqadmin(env, "topicRoute", "-t", topic).matches("(?s).*\"writeQueueNums\":\\s*6.*"));
        mqadmin(env, "updateTopic", "-c", "DefaultCluster", "-t", topic, "-r", "3", "-w", "3");
        Wait.until("3 queues", () -> mqadmin(env, "topicRoute", "-t", topic).matches("(?s).*\"writeQueueNums\":\\s*3.*"));
    }

    private static void topicList(Env env) throws Exception {
        String topic = env.topic(1);
        Wait.until("the topic in the list", () -> List.of(mqadmin(env, "topicList").split("\\R")).contains(topic));
        Wait.until("the topic with its cluster", () -> mqadmin(env, "topicList", "-c").matches("(?s).*DefaultCluster\\s+" + topic + "\\s.*"));
    }

    private static void topicRoute(Env env) throws Exception {
        String topic = env.topic(5);
        String route = mqadmin(env, "topicRoute", "-t", topic);
        Check.that("topicRoute: 5 queues in " + route, route.matches("(?s).*\"readQueueNums\":\\s*5.*"));
        Check.that("topicRoute: broker address in " + route, route.matches("(?s).*\"brokerAddrs\":\\s*\\{\\s*\"?0\"?:\\s*\"[0-9.]+:\\d+\".*"));
        Check.contains("a topic nobody created", mqadmin(env, "topicRoute", "-t", env.name("none")), "No topic route info");
    }

    private static void queryMsgById(Env env) throws Exception {
        Sent sent = new Sent(env);
        String shown = mqadmin(env, "queryMsgById", "-t", sent.topic, "-i", sent.result.getOffsetMsgId());
        sent.check("queryMsgById", shown);
        Check.contains("queryMsgById", shown, sent.result.getOffsetMsgId());
    }

    private static void queryMsgByKey(Env env) throws Exception {
        Sent sent = new Sent(env);
        Wait.until("the message by its key", () -> mqadmin(env, "queryMsgByKey", "-t", sent.topic, "-k", sent.key).contains(sent.result.getMsgId()));
        String missed = mqadmin(env, "queryMsgByKey", "-t", sent.topic, "-k", "no-such-key");
        Check.that("a key nobody sent found " + missed, !missed.contains(sent.result.getMsgId()));
    }

    private static void queryMsgByUniqueKey(Env env) throws Exception {
        Sent sent = new Sent(env);
        // The command keeps its admin client in a static field and shuts it down: it works once in a JVM.
        Wait.until("the message by its unique key", sent::isIndexed);
        sent.check("queryMsgByUniqueKey", mqadmin(env, "queryMsgByUniqueKey", "-t", sent.topic, "-i", sent.result.getMsgId()));
    }

    /** The command prints to standard output; nothing else prints while it runs. */
    private static String mqadmin(Env env, String... command) {
        List<String> argv = new ArrayList<>(List.of(command));
        argv.addAll(List.of("-n", env.nameServer()));
        PrintStream stdout = System.out;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        PrintStream capture = new PrintStream(captured, true, StandardCharsets.UTF_8);
        System.setOut(capture);
        PrintStream stderr = System.err;
        System.setErr(capture);
        try {
            MQAdminStartup.main0(argv.toArray(new String[0]), null);
        } finally {
            System.setOut(stdout);
            System.setErr(stderr);
        }
        return captured.toString(StandardCharsets.UTF_8);
    }

    private static Case named(String command, Body body) {
        return new Case() {
            @Override
            public String name() {
                return "mqadmin " + command;
            }

            @Override
            public void run(Env env) throws Exception {
                body.run(env);
            }
        };
    }

    private interface Body {
        void run(Env env) throws Exception;
    }

    /** One message with a key and a tag, and what each look-up must print of it. */
    private static final class Sent {
        final String topic;
        final String key;
        final SendResult result;
        private final DefaultMQProducer producer;

        Sent(Env env) throws Exception {
            producer = env.producer();
            topic = env.topic(2);
            key = env.name("admin-key");
            result = producer.send(Texts.message(topic, "TagA", key, "seen by mqadmin"));
        }

        boolean isIndexed() throws InterruptedException {
            try {
                return !producer.queryMessage(topic, key, 1, 0, Long.MAX_VALUE).getMessageList().isEmpty();
            } catch (MQClientException e) {
                return false;
            }
        }

        void check(String command, String shown) {
            Check.that(command + ": topic in " + shown, shown.matches("(?s).*Topic:\\s+" + topic + "\\s.*"));
            Check.that(command + ": tag in " + shown, shown.matches("(?s).*Tags:\\s+\\[TagA\\].*"));
            Check.that(command + ": key in " + shown, shown.matches("(?s).*Keys:\\s+\\[" + key + "\\].*"));
            Check.that(command + ": queue in " + shown, shown.matches("(?s).*Queue ID:\\s+" + result.getMessageQueue().getQueueId() + "\\s.*"));
            Check.that(command + ": offset in " + shown, shown.matches("(?s).*Queue Offset:\\s+" + result.getQueueOffset() + "\\s.*"));
        }
    }
}
