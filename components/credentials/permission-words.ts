import type { MessagingPermission } from "#contracts/credentials/credential.ts";

const operationWords: Record<MessagingPermission["operations"][number], string> = { send: "send to", recv: "receive from" };

function placeWords(pattern: string): string {
  if (pattern === "*") return "every address";
  return pattern.endsWith("*") ? `addresses that begin with ${pattern.slice(0, -1)}` : pattern;
}

/** Permissions as one sentence part: `send to and receive from orders; receive from every address`. */
export function permissionWords(permissions: readonly MessagingPermission[]): string {
  return permissions.map(({ operations, pattern }) => `${operations.map((operation) => operationWords[operation]).join(" and ")} ${placeWords(pattern)}`).join("; ");
}
