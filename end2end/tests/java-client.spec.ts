// A message sent by a client nobody here wrote is found in the browser: by pointer and by keyboard alone.
import { expect, test } from "../fixtures";
import { hasJava, sendFromJava } from "./java";

test.skip(!hasJava, "the Java client is not built: cargo xtask test builds it");

const BODY = '{"from":"java"}';

test("found by key and by both ids", async ({ page, server, topic }) => {
  const sent = await sendFromJava(server.name_server, topic, `${topic}-java`, BODY);
  for (const text of [`${topic}-java`, sent.offsetMsgId, sent.msgId]) {
    await page.goto("/");
    await page.getByRole("banner").getByRole("searchbox").fill(text);
    await page.getByRole("banner").getByRole("searchbox").press("Enter");
    await expect(page, `found by ${text}`).toHaveURL(new RegExp(`/messages/${sent.offsetMsgId}$`, "i"));
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(`${topic}-java`);
    await expect(page.getByRole("region", { name: "Body" })).toContainText('from: "java"');
    await expect(page.getByRole("main")).toContainText("JAVA");
  }
});

test("found with the keyboard alone", async ({ page, server, topic }) => {
  const sent = await sendFromJava(server.name_server, topic, `${topic}-keys`, BODY);
  await page.goto("/topics");
  // The skip link, then the top bar: home, the search field.
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  const field = page.getByRole("banner").getByRole("searchbox");
  for (let i = 0; i < 5 && !(await field.evaluate((node) => node === document.activeElement)); i++) await page.keyboard.press("Tab");
  await expect(field).toBeFocused();
  await page.keyboard.type(`${topic}-keys`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/messages/${sent.offsetMsgId}$`, "i"));
});
