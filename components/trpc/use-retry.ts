"use client";
import { type QueryKey, useMutation, type UseMutationOptions, type UseMutationResult, useQueryClient } from "@tanstack/react-query";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { toPublicError } from "./public-error.ts";

/** Has something tried again now that waits for its next try; what shows it is asked for anew. */
export function useRetry<Data, Failure, Input>(options: UseMutationOptions<Data, Failure, Input>, shownBy: QueryKey): UseMutationResult<Data, Failure, Input> {
  const queryClient = useQueryClient();
  const toast = useToast();
  return useMutation({
    ...options,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: shownBy }),
    onError: (error) => toast({ variant: "danger", title: "It is not tried again", detail: toPublicError(error).message }),
  });
}
