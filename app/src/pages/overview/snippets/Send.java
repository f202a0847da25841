import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;

public class Send {
  public static void main(String[] args) throws Exception {
    DefaultMQProducer producer = new DefaultMQProducer("hello-producer");
    producer.setNamesrvAddr("{name_server}");
    producer.start();
    byte[] body = "Hello from Java".getBytes("UTF-8");
    Message message = new Message("hello", "greeting", "ORD-1", body);
    SendResult result = producer.send(message);
    System.out.println(result.getOffsetMsgId());
    producer.shutdown();
  }
}
