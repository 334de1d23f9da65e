import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { goAmqpVersion } from "#contracts/snippets/pane-go.ts";
import type { Program } from "#contracts/snippets/pane-program.ts";
import type { Snippet } from "#contracts/snippets/snippet.ts";
import { certificateFileName } from "#contracts/snippets/snippet.ts";

const run = promisify(execFile);
const here = import.meta.dirname;
const goFolder = path.join(here, "../../node_modules/.cache/postroom/go-amqp");
const jarsFolder = path.join(here, "../../node_modules/.cache/postroom/qpid-jms");

/** A program that ends after a second is over before Java's optimizing compiler and its parallel collector have paid off. */
const shortLivedJava = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

let qpidJms: Promise<void> | undefined;
let goAmqp: Promise<string> | undefined;

/** Fetches Qpid JMS and what it needs from Maven, once; needs `mvn`. */
export function fetchQpidJms(): Promise<void> {
  return (qpidJms ??= copyQpidJms());
}

/** Fetches go-amqp through the Go module proxy and compiles it, once; needs `go`. Answers the folder with its module file. */
export function fetchGoAmqp(): Promise<string> {
  return (goAmqp ??= getGoAmqp());
}

async function copyQpidJms(): Promise<void> {
  await mkdir(jarsFolder, { recursive: true });
  await run("mvn", ["-q", "-B", "-f", path.join(here, "pom.xml"), "dependency:copy-dependencies", `-DoutputDirectory=${jarsFolder}`], {
    timeout: 300_000,
  });
}

async function getGoAmqp(): Promise<string> {
  await mkdir(goFolder, { recursive: true });
  const go = (...words: string[]) => run("go", words, { cwd: goFolder, timeout: 300_000 });
  await rm(path.join(goFolder, "go.mod"), { force: true });
  await go("mod", "init", "try-postroom");
  await go("get", `github.com/Azure/go-amqp@${goAmqpVersion}`);
  await go("build", "github.com/Azure/go-amqp");
  return goFolder;
}

/** A program that runs. */
export interface Running {
  /** What it has printed so far. */
  printed(): string;
  /** Presses Enter. */
  enter(): void;
}

/** Runs what the test client shows for a pane, with words after its command. Answers what it printed. */
export async function runProgram(program: Program, secret: string, certificatePem: string, ...words: string[]): Promise<string> {
  return runSnippet({ ...program, run: [program.run, ...words].join(" ") }, secret, certificatePem);
}

/** Runs it with somebody at the keyboard. */
export async function useProgram(program: Program, secret: string, use: (running: Running) => Promise<void>, ...words: string[]): Promise<string> {
  return runSnippet({ ...program, run: [program.run, ...words].join(" ") }, secret, "", use);
}

/**
 * Runs a snippet as a person would: its code in a file of the name it gives, in a folder of its own, beside the certificate
 * from the console, with the secret in the environment. Answers what it printed; fails when it ends with an error or takes
 * longer than 60 s.
 */
export async function runSnippet(snippet: Pick<Snippet, "fileName" | "code" | "run">, secret: string, certificatePem: string, use?: (running: Running) => Promise<void>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "postroom-snippet-"));
  try {
    await writeFile(path.join(folder, snippet.fileName), snippet.code);
    await writeFile(path.join(folder, certificateFileName), certificatePem);
    await symlink(path.join(here, "../../node_modules"), path.join(folder, "node_modules"));
    await symlink(jarsFolder, path.join(folder, "lib"));
    if (snippet.fileName === "main.go") for (const file of ["go.mod", "go.sum"]) await copyFile(path.join(goFolder, file), path.join(folder, file));
    if (snippet.code.includes("postroom.p12")) await importCertificate(folder);
    const [command = "", ...words] = snippet.run.replaceAll('"', "").split(" ");
    const running = run(command === "python3" ? await pythonWithProton() : command, words, {
      cwd: folder,
      env: { ...process.env, POSTROOM_SECRET: secret, JDK_JAVA_OPTIONS: shortLivedJava.join(" ") },
      timeout: 60_000,
    });
    let printed = "";
    running.child.stdout?.on("data", (text: string) => (printed += text));
    // What it ended with says more than what was not done with it.
    await use?.({ printed: () => printed, enter: () => void running.child.stdin?.write("\n") }).catch(async (error: unknown) => { await running; throw error; });
    const { stdout, stderr } = await running;
    return stdout + stderr;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

let foundPython: Promise<string> | undefined;

/** Debian's python3-qpid-proton belongs to Debian's Python, which need not be the first on the path. */
function pythonWithProton(): Promise<string> {
  return (foundPython ??= findPythonWithProton());
}

async function findPythonWithProton(): Promise<string> {
  for (const python of ["python3", "/usr/bin/python3"]) {
    const found = await run(python, ["-c", "import proton"], { timeout: 30_000 }).then(
      () => true,
      () => false,
    );
    if (found) return python;
  }
  throw new Error("Qpid Proton for Python is missing: install Debian's python3-qpid-proton, or python-qpid-proton with pip.");
}

/** The keytool line that the Java snippet shows in its first comment. */
async function importCertificate(folder: string): Promise<void> {
  const words = `-importcert -noprompt -alias postroom -file ${certificateFileName} -keystore postroom.p12 -storepass postroom`;
  await run("keytool", [...shortLivedJava.map((option) => `-J${option}`), ...words.split(" ")], { cwd: folder, timeout: 30_000 });
}
