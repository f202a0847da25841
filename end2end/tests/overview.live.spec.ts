// What the overview does by itself.
import { expect, lively, test as base } from "../fixtures";
import { BrokerClient } from "../broker";
import { Gantry, type Addresses } from "../server";

const test = base.extend<{ fresh: Addresses }>({
  fresh: async ({ page }, use) => {
    const gantry = new Gantry();
    await use(await gantry.start());
    // The page lives: it would ask a server that is gone, and say so.
    await page.goto("about:blank");
    await gantry.stop();
  },
});

test("the first run turns into the overview when the first message arrives", async ({ page, fresh }) => {
  await page.goto(`http://${fresh.console}/c/local`);
  await lively(page, true);
  await new BrokerClient(fresh.name_server, fresh.broker).send("hello", "Hello");
  await expect(page.getByRole("region", { name: "Totals" })).toBeVisible();
});

test("a snippet is copied with one press", async ({ page, context, fresh }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`http://${fresh.console}/c/local?client=mqadmin`);
  await lively(page, true);
  const snippet = page.locator("pre").last();
  await page.getByRole("button", { name: "Copy", exact: true }).last().click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await snippet.innerText());
});

test("figures go on after a pause, and the pause holds them", async ({ page, fresh }) => {
  const broker = new BrokerClient(fresh.name_server, fresh.broker);
  await broker.send("counted", "1");
  await page.goto(`http://${fresh.console}/c/local`);
  await lively(page, true);
  const stored = page.locator('[data-part="stored"]');
  await expect(stored).toContainText(/^Stored1/);
  await page.getByRole("button", { name: "Pause live updates" }).click();
  await broker.send("counted", "2");
  await expect(page.getByText("Paused")).toBeVisible();
  await expect(stored).toContainText(/^Stored1/);
  await page.getByRole("button", { name: "Resume live updates" }).click();
  await expect(stored).toContainText(/^Stored2/);
});
