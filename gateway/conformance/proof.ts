import { proveChurn, proveReconnect, proveSlowHandshakes, proveStalledConsumers } from "./proofs/crowd.ts";
import { proveKills } from "./proofs/kills.ts";

// `node gateway/conformance/proof.ts kills [MESSAGES] [KILLS] [SEED]`, `reconnect [CLIENTS]`, `churn [CONNECTIONS]`, `slow-handshakes [CONNECTIONS]`, `stalled [CONSUMERS]`.
const [name, ...rest] = process.argv.slice(2);
const [first, second, third] = rest.map(Number);
const seed = third ?? Math.floor(Math.random() * 2 ** 31);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const proofs: Readonly<Record<string, () => Promise<{ readonly figures: object; readonly holds: boolean }>>> = {
  kills: async () => {
    print(`seed ${seed}`);
    const figures = await proveKills(first ?? 100_000, second ?? 30, seed, print);
    return { figures, holds: figures.lost === 0 && figures.redelivered <= figures.redeliverable };
  },
  reconnect: async () => {
    const figures = await proveReconnect(first ?? 2000);
    return { figures, holds: figures.milliseconds <= 60_000 };
  },
  churn: async () => {
    const figures = await proveChurn(first ?? 100_000);
    return { figures, holds: figures.leftOpen <= 0 && figures.residentRatio <= 1.05 };
  },
  "slow-handshakes": async () => {
    const figures = await proveSlowHandshakes(first ?? 5000, 50);
    return { figures, holds: figures.slowestMilliseconds <= 500 };
  },
  stalled: async () => {
    const figures = await proveStalledConsumers(first ?? 500, 100);
    return { figures, holds: figures.peakResidentBytes < 2 ** 30 };
  },
};

const proof = proofs[name ?? ""];
if (proof === undefined) {
  process.stderr.write(`Name a proof: ${Object.keys(proofs).join(", ")}.\n`);
  process.exitCode = 2;
} else {
  const { figures, holds } = await proof();
  print(`${name}: ${holds ? "holds" : "DOES NOT HOLD"} ${JSON.stringify(figures)}`);
  process.exitCode = holds ? 0 : 1;
}
