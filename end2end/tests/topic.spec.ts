// One topic: queues, tags, groups, and a test message.
import { expect, test } from "../fixtures";

test("a new topic shows all its queues with 0 at once", async ({ page, broker, topic }) => {
  await broker.createTopic(topic, 4);
  await page.goto(`/c/local/topics/${topic}`);
  const queues = page.getByRole("region", { name: "Queues" });
  await expect(queues.getByRole("row")).toHaveCount(5);
  for (let queue = 0; queue < 4; queue++) await expect(queues.getByRole("row").nth(queue + 1)).toHaveText(new RegExp(`^${queue}0\\D*0\\D*0\\D*$`));
});

test("queues and tags count what was sent", async ({ page, broker, topic }) => {
  await broker.send(topic, "1", { tag: "PAID" });
  await broker.send(topic, "2", { tag: "PAID" });
  const last = await broker.send(topic, "3", { tag: "CREATED" });
  await page.goto(`/c/local/topics/${topic}`);
  const tags = page.getByRole("region", { name: "Tags" });
  await expect(tags.getByRole("row", { name: /PAID/ })).toContainText("66.7 %");
  await expect(tags.getByRole("row", { name: /CREATED/ })).toContainText("33.3 %");
  const row = page.getByRole("region", { name: "Queues" }).getByRole("row").nth(last.queue + 1);
  await expect(row).toContainText(String(last.offset + 1));
  await tags.getByRole("link", { name: "CREATED" }).click();
  await expect(page.getByRole("row").nth(1)).toContainText("CREATED");
  await expect(page.getByRole("row")).toHaveCount(2);
});

test("a test message goes out with tag, keys, properties and body", async ({ page, broker, topic }) => {
  await broker.createTopic(topic, 2);
  await page.goto(`/c/local/topics/${topic}`);
  const form = page.getByRole("region", { name: "Send a test message" });
  await form.getByLabel("Tag").fill("TEST");
  await form.getByLabel("Keys").fill("TEST-001 TEST-002");
  await form.getByLabel("Body").fill('{"order_id":"TEST-001"}');
  await form.getByText("Properties and queue").click();
  await form.getByLabel("Properties").fill("tenant=cn-east\ntrace=a=b");
  await form.getByLabel("Queue").selectOption("1");
  await form.getByRole("button", { name: "Send" }).click();

  await expect(page.getByRole("status").first()).toContainText("The message was sent.");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("TEST-001");
  await expect(page.getByRole("main")).toContainText("queue 1 @ 0");
  const properties = page.getByRole("region", { name: "Properties" });
  await expect(properties).toContainText("cn-east");
  await expect(properties).toContainText("a=b");
});

test("a refused test message comes back with what was typed", async ({ page, broker, topic }) => {
  await broker.createTopic(topic);
  await page.goto(`/c/local/topics/${topic}`);
  const form = page.getByRole("region", { name: "Send a test message" });
  await form.getByLabel("Tag").fill("TEST");
  await form.getByLabel("Body").fill("kept");
  await form.getByText("Properties and queue").click();
  await form.getByLabel("Properties").fill("not a property");
  await form.getByRole("button", { name: "Send" }).click();
  await expect(page.getByText("Write each property on its own line as name=value.")).toBeVisible();
  await expect(form.getByLabel("Body")).toHaveValue("kept");
  await expect(form.getByLabel("Properties")).toHaveValue("not a property");
  await expect(form.getByLabel("Properties")).toHaveAttribute("aria-invalid", "true");
});

test("a topic that is not there says so and leads on", async ({ page }) => {
  const answer = await page.goto("/c/local/topics/no-such-topic");
  expect(answer?.status()).toBe(404);
  await expect(page.getByText("There is no topic no-such-topic.")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Find it anywhere" }).click();
  await expect(page.getByText("Nothing found for no-such-topic")).toBeVisible();
});
