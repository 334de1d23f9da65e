import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { AmqpConnection } from "../engine/connection.ts";
import { SettledHold } from "./settled-hold.ts";

let calls: string[];
let hold: SettledHold;
const connection = { state: "open", suspendFrames: () => calls.push("suspend"), resumeFrames: () => calls.push("resume") } as unknown as AmqpConnection & { state: string };

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  connection.state = "open";
  hold = new SettledHold();
});
afterEach(() => {
  vi.useRealTimers();
});

it("holds the client back until the last message has been sent on, and not before what is sent on now", async () => {
  hold.add(connection);
  hold.add(connection);
  hold.remove();
  await Promise.resolve();
  expect(calls).toEqual(["suspend"]);
  hold.remove();
  expect(calls, "the message is taken, but not yet sent on").toEqual(["suspend"]);
  await Promise.resolve();
  expect(calls).toEqual(["suspend", "resume"]);
});

it("goes on holding when one is sent on only to wait at the next place", async () => {
  hold.add(connection);
  hold.remove();
  hold.add(connection);
  await Promise.resolve();
  expect(calls).toEqual(["suspend"]);
});

it("lets go after two seconds, once, and holds again for what waits after that", async () => {
  hold.add(connection);
  vi.advanceTimersByTime(2000);
  expect(calls).toEqual(["suspend", "resume"]);
  hold.add(connection);
  hold.remove();
  hold.remove();
  await Promise.resolve();
  expect(calls, "a full address holds nobody for ever").toEqual(["suspend", "resume"]);
  hold.add(connection);
  expect(calls).toEqual(["suspend", "resume", "suspend"]);
});

it("does not touch a connection that is gone", () => {
  hold.add(connection);
  connection.state = "gone";
  vi.advanceTimersByTime(2000);
  expect(calls).toEqual(["suspend"]);
});
