import { expect, it } from "vitest";
import { createLog } from "../log.ts";
import { OutcomeWriter, type OutcomeWriterOptions } from "./outcome-writer.ts";
import type { Outcome } from "./queries.ts";

const outcome = (id: string): Outcome => ({ kind: "active", claim: { id, epoch: "1", generation: 1, phase: "Configuring", attempts: 0, dueAt: new Date(0) } });

function writerWith(write: OutcomeWriterOptions["write"], underWay = 1): OutcomeWriter {
  return new OutcomeWriter({ write, underWay: () => underWay, fewRows: 16, gatherMs: 5, log: createLog("silent") });
}

/** Writes four outcomes, the last two after the first two have had time to go out, and returns the batches seen. */
async function batchesOf(underWay: number): Promise<string[][]> {
  const batches: string[][] = [];
  const writer = writerWith(async (outcomes) => {
    batches.push(outcomes.map(({ claim }) => claim.id));
    await new Promise((resolve) => setImmediate(resolve));
    return { lost: [], due: [] };
  }, underWay);
  const first = ["a", "b"].map((id) => writer.write(outcome(id)));
  await Promise.resolve();
  await Promise.all([...first, ...["c", "d"].map((id) => writer.write(outcome(id)))]);
  return batches;
}

it("writes the first outcome at once while few rows are under way, and those that come meanwhile together", async () => {
  expect(await batchesOf(1)).toEqual([["a"], ["b", "c", "d"]]);
});

it("gathers outcomes while many rows are under way", async () => {
  expect(await batchesOf(100)).toEqual([["a", "b", "c", "d"]]);
});

it("says which rows are due again, and counts those whose claim was lost", async () => {
  const writer = writerWith(async () => ({ lost: ["b"], due: ["a"] }));
  expect(await writer.write(outcome("a"))).toBe(true);
  expect(await writer.write(outcome("b"))).toBe(false);
  expect(writer.refused).toBe(2);
});

it("tries again when the database fails for a moment", async () => {
  let calls = 0;
  const writer = writerWith(async () => {
    if (++calls === 1) throw new Error("connection lost");
    return { lost: [], due: [] };
  });
  await writer.write(outcome("a"));
  expect(calls).toBe(2);
});
