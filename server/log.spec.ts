import { describe, expect, it } from "vitest";
import { createLog } from "./log.ts";

describe("the log", () => {
  it("keeps secrets out at any of the first three levels", () => {
    const lines: string[] = [];
    const log = createLog("info", { write: (line) => void lines.push(line) });
    log.info({ authorization: "Bearer s3cret", headers: { authorization: "Bearer s3cret", cookie: "s3cret" }, request: { body: { secret: "s3cret", password: "s3cret" } } }, "asked");
    log.info({ ticket: "s3cret", env: { DATABASE_URL: "s3cret" } }, "made");
    expect(lines).toHaveLength(2);
    expect(lines.join("")).not.toContain("s3cret");
    expect(lines.join("")).toContain("[redacted]");
  });

  it("writes one line for each entry, whatever stands in it", () => {
    const lines: string[] = [];
    createLog("info", { write: (line) => void lines.push(line) }).info({ name: "a\nb\u001B[31m" }, "line\nbreak");
    const written = lines.join("");
    expect([written.trimEnd().includes("\n"), written.includes("\u001B")]).toEqual([false, false]);
  });
});
