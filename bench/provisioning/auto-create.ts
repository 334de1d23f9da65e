import { TestClient } from "../../gateway/test-support/client.ts";
import { eventually } from "../../provisioner/testing/eventually.ts";
import type { Measurement } from "../report.ts";
import type { ProvisioningBed } from "./bed.ts";

const one = 100;
const atOnce = 10;
const rounds = 20;
const budgetMs = 300;

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Attaches to addresses that are not there and that a rule makes: from the attach until the link is open. */
export async function autoCreate({ test, ports }: ProvisioningBed): Promise<Measurement[]> {
  await test.sql.query(
    `INSERT INTO auto_create_rule (tenant_id, space_id, pattern, type, plan_id, created_by)
     SELECT tenant_id, id, 'made-up.*', 'queue', 'queue-small', 'bench' FROM address_space WHERE id = $1`,
    [test.spaceRowId],
  );
  await test.sql.query("UPDATE address_space SET generation = generation + 1, next_attempt_at = now() WHERE id = $1", [test.spaceRowId]);
  await eventually(() => test.rows("address_space"), ([space]) => space?.observed_generation === space?.generation);
  const login = await test.createCredential("makes-up", "names-of-its-own");
  await eventually(() => test.rows("credential"), (rows) => rows.every(({ phase }) => phase === "Active"));
  await using client = await TestClient.connect({ port: ports.amqp, username: login, password: "names-of-its-own" });
  const timed = async (name: string): Promise<number> => {
    const startedAt = performance.now();
    await client.sender(`made-up.${name}`);
    return performance.now() - startedAt;
  };
  await timed("first");
  const alone: number[] = [];
  for (let index = 0; index < one; index++) alone.push(await timed(`one.${index}`));
  const together: number[] = [];
  for (let round = 0; round < rounds; round++) {
    together.push(...(await Promise.all(Array.from({ length: atOnce }, (_, index) => timed(`round.${round}.${index}`)))));
  }
  return [
    { case: "attach to an address that a rule makes, attach to open link, p50", value: percentile(alone, 0.5), unit: "ms" },
    { case: "attach to an address that a rule makes, attach to open link, p95", value: percentile(alone, 0.95), unit: "ms", budget: budgetMs, better: "lower" },
    { case: `the same, ${atOnce} at once, p95`, value: percentile(together, 0.95), unit: "ms", budget: budgetMs, better: "lower" },
  ];
}
