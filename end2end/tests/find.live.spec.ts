// The palette: from anywhere, by keyboard alone.
import { expect, lively, test } from "../fixtures";

test("Ctrl K, a key, arrow, Enter: the message", async ({ page, broker, topic }) => {
  const sent = await broker.send(topic, "hello", { keys: [`${topic}-k`] });
  await page.goto("/topics");
  await lively(page, true);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Find anything" })).toBeVisible();
  await page.keyboard.type(`${topic}-k`);
  await expect(page.getByRole("dialog").getByText("business key", { exact: true })).toBeVisible();
  await expect(page.getByRole("option", { name: new RegExp(`${topic}-k`) })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("option", { selected: true })).toContainText(`${topic}-k`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/messages/${sent.id}$`));
});

test("it shows topics and messages together, and says when nothing is there", async ({ page, broker, topic }) => {
  await broker.send(topic, "hello", { keys: [topic] });
  await page.goto("/messages");
  await lively(page, true);
  await page.locator("h1").click();
  await page.keyboard.press("/");
  await page.keyboard.type(topic);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("group", { name: "Messages" })).toContainText(topic);
  await expect(dialog.getByRole("group", { name: "Topics" })).toContainText(topic);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("nothing-has-this-name");
  await expect(dialog.getByRole("status")).toHaveText("nothing found");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("Enter without a choice leads to the page with everything", async ({ page, topic }) => {
  await page.goto("/topics");
  await lively(page, true);
  await page.keyboard.press("Control+k");
  await page.keyboard.type(`${topic}-nothing`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/find\\?q=${topic}-nothing$`));
});

test("a slash in a field is a slash", async ({ page }) => {
  await page.goto("/messages");
  await lively(page, true);
  await page.getByLabel("Topic", { exact: true }).press("/");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByLabel("Topic", { exact: true })).toHaveValue("/");
});
