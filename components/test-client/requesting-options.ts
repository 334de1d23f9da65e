import { z } from "zod";

/** What a request pane lets one choose besides the message, as it is kept for the tab. */
export const repeatSchema = z.object({ count: z.string(), perSecond: z.string(), seconds: z.string() });
export const waitSchema = z.string().max(10);

export const maxWaitSeconds = 600;
export const defaultWait = "30";

/** For how many seconds a reply is waited for; undefined when what was typed is no such number. */
export function waitOf(typed: string): number | undefined {
  return /^\d+$/.test(typed) && Number(typed) >= 1 && Number(typed) <= maxWaitSeconds ? Number(typed) : undefined;
}
