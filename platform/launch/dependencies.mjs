// Installs the npm packages of the lock file and makes the Prisma client, each only when its source has changed.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LaunchError } from "./requirements.mjs";
import { runLogged } from "./run-logged.mjs";

const pinnedNodeMajor = 24;

/** Hash of files by content, in the order given. */
function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

function isUpToDate(marker, hash) {
  return existsSync(marker) && readFileSync(marker, "utf8") === hash;
}

/**
 * Makes node_modules what package-lock.json says. Not `npm ci`: the lock file lacks packages for systems that the
 * registry did not offer, which `npm ci` takes for damage. Install scripts stay off (.npmrc): nothing here needs one.
 * @returns whether anything was installed.
 */
export async function ensureDependencies(root, logDirectory, signal) {
  const marker = join(root, "node_modules", ".postroom-lock");
  const hash = hashOf([join(root, "package-lock.json")]);
  if (isUpToDate(marker, hash)) return false;
  const logPath = join(logDirectory, "npm-install.log");
  await runLogged("npm", ["install", "--no-save", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    logPath,
    signal,
    timeoutSeconds: 900,
    explain: (log, reason) => {
      const code = /npm error code (\S+)/.exec(log)?.[1];
      if (["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "FETCH_ERROR"].includes(code)) {
        return `npm could not reach its package registry (${code}); check the network or npm's proxy and registry settings, and start again.`;
      }
      if (code === "ENOSPC") return "The disk is full, so npm could not install the dependencies; free some space and start again.";
      return `npm could not install the dependencies (${code ?? reason}); ${logPath} says why.`;
    },
  });
  writeFileSync(marker, hash);
  return true;
}

/** The Node that Postroom runs on: the pinned one of node_modules, or the present one where none is published. */
export function pinnedNode(root) {
  const pinned = join(root, "node_modules", ".bin", "node");
  if (existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split(".")[0]) >= pinnedNodeMajor) return process.execPath;
  throw new LaunchError(
    `There is no ready-made Node ${pinnedNodeMajor} for ${process.platform} on ${process.arch} among the npm packages; install Node ${pinnedNodeMajor} or newer yourself and start again.`,
  );
}

/** Makes prisma/generated from the schema. @returns whether it was made anew. */
export async function ensurePrismaClient(root, logDirectory, signal) {
  const schema = join(root, "prisma", "schema.prisma");
  const marker = join(root, "prisma", "generated", ".made-from");
  const hash = hashOf([schema, join(root, "package-lock.json")]);
  if (isUpToDate(marker, hash)) return false;
  const node = pinnedNode(root);
  const logPath = join(logDirectory, "prisma-generate.log");
  await runLogged(node, [join(root, "node_modules", "prisma", "build", "index.js"), "generate", "--schema", schema], {
    cwd: root,
    // Generating needs no schema engine; any program in its place keeps Prisma from downloading one.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" },
    logPath,
    signal,
    timeoutSeconds: 120,
    explain: (_log, reason) => `The Prisma client could not be made (${reason}); ${logPath} says why.`,
  });
  writeFileSync(marker, hash);
  return true;
}
