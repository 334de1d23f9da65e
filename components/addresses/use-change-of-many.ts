"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import type { AddressSelection, ChangeOfMany } from "#contracts/addresses/many-addresses.ts";
import type { PublicError } from "#contracts/errors.ts";
import { useTRPC, useTRPCClient } from "#components/trpc/client.ts";
import { isPassing, toPublicError } from "#components/trpc/public-error.ts";

const retryMs = 2_000;
const maxFailuresInARow = 5;

/** A change of many under way, or its end. */
export interface ChangeProgress {
  readonly change: ChangeOfMany;
  readonly done: number;
  /** Selected in all, as counted when it began. */
  readonly total: number;
  readonly state: "running" | "done" | "stopped" | "refused";
  readonly problem?: Pick<PublicError, "message">;
}

/**
 * Works through a selection part by part, each a whole transaction at the server. Stopping takes effect after the part under
 * way; a part whose answer was lost is simply asked again, since what is changed already is no candidate any more.
 */
export function useChangeOfMany(scope: SpaceScope) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState<ChangeProgress>();
  const wantsStop = useRef(false);

  const askOnce = (selection: AddressSelection, change: ChangeOfMany) =>
    change.kind === "delete"
      ? client.addresses.deleteMany.mutate({ ...scope, selection })
      : client.addresses.changePlanOfMany.mutate({ ...scope, selection, planId: change.planId });

  const start = async (asked: AddressSelection, change: ChangeOfMany, total: number): Promise<void> => {
    wantsStop.current = false;
    let selection = asked;
    let done = 0;
    let failures = 0;
    const show = (state: ChangeProgress["state"], problem?: ChangeProgress["problem"]) => setProgress({ change, done, total, state, problem });
    show("running");
    for (;;) {
      try {
        const { changed, createdUntil, remaining, refusal } = await askOnce(selection, change);
        failures = 0;
        if (selection.kind === "matching") selection = { ...selection, createdUntil };
        done += changed;
        if (refusal !== null) show("refused", { message: refusal });
        else if (remaining === 0 || changed === 0) show("done");
        else if (wantsStop.current) show("stopped");
        else {
          show("running");
          continue;
        }
      } catch (error) {
        failures += 1;
        if (isPassing(error) && failures < maxFailuresInARow && !wantsStop.current) {
          await new Promise((resolve) => setTimeout(resolve, retryMs));
          continue;
        }
        show("refused", toPublicError(error));
      }
      break;
    }
    void queryClient.invalidateQueries({ queryKey: trpc.addresses.list.queryKey(scope) });
    void queryClient.invalidateQueries({ queryKey: trpc.spaces.get.queryKey(scope) });
  };
  return { progress, start, stop: () => void (wantsStop.current = true), dismiss: () => setProgress(undefined) };
}
