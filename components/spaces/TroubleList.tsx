"use client";
import { Card, CardBody, CardTitle, Icon } from "@patternfly/react-core";
import { CheckCircleIcon } from "@patternfly/react-icons";
import { useQuery } from "@tanstack/react-query";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { paths } from "#contracts/paths.ts";
import { PhaseLabel } from "#components/feedback/PhaseLabel.tsx";
import feedback from "#components/feedback/feedback.module.css";
import { counted } from "#components/feedback/format.ts";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import { useFallbackInterval } from "./space-live.ts";
import styles from "./spaces.module.css";

const maxShown = 5;

/** Addresses that could not be set up, with the reason. */
export function TroubleList({ scope }: { scope: SpaceScope }) {
  const fallbackInterval = useFallbackInterval();
  const { data } = useQuery({
    ...useTRPC().addresses.list.queryOptions({ ...scope, phase: ["Failed"], sort: "createdAt", descending: true, limit: maxShown }),
    refetchInterval: ({ state }) => fallbackInterval(state.data?.items.map(({ phase }) => phase) ?? []),
  });
  if (data === undefined) return null;
  const failed = data.items.filter(({ phase }) => phase === "Failed");
  const more = data.total - data.items.length;
  return (
    <Card>
      <CardTitle component="h2">Addresses in trouble</CardTitle>
      <CardBody>
        {failed.length === 0 ? (
          <>
            <Icon status="success" isInline><CheckCircleIcon /></Icon> None. Every address is as it was asked for.
          </>
        ) : (
          <ul className={styles.trouble}>
            {failed.map((address) => (
              <li key={address.id}>
                <AppLink href={paths.address(scope.tenant, scope.space, address.name)}>{address.name}</AppLink> <PhaseLabel phase={address.phase} isCompact />
                <span className={feedback.reason}>{address.reason}</span>
              </li>
            ))}
          </ul>
        )}
        {more > 0 ? <AppLink href={`${paths.addresses(scope.tenant, scope.space)}?phase=Failed`}>{counted(more, "more", "more")}</AppLink> : null}
      </CardBody>
    </Card>
  );
}
