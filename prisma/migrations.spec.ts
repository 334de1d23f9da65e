import { describe, expect, it } from "vitest";
import { readMigrations } from "./migrate.ts";

/** What processes of the version before, which run on while a version is rolled out, would trip over. */
const breaking: readonly { readonly what: string; readonly sql: RegExp }[] = [
  { what: "drops a column", sql: /\bALTER TABLE\b[^;]*\bDROP COLUMN\b/i },
  { what: "drops a table or view", sql: /^\s*DROP (TABLE|VIEW|MATERIALIZED VIEW)\b/im },
  { what: "renames something", sql: /\bALTER (TABLE|TYPE|VIEW|FUNCTION)\b[^;]*\bRENAME\b/i },
  { what: "changes a column's type", sql: /\bALTER COLUMN \w+ (SET DATA )?TYPE\b/i },
  { what: "demands a value that used to be optional", sql: /\bALTER COLUMN \w+ SET NOT NULL\b/i },
  { what: "adds a column that must be given", sql: /\bADD COLUMN (?![^,;]*\b(DEFAULT|GENERATED)\b)[^,;]*\bNOT NULL\b/i },
  { what: "takes a right of the processes away", sql: /\bREVOKE\b[^;]*\bFROM\b[^;]*\bpostroom_(console|provisioner)\b/i },
];

const breaksOf = (sql: string) => {
  const statements = sql.replaceAll(/--.*$/gm, "");
  return breaking.filter((each) => each.sql.test(statements)).map(({ what }) => what);
};

describe("migrations", () => {
  it("only add, so that consoles and provisioners of the version before go on beside the new ones", async () => {
    for (const { name, sql } of await readMigrations()) expect(breaksOf(sql), name).toEqual([]);
  });

  it.each([
    ["ALTER TABLE address DROP COLUMN reason;", "drops a column"],
    ["DROP TABLE operation;", "drops a table or view"],
    ["ALTER TABLE address RENAME COLUMN reason TO why;", "renames something"],
    ["ALTER TABLE address ALTER COLUMN name TYPE varchar(10);", "changes a column's type"],
    ["ALTER TABLE address ALTER COLUMN reason SET NOT NULL;", "demands a value that used to be optional"],
    ["ALTER TABLE address ADD COLUMN one text DEFAULT '',\n  ADD COLUMN two text NOT NULL;", "adds a column that must be given"],
    ["REVOKE SELECT ON address FROM postroom_console;", "takes a right of the processes away"],
  ])("would be caught with: %s", (sql, what) => {
    expect(breaksOf(sql)).toEqual([what]);
  });
});
