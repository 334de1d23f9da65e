import { Content, Flex, FlexItem, PageSection, Title } from "@patternfly/react-core";
import type { ReactNode } from "react";
import styles from "./frame.module.css";

/** Title of a screen, one sentence about it, and its one primary action. */
export function ScreenHeader({ title, lead, action }: { title: string; lead?: ReactNode; action?: ReactNode }) {
  return (
    <PageSection hasBodyWrapper={false}>
      <Flex justifyContent={{ default: "justifyContentSpaceBetween" }} alignItems={{ default: "alignItemsCenter" }}>
        <FlexItem className={styles.titles}>
          <Title headingLevel="h1">{title}</Title>
          {lead === undefined ? null : <Content component="p">{lead}</Content>}
        </FlexItem>
        {action === undefined ? null : <FlexItem>{action}</FlexItem>}
      </Flex>
    </PageSection>
  );
}
