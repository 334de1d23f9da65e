import { expect, test } from "@playwright/test";
import type { ZodObject } from "zod";
import { environmentSchema as gatewaySchema, readConfig } from "#gateway/env.ts";
import type { Environment, PlatformFile } from "#platform/platform-file.ts";
import { postroomProcesses } from "#platform/postroom-processes.ts";
import { resolveProfile } from "#platform/profile.ts";
import { loadPlatform } from "#platform/test-platform.ts";
import { environmentSchema as provisionerSchema, parseEnv as parseProvisionerEnv } from "#provisioner/env.ts";
import { environmentSchema as consoleSchema, parseEnv as parseConsoleEnv } from "#server/env.ts";
import { freePorts, TestProcess, type Ending } from "../support/processes.ts";

type Name = keyof PlatformFile["env"];

const endMs = 30_000;
/** Of these, the first that a variable's schema refuses is its wrong value. */
const hostileValues = ["", "no such thing", "-1", "/no/such/file.pem", "ftp://user:hunter2@host"];
const processes: readonly { name: Name; schema: ZodObject; parse: (environment: Record<string, string | undefined>) => unknown }[] = [
  { name: "console", schema: consoleSchema, parse: parseConsoleEnv },
  { name: "provisioner", schema: provisionerSchema, parse: parseProvisionerEnv },
  { name: "gateway", schema: gatewaySchema, parse: (environment) => readConfig(environment as NodeJS.ProcessEnv) },
];

function requiredOf(schema: ZodObject): string[] {
  return Object.entries(schema.shape).flatMap(([variable, rule]) => (rule.safeParse(undefined).success ? [] : [variable]));
}

/** Each variable that can be wrong, with a value that is. */
function wrongValuesOf(schema: ZodObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(schema.shape).flatMap(([variable, rule]) => {
      const wrong = hostileValues.find((value) => !rule.safeParse(value).success);
      return wrong === undefined ? [] : [[variable, wrong]];
    }),
  );
}

async function runWith(name: Name, change: (good: Environment) => Environment): Promise<Ending> {
  const platform = await loadPlatform();
  const changed = { ...platform, env: { ...platform.env, [name]: change(platform.env[name]) } };
  const [console] = (await freePorts(1)) as [number];
  const profile = { ...resolveProfile("test", {}), ports: { ...platform.ports, console } };
  const command = postroomProcesses(profile, changed, { isDevelopment: false, distDirectory: ".next-test" }).find((each) => each.name === name)!;
  await using process = new TestProcess(command);
  process.launch();
  return await process.ending(endMs);
}

/** The variables that the sentences name, one a line; a stack or any other line fails. */
function variablesNamed(text: string): string[] {
  return text.trim().split("\n").map((line) => {
    expect(line).toMatch(/^[A-Z_]+ (is not set; it )?(must|is not usable: )[^\n]*\.$/);
    return line.split(" ")[0] ?? "";
  });
}

for (const { name, schema, parse } of processes) {
  test(`the ${name} ends with one sentence for each required variable that is missing`, async () => {
    const required = requiredOf(schema);
    expect(required.length).toBeGreaterThan(2);
    const { code, errorOutput } = await runWith(name, (good) => Object.fromEntries(Object.entries(good).filter(([variable]) => !required.includes(variable))));
    expect(code).toBe(1);
    expect(variablesNamed(errorOutput).sort()).toEqual([...required].sort());
  });

  test(`the ${name} ends with one sentence for each variable that is wrong, and repeats no value`, async () => {
    const wrong = wrongValuesOf(schema);
    const { code, errorOutput } = await runWith(name, (good) => ({ ...good, ...wrong }));
    expect(code).toBe(1);
    expect(variablesNamed(errorOutput).sort()).toEqual(Object.keys(wrong).sort());
    expect(errorOutput).not.toContain("hunter2");
  });

  test(`each variable of the ${name} is named alone when it alone is wrong or missing`, async () => {
    const good = (await loadPlatform()).env[name];
    expect(() => parse(good)).not.toThrow();
    const changes = [...requiredOf(schema).map((variable) => [variable, undefined] as const), ...Object.entries(wrongValuesOf(schema))];
    for (const [variable, value] of changes) {
      expect(() => parse({ ...good, [variable]: value }), `${variable}=${value}`).toThrow(new RegExp(`^${variable} [^\\n]+\\.$`));
    }
  });
}
