"use client";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import type { CreateAddressFields, SpaceScope } from "#contracts/addresses/address.ts";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import type { PlanChoice } from "#contracts/plans/plan.ts";
import { useTRPC } from "#components/trpc/client.ts";

/** The plan that the wizard's form holds, with its quota before and after; undefined while none of the type is chosen. */
export function useChosenPlan(scope: SpaceScope): PlanChoice | undefined {
  const [type, planId] = useWatch<CreateAddressFields, ["type", "planId"]>({ name: ["type", "planId"] });
  const chosenType = type as AddressType | undefined;
  const choices = useQuery(useTRPC().plans.listChoices.queryOptions(chosenType === undefined || planId === "" ? skipToken : { ...scope, type: chosenType }));
  return choices.data?.find(({ id }) => id === planId);
}
