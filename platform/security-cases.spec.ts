import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectDirectory } from "./profile.ts";

it.each(["security-cases", "gateway-cases", "asvs"])("%s names tests that are there for each case", (page) => {
  const rows = readFileSync(join(projectDirectory, `docs/${page}.md`), "utf8").split("\n").filter((line) => /^\| (?!case|requirement|---)/.test(line));
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) {
    const files = [...row.matchAll(/`([^`]+\.(?:spec|e2e)\.ts)`/g)].map(([, file]) => file!);
    expect(files.length, row).toBeGreaterThan(0);
    for (const file of files) expect(existsSync(join(projectDirectory, file)), file).toBe(true);
  }
});
