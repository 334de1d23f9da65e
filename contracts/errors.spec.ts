import { expect, it, vi } from "vitest";
import { PostroomError } from "./errors.ts";

class Special extends PostroomError {}

it("is known as one of ours when another copy of the module made it, as happens between the bundles of the console's build", async () => {
  vi.resetModules();
  const copy = await import("./errors.ts");
  expect(copy.PostroomError).not.toBe(PostroomError);
  const error = new copy.PostroomError({ code: "unavailable", message: "Words." });
  expect(error).toBeInstanceOf(PostroomError);
  expect(error instanceof Special).toBe(false);
});

it("tells its subclasses and strangers apart", () => {
  const plain = new PostroomError({ code: "conflict", message: "Words." });
  expect(new Special(plain)).toBeInstanceOf(PostroomError);
  expect(new Special(plain)).toBeInstanceOf(Special);
  expect(plain instanceof Special).toBe(false);
  for (const stranger of [new Error("x"), null, undefined, "x", { code: "conflict", message: "x" }]) expect(stranger instanceof PostroomError).toBe(false);
  expect(JSON.stringify(plain.toPublic())).toBe('{"code":"conflict","message":"Words."}');
});
