// What every spec starts from: a real server per worker, a client of its broker, and a page that must stay clean:
// no console error, no hydration warning, no report of the content security policy.
import { test as base, expect } from "@playwright/test";
import { BrokerClient } from "./broker";
import { Gantry, type Addresses } from "./server";

export { expect };

type PerTest = { broker: BrokerClient; clean: void; topic: string };
type PerWorker = { server: Addresses };

export const test = base.extend<PerTest, PerWorker>({
  server: [
    async ({}, use) => {
      const gantry = new Gantry();
      try {
        await use(await gantry.start());
      } finally {
        await gantry.stop();
      }
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(`http://${server.console}`),
  broker: async ({ server }, use) => use(new BrokerClient(server.name_server, server.broker)),
  // A name that no other test has.
  topic: async ({}, use, info) => use(`t-${info.project.name}-${info.testId}`.replace(/[^\w-]/g, "-").slice(0, 100)),
  clean: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on("console", (message) => {
        // A page that answers 404 or 422 on purpose is logged by the browser as a failed load of the document.
        if (["error", "warning"].includes(message.type()) && !/Failed to load resource.*(404|409|422)/.test(message.text())) {
          complaints.push(`${message.type()}: ${message.text()}`);
        }
      });
      page.on("pageerror", (error) => complaints.push(`exception: ${error}`));
      await use();
      expect(complaints, "the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});

/** With JavaScript: waits until the islands live. Without: nothing to wait for. */
export async function lively(page: import("@playwright/test").Page, javaScriptEnabled: boolean | undefined): Promise<void> {
  if (javaScriptEnabled !== false) await page.locator("html[data-live]").waitFor({ state: "attached" });
}
