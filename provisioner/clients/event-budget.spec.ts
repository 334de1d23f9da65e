import { expect, test } from "vitest";
import { limits } from "../limits.ts";
import type { ClientEventRow } from "./client-rows.ts";
import { EventBudget } from "./event-budget.ts";

const row = (index: number, space = "acme.main"): ClientEventRow => ({
  id: `main-00000000-${index}`, space, kind: "connected", at: "2026-11-28T20:00:00.000Z", first_at: "2026-11-28T20:00:00.000Z", count: 2, gateway: "main", connection_id: "", container: "",
  login: "", is_person: false, remote_address: "", address_name: "", role: null, condition: "", text: "",
});
const budget = () => new EventBudget({ ...limits.clients, eventsAtOnce: 10, eventsPerHour: 3600 });
const many = (count: number, space?: string) => Array.from({ length: count }, (_, index) => row(index, space));

test("a tenant's storm is stored up to its share, and said how many were left out; another tenant's events all are", () => {
  const kept = budget().take([...many(100), ...many(5, "globex.main")], 0);
  expect(kept.filter(({ space, kind }) => space === "acme.main" && kind === "connected")).toHaveLength(10);
  expect(kept.filter(({ kind }) => kind === "events-dropped")).toMatchObject([{ space: "acme.main", count: 180 }]);
  expect(kept.filter(({ space }) => space === "globex.main")).toHaveLength(5);
});

test("the share grows with time, up to what may come at once", () => {
  const events = budget();
  const stored = (nowMs: number) => events.take(many(100), nowMs).filter(({ kind }) => kind === "connected").length;
  expect(stored(0)).toBe(10);
  expect(stored(0)).toBe(0);
  expect(stored(3_000)).toBe(3);
  expect(stored(3_600_000)).toBe(10);
});
