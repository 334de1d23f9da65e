import { expect, it } from "vitest";
import { SendRun } from "./send-run.ts";
import { fillVariables } from "./variables.ts";

it("has messages due at its rate, the first at once, and catches up with what was held up", () => {
  const run = new SendRun({ count: 25, perSecond: 10 }, 1_000);
  expect(run.due(1_000)).toBe(1);
  run.sent = 1;
  expect([run.due(1_099), run.due(1_100), run.due(2_000)]).toEqual([0, 1, 10]);
  run.sent = 11;
  expect([run.due(2_000), run.due(60_000)]).toEqual([0, 14]);
  run.sent = 25;
  expect([run.due(60_000), run.isDone]).toEqual([0, true]);
});

it("has all messages due at once without a rate", () => {
  expect(new SendRun({ count: 3, perSecond: null }, 0).due(0)).toBe(3);
});

it("fills in variables anew for each message and leaves other braces alone", () => {
  expect(fillVariables("{{counter}} of {{ counter }}, {{name}} {counter}", 7)).toBe("7 of 7, {{name}} {counter}");
  const ids = fillVariables("{{uuid}} {{uuid}}", 1).split(" ");
  expect(new Set(ids).size).toBe(2);
  for (let round = 0; round < 200; round++) expect(["3", "4", "5"]).toContain(fillVariables("{{random 5 3}}", 1));
  expect(Number.isNaN(Date.parse(fillVariables("{{now}}", 1)))).toBe(false);
});
