import { defineConfig } from "vitest/config";

const ignored = ["**/node_modules/**", "**/.next*/**", "**/.postroom*/**"];

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["**/*.spec.ts"], exclude: [...ignored, "**/*.int.spec.ts"], environment: "node", testTimeout: 60_000 } },
      {
        test: {
          name: "integration",
          include: ["**/*.int.spec.ts"],
          exclude: ignored,
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 3,
        },
      },
    ],
  },
});
