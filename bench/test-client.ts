import { join } from "node:path";
import { readPlatformFile } from "#platform/platform-file.ts";
import { positiveNumber, readOptions } from "./options.ts";
import { report } from "./report.ts";
import { Installation } from "./start/installation.ts";
import { openBenchTab } from "./test-client/tab.ts";
import { measureTickets } from "./test-client/tickets.ts";

const messagesPerSecondAtLeast = 3_000;
const longestTaskBudgetMs = 100;
/** What the page may hold on to at the end beyond what it held in the middle, when its lists had long been full. */
const growthBudgetMegabytes = 20;
const frameBudgetMs = 1_000 / 60 + 1;
/** The steady rate is measured for so long at most. */
const steadySeconds = 60;
/** Counts are read from the page, which shows them a moment late. */
const steadyShare = 0.99;
const scrolledRows = 10_000;
const ticketsPerMinuteAtLeast = 1_000;

// The test client in one tab of a real Chromium: sends 200 B to a queue and receives them at once, as fast as both go, for
// --seconds (600 for the figure that counts), then at the steady rate that is asked for; scrolls a full list; and tickets, as the
// console gives them out. In a fresh copy of this checkout, or with --state on an installation that runs.
const values = readOptions({ json: { type: "boolean", default: false }, state: { type: "string" }, seconds: { type: "string", default: "60" }, tickets: { type: "string", default: "1000" } });
const seconds = positiveNumber("seconds", values.seconds);
await using installation = values.state === undefined ? await Installation.make() : undefined;
await installation?.start();
const platform = await readPlatformFile(values.state ?? join(installation?.directory ?? "", ".postroom"));
if (platform === undefined) throw new Error(`There is no platform.json in ${values.state}.`);

{
  await using tab = await openBenchTab(platform);
  const flow = await tab.measureFlow(seconds, null);
  report({ case: `sent and accepted in one tab, 200 B, ${seconds} s`, value: flow.acceptedPerSecond, unit: "messages/s", budget: messagesPerSecondAtLeast, better: "higher" }, values.json);
  report({ case: `received and accepted in the same tab`, value: flow.receivedPerSecond, unit: "messages/s", budget: messagesPerSecondAtLeast, better: "higher" }, values.json);
  report({ case: "longest task of the page meanwhile", value: flow.longestTaskMs, unit: "ms", budget: longestTaskBudgetMs }, values.json);
  report({ case: "memory of the page, end against middle", value: flow.growthMegabytes, unit: "MB", budget: growthBudgetMegabytes }, values.json);
  const steady = await tab.measureFlow(Math.min(seconds, steadySeconds), messagesPerSecondAtLeast);
  report({ case: `received and accepted at ${messagesPerSecondAtLeast.toLocaleString("en")} a second`, value: steady.receivedPerSecond, unit: "messages/s", budget: messagesPerSecondAtLeast * steadyShare, better: "higher" }, values.json);
  report({ case: "longest task of the page meanwhile", value: steady.longestTaskMs, unit: "ms", budget: longestTaskBudgetMs }, values.json);
  const frames = await tab.measureScrolling(scrolledRows);
  report({ case: `scrolling ${scrolledRows.toLocaleString("en")} rows, frame, p95`, value: frames.p95Ms, unit: "ms", budget: frameBudgetMs }, values.json);
}
const tickets = await measureTickets(platform, positiveNumber("tickets", values.tickets));
report({ case: "tickets", value: tickets.perMinute, unit: "tickets/min", budget: ticketsPerMinuteAtLeast, better: "higher" }, values.json);
report({ case: "ticket, p95", value: tickets.p95Ms, unit: "ms" }, values.json);
