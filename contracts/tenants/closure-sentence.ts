import type { TenantClosure } from "./tenant.ts";

/** What a closed tenant means for its people, in words. */
export function closureSentence(name: string, { kind, reason, deleteAt }: TenantClosure): string {
  const meaning = "Programs cannot connect, and nothing can be changed.";
  if (kind === "deleting") return `${name} will be deleted with everything in it on ${deleteAt?.slice(0, 10)}. ${meaning} Until then a platform-admin can restore it.`;
  return `${name} is suspended${reason === "" ? "" : `: ${reason.replace(/[.\s]+$/, "")}`}. ${meaning} Everything in it is kept. A platform-admin can resume it.`;
}
