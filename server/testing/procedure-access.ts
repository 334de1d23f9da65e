import type { AnyTRPCRouter } from "@trpc/server";
import { permissions, type Permission } from "#contracts/permissions.ts";
import type { ProcedureMeta } from "../trpc/trpc.ts";

export type ProcedureAccess = ProcedureMeta["access"];

export interface DeclaredProcedure {
  readonly path: string;
  readonly type: "query" | "mutation" | "subscription";
  /** What the builder declared; undefined when nobody did. */
  readonly access: ProcedureAccess | undefined;
}

/** Every procedure of a router, however deep, with what it declares about access. */
export function declaredProcedures({ _def: { procedures } }: AnyTRPCRouter): DeclaredProcedure[] {
  return Object.entries(procedures as Record<string, { _def: { type: DeclaredProcedure["type"]; meta?: unknown } }>).map(
    ([path, { _def: { type, meta } }]) => ({ path, type, access: (meta as Partial<ProcedureMeta> | undefined)?.access }),
  );
}

/** Procedures that declare neither a permission of the table nor that a login is enough nor that they are public. */
export function undeclaredProcedures(router: AnyTRPCRouter): string[] {
  return declaredProcedures(router)
    .filter(({ access }) => {
      if (access?.kind === "platform" || access?.kind === "tenant" || access?.kind === "space") return !((access.permission as Permission) in permissions);
      return access?.kind !== "person" && access?.kind !== "public";
    })
    .map(({ path }) => path);
}
