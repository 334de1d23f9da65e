"use client";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { PurgeMessages } from "#contracts/messages/message.ts";
import { useAddressName, useSpaceScope } from "#components/frame/route.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { showOperations } from "#components/operations/operations-panel.ts";
import { useTRPC, useTRPCClient } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import type { MessagesView } from "./messages-view.ts";

/** What the queue and its dead letters hold, asked of the broker when somebody looks. */
export function useMessageCounts(name: string, { selector = "", isWanted = true } = {}) {
  const scope = useSpaceScope();
  return useQuery({ ...useTRPC().messages.count.queryOptions({ ...scope, name, selector }), enabled: isWanted, staleTime: 0, retry: false });
}

/** One page of messages; the one before stays while the next comes. */
export function useMessagePage(view: MessagesView, isWanted: boolean) {
  const scope = useSpaceScope();
  const name = useAddressName();
  return useQuery({ ...useTRPC().messages.browse.queryOptions({ ...scope, name, ...view }), enabled: isWanted, staleTime: 0, retry: false, placeholderData: keepPreviousData });
}

/** Starts a purge, or a retry of all dead letters, and shows its progress; it goes on without this page. */
export function useMessageOperations(onStarted: () => void) {
  const scope = useSpaceScope();
  const name = useAddressName();
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toast = useToast();
  const onSuccess = () => {
    void queryClient.invalidateQueries({ queryKey: trpc.operations.list.queryKey(scope) });
    onStarted();
    showOperations(true);
  };
  const purge = useMutation({ mutationFn: (what: Pick<PurgeMessages, "source" | "selector" | "expected">) => client.messages.purge.mutate({ ...scope, name, ...what }), onSuccess });
  const retry = useMutation({
    mutationFn: () => client.messages.retryDeadLetters.mutate({ ...scope, name }),
    onSuccess,
    onError: (error) => toast({ variant: "danger", title: "Nothing is retried", detail: toPublicError(error).message }),
  });
  return { purge, retry };
}
