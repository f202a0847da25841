// Find: paste anything. The page without the palette, as links and forms.
import { expect, test } from "../fixtures";

test("a message id leads to the message", async ({ page, broker, topic }) => {
  const sent = await broker.send(topic, "hello", { keys: [`${topic}-1`] });
  await page.goto("/find");
  await page.getByRole("main").getByRole("searchbox").fill(` ${sent.id} `);
  await page.getByRole("main").getByRole("button", { name: "Find" }).click();
  await expect(page).toHaveURL(new RegExp(`/messages/${sent.id}$`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${topic}-1`);
});

test("a key finds its messages in all topics", async ({ page, broker, topic }) => {
  await broker.send(topic, "1", { keys: [`${topic}-k`], tag: "PAID" });
  await broker.send(`${topic}-2`, "2", { keys: [`${topic}-k`] });
  await page.goto(`/find?q=${topic}-k`);
  const hits = page.getByRole("main").getByRole("link", { name: new RegExp(`${topic}-k`) });
  await expect(hits).toHaveCount(2);
  await expect(hits.last()).toContainText("PAID");
  await expect(page.getByText("business key", { exact: true })).toBeVisible();
});

test("a part of a name finds topics", async ({ page, broker, topic }) => {
  await broker.createTopic(topic);
  await page.goto(`/find?q=${topic.slice(2)}`);
  await page.getByRole("main").getByRole("link", { name: topic }).click();
  await expect(page).toHaveURL(new RegExp(`/topics/${topic}$`));
});

test("the search field of the top bar leads here", async ({ page }) => {
  await page.goto("/topics");
  await page.getByRole("banner").getByRole("searchbox").fill("nothing-has-this-name");
  await page.getByRole("banner").getByRole("searchbox").press("Enter");
  await expect(page.getByText("Nothing found for nothing-has-this-name")).toBeVisible();
  const searched = page.getByRole("main");
  await expect(searched).toContainText(/the key index of all \d+ topics?/);
  await expect(searched).toContainText(/names of \d+ topics?/);
  await expect(searched).toContainText(/names of \d+ groups?/);
});
