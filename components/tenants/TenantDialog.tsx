"use client";
import { Button, Content, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, Skeleton, TextInput } from "@patternfly/react-core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { tenantGraceDays, type ManagedTenant } from "#contracts/tenants/manage-tenants.ts";
import { counted } from "#components/feedback/format.ts";
import { useToast } from "#components/feedback/ToastProvider.tsx";
import { TypedDeleteDialog } from "#components/form/TypedDeleteDialog.tsx";
import { useTRPC, useTRPCClient } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import type { TenantAction } from "./tenant-actions.ts";

const words: Record<Exclude<TenantAction, "delete">, { title: (slug: string) => string; body: string; button: string }> = {
  suspend: {
    title: (slug) => `Suspend ${slug}?`,
    body: "Programs of this tenant are disconnected at once and cannot connect again. Its people see why, and can change nothing. Everything it has is kept, and you can resume it.",
    button: "Suspend",
  },
  resume: { title: (slug) => `Resume ${slug}?`, body: "Programs can connect again, and the tenant's people can change things again.", button: "Resume" },
  restore: { title: (slug) => `Restore ${slug}?`, body: "The tenant is not deleted. It is as it was before: open, or suspended if it was.", button: "Restore" },
};

const done: Record<TenantAction, string> = { suspend: "is suspended", resume: "is open again", delete: "will be deleted", restore: "was restored" };

interface TenantDialogProps {
  readonly tenant: ManagedTenant;
  readonly action: TenantAction;
  readonly onClose: () => void;
}

/** The question before a tenant is closed, opened or deleted. */
export function TenantDialog({ tenant, action, onClose }: TenantDialogProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const toast = useToast();
  const [reason, setReason] = useState("");
  const { slug } = tenant;
  const loss = useQuery({ ...trpc.tenants.getLoss.queryOptions({ slug }), enabled: action === "delete", staleTime: 0 });
  const act = useMutation({
    mutationFn: async (typedSlug: string) => {
      if (action === "suspend") await client.tenants.suspend.mutate({ slug, reason });
      else if (action === "delete") await client.tenants.delete.mutate({ slug, typedSlug });
      else await client.tenants[action].mutate({ slug });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: trpc.tenants.pathKey() });
      await queryClient.invalidateQueries({ queryKey: trpc.session.get.queryKey() });
      toast({ variant: "info", title: `${tenant.name} ${done[action]}` });
      onClose();
    },
  });
  if (action === "delete") {
    return (
      <TypedDeleteDialog title={`Delete tenant ${slug}?`} name={slug} error={act.error ?? loss.error} isPending={act.isPending} onDelete={(typed) => act.mutate(typed)} onClose={onClose}>
        <Content component="p">
          Programs of this tenant are disconnected at once. In {tenantGraceDays} days everything it has is lost for good; until then you can restore it.
        </Content>
        {loss.data === undefined ? <Skeleton height="3rem" screenreaderText="Counting what is in it" /> : (
          <Content component="p">
            Lost are <strong>{counted(loss.data.spaces, "space")}</strong>, <strong>{counted(loss.data.addresses, "address", "addresses")}</strong> with every message in them,{" "}
            <strong>{counted(loss.data.credentials, "credential")}</strong>, and the membership of <strong>{counted(loss.data.members, "person", "people")}</strong>.
          </Content>
        )}
      </TypedDeleteDialog>
    );
  }
  const { title, body, button } = words[action];
  const isDanger = action === "suspend";
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="tenant-action-title">
      <ModalHeader title={title(slug)} titleIconVariant={isDanger ? "warning" : undefined} labelId="tenant-action-title" />
      <ModalBody>
        <Content component="p">{body}</Content>
        {isDanger ? (
          <Form id="tenant-action" onSubmit={(event) => { event.preventDefault(); act.mutate(""); }}>
            <FormGroup label="Reason, shown to the tenant's people" fieldId="tenant-reason">
              <TextInput id="tenant-reason" value={reason} maxLength={300} onChange={(_event, value) => setReason(value)} autoFocus autoComplete="off" />
            </FormGroup>
          </Form>
        ) : <form id="tenant-action" onSubmit={(event) => { event.preventDefault(); act.mutate(""); }} />}
        {act.isError ? <InlineAlert variant="danger" title="It was not done">{toPublicError(act.error).message}</InlineAlert> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant={isDanger ? "danger" : "primary"} type="submit" form="tenant-action" isLoading={act.isPending}>{button}</Button>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}
