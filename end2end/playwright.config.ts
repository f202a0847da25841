// Two runs of the same specs: with JavaScript, and without it. `*.live.spec.ts` needs JavaScript and runs once.
import { defineConfig, devices } from "@playwright/test";

// Debian's Chromium as root in a closed network: no sandbox, and nothing that calls home.
const chromium = {
  ...devices["Desktop Chrome"],
  viewport: { width: 1440, height: 900 },
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
};

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // Each worker starts a broker of its own; the machine has two cores.
  workers: 2,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/summary.json" }]],
  use: { locale: "en-US", timezoneId: "UTC", trace: "retain-on-failure" },
  projects: [
    { name: "live", use: { ...chromium } },
    { name: "no-js", testIgnore: "**/*.live.spec.ts", use: { ...chromium, javaScriptEnabled: false } },
  ],
});
