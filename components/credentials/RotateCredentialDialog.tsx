"use client";
import { Button, Content, Modal, ModalBody, ModalFooter, ModalHeader, Radio } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { formatMoment } from "#components/feedback/moment.ts";
import { useSpaceScope } from "#components/frame/route.ts";
import { useTRPC, type Outputs } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { SecretBox } from "./SecretBox.tsx";
import styles from "./credentials.module.css";

interface RotateCredentialDialogProps {
  readonly credential: Outputs["credentials"]["list"][number];
  readonly onClose: () => void;
}

const overlaps = [
  { hours: 0, label: "End it at once", description: "Programs that use it are disconnected." },
  { hours: 1, label: "Keep it for 1 hour" },
  { hours: 24, label: "Keep it for 1 day" },
  { hours: 7 * 24, label: "Keep it for 7 days" },
  { hours: 30 * 24, label: "Keep it for 30 days" },
] as const;

/** Replaces the secret of a credential: first how long the old one is to work beside it, then the new one, once. */
export function RotateCredentialDialog({ credential, onClose }: RotateCredentialDialogProps) {
  const scope = useSpaceScope();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [overlapHours, setOverlapHours] = useState<number>(24);
  const [isCopied, setIsCopied] = useState(false);
  const rotate = useMutation(
    trpc.credentials.rotate.mutationOptions({ onSuccess: () => void queryClient.invalidateQueries({ queryKey: trpc.credentials.list.queryKey(scope) }) }),
  );
  const { name, login, previousSecretUntil } = credential;
  if (rotate.data !== undefined) {
    const until = rotate.data.credential.previousSecretUntil;
    return (
      <Modal variant="medium" isOpen aria-labelledby="rotate-title">
        <ModalHeader title={`New secret of ${name}`} labelId="rotate-title" />
        <ModalBody>
          <div className={styles.once}>
            <InlineAlert variant="warning" title="Copy the secret now">It is shown this once. It can be used in a moment, as soon as the credential is Active again.</InlineAlert>
            <SecretBox secret={rotate.data.secret} isCopied={isCopied} onCopied={() => setIsCopied(true)} />
            <Content component="p">
              {overlapHours === 0 || until === null
                ? "The old secret ends at once."
                : `The old secret works until ${formatMoment(new Date(until))}. Then it ends, and programs that still use it are disconnected.`}
            </Content>
          </div>
        </ModalBody>
        <ModalFooter>
          <Button variant="secondary" onClick={onClose}>{isCopied ? "Done" : "Close without copying"}</Button>
        </ModalFooter>
      </Modal>
    );
  }
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="rotate-title">
      <ModalHeader title={`Replace the secret of ${name}?`} labelId="rotate-title" />
      <ModalBody>
        <Content component="p">
          <strong>{login}</strong> gets a new secret. Choose what becomes of the old one, so that programs can change over one by one.
        </Content>
        <div role="radiogroup" aria-label="Old secret">
          {overlaps.map(({ hours, label, ...rest }) => (
            <Radio key={hours} id={`overlap-${hours}`} name="overlap" label={label} description={"description" in rest ? rest.description : undefined} isChecked={overlapHours === hours} onChange={() => setOverlapHours(hours)} />
          ))}
        </div>
        <Content component="small">
          This holds for programs that log in with the secret, and for those that fetch their tokens from Keycloak themselves (OAUTHBEARER) where its secret rotation is switched on,
          as it is in the shipped one; elsewhere they need the new secret for their next token. A token that was fetched before is good until its own end.
        </Content>
        {previousSecretUntil === null ? null : (
          <InlineAlert variant="warning" title="Two secrets work now">The older one, replaced last time, ends at once.</InlineAlert>
        )}
        {rotate.isError ? <InlineAlert variant="danger" title="The secret was not replaced">{toPublicError(rotate.error).message}</InlineAlert> : null}
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" isLoading={rotate.isPending} onClick={() => rotate.mutate({ ...scope, name, overlapHours })}>Replace secret</Button>
        <Button variant="link" onClick={onClose}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}
