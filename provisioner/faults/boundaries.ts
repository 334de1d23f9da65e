/** The steps of all work, numbered in the order of the list: a provisioner can be killed before and after each. */
export const steps = [
  { part: "gateway", call: "upsert", kind: "space" },
  { part: "broker", call: "ensureAddress" },
  { part: "gateway", call: "upsert", kind: "address" },
  { part: "identity", call: "ensureLogin" },
  { part: "gateway", call: "upsert", kind: "credential" },
  { part: "gateway", call: "remove", kind: "address" },
  { part: "broker", call: "removeAddress" },
  { part: "gateway", call: "remove", kind: "credential" },
  { part: "identity", call: "removeLogin" },
  { part: "gateway", call: "remove", kind: "space" },
  { part: "broker", call: "removeSpace" },
] as const;

/** Before the first step of a row it is claimed; after the last one its outcome is not written yet. */
export interface Boundary {
  readonly step: (typeof steps)[number];
  readonly when: "before" | "after";
}

/** Numbered from 1, as the fault run prints them. */
export const boundaries: readonly Boundary[] = steps.flatMap((step) => [{ step, when: "before" }, { step, when: "after" }] as const);

export function nameOf({ step, when }: Boundary): string {
  return `${when} ${step.part}.${step.call}${"kind" in step ? ` (${step.kind})` : ""}`;
}

/** `driver`, which calls `reached` at this boundary before it goes on. */
export function withBoundary<T extends object>(driver: T, part: string, { step, when }: Boundary, reached: () => void): T {
  if (step.part !== part) return driver;
  return new Proxy(driver, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      const call = value.bind(target) as (...parameters: unknown[]) => unknown;
      if (key !== step.call) return call;
      return async (...parameters: unknown[]) => {
        const [first] = parameters;
        const kind = typeof first === "string" ? first : (first as { kind?: string }).kind;
        const isMeant = !("kind" in step) || step.kind === kind;
        if (isMeant && when === "before") reached();
        const result = await call(...parameters);
        if (isMeant && when === "after") reached();
        return result;
      };
    },
  });
}
