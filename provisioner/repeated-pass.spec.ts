import { expect, it } from "vitest";
import { createLog } from "./log.ts";
import { RepeatedPass } from "./repeated-pass.ts";

const log = createLog("silent");
const hourMs = 3_600_000;

it("is never under way twice: who asks meanwhile joins the pass that is", async () => {
  const gate = Promise.withResolvers<number>();
  let begun = 0;
  const pass = new RepeatedPass({ intervalMs: hourMs, failure: "failed", log, work: () => { begun++; return gate.promise; } });
  const both = Promise.all([pass.run(), pass.run()]);
  gate.resolve(7);
  expect(await both).toEqual([7, 7]);
  expect(begun).toBe(1);
  await pass.run();
  expect(begun).toBe(2);
});

it("goes on after a pass that failed, which whoever asked is told", async () => {
  let begun = 0;
  const pass = new RepeatedPass({ intervalMs: hourMs, failure: "failed", log, work: async () => { if (++begun === 1) throw new Error("away"); } });
  await expect(pass.run()).rejects.toThrow("away");
  await pass.run();
  expect(begun).toBe(2);
});

it("tells the work when it is closed, and waits for its end", async () => {
  const ends: string[] = [];
  const pass = new RepeatedPass({
    intervalMs: hourMs, failure: "failed", log,
    work: (signal) => new Promise<void>((resolve) => signal.addEventListener("abort", () => { ends.push("work"); resolve(); })),
  });
  pass.start({ atOnce: true });
  await pass.close();
  ends.push("closed");
  expect(ends).toEqual(["work", "closed"]);
});
