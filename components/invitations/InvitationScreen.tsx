"use client";
import { Bullseye, Button, Card, CardBody, CardFooter, CardTitle, Content, Spinner } from "@patternfly/react-core";
import { useEffect, useState } from "react";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { paths } from "#contracts/paths.ts";
import { formatDay } from "#components/feedback/moment.ts";
import type { Outputs } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { invitationClient, keepToken, tokenInAddress } from "./invitation-client.ts";
import styles from "./invitations.module.css";

type Invitation = Outputs["invitations"]["open"];
type Progress = Outputs["invitations"]["accountProgress"];

const progressMs = 1_000;

function logIn(): void {
  keepToken(tokenInAddress());
  location.assign(paths.acceptInvitation());
}

/** What the link of an invitation opens: says whose it is, and leads to the login or to a new account. Needs no login. */
export function InvitationScreen() {
  const [invitation, setInvitation] = useState<Invitation>();
  const [failure, setFailure] = useState<string>();
  const [password, setPassword] = useState<string>();
  useEffect(() => {
    const open = () => {
      setFailure(undefined);
      invitationClient.open.mutate({ token: tokenInAddress() }).then(setInvitation, (error: unknown) => setFailure(toPublicError(error).message));
    };
    open();
    window.addEventListener("hashchange", open);
    return () => window.removeEventListener("hashchange", open);
  }, []);
  const start = () =>
    invitationClient.startAccount.mutate({ token: tokenInAddress() }).then(
      ({ oneTimePassword }) => setPassword(oneTimePassword),
      (error: unknown) => setFailure(toPublicError(error).message),
    );
  return (
    <Bullseye component="main" className={styles.page}>
      <Card className={styles.card}>
        <CardTitle component="h1">{invitation === undefined ? "Invitation" : `Join ${invitation.tenantName}`}</CardTitle>
        <CardBody className={styles.body}>
          {failure === undefined ? null : <InlineAlert variant="danger" title="The invitation does not work">{failure}</InlineAlert>}
          {invitation === undefined && failure === undefined ? <Spinner aria-label="Opening the invitation" /> : null}
          {invitation === undefined ? null : (
            <Content component="p">
              <strong>{invitation.email}</strong> is invited to the tenant <strong>{invitation.tenantName}</strong> as <strong>{invitation.role}</strong>, until{" "}
              {formatDay(new Date(invitation.expiresAt))}.
            </Content>
          )}
          {invitation === undefined || password === undefined ? null : <NewAccount invitation={invitation} password={password} />}
        </CardBody>
        {invitation === undefined || password !== undefined ? null : (
          <CardFooter className={styles.buttons}>
            <Button variant="primary" onClick={logIn}>I have an account: log in</Button>
            <Button variant="secondary" onClick={() => void start()}>I am new: make an account</Button>
          </CardFooter>
        )}
      </Card>
    </Bullseye>
  );
}

/** The one-time password, and how the account comes along. */
function NewAccount({ invitation, password }: { invitation: Invitation; password: string }) {
  const [progress, setProgress] = useState<Progress>({ phase: "Pending", reason: null });
  useEffect(() => {
    const ask = () => void invitationClient.accountProgress.mutate({ token: tokenInAddress() }).then(setProgress, () => undefined);
    const timer = setInterval(ask, progressMs);
    ask();
    return () => clearInterval(timer);
  }, []);
  if (progress.phase === "Failed") return <InlineAlert variant="danger" title="No account was made">{progress.reason}</InlineAlert>;
  return (
    <>
      <InlineAlert variant="warning" title="Copy the password now">It is shown this once, and you have to change it when you log in.</InlineAlert>
      <code className={styles.secret} data-secret>{password}</code>
      {progress.phase === "Done" ? (
        <Button variant="primary" component="a" href={paths.tenant(invitation.tenant)}>Log in as {invitation.email}</Button>
      ) : (
        <div role="status"><Spinner size="md" aria-hidden /> Your account is being made. {progress.reason}</div>
      )}
    </>
  );
}
