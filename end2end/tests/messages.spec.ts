// Looking messages up.
import { expect, test } from "../fixtures";

test("a topic's messages are newest first, and go on behind a link", async ({ page, broker, topic }) => {
  for (let i = 0; i < 60; i++) await broker.send(topic, `body ${i}`, { keys: [`${topic}-${i}`] });
  await page.goto("/messages");
  await page.getByLabel("Topic", { exact: true }).fill(topic);
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("row").nth(1)).toContainText(`${topic}-59`);
  await expect(page.getByRole("row")).toHaveCount(51);
  await page.getByRole("link", { name: "Continue with older messages" }).click();
  await expect(page.getByRole("row").nth(1)).toContainText(`${topic}-9`);
  await expect(page.getByRole("row")).toHaveCount(11);
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(page.getByRole("row").nth(1)).toContainText(`${topic}-59`);
});

test("by tag, by key, by queue and offset", async ({ page, broker, topic }) => {
  await broker.send(topic, "one", { tag: "PAID", keys: [`${topic}-a`] });
  const second = await broker.send(topic, "two", { tag: "REFUNDED", keys: [`${topic}-b`] });
  await page.goto(`/messages?topic=${topic}&tag=REFUNDED`);
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("row").nth(1)).toContainText(`${topic}-b`);

  await page.goto(`/messages?key=${topic}-a`);
  await expect(page.getByRole("row").nth(1)).toContainText(topic);
  await expect(page.getByRole("row")).toHaveCount(2);

  await page.goto(`/messages?topic=${topic}`);
  await page.getByLabel("Queue").fill(String(second.queue));
  await page.getByLabel("Offset").fill(String(second.offset));
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("row").nth(1)).toContainText(`${topic}-b`);
});

test("a time range is typed in the viewer's zone and travels in UTC", async ({ page, broker, topic }) => {
  await broker.send(topic, "now");
  await page.goto(`/messages?topic=${topic}`);
  await page.getByLabel("From").fill("2026-01-02 03:04:05");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page).toHaveURL(/from=2026-01-02T03%3A04%3A05\.000Z/);
  await expect(page.getByLabel("From")).toHaveValue("2026-01-02 03:04:05");
  await expect(page.getByRole("row")).toHaveCount(2);

  await page.goto(`/messages?topic=${topic}&to=2026-01-02T00:00:00Z`);
  await expect(page.getByText("No message found")).toBeVisible();
  await page.getByRole("link", { name: "Search everything that is kept" }).click();
  await expect(page.getByRole("row")).toHaveCount(2);
});

for (const [what, query, status, message] of [
  ["a topic that is not there", "topic=no-such-topic", 404, "There is no topic no-such-topic."],
  ["a time that is none", "topic=x&from=yesterday", 422, "“yesterday” is no time."],
  ["a queue that is no number", "topic=x&queue=first", 422, "Write a whole number in digits."],
  ["a tag without a topic", "tag=PAID", 422, "Fill this in."],
] as const) {
  test(`${what} is said at its field, and what was typed stays`, async ({ page }) => {
    const answer = await page.goto(`/messages?${query}`);
    expect(answer?.status()).toBe(status);
    await expect(page.getByText(message)).toBeVisible();
    await expect(page.locator("[aria-invalid=true]")).toHaveCount(1);
    await expect(page.getByRole("table")).toHaveCount(0);
  });
}
