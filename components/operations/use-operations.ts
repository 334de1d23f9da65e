"use client";
import { useQuery } from "@tanstack/react-query";
import { isUnderWay } from "#contracts/operations/operation-phase.ts";
import type { Operation } from "#contracts/operations/operation.ts";
import { useSpaceScope } from "#components/frame/route.ts";
import { useTRPC } from "#components/trpc/client.ts";

/** Progress is pushed; while something runs it is also read now and then, should the stream be down. */
const fallbackMs = 5_000;

/** The operations of the space in the URL; none outside of a space. */
export function useOperations() {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  return useQuery({
    ...trpc.operations.list.queryOptions(scope),
    enabled: scope.space !== "",
    refetchInterval: ({ state }) => (countUnderWay(state.data) > 0 ? fallbackMs : false),
  });
}

export function countUnderWay(operations: readonly Pick<Operation, "phase">[] | undefined): number {
  return operations?.filter(({ phase }) => isUnderWay(phase)).length ?? 0;
}
