import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findProgram } from "./launch/requirements.mjs";
import { portUses, projectDirectory } from "./profile.ts";

/** Ports away from the default ones, which a running `npm start` holds. */
const quietPorts = Object.fromEntries(Object.values(portUses).map((use, index) => [use.variable, String(19_300 + index)]));

// A checkout with nothing installed, and a path on which only the programs that a case allows are found.
let checkout: string;
let programs: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "postroom-launch-"));
  programs = join(checkout, "programs");
  mkdirSync(programs);
  cpSync(join(projectDirectory, "platform"), join(checkout, "platform"), { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(projectDirectory, file), join(checkout, file));
  offer("sh");
});

afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function offer(name: string): void {
  symlinkSync(findProgram(name)!, join(programs, name));
}

function offerScript(name: string, script: string): void {
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function launch(variables: Record<string, string> = {}): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(checkout, "platform", "launch.mjs"), "start"], {
    cwd: checkout,
    env: { PATH: programs, ...quietPorts, ...variables } as unknown as NodeJS.ProcessEnv,
    encoding: "utf8",
    timeout: 60_000,
  });
}

function expectOneSentence(answer: { status: number | null; stderr: string }, words: RegExp): void {
  expect(answer.stderr.trim().split("\n")).toEqual([expect.stringMatching(words)]);
  expect(answer.status).toBe(1);
}

const javaOf = (version: string): string => `echo 'openjdk version "${version}"' >&2`;

describe("npm start says in one sentence, with exit code 1,", () => {
  it("that Java is missing", () => {
    expectOneSentence(launch(), /^Keycloak and Artemis need Java 17 or newer, but no Java was found; install it/);
  });

  it("that Java is too old", () => {
    offerScript("java", javaOf("11.0.2"));
    expectOneSentence(launch(), /but Java 11 is too old; install it/);
  });

  it("that Maven is missing", () => {
    offerScript("java", javaOf("17.0.1"));
    offerScript("npm", "exec sleep 60");
    offer("sleep");
    expectOneSentence(launch(), /^Maven, which fetches Keycloak and Artemis, was not found; install it/);
  });

  it("that Maven does not reach its repository, without waiting for npm", () => {
    offerScript("java", javaOf("17.0.1"));
    offerScript("npm", "exec sleep 60");
    offer("sleep");
    offerScript("mvn", "echo '[ERROR] Unknown host repository.example'; exit 1");
    expectOneSentence(launch(), /^Maven could not reach Maven Central .*check the network/);
    expect(existsSync(join(checkout, ".postroom", "dist", "keycloak-26.7.3"))).toBe(false);
  });

  it("that npm does not reach its registry", () => {
    offerScript("java", javaOf("17.0.1"));
    offerScript("npm", "echo 'npm error code EAI_AGAIN' >&2; exit 1");
    offerScript("mvn", "exec sleep 60");
    offer("sleep");
    expectOneSentence(launch(), /^npm could not reach its package registry \(EAI_AGAIN\); check the network/);
  });

  it("that a variable holds no port", () => {
    expectOneSentence(launch({ AMQP_PORT: "many" }), /^AMQP_PORT is "many", which is no port; set it to a number/);
  });

  it("that a port is in use, what it is for, and which variable moves it", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expectOneSentence(launch({ PORT: String(port) }), new RegExp(`^Port ${port}, needed for the console, is in use .*PORT=`));
    server.close();
  });
});
