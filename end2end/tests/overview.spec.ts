// First run and overview. Each test has a broker of its own: what it shows depends on whether a message ever came.
import { expect, test as base } from "../fixtures";
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

const overview = (fresh: Addresses) => `http://${fresh.console}/c/local`;

test("the first page shows how to send the first message, for every client", async ({ page, fresh }) => {
  await page.goto(`http://${fresh.console}/`);
  await expect(page).toHaveURL(overview(fresh));
  await expect(page.getByRole("heading", { name: "No message yet: send the first one" })).toBeVisible();
  for (const client of ["Java", "Go", "Node", "mqadmin"]) {
    await page.getByRole("navigation", { name: "Client" }).getByRole("link", { name: client }).click();
    await expect(page.getByRole("link", { name: client })).toHaveAttribute("aria-current", "page");
    await expect(page.locator("pre").last()).toContainText(fresh.name_server);
  }
});

test("the endpoints are the real ones", async ({ page, fresh }) => {
  await page.goto(overview(fresh));
  const endpoints = page.getByRole("region", { name: "Endpoints" });
  await expect(endpoints).toContainText(fresh.name_server);
  await expect(endpoints).toContainText(fresh.broker);
});

test("asking again after the first message shows the overview", async ({ page, fresh }) => {
  await page.goto(overview(fresh));
  await new BrokerClient(fresh.name_server, fresh.broker).send("hello", "Hello", { keys: ["ORD-1"] });
  await page.goto(overview(fresh));
  await expect(page.getByRole("region", { name: "Totals" })).toContainText("Stored");
  await expect(page.getByRole("row", { name: /hello/ })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Receive them with a group" })).toBeVisible();
});

test("the first message can be sent from the page", async ({ page, fresh }) => {
  await page.goto(overview(fresh));
  await page.getByRole("button", { name: "Send one from here" }).click();
  await expect(page.getByRole("status")).toContainText("The message was sent.");
  await expect(page.getByRole("heading", { name: "ORD-1" })).toBeVisible();
  expect(await new BrokerClient(fresh.name_server, fresh.broker).topicExists("hello")).toBe(true);
});

test("language and theme are links that come back here", async ({ page, fresh }) => {
  await page.goto(overview(fresh));
  await page.getByRole("link", { name: /Language/ }).click();
  await expect(page).toHaveURL(overview(fresh));
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("概览");
  await page.getByRole("link", { name: "切换到深色外观" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
