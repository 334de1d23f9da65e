import { z } from "zod";
import type { RepeatDraft } from "./RepeatFields.tsx";
import type { SendSettleMode } from "./sender-client.ts";

/** What a sender pane lets one choose besides the message. */
export interface SendingOptions {
  readonly settleMode: SendSettleMode;
  readonly repeat: RepeatDraft;
}

export const sendingOptionsSchema: z.ZodType<SendingOptions> = z.object({
  settleMode: z.enum(["unsettled", "settled"]),
  repeat: z.object({ count: z.string(), perSecond: z.string(), seconds: z.string() }),
});
