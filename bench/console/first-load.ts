import { chromium } from "@playwright/test";
import { chromiumNames, findProgram } from "#platform/launch/requirements.mjs";
import type { PlatformFile } from "#platform/platform-file.ts";
import { demoPassword } from "#prisma/demo-people.ts";

const stepMs = 60_000;
/** Loads before the counted ones: the budget is for a warm server, and a login service that has just started compiles for a while. */
const warmingLoads = 4;

export interface FirstLoad {
  /** Compressed bytes of all answers, headers included, until the page is quiet; from the login service as well. */
  readonly transferredBytes: number;
  /** From the request of the page to the list on screen, through the login service, which knows the person already. */
  readonly listMs: number;
}

/** Opens the address list of acme with an empty cache, `count` times after some that warm the servers. */
export async function measureFirstLoad(platform: PlatformFile, count: number): Promise<FirstLoad[]> {
  const executablePath = process.env.CHROMIUM_PATH ?? chromiumNames.map((name) => findProgram(name)).find((path) => path !== undefined);
  await using browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(stepMs);
  const list = `${platform.env.console["CONSOLE_URL"]}/t/acme/s/default/addresses`;
  const heading = page.getByRole("heading", { level: 1, name: "Addresses" });
  const content = page.getByRole("grid", { name: "Addresses" }).or(page.getByRole("heading", { name: "No addresses yet" }));
  await page.goto(list);
  await page.getByLabel("Email").fill("dev@acme.test");
  await page.getByRole("textbox", { name: "Password" }).fill(demoPassword);
  await page.getByRole("button", { name: "Sign In" }).click();
  await heading.waitFor();

  const network = await page.context().newCDPSession(page);
  await network.send("Network.enable");
  let transferredBytes = 0;
  network.on("Network.loadingFinished", ({ encodedDataLength }) => (transferredBytes += encodedDataLength));
  const loads: FirstLoad[] = [];
  for (let load = 0; load < warmingLoads + count; load += 1) {
    await page.goto("about:blank");
    await network.send("Network.clearBrowserCache");
    transferredBytes = 0;
    const startedAt = performance.now();
    await page.goto(list, { waitUntil: "commit" });
    await content.waitFor();
    const listMs = performance.now() - startedAt;
    // What loads after the list is on screen counts as well: when two reads are the same, nothing comes any more.
    for (let before = -1; before !== transferredBytes; ) {
      before = transferredBytes;
      await page.waitForTimeout(1_000);
    }
    if (load >= warmingLoads) loads.push({ transferredBytes, listMs });
  }
  return loads;
}
