import { fuzzSockets } from "./fuzz-sockets.ts";

// `node gateway/conformance/fuzz.ts [INPUTS] [SEED]`, for as long a run as one likes.
const inputs = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
process.stdout.write(`seed ${seed}, ${inputs} inputs\n`);
const { grownBytes, leftOpen, leftListed, slowestProbeMilliseconds } = await fuzzSockets(inputs, seed);
process.stdout.write(`no exit; grown ${(grownBytes / 1e6).toFixed(1)} MB, ${leftOpen} files and ${leftListed} connections and links left; slowest login in between ${slowestProbeMilliseconds.toFixed(0)} ms\n`);
