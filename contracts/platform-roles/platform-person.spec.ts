import { describe, expect, it } from "vitest";
import { lastPlatformAdminRefusal, type PlatformPerson } from "./platform-person.ts";

type Known = Pick<PlatformPerson, "email" | "roles" | "wantedRoles" | "phase">;
const holder = (email: string, changes: Partial<Known> = {}): Known => ({ email, roles: ["platform-admin"], wantedRoles: null, phase: "Active", ...changes });

describe("the last platform-admin", () => {
  it.each<[string, Known[], boolean]>([
    ["alone", [holder("a")], false],
    ["with another", [holder("a"), holder("b")], true],
    ["with another who is losing the role", [holder("a"), holder("b", { wantedRoles: [], phase: "Pending" })], false],
    ["with another from whom it could not be taken", [holder("a"), holder("b", { wantedRoles: [], phase: "Failed" })], true],
    ["with somebody who is to become one", [holder("a"), holder("b", { roles: [], wantedRoles: ["platform-admin"], phase: "Pending" })], false],
    ["with support only", [holder("a"), holder("b", { roles: ["support"] })], false],
  ])("%s", (_title, all, mayGo) => {
    expect(lastPlatformAdminRefusal("a", ["support"], all) === undefined).toBe(mayGo);
    expect(lastPlatformAdminRefusal("a", ["platform-admin"], all)).toBeUndefined();
  });

  it("keeps nobody else from a change", () => {
    expect(lastPlatformAdminRefusal("b", [], [holder("a"), holder("b", { roles: ["support"] })])).toBeUndefined();
  });
});
