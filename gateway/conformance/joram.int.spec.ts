import { describe, expect, it } from "vitest";
import { runJoramStraight, runJoramThroughGateway } from "./joram-run.ts";

/** Cases that Artemis 2.56 itself does not pass; none do not. */
const failStraight: readonly string[] = [];
const caseCount = 196;

const failures = (result: ReadonlyMap<string, string | undefined>): Record<string, string> =>
  Object.fromEntries([...result].filter((entry): entry is [string, string] => entry[1] !== undefined));

describe("Joram's JMS cases with Qpid JMS", () => {
  it("all pass through the gateway but for those that fail straight at Artemis too", { timeout: 300_000 }, async () => {
    const [alone, through] = await Promise.all([runJoramStraight(), runJoramThroughGateway()]);
    const straight = failures(alone);
    expect(Object.keys(straight).sort()).toEqual(failStraight);
    expect(through.size).toBe(caseCount);
    expect(failures(through)).toEqual(straight);
  });
});
