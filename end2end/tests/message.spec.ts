// One message.
import { readFileSync } from "node:fs";
import { expect, test } from "../fixtures";

const BODY = '{"order_id":"ORD-1","amount":12345678901234567890,"customer":{"name":"陈晓"},"items":[1,null,true]}';

test("its body is a tree, a text, a dump and a file", async ({ page, broker, topic }) => {
  const sent = await broker.send(topic, BODY, { tag: "PAID", keys: [`${topic}-1`] });
  await page.goto(`/c/local/messages/${sent.id}`);
  const body = page.getByRole("region", { name: "Body" });
  await expect(body).toContainText("4 keys");
  await expect(body).toContainText("amount: 12345678901234567890");
  await expect(body).toContainText('name: "陈晓"');
  await body.locator("summary").first().click();
  await expect(body.getByText("order_id")).toBeHidden();

  await body.getByRole("link", { name: "Text" }).click();
  await expect(body.locator("pre")).toHaveText(BODY);
  await body.getByRole("link", { name: "Hex" }).click();
  await expect(body.locator("pre")).toContainText("00000000  7b 22 6f 72 64 65 72 5f  69 64 22 3a");

  const download = page.waitForEvent("download");
  await body.getByRole("link", { name: "Download body" }).click();
  expect(readFileSync(await (await download).path(), "utf8")).toBe(BODY);
});

test("it says where it is stored, and what it carries", async ({ page, broker, topic }) => {
  const sent = await broker.send(topic, "hello", { tag: "PAID", keys: [`${topic}-1`], properties: { tenant: "cn-east" } });
  await page.goto(`/c/local/messages/${sent.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${topic}-1`);
  await expect(page.getByRole("main")).toContainText(sent.id);
  await expect(page.getByRole("main")).toContainText(`queue ${sent.queue} @ ${sent.offset}`);
  await expect(page.getByRole("region", { name: "Properties" })).toContainText("cn-east");
  await expect(page.getByRole("region", { name: "Where it is stored" })).toContainText(".log");
  await expect(page.getByRole("region", { name: "The same with mqadmin" })).toContainText(`-i ${sent.id}`);
  await page.getByText(/Show \d+ system propert/).click();
  await expect(page.getByRole("region", { name: "Properties" })).toContainText("KEYS");
});

test("messages with the same key are listed with their distance in time", async ({ page, broker, topic }) => {
  const first = await broker.send(topic, "1", { keys: [`${topic}-same`] });
  await broker.send(`${topic}-2`, "2", { tag: "PAID", keys: [`${topic}-same`] });
  await page.goto(`/c/local/messages/${first.id}`);
  const same = page.getByRole("region", { name: "Same key" });
  await expect(same).toContainText(`${topic}-2`);
  await same.getByRole("row").nth(1).getByRole("link").first().click();
  await expect(page.getByRole("main")).toContainText(`${topic}-2`);
});

for (const [what, id] of [
  ["an id that no message has", "7F00000100002A9F00000000FFFFFFF0"],
  ["something that is no id", "hello world"],
] as const) {
  test(`${what} says what was searched and leads on`, async ({ page }) => {
    const answer = await page.goto(`/c/local/messages/${encodeURIComponent(id)}`);
    expect(answer?.status()).toBe(404);
    await expect(page.getByText(`No message has the id ${id}.`)).toBeVisible();
    await expect(page.getByRole("main").getByRole("link", { name: "Find it anywhere" })).toBeVisible();
  });
}

test("binary is a dump, and an empty body says so", async ({ page, broker, topic }) => {
  const binary = await broker.send(topic, Buffer.from([0, 255, 1, 254]));
  await page.goto(`/c/local/messages/${binary.id}`);
  await expect(page.getByRole("region", { name: "Body" }).locator("pre")).toContainText("00 ff 01 fe");
  const empty = await broker.send(topic, "");
  await page.goto(`/c/local/messages/${empty.id}`);
  await expect(page.getByText("The body is empty")).toBeVisible();
});
