"use client";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { addressNameSchema } from "#contracts/naming.ts";
import { useTRPC } from "#components/trpc/client.ts";

const pauseMs = 150;

/** What stands against a name while it is typed: its form at once, a collision as soon as typing pauses. */
export function useNameCheck(scope: SpaceScope, name: string): { refusal: string | undefined; isFree: boolean } {
  const [paused, setPaused] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setPaused(name), pauseMs);
    return () => clearTimeout(timer);
  }, [name]);
  const form = addressNameSchema.safeParse(name);
  const isAsked = form.success && paused === name;
  const check = useQuery(useTRPC().addresses.checkName.queryOptions(isAsked ? { ...scope, name } : skipToken, { staleTime: 5_000 }));
  if (name === "") return { refusal: undefined, isFree: false };
  if (!form.success) return { refusal: form.error.issues[0]?.message, isFree: false };
  return { refusal: isAsked ? (check.data?.refusal ?? undefined) : undefined, isFree: isAsked && check.data?.refusal === null };
}
