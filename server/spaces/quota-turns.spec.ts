import { describe, expect, it } from "vitest";
import { QuotaTurns } from "./quota-turns.ts";

const turns = new QuotaTurns();

describe("turns in a space", () => {
  it("come one at a time and in order, and a failure passes the turn on", async () => {
    const order: number[] = [];
    let running = 0;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, number) =>
        turns.run("space", async () => {
          running += 1;
          expect(running).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          order.push(number);
          if (number % 3 === 0) throw new Error("failed");
        }),
      ),
    );
    expect(order).toEqual(Array.from({ length: 20 }, (_, number) => number));
    expect(outcomes.filter((outcome) => outcome.status === "rejected")).toHaveLength(7);
  });

  it("of one space do not wait for those of another", async () => {
    const { promise, resolve: open } = Promise.withResolvers<void>();
    const slow = turns.run("slow", () => promise);
    expect(await turns.run("quick", async () => "done")).toBe("done");
    open();
    await slow;
  });

  it("are refused when too many wait, and given again afterwards", async () => {
    const { promise, resolve: open } = Promise.withResolvers<void>();
    const first = turns.run("busy", () => promise);
    const others = Array.from({ length: 200 }, () => turns.run("busy", async () => "done"));
    await expect(turns.run("busy", async () => "done")).rejects.toMatchObject({ code: "rate-limited" });
    open();
    await first;
    expect(new Set(await Promise.all(others))).toEqual(new Set(["done"]));
    expect(await turns.run("busy", async () => "done")).toBe("done");
  });
});
