import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { PostroomError } from "#contracts/errors.ts";
import { inquiryAnswers, type Inquiry } from "#contracts/messages/inquiry.ts";
import type { SpaceContext } from "../trpc/procedures.ts";
import { insertInquiry, removeInquiry, takeAnswer } from "./queries.ts";

/** A provisioner gives up before that, and says why. */
const answerWithinMs = 7_000;

type Answer<Kind extends Inquiry["kind"]> = Exclude<z.infer<(typeof inquiryAnswers)[Kind]>, { error: unknown }>;

/**
 * Asks the broker of an address through a provisioner, since the console holds no broker's secrets, and waits for the answer.
 * @throws PostroomError what the broker or provisioner says; `time-out` when nobody answers; `rate-limited`
 */
export async function askBroker<Kind extends Inquiry["kind"]>(ctx: SpaceContext, inquiry: Inquiry & { kind: Kind }): Promise<Answer<Kind>> {
  const id = randomUUID();
  const announced = ctx.services.changeFeed.subscribe(id, ctx.person.userId);
  try {
    await ctx.inTenant((client) => insertInquiry(client, { id, tenantId: ctx.tenant.id, spaceId: ctx.space.id }, inquiry));
    const endsAtMs = performance.now() + answerWithinMs;
    for (;;) {
      const remainingMs = endsAtMs - performance.now();
      if (remainingMs > 0) await announced.next(remainingMs);
      const answer = await ctx.inTenant((client) => takeAnswer(client, id));
      if (answer !== undefined) return understood(inquiry.kind, answer);
      if (remainingMs > 0 && !announced.ended) continue;
      await ctx.inTenant((client) => removeInquiry(client, id));
      throw new PostroomError({ code: "time-out", message: "Nobody could ask the broker in time: the provisioner is busy or away. Messages are not affected. Try again; if it stays so, tell who runs this installation." });
    }
  } finally {
    announced.close();
  }
}

function understood<Kind extends Inquiry["kind"]>(kind: Kind, answer: unknown): Answer<Kind> {
  const read = inquiryAnswers[kind].parse(answer);
  if ("error" in read) throw new PostroomError(read.error);
  return read as Answer<Kind>;
}
