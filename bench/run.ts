import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

// `npm run bench -- <name> [--json] …`: runs bench/<name>.ts, which prints its figures (see report.ts).
const helpers = ["run.ts", "report.ts", "options.ts"];
const [name, ...args] = process.argv.slice(2);
const files = await readdir(import.meta.dirname);
const names = files.filter((file) => file.endsWith(".ts") && !file.endsWith(".spec.ts") && !helpers.includes(file)).map((file) => file.slice(0, -3));

if (name !== undefined && names.includes(name)) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, `${name}.ts`), ...args], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, "exit")) as [number | null];
  process.exitCode = code ?? 1;
} else {
  process.stderr.write(`${name === undefined ? "Which benchmark?" : `There is no benchmark "${name}".`} Take one of ${names.join(", ")}.\n`);
  process.exitCode = 2;
}
