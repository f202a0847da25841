package gantry.clients;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;

/** What every case needs: the name server, names of its own, clients with short intervals that are shut down at its end. */
public final class Env implements AutoCloseable {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private final String nameServer;
    private final String run;
    private final Deque<Runnable> cleanup = new ArrayDeque<>();

    Env(String nameServer, String run) {
        this.nameServer = nameServer;
        this.run = run == null ? Long.toString(System.currentTimeMillis(), Character.MAX_RADIX) : run;
    }

    public String nameServer() {
        return nameServer;
    }

    /** The same in two processes that were given the same run. */
    public String fixedName(String what) {
        return what + "_" + run;
    }

    public String name(String what) {
        return what + "_" + run + "_" + NAMES.incrementAndGet();
    }

    /** A new topic, routable when this returns. */
    public String topic(int queues) throws MQClientException {
        return createTopic(name("topic"), queues);
    }

    public String createTopic(String topic, int queues) throws MQClientException {
        DefaultMQProducer producer = producer();
        producer.createTopic("TBW102", topic, queues, new HashMap<>());
        Wait.until("a route of " + topic + " with " + queues + " queues", () -> queues(producer, topic) == queues);
        return topic;
    }

    private static int queues(DefaultMQProducer producer, String topic) {
        try {
            return producer.fetchPublishMessageQueues(topic).size();
        } catch (MQClientException e) {
            return 0;
        }
    }

    public DefaultMQProducer producer() throws MQClientException {
        DefaultMQProducer producer = new DefaultMQProducer(name("producers"));
        configure(producer);
        producer.setSendMsgTimeout(10_000);
        producer.start();
        cleanup.push(producer::shutdown);
        return producer;
    }

    /** Not started: the case subscribes and registers its listener first. */
    public DefaultMQPushConsumer consumer(String group, MessageModel model) {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        configure(consumer);
        consumer.setMessageModel(model);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setPersistConsumerOffsetInterval(500);
        consumer.setConsumeThreadMin(2);
        consumer.setConsumeThreadMax(2);
        cleanup.push(consumer::shutdown);
        return consumer;
    }

    /** The defaults of 30 s would make each rebalance and each new topic wait that long. */
    private void configure(ClientConfig client) {
        client.setNamesrvAddr(nameServer);
        client.setInstanceName(name("instance"));
        client.setPollNameServerInterval(500);
        client.setHeartbeatBrokerInterval(1_000);
        // A busy machine loads the JVM's classes for longer than the default of 3 s.
        client.setMqClientApiTimeout(10_000);
    }

    @Override
    public void close() {
        while (!cleanup.isEmpty()) {
            cleanup.pop().run();
        }
    }
}
