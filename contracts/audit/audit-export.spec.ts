import { describe, expect, it } from "vitest";
import type { AuditEntry } from "./audit.ts";
import { csvHeader, toCsvLine, toJsonLine } from "./audit-export.ts";

const entry: AuditEntry = {
  id: "0195c000-0000-7000-8000-000000000001",
  at: "2026-11-23T10:00:00.000Z",
  tenant: "acme",
  actor: "owner@acme.test",
  address: "192.0.2.7",
  source: "console",
  action: "address:create",
  objectType: "address",
  objectName: "default/orders",
  outcome: "accepted",
  before: null,
  after: { type: "queue", planId: "queue-small" },
};

describe("an export", () => {
  it("has a line of CSV for each entry, in the header's order, with quotes doubled", () => {
    expect(csvHeader.split(",")).toHaveLength(11);
    expect(toCsvLine(entry)).toBe(
      '2026-11-23T10:00:00.000Z,acme,owner@acme.test,192.0.2.7,console,address:create,address,default/orders,accepted,,"{""type"":""queue"",""planId"":""queue-small""}"\r\n',
    );
  });

  it.each(['=HYPERLINK("http://x.test")', "+1", "-1", "@SUM(A1)", "\t=1"])("keeps a spreadsheet from running %s", (objectName) => {
    expect(toCsvLine({ ...entry, objectName })).toContain(`'${objectName.replaceAll('"', '""')}`);
  });

  it("has a line of JSON for each entry, whatever line breaks its texts hold", () => {
    const line = toJsonLine({ ...entry, objectName: "a\nb" });
    expect(line.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(line)).toMatchObject({ objectName: "a\nb", after: { type: "queue" } });
  });
});
