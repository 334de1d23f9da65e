import { runJoramStraight, runJoramThroughGateway, type JoramResult } from "./joram-run.ts";

/** Prints which of Joram's JMS cases pass straight at Artemis and through the gateway; fails when the gateway adds a failure. */
const straight = await runJoramStraight();
report("straight at Artemis", straight);
if (!process.argv.includes("--straight")) {
  const through = await runJoramThroughGateway();
  report("through the gateway", through);
  const added = [...through].filter(([name, reason]) => reason !== undefined && straight.get(name) === undefined);
  const missing = [...straight.keys()].filter((name) => !through.has(name));
  process.stdout.write(`added by the gateway: ${added.length}; not run: ${missing.length}\n`);
  if (added.length + missing.length > 0) process.exitCode = 1;
}

function report(where: string, result: JoramResult): void {
  const failed = [...result].filter(([, reason]) => reason !== undefined);
  process.stdout.write(`${where}: ${result.size - failed.length} of ${result.size} pass\n`);
  for (const [name, reason] of failed) process.stdout.write(`  ${name}: ${reason}\n`);
}
