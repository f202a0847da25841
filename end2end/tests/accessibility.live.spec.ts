// Every page, in both themes and languages: nothing serious for axe, and nothing that scrolls sideways on a phone.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, lively, test } from "../fixtures";
import type { BrokerClient } from "../broker";

async function pages(broker: BrokerClient, topic: string): Promise<Record<string, string>> {
  const sent = await broker.send(topic, '{"a":{"b":[1,2]}}', { tag: "PAID", keys: [`${topic}-k`] });
  await broker.send(`${topic}-2`, "text", { keys: [`${topic}-k`] });
  return {
    overview: "/c/local",
    topics: "/c/local/topics?create=1",
    topic: `/c/local/topics/${topic}`,
    messages: `/c/local/messages?topic=${topic}`,
    "messages, refused": "/c/local/messages?topic=x&queue=first",
    message: `/c/local/messages/${sent.id}`,
    find: `/c/local/find?q=${topic}-k`,
    "find, nothing": "/c/local/find?q=nothing-has-this-name",
    "topic, absent": "/c/local/topics/no-such-topic",
    menu: "/c/local/menu",
  };
}

async function serious(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  return found.violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)}`));
}

for (const scheme of ["light", "dark"] as const) {
  test(`axe finds nothing serious in the ${scheme} theme`, async ({ page, broker, topic }) => {
    await page.emulateMedia({ colorScheme: scheme });
    for (const [name, url] of Object.entries(await pages(broker, topic))) {
      await page.goto(url);
      await lively(page, true);
      expect.soft(await serious(page), `${name}, ${scheme}`).toEqual([]);
    }
  });
}

test("axe finds nothing serious in the palette", async ({ page, broker, topic }) => {
  await broker.send(topic, "hello", { keys: [`${topic}-k`] });
  await page.goto("/topics");
  await lively(page, true);
  await page.keyboard.press("Control+k");
  await page.keyboard.type(topic);
  await expect(page.getByRole("dialog").getByRole("status")).toHaveText("all topics and groups searched");
  expect(await serious(page)).toEqual([]);
});

for (const lang of ["en", "zh"]) {
  test(`no page scrolls sideways on a phone (${lang})`, async ({ page, context, baseURL, broker, topic }) => {
    await context.addCookies([{ name: "lang", value: lang, url: baseURL! }]);
    await page.setViewportSize({ width: 390, height: 844 });
    for (const [name, url] of Object.entries(await pages(broker, topic))) {
      await page.goto(url);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.soft(wider, name).toBeLessThanOrEqual(0);
    }
  });
}
