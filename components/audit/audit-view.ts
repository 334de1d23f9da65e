import { auditObjectTypes, auditOutcomes, type AuditFilters } from "#contracts/audit/audit.ts";
import { memberOperationKinds } from "#contracts/members/member.ts";
import { permissions } from "#contracts/permissions.ts";
import type { ViewCodec } from "#components/frame/url-view.ts";

/** What the audit page looks for, as it stands in the URL; days are the person's own, `YYYY-MM-DD`. */
export interface AuditView {
  readonly actor: string;
  readonly object: string;
  readonly objectType: string;
  readonly action: string;
  readonly outcome: string;
  readonly from: string;
  readonly until: string;
}

export const noAuditFilters: AuditView = { actor: "", object: "", objectType: "", action: "", outcome: "", from: "", until: "" };

const keys = ["actor", "object", "objectType", "action", "outcome", "from", "until"] as const;
const maxCharacters = 300;

/** Actions that are recorded without being a permission of the table. */
const otherActions = ["tenant:enter", "tenant:create", "tenant:update", "tenant:suspend", "tenant:resume", "tenant:delete", "tenant:restore", "address:retry", "space:change-plan", "space:retry", "credential:expire", "credential:retry", "credential:end-previous-secret", "member:accept", ...memberOperationKinds.map((kind) => `member:${kind}`)];

/** Every action that an entry can have, to choose from. */
export const auditActions: readonly string[] = [...Object.keys(permissions).filter((permission) => !permission.endsWith(":read")), ...otherActions].sort();

export function parseAuditView(parameters: URLSearchParams): AuditView {
  return Object.fromEntries(keys.map((key) => [key, (parameters.get(key) ?? "").slice(0, maxCharacters)])) as unknown as AuditView;
}

/** The shortest query string that gives the view back, with its question mark. */
export function formatAuditView(view: AuditView): string {
  const parameters = new URLSearchParams(keys.flatMap((key) => (view[key] === "" ? [] : [[key, view[key]]])));
  return parameters.size === 0 ? "" : `?${parameters.toString()}`;
}

export const auditCodec: ViewCodec<AuditView> = { parse: parseAuditView, format: formatAuditView };

export function isFiltered(view: AuditView): boolean {
  return keys.some((key) => view[key] !== "");
}

/** The view as the server takes it; what people put into the URL and is not known is left out. */
export function toFilters({ actor, object, objectType, action, outcome, from, until }: AuditView): AuditFilters {
  return {
    actor,
    object,
    objectType: auditObjectTypes.find((each) => each === objectType),
    action: auditActions.find((each) => each === action),
    outcome: auditOutcomes.find((each) => each === outcome),
    from: startOfDay(from, 0),
    until: startOfDay(until, 1),
  };
}

/** The first moment of a day in the person's zone, some days later. */
function startOfDay(day: string, laterDays: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  if (year === undefined) return undefined;
  const moment = new Date(Number(year), Number(month) - 1, Number(date) + laterDays);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
