import { chromium, type Page } from "@playwright/test";
import { chromiumNames, findProgram } from "#platform/launch/requirements.mjs";
import type { PlatformFile } from "#platform/platform-file.ts";
import { demoPassword } from "#prisma/demo-people.ts";
import { benchScope, makeBenchQueue } from "./api.ts";

const stepMs = 60_000;
const bodyBytes = 200;
const credit = "1000";
const scrolledFrames = 300;

interface Flow {
  readonly acceptedPerSecond: number;
  readonly receivedPerSecond: number;
  readonly longestTaskMs: number;
  readonly growthMegabytes: number;
}

interface BenchTab extends AsyncDisposable {
  /** Sends and receives for a while. @param perSecond null for as fast as it goes */
  measureFlow(seconds: number, perSecond: number | null): Promise<Flow>;
  /** Scrolls through a list of this many rows, a screenful a frame. */
  measureScrolling(rows: number): Promise<{ readonly p95Ms: number }>;
}

/** A tab of a real Chromium with the test client on a queue of its own, sender and receiver side by side. */
export async function openBenchTab(platform: PlatformFile): Promise<BenchTab> {
  const executablePath = process.env.CHROMIUM_PATH ?? chromiumNames.map((name) => findProgram(name)).find((path) => path !== undefined);
  const queue = await makeBenchQueue(platform);
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 1600 } })).newPage();
  page.setDefaultTimeout(stepMs);
  await page.addInitScript(() => {
    const seen = { longestTaskMs: 0 };
    Object.assign(globalThis, { seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longestTaskMs = Math.max(seen.longestTaskMs, duration);
    }).observe({ type: "longtask" });
  });
  await page.goto(`${platform.env.console["CONSOLE_URL"]}/t/${benchScope.tenant}/s/${benchScope.space}/test-client?send=${queue.name}&receive=${queue.name}`);
  await page.getByLabel("Email").fill("dev@acme.test");
  await page.getByRole("textbox", { name: "Password" }).fill(demoPassword);
  await page.getByRole("button", { name: "Sign In" }).click();
  const send = page.getByRole("region", { name: "Send", exact: true });
  const receive = page.getByRole("region", { name: "Receive", exact: true });
  await page.getByRole("status", { name: "Send link" }).filter({ hasText: "may be sent now" }).waitFor();
  await send.getByRole("textbox", { name: "Body" }).fill("x".repeat(bodyBytes));
  await receive.getByRole("spinbutton", { name: "Credit: messages taken at a time" }).fill(credit);

  const accepted = async () => numberOf((await send.getByRole("heading", { name: /accepted/ }).textContent()) ?? "", /([\d,]+) accepted/);
  const received = async () => numberOf((await receive.getByRole("heading", { name: /received/ }).textContent()) ?? "", /([\d,]+) messages? received/);
  return {
    async measureFlow(seconds, perSecond) {
      const startReceiving = receive.getByRole("button", { name: "Start receiving" });
      if (await startReceiving.isVisible()) await startReceiving.click();
      await page.getByRole("status", { name: "Receive link" }).filter({ hasText: "more messages" }).waitFor();
      await send.getByRole("textbox", { name: "Messages" }).fill("");
      await send.getByRole("textbox", { name: "Per second" }).fill(perSecond === null ? "" : String(perSecond));
      await send.getByRole("textbox", { name: "For seconds" }).fill(String(Math.ceil(seconds * 1.5) + 30));
      await page.evaluate(() => Object.assign((globalThis as unknown as { seen: object }).seen, { longestTaskMs: 0 }));
      await send.getByRole("button", { name: "Send", exact: true }).click();
      await send.getByRole("heading", { name: /accepted/ }).waitFor();
      await receive.getByRole("heading", { name: /messages received/ }).waitFor();
      const [sentBefore, receivedBefore, startedAt] = [await accepted(), await received(), performance.now()];
      await page.waitForTimeout((seconds * 1000) / 2);
      const middleBytes = await heapBytes(page);
      await page.waitForTimeout(Math.max(0, seconds * 1000 - (performance.now() - startedAt)));
      const [sentAfter, receivedAfter] = [await accepted(), await received()];
      const took = (performance.now() - startedAt) / 1000;
      const longestTaskMs = await page.evaluate(() => (globalThis as unknown as { seen: { longestTaskMs: number } }).seen.longestTaskMs);
      await send.getByRole("button", { name: "Stop sending" }).click();
      return { acceptedPerSecond: (sentAfter - sentBefore) / took, receivedPerSecond: (receivedAfter - receivedBefore) / took, longestTaskMs, growthMegabytes: ((await heapBytes(page)) - middleBytes) / 1e6 };
    },
    async measureScrolling(rows) {
      const list = receive.getByRole("list", { name: "Received messages" });
      const held = Number(await list.getByRole("listitem").first().getAttribute("aria-setsize"));
      if (held < rows) throw new Error(`Only ${held} of ${rows} rows are there; let the flow run for longer.`);
      const gaps = await list.evaluate(
        (element, frames) =>
          new Promise<number[]>((resolve) => {
            const scroller = element.parentElement!;
            const found: number[] = [];
            let before = performance.now();
            const step = (now: number) => {
              found.push(now - before);
              before = now;
              scroller.scrollBy(0, scroller.clientHeight);
              if (found.length < frames) requestAnimationFrame(step);
              else resolve(found);
            };
            requestAnimationFrame(step);
          }),
        scrolledFrames,
      );
      const sorted = gaps.toSorted((one, other) => one - other);
      return { p95Ms: sorted[Math.floor(sorted.length * 0.95)]! };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await queue[Symbol.asyncDispose]();
    },
  };
}

function numberOf(text: string, pattern: RegExp): number {
  return Number((pattern.exec(text)?.[1] ?? "0").replaceAll(",", ""));
}

/** Bytes that scripts of the page hold, after what nobody holds was let go. */
async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}
