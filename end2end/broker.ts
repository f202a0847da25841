// The other side of every promise: a small remoting client, so that a test can ask the broker what the browser claims.
import { connect, type Socket } from "node:net";

export type Sent = { id: string; queue: number; offset: number };
export type Extra = { tag?: string; keys?: string[]; properties?: Record<string, string> };

type Answer = { code: number; remark?: string; extFields?: Record<string, string>; body: Buffer };

const SEND_MESSAGE = 10;
const UPDATE_AND_CREATE_TOPIC = 17;
const GET_ALL_TOPIC_LIST = 206;
const SUCCESS = 0;

/** One connection per request: slow, simple, and nothing to clean up. */
async function ask(address: string, code: number, extFields: Record<string, string>, body = Buffer.alloc(0)): Promise<Answer> {
  const header = Buffer.from(JSON.stringify({ code, language: "JAVA", version: 479, opaque: 1, flag: 0, extFields }));
  const head = Buffer.alloc(8);
  head.writeInt32BE(4 + header.length + body.length, 0);
  head.writeInt32BE(header.length, 4);
  const colon = address.lastIndexOf(":");
  const socket = connect(Number(address.slice(colon + 1)), address.slice(0, colon).replace(/^\[|\]$/g, ""));
  try {
    socket.write(Buffer.concat([head, header, body]));
    return await answer(socket);
  } finally {
    socket.destroy();
  }
}

async function answer(socket: Socket): Promise<Answer> {
  let read = Buffer.alloc(0);
  for await (const chunk of socket) {
    read = Buffer.concat([read, chunk as Buffer]);
    if (read.length < 8 || read.length < 4 + read.readInt32BE(0)) continue;
    const end = 8 + (read.readInt32BE(4) & 0xffffff);
    return { ...JSON.parse(read.subarray(8, end).toString()), body: read.subarray(end, 4 + read.readInt32BE(0)) };
  }
  throw new Error("the broker closed the connection without an answer");
}

export class BrokerClient {
  constructor(
    readonly nameServer: string,
    readonly broker: string,
  ) {}

  async send(topic: string, body: string | Buffer, extra: Extra = {}): Promise<Sent> {
    const properties = Object.entries({
      ...extra.properties,
      ...(extra.tag ? { TAGS: extra.tag } : {}),
      ...(extra.keys ? { KEYS: extra.keys.join(" ") } : {}),
      WAIT: "true",
    });
    const done = await this.must(this.broker, SEND_MESSAGE, {
      producerGroup: "end2end",
      topic,
      defaultTopic: "TBW102",
      defaultTopicQueueNums: "4",
      queueId: "0",
      sysFlag: "0",
      bornTimestamp: String(Date.now()),
      flag: "0",
      properties: properties.map(([name, value]) => `${name}\u0001${value}\u0002`).join(""),
      reconsumeTimes: "0",
      unitMode: "false",
      batch: "false",
    }, Buffer.from(body));
    const fields = done.extFields ?? {};
    return { id: fields.msgId ?? "", queue: Number(fields.queueId), offset: Number(fields.queueOffset) };
  }

  async createTopic(topic: string, queues = 4): Promise<void> {
    await this.must(this.broker, UPDATE_AND_CREATE_TOPIC, {
      topic,
      defaultTopic: "TBW102",
      readQueueNums: String(queues),
      writeQueueNums: String(queues),
      perm: "6",
      topicFilterType: "SINGLE_TAG",
      topicSysFlag: "0",
      order: "false",
    });
  }

  async topicExists(topic: string): Promise<boolean> {
    const list = await this.must(this.nameServer, GET_ALL_TOPIC_LIST, {});
    return (JSON.parse(list.body.toString()).topicList as string[]).includes(topic);
  }

  private async must(address: string, code: number, fields: Record<string, string>, body?: Buffer): Promise<Answer> {
    const done = await ask(address, code, fields, body);
    if (done.code !== SUCCESS) throw new Error(`request ${code}: ${done.code} ${done.remark}`);
    return done;
  }
}
