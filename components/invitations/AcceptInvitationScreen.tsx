"use client";
import { Button, Content, PageSection } from "@patternfly/react-core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { paths } from "#contracts/paths.ts";
import { authentication } from "#components/auth/authentication.ts";
import { InlineAlert } from "#components/feedback/InlineAlert.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import { useSession } from "#components/frame/use-session.ts";
import { useTRPC } from "#components/trpc/client.ts";
import { toPublicError } from "#components/trpc/public-error.ts";
import { forgetToken, keptToken } from "./invitation-client.ts";

/** After the login: joins the tenant of the invitation as the person who is logged in. */
export function AcceptInvitationScreen() {
  const session = useSession();
  const router = useRouter();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const token = keptToken();
  const accept = useMutation(
    trpc.invitations.accept.mutationOptions({
      onSuccess: async ({ tenant }) => {
        forgetToken();
        await queryClient.invalidateQueries({ queryKey: trpc.session.get.queryKey() });
        router.replace(paths.tenant(tenant));
      },
    }),
  );
  if (token === null) {
    return (
      <>
        <ScreenHeader title="Invitation" />
        <PageSection hasBodyWrapper={false} isFilled>
          <Content component="p">There is no invitation in this tab. Open its link once more.</Content>
        </PageSection>
      </>
    );
  }
  return (
    <>
      <ScreenHeader title="Accept the invitation" />
      <PageSection hasBodyWrapper={false} isFilled>
        <Content component="p">
          You are logged in as <strong>{session.email}</strong>. Accept to join the tenant with this account.
        </Content>
        {accept.isError ? <InlineAlert variant="danger" title="You have not joined">{toPublicError(accept.error).message}</InlineAlert> : null}
        <Button variant="primary" isLoading={accept.isPending} onClick={() => accept.mutate({ token })}>Accept and join</Button>{" "}
        <Button variant="link" onClick={() => void authentication.logOut()}>Use another account</Button>
      </PageSection>
    </>
  );
}
