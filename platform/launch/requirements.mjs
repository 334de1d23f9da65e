// What the machine must have. Only Node built-ins, and nothing newer than Node 20: this runs before anything is installed.
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const minimumNode = 20;
export const minimumJava = 17;
const gibibyte = 1024 ** 3;

/** A reason to stop that is written for the person who typed the command. */
export class LaunchError extends Error {}

/** Full path of a program on the path, or undefined. */
export function findProgram(name, path = process.env.PATH ?? "") {
  for (const directory of path.split(delimiter)) {
    const file = join(directory, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this directory.
    }
  }
  return undefined;
}

/** Major version in the output of `java -version` (also of the old form 1.8), or undefined. */
export function javaMajorVersion(output) {
  const version = /version "(\d+)(?:\.(\d+))?/.exec(output);
  if (!version) return undefined;
  return version[1] === "1" ? Number(version[2]) : Number(version[1]);
}

/** The sentence about a Java that is missing (`found` undefined) or too old. */
export function javaMessage(found) {
  const what = found === undefined ? "no Java was found" : `Java ${found} is too old`;
  return `Keycloak and Artemis need Java ${minimumJava} or newer, but ${what}; install it (Debian and Ubuntu: sudo apt-get install default-jre-headless, macOS: brew install openjdk) or point JAVA_HOME to it, and start again.`;
}

/** The sentence about a port that another program holds. */
export function portMessage(port, use) {
  return `Port ${port}, needed for ${use.purpose}, is in use by another program; stop that program, or choose another port with ${use.variable}=<port> in front of the command.`;
}

/** The port that a variable gives, or the fallback when it is not set. @throws LaunchError when it is no port number. */
export function parsePort(variable, value, fallback) {
  if (value === undefined || value === "") return fallback;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new LaunchError(`${variable} is "${value}", which is no port; set it to a number from 1 to 65535 or leave it out.`);
}

export function nodeMessage(version) {
  return `Postroom needs Node ${minimumNode} or newer to start, but this is Node ${version}; install a newer one and start again.`;
}

/** @throws LaunchError unless Java is new enough; installs it on Debian as root. */
export async function requireJava(say) {
  const command = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin", "java") : "java";
  const major = async () => {
    try {
      return javaMajorVersion((await run(command, ["-version"], { timeout: 30_000 })).stderr);
    } catch {
      return undefined;
    }
  };
  const found = await major();
  if (found >= minimumJava) return;
  if (found === undefined && (await installDebianPackage("default-jre-headless", "Java", say)) && (await major()) >= minimumJava) return;
  throw new LaunchError(javaMessage(found));
}

/** @throws LaunchError unless Maven is there; installs it on Debian as root. */
export async function requireMaven(say) {
  if (findProgram("mvn")) return;
  if ((await installDebianPackage("maven", "Maven", say)) && findProgram("mvn")) return;
  throw new LaunchError(
    "Maven, which fetches Keycloak and Artemis, was not found; install it (Debian and Ubuntu: sudo apt-get install maven, macOS: brew install maven) and start again.",
  );
}

export const chromiumNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Chromium's build for tests comes first: a page costs it half of what it costs the whole browser. */
const headlessShell = "chromium-headless-shell";
const testChromiumNames = [headlessShell, ...chromiumNames];

/** Path of the Chromium for the browser tests that is there, or undefined. */
export function findTestChromium() {
  return testChromiumNames.map((name) => findProgram(name)).find((path) => path !== undefined);
}

/** Path of a Chromium for the browser tests; installs Debian's build for tests as root. @throws LaunchError when there is none. */
export async function requireChromium(say) {
  const installing = findProgram(headlessShell) ? Promise.resolve(true) : installDebianPackage(headlessShell, "Chromium for tests", say);
  // Elsewhere it has other names, or is not packed; then any other does.
  await installing.catch((error) => say(`${error.message} Another Chromium is looked for.`));
  const found = findTestChromium() ?? ((await installDebianPackage("chromium", "Chromium", say)) ? findTestChromium() : undefined);
  if (found) return found;
  throw new LaunchError(
    "The browser tests need Chromium or Chrome, and none was found; install it (Debian: sudo apt-get install chromium-headless-shell) and start again.",
  );
}

/** Sees to Qpid Proton for Debian's Python, one of the clients that the tests connect with. @throws LaunchError when it is not there. */
export async function requireProton(say) {
  if (await hasProton()) return;
  if ((await installDebianPackage("python3-qpid-proton", "Qpid Proton", say)) && (await hasProton())) return;
  throw new LaunchError(
    "The tests connect with Qpid Proton for Python, which was not found; install it (Debian: sudo apt-get install python3-qpid-proton) and start again.",
  );
}

async function hasProton() {
  return run("/usr/bin/python3", ["-c", "import proton"]).then(
    () => true,
    () => false,
  );
}

let aptUpdated;
let aptQueue = Promise.resolve();

// One after the other: apt holds a lock. Answers false where this machine or user cannot install.
function installDebianPackage(name, title, say) {
  const installed = aptQueue.then(async () => {
    if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version") || !findProgram("apt-get")) return false;
    say(`${title} is missing: installing Debian's package ${name} ...`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const options = { env, timeout: 600_000, maxBuffer: 64 * 1024 * 1024 };
    try {
      aptUpdated ??= run("apt-get", ["update", "-qq"], options);
      await aptUpdated;
      await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], options);
      return true;
    } catch (error) {
      const reason = /^E: .*$/m.exec(error.stderr ?? "")?.[0] ?? error.message;
      throw new LaunchError(`${title} is missing and Debian's package ${name} could not be installed (${reason}); install it by hand and start again.`);
    }
  });
  aptQueue = installed.catch(() => undefined);
  return installed;
}

/** @throws LaunchError when the folder's disk has less room than `gibibytes`. */
export async function requireDisk(directory, gibibytes) {
  const { bavail, bsize } = await statfs(directory);
  const free = (bavail * bsize) / gibibyte;
  if (free < gibibytes) {
    throw new LaunchError(
      `Only ${free.toFixed(1)} GiB are free on the disk of ${directory}, and Postroom needs ${gibibytes} GiB; free some space and start again.`,
    );
  }
}

/** @param uses list of {port, use}. @throws LaunchError naming the first port that cannot be listened on. */
export async function requireFreePorts(uses) {
  for (const { port, use } of uses) {
    const reason = await listenError(port);
    if (reason === "EADDRINUSE") throw new LaunchError(portMessage(port, use));
    if (reason === "EACCES") {
      throw new LaunchError(`Port ${port}, for ${use.purpose}, may only be used by root; choose one above 1023 with ${use.variable}=<port>.`);
    }
  }
}

function listenError(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve(error.code));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** The port table of platform/parts.json. */
export async function readParts() {
  return JSON.parse(await readFile(join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..", "parts.json"), "utf8"));
}
