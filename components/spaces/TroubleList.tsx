"use client";
import { Card, CardBody, CardTitle, Icon } from "@patternfly/react-core";
import { CheckCircleIcon } from "@patternfly/react-icons";
import { useQuery } from "@tanstack/react-query";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { paths } from "#contracts/paths.ts";
import { Since } from "#components/explanation/Since.tsx";
import { counted } from "#components/feedback/format.ts";
import feedback from "#components/feedback/feedback.module.css";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useTRPC } from "#components/trpc/client.ts";
import styles from "./spaces.module.css";

const maxShown = 5;
/** A part that goes away announces nothing; otherwise changes are pushed. */
const refetchMs = 30_000;

/** Addresses whose messages do not flow, or wait, each with its weightiest reason. */
export function TroubleList({ scope }: { scope: SpaceScope }) {
  const { data } = useQuery({ ...useTRPC().addresses.listTrouble.queryOptions({ ...scope, limit: maxShown }), refetchInterval: refetchMs });
  if (data === undefined) return null;
  const more = data.total - data.items.length;
  return (
    <Card>
      <CardTitle component="h2">Addresses in trouble</CardTitle>
      <CardBody>
        {data.items.length === 0 ? (
          <>
            <Icon status="success" isInline><CheckCircleIcon /></Icon> None. Messages flow, or nobody waits for any.
          </>
        ) : (
          <ul className={styles.trouble}>
            {data.items.map(({ name, findings: [finding, ...others] }) => (
              <li key={name}>
                <AppLink href={paths.address(scope.tenant, scope.space, name)}>{name}</AppLink>
                <span className={feedback.reason}>
                  {finding?.summary}<Since at={finding?.since ?? null} />{finding?.cause === "not-set-up" ? `: ${finding.evidence[0]?.text}` : "."}
                  {others.length > 0 ? ` And ${counted(others.length, "other reason")}.` : ""}
                </span>
              </li>
            ))}
          </ul>
        )}
        {more > 0 ? <p>{data.isWhole ? "" : "At least "}{counted(more, "more", "more")}.</p> : null}
      </CardBody>
    </Card>
  );
}
