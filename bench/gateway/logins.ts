import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Keycloak } from "../../gateway/policy/keycloak.ts";
import { type Bed, space } from "./bed.ts";
import type { Measurement } from "../report.ts";

const loginCount = 1000;
const grantCount = 500;
const makersAtOnce = 4;
const loggingInAtOnce = 16;
/** What the data path carries meanwhile: a tenth of what it can, so that two cores have room for Keycloak as well. */
const dataPathPerSecond = 20_000;
const quietSeconds = 5;

/** Each login is one that the gateway has not seen: it has to ask Keycloak for every one of them. */
export async function plainLogins(bed: Bed): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), "postroom-logins-"));
  try {
    const file = join(folder, "logins");
    await writeFile(file, (await makeLogins(bed, "login", loginCount)).join("\n"), { mode: 0o600 });
    const bare = await makeLogins(bed, "bare", 2 * grantCount);
    const quiet = await dataPath(bed, quietSeconds, async () => undefined);
    const alone = await grantAll(bed, bare.slice(0, grantCount));
    const first = await dataPath(bed, undefined, () => loginAll(bed, file));
    const beside = (await dataPath(bed, undefined, () => grantAll(bed, bare.slice(grantCount)))).during!;
    const again = await dataPath(bed, undefined, () => loginAll(bed, file));
    if (first.during!.failed! + again.during!.failed! > 0) throw new Error(`${first.during!.failed} first and ${again.during!.failed} later logins failed.`);
    return [
      { case: "PLAIN logins, each for the first time, while data flows", value: first.during!.perSecond!, unit: "logins/s", budget: 120, better: "higher" },
      { case: "the same grants asked from Keycloak without a gateway, while data flows", value: beside.perSecond!, unit: "grants/s" },
      { case: "the same, while no data flows", value: alone.perSecond!, unit: "grants/s" },
      { case: `data path (${dataPathPerSecond}/s) during first logins, lost`, value: lost(quiet.perSecond, first.perSecond), unit: "%", peer: quiet.perSecond, budget: 10, better: "lower" },
      { case: "PLAIN logins seen before, while data flows", value: again.during!.perSecond!, unit: "logins/s" },
      { case: "data path during logins seen before, lost", value: lost(quiet.perSecond, again.perSecond), unit: "%", peer: quiet.perSecond },
      { case: "data path's p99, quiet", value: quiet.p99Milliseconds, unit: "ms" },
      { case: "data path's p99, during first logins", value: first.p99Milliseconds, unit: "ms" },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function lost(before: number, during: number): number {
  return Math.max(0, (1 - during / before) * 100);
}

/** Asks Keycloak as the gateway does, with so many at a time, for grants of logins that it has not seen. */
async function grantAll({ platform }: Bed, lines: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const keycloak = new Keycloak(platform.keycloak.url, platform.keycloak.realm);
  const beganMs = performance.now();
  await Promise.all(lines.map((line) => keycloak.grant(...(line.split(" ") as [string, string]))));
  return { perSecond: lines.length / ((performance.now() - beganMs) / 1000) };
}

async function makeLogins(bed: Bed, name: string, count: number): Promise<string[]> {
  const lines: string[] = [];
  let next = 0;
  const maker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const { user, password } = await bed.logins.create(`${space}.${name}${index}`);
      await bed.gateway.createCredential(user, space);
      lines.push(`${user} ${password}`);
    }
  };
  await Promise.all(Array.from({ length: makersAtOnce }, maker));
  return lines;
}

async function loginAll(bed: Bed, file: string): Promise<Readonly<Record<string, number>>> {
  await using clients = new AsyncDisposableStack();
  const { host } = bed.throughGateway;
  return await clients.use(bed.client("login", { host }, { logins: file, connections: loggingInAtOnce, count: loginCount, seconds: 60 })).figures();
}

/** An anycast flow at a fixed rate, for so long or while `meanwhile` lasts. */
async function dataPath(
  bed: Bed,
  seconds: number | undefined,
  meanwhile: () => Promise<Readonly<Record<string, number>> | undefined>,
): Promise<{ perSecond: number; p99Milliseconds: number; during: Readonly<Record<string, number>> | undefined }> {
  await using clients = new AsyncDisposableStack();
  const receiving = clients.use(bed.client("receive", bed.throughGateway, { address: "anycast" }));
  await receiving.ready();
  const sending = clients.use(bed.client("send", bed.throughGateway, { address: "anycast", rate: dataPathPerSecond, seconds: seconds ?? 600 }));
  const during = await meanwhile();
  await (seconds === undefined ? sending.stop() : sending.figures());
  const figures = await receiving.figures();
  return { perSecond: figures.perSecond!, p99Milliseconds: figures.p99Microseconds! / 1000, during };
}
