// The list of topics, and creating one.
import { expect, test } from "../fixtures";

test("a created topic exists at the broker and is in the list", async ({ page, broker, topic }) => {
  await page.goto("/topics");
  await page.getByRole("link", { name: "Create topic" }).click();
  await page.getByLabel("Name", { exact: true }).fill(topic);
  await page.getByLabel("Queues").fill("3");
  await page.getByRole("button", { name: "Create topic" }).click();
  await expect(page.getByRole("status").filter({ hasText: `Topic ${topic} was created.` })).toBeVisible();
  await expect(page.getByRole("heading", { name: topic })).toBeVisible();
  expect(await broker.topicExists(topic)).toBe(true);

  await page.goto(`/topics?q=${topic}`);
  const row = page.getByRole("row").filter({ hasText: topic });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("3");
});

for (const [what, name, message] of [
  ["a path", "../etc/passwd", /Contains '\.'|Contains '\/'/],
  ["ten thousand characters", "x".repeat(10_000), /at most 127 are allowed/],
] as const) {
  test(`a name that is ${what} comes back with what was typed`, async ({ page }) => {
    await page.goto("/topics?create=1");
    await page.getByLabel("Name", { exact: true }).fill(name);
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: "Create topic" }).click();
    expect((await answer).status()).toBe(422);
    const field = page.getByLabel("Name", { exact: true });
    await expect(field).toHaveValue(name);
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByText(message)).toBeVisible();
  });
}

test("queues must be a number in range", async ({ page, topic }) => {
  await page.goto("/topics?create=1");
  await page.getByLabel("Name", { exact: true }).fill(topic);
  await page.getByLabel("Queues").fill("a few");
  await page.getByRole("button", { name: "Create topic" }).click();
  await expect(page.getByText("Write a whole number in digits.")).toBeVisible();
  await page.getByLabel("Queues").fill("0");
  await page.getByRole("button", { name: "Create topic" }).click();
  await expect(page.getByText(/Must be 1 to/)).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue(topic);
});

test("a name that is taken says so", async ({ page, broker, topic }) => {
  await broker.createTopic(topic);
  await page.goto("/topics?create=1");
  await page.getByLabel("Name", { exact: true }).fill(topic);
  await page.getByRole("button", { name: "Create topic" }).click();
  await expect(page.getByText("There is a topic of this name already.")).toBeVisible();
});

test("the filter, the sorted head and the pages are links", async ({ page, broker, topic }) => {
  const names = Array.from({ length: 55 }, (_, i) => `${topic}-${String(i).padStart(2, "0")}`);
  for (const name of names) await broker.createTopic(name, 1);
  await page.goto("/topics");
  await page.getByRole("main").getByRole("searchbox", { name: "Filter topics" }).fill(topic);
  await page.getByRole("main").getByRole("searchbox", { name: "Filter topics" }).press("Enter");
  await expect(page.getByText("1 to 50 of 55")).toBeVisible();
  await page.getByRole("link", { name: "Next 5" }).click();
  await expect(page.getByText("51 to 55 of 55")).toBeVisible();
  await expect(page.getByRole("link", { name: names[54] })).toBeVisible();

  await page.getByRole("columnheader", { name: "Topic" }).getByRole("link").click();
  await expect(page.getByRole("columnheader", { name: "Topic" })).toHaveAttribute("aria-sort", "descending");
  await expect(page.getByRole("row").nth(1)).toContainText(names[54]!);
});

test("a filter without a match says so and leads back", async ({ page }) => {
  await page.goto("/topics?q=no-topic-has-this-name");
  await expect(page.getByText("No topic matches this filter")).toBeVisible();
  await page.getByRole("link", { name: "Clear the filter" }).click();
  await expect(page).toHaveURL(/\/topics$/);
});
