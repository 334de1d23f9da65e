import { defineConfig } from "@playwright/test";
import { findTestChromium } from "./platform/launch/requirements.mjs";
import { resolveProfile } from "./platform/profile.ts";

// The system's Chromium, without the background requests that a closed network would refuse one by one.
const executablePath = process.env.CHROMIUM_PATH ?? findTestChromium();

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.e2e.ts",
  outputDir: "test-results/browser",
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  projects: [
    // What takes one worker comes first: at the end it would be alone. The first share one set of processes, whose parts they take
    // away in turn; Maven and Go must not fetch twice at once.
    { name: "faults", testMatch: "faults/**/*.e2e.ts", workers: 1, fullyParallel: false },
    { name: "programs", testMatch: "clients/**/*.e2e.ts", workers: 1, fullyParallel: false },
    { name: "console", testIgnore: ["faults/**", "clients/**"], fullyParallel: true },
  ],
  use: {
    baseURL: resolveProfile("test", process.env).consoleUrl,
    // Without its screencast, which costs more than the page itself where pages are drawn in software.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    launchOptions: {
      executablePath,
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
  },
});
