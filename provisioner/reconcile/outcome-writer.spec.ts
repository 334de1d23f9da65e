import { expect, it } from "vitest";
import { createLog } from "../log.ts";
import { OutcomeWriter } from "./outcome-writer.ts";
import type { Outcome } from "./queries.ts";

const outcome = (id: string): Outcome => ({ kind: "active", claim: { id, epoch: "1", generation: 1, phase: "Configuring", attempts: 0 } });

it("writes the first outcome at once and those that come meanwhile together", async () => {
  const batches: string[][] = [];
  const writer = new OutcomeWriter(async (outcomes) => {
    batches.push(outcomes.map(({ claim }) => claim.id));
    await new Promise((resolve) => setImmediate(resolve));
    return [];
  }, createLog("silent"));
  await Promise.all(["a", "b", "c", "d"].map((id) => writer.write(outcome(id))));
  expect(batches).toEqual([["a"], ["b", "c", "d"]]);
});

it("counts writes that were refused because the claim was lost", async () => {
  const writer = new OutcomeWriter(async (outcomes) => outcomes.map(({ claim }) => claim.id), createLog("silent"));
  await writer.write(outcome("a"));
  await writer.write(outcome("b"));
  expect(writer.refused).toBe(2);
});

it("tries again when the database fails for a moment", async () => {
  let calls = 0;
  const writer = new OutcomeWriter(async () => {
    if (++calls === 1) throw new Error("connection lost");
    return [];
  }, createLog("silent"));
  await writer.write(outcome("a"));
  expect(calls).toBe(2);
});
