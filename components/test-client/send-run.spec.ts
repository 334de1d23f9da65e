import { expect, it } from "vitest";
import { linesOfFile } from "./lines-of-file.ts";
import { SendRun } from "./send-run.ts";
import { fillVariables } from "./variables.ts";

it("has messages due at its rate, the first at once, and catches up with what was held up", () => {
  const run = new SendRun({ count: 25, perSecond: 10, durationSeconds: null }, 1_000);
  expect(run.due(1_000)).toBe(1);
  run.sent = 1;
  expect([run.due(1_099), run.due(1_100), run.due(2_000)]).toEqual([0, 1, 10]);
  run.sent = 11;
  expect([run.due(2_000), run.due(60_000)]).toEqual([0, 14]);
  run.sent = 25;
  expect([run.due(60_000), run.isDone(60_000)]).toEqual([0, true]);
});

it("has all messages due at once without a rate", () => {
  expect(new SendRun({ count: 3, perSecond: null, durationSeconds: null }, 0).due(0)).toBe(3);
});

it("fills in variables anew for each message and leaves other braces alone", () => {
  expect(fillVariables("{{counter}} of {{ counter }}, {{name}} {counter}", { counter: 7 })).toBe("7 of 7, {{name}} {counter}");
  const ids = fillVariables("{{uuid}} {{uuid}}", { counter: 1 }).split(" ");
  expect(new Set(ids).size).toBe(2);
  for (let round = 0; round < 200; round++) expect(["3", "4", "5"]).toContain(fillVariables("{{random 5 3}}", { counter: 1 }));
  expect(Number.isNaN(Date.parse(fillVariables("{{now}}", { counter: 1 })))).toBe(false);
});

it("ends at its time, at the end of its file, or at its number, whichever comes first", () => {
  const timed = new SendRun({ count: null, perSecond: 10, durationSeconds: 2 }, 0);
  expect([timed.due(1_999), timed.isDone(1_999), timed.due(2_000), timed.isDone(2_000)]).toEqual([20, false, 0, true]);
  const lines = linesOfFile("parcels.csv", 'name,weight\n"box, large",3\ntube,1\n');
  const filed = new SendRun({ count: null, perSecond: null, durationSeconds: null, lines }, 0);
  expect(filed.due(0)).toBe(2);
  expect(fillVariables("{{name}}: {{weight}} ({{line}}) {{other}}", { counter: 1, row: filed.nextLine() })).toBe('box, large: 3 ("box, large",3) {{other}}');
});

it("reads JSON lines with their members, and says which line is not JSON", () => {
  const [first] = linesOfFile("a.jsonl", '{"id": 7, "to": {"city": "Bonn"}}\n\n{}\n');
  expect(fillVariables("{{id}} {{to}} {{line}}", { counter: 1, row: first })).toBe('7 {"city":"Bonn"} {"id": 7, "to": {"city": "Bonn"}}');
  expect(() => linesOfFile("a.jsonl", "{}\n{")).toThrow("Line 2 is not JSON.");
  expect(() => linesOfFile("a.txt", "\n")).toThrow("There is nothing in it.");
});
