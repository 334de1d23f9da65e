import { defineConfig } from "vitest/config";

/** As long as a busy machine may take; without it a polled state would have to come within a second. */
const expectation = { poll: { timeout: 20_000 } };
const ignored = ["**/node_modules/**", "**/.next*/**", "**/.postroom*/**"];

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["**/*.spec.ts"], exclude: [...ignored, "**/*.int.spec.ts"], environment: "node", testTimeout: 60_000, expect: expectation } },
      {
        test: {
          name: "integration",
          include: ["**/*.int.spec.ts"],
          exclude: ignored,
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: expectation,
          maxWorkers: 3,
        },
      },
    ],
  },
});
