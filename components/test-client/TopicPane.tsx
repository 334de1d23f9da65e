"use client";
import { Content } from "@patternfly/react-core";
import { paths } from "#contracts/paths.ts";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useSpaceScope } from "#components/frame/route.ts";

/** Stands where the sender would: a subscription gets what is sent to its topic. */
export function TopicPane({ topic }: { topic: string }) {
  const { tenant, space } = useSpaceScope();
  return (
    <Content component="p">
      A subscription is only received from. It gets everything that is sent to its topic:{" "}
      <AppLink href={paths.tryAddress(tenant, space, topic)} target="_blank" rel="noopener">send to {topic} in another tab</AppLink>, and watch it arrive here.
    </Content>
  );
}
