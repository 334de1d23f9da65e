import { describe, expect, it } from "vitest";
import { autoCreateRuleFields, ruleFor } from "./auto-create-rule.ts";

describe("ruleFor", () => {
  const rules = ["*", "orders.*", "orders.eu.*", "orders.eu.late"].map((pattern) => ({ pattern }));

  it("takes of the rules that cover a name the one that says most of it", () => {
    expect(ruleFor(rules, "invoices")?.pattern).toBe("*");
    expect(ruleFor(rules, "orders/us")?.pattern).toBe("orders.*");
    expect(ruleFor(rules, "orders.eu/berlin")?.pattern).toBe("orders.eu.*");
    expect(ruleFor(rules, "orders/eu/late")?.pattern).toBe("orders.eu.late");
  });

  it("finds none for a name that nothing covers", () => {
    expect(ruleFor(rules.slice(1), "invoices")).toBeUndefined();
  });
});

describe("autoCreateRuleFields", () => {
  const rule = { pattern: "orders.*", type: "queue", planId: "queue-small", deleteUnusedMinutes: 60 };

  it.each(["", "or*ders", "$management*", "a b"])("refuses the pattern %j", (pattern) => {
    expect(autoCreateRuleFields.safeParse({ ...rule, pattern }).success).toBe(false);
  });

  it.each([0, 1.5, 600_000])("refuses %s minutes", (deleteUnusedMinutes) => {
    expect(autoCreateRuleFields.safeParse({ ...rule, deleteUnusedMinutes }).success).toBe(false);
  });
});
