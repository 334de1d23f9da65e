import { defineConfig } from "@playwright/test";
import { findProgram, chromiumNames } from "./platform/launch/requirements.mjs";
import { resolveProfile } from "./platform/profile.ts";

// The system's Chromium, without the background requests that a closed network would refuse one by one.
const executablePath = process.env.CHROMIUM_PATH ?? chromiumNames.map((name) => findProgram(name)).find((path) => path !== undefined);

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.e2e.ts",
  outputDir: "test-results/browser",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    baseURL: resolveProfile("test", process.env).consoleUrl,
    trace: "retain-on-failure",
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
