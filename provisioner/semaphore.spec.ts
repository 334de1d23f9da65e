import { expect, it } from "vitest";
import { Semaphore } from "./semaphore.ts";

it("never runs more than its size at a time, and runs all in order", async () => {
  const semaphore = new Semaphore(3, 100);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      semaphore.run(async () => {
        order.push(index);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
      }),
    ),
  );
  expect(most).toBe(3);
  expect(order).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

it("refuses work beyond what may wait, and gives its place back when work fails", async () => {
  const semaphore = new Semaphore(1, 1);
  let release!: () => void;
  const first = semaphore.run(() => new Promise<void>((resolve) => (release = resolve)));
  const second = semaphore.run(() => Promise.reject(new Error("broken")));
  await expect(semaphore.run(async () => undefined)).rejects.toThrow("More than 1");
  release();
  await first;
  await expect(second).rejects.toThrow("broken");
  expect(await semaphore.run(async () => "works")).toBe("works");
});
