import { afterEach, expect, it } from "vitest";
import { createLog } from "../log.ts";
import { eventually } from "../testing/eventually.ts";
import { openWorkWindow } from "../work-window.ts";
import { Lane } from "./lane.ts";

const log = createLog("silent");
const lanes: Lane<number>[] = [];

/** A lane over a queue in memory; `work` decides how long each row takes. */
function laneOver(queue: number[], work: (row: number) => Promise<boolean | void>, maxRows = 4, pollMs = 60_000): Lane<number> {
  const lane = new Lane<number>({ name: "test", maxRows, claimWhenFree: maxRows / 2, pollMs, log, claim: async (limit) => queue.splice(0, limit), work: async (row) => (await work(row)) ?? false });
  lanes.push(lane);
  lane.start();
  return lane;
}

afterEach(async () => {
  await Promise.all(lanes.splice(0).map((lane) => lane.stop()));
});

it("works through everything, never more rows at a time than it may", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  laneOver(Array.from({ length: 100 }, (_, index) => index), async (row) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    done.push(row);
  });
  await eventually(() => done.length, (count) => count === 100, 2_000);
  expect(most).toBe(4);
});

it("is not held up by a row that hangs", async () => {
  const done: number[] = [];
  let release!: () => void;
  const hanging = new Promise<void>((resolve) => (release = resolve));
  laneOver(Array.from({ length: 50 }, (_, index) => index), async (row) => {
    if (row === 1) await hanging;
    done.push(row);
  });
  await eventually(() => done.length, (count) => count === 49, 2_000);
  release();
  await eventually(() => done.length, (count) => count === 50, 2_000);
});

it("finds work at once when woken, at its time when told so, and by the poll otherwise", async () => {
  const done: number[] = [];
  const queue: number[] = [];
  const lane = laneOver(queue, async (row) => void done.push(row));
  await new Promise((resolve) => setImmediate(resolve));
  queue.push(1);
  lane.wake();
  await eventually(() => done.length, (count) => count === 1, 1_000);
  queue.push(2);
  lane.wakeIn(20);
  await eventually(() => done.length, (count) => count === 2, 1_000);

  const polled: number[] = [];
  const polledQueue: number[] = [];
  laneOver(polledQueue, async (row) => void polled.push(row), 4, 10);
  await new Promise((resolve) => setImmediate(resolve));
  polledQueue.push(1);
  await eventually(() => polled.length, (count) => count === 1, 1_000);
});

it("looks again at once when a row that ended is due again", async () => {
  const done: number[] = [];
  const queue = [1];
  laneOver(queue, async (row) => {
    done.push(row);
    if (done.length < 3) queue.push(row);
    return done.length < 3;
  });
  await eventually(() => done.length, (count) => count === 3, 1_000);
});

it("goes on after claims have failed", async () => {
  let failures = 3;
  const done: number[] = [];
  const lane = new Lane<number>({
    name: "test",
    maxRows: 1,
    claimWhenFree: 1,
    pollMs: 5,
    log,
    claim: async () => {
      if (failures-- > 0) throw new Error("database away");
      return done.length === 0 ? [1] : [];
    },
    work: async (row) => {
      done.push(row);
      return false;
    },
  });
  lanes.push(lane);
  lane.start();
  await eventually(() => done.length, (count) => count === 1, 5_000);
});

it("stops only when what is under way has ended, and claims nothing more", async () => {
  const done: number[] = [];
  const queue = [1];
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  const lane = laneOver(queue, async (row) => {
    await held;
    done.push(row);
  });
  await eventually(() => lane.underWay, (count) => count === 1, 1_000);
  const stopping = lane.stop();
  queue.push(2);
  release();
  await stopping;
  expect(done).toEqual([1]);
  expect(queue).toEqual([2]);
});

it("tells work how old its claim is at most, also when the process stood still before it saw the claim", async () => {
  const held: { sinceAsked: boolean; isOver: boolean }[] = [];
  let askedMs = 0;
  const lane = new Lane<number>({
    name: "test",
    maxRows: 1,
    claimWhenFree: 1,
    pollMs: 60_000,
    log,
    claim: async () => {
      if (askedMs !== 0) return [];
      askedMs = performance.now();
      // As a stopped process stands still, with the database's answer waiting for it.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      return [1];
    },
    work: async (_row, claimedMs) => {
      const { signal, notAfterMs } = openWorkWindow(40, undefined, false, claimedMs);
      held.push({ sinceAsked: claimedMs <= askedMs, isOver: notAfterMs < performance.now() });
      await eventually(() => signal.aborted, (isAborted) => isAborted, 1_000);
      return false;
    },
  });
  lanes.push(lane);
  lane.start();
  await eventually(() => held.length, (count) => count === 1, 1_000);
  expect(held).toEqual([{ sinceAsked: true, isOver: true }]);
});
