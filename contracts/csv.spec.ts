import { expect, it } from "vitest";
import { csvLine } from "./csv.ts";

it("quotes what would break a record, and doubles quotes", () => {
  expect(csvLine(["a,b", 'say "so"', "two\r\nlines", "plain"])).toBe('"a,b","say ""so""","two\r\nlines",plain\r\n');
});

it("leaves cells empty that have no value, and keeps numbers as they are", () => {
  expect(csvLine([null, undefined, -1.5, 0, false, Number.NaN, { a: 1 }])).toBe(',,-1.5,0,false,,"{""a"":1}"\r\n');
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])("keeps a spreadsheet from running the text %j", (text) => {
  expect(csvLine([text]).replace(/^"/, "")).toMatch(/^'/);
});
