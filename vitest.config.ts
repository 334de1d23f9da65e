import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** As long as a busy machine may take; without it a polled state would have to come within a second. */
const expectation = { poll: { timeout: 20_000 } };
const ignored = ["**/node_modules/**", "**/.next*/**", "**/.postroom*/**"];

/** The longest, in the order in which they begin. */
const longest = [
  "gateway/conformance/proofs", "provisioner/reconcile/faults", "provisioner/faults/space-deletion", "gateway/conformance/joram", "provisioner/statistics/explanation", "provisioner/messages/messages",
  "gateway/conformance/differential",
];

function rank({ moduleId }: TestSpecification): number {
  const place = longest.findIndex((name) => moduleId.endsWith(`/${name}.int.spec.ts`));
  return place < 0 ? longest.length : place;
}

/** A machine that has not run them yet does not know what is long, and would leave it for the end, when other workers have nothing to do. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
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
