"use client";
import { Icon } from "@patternfly/react-core";
import { ExclamationTriangleIcon, InfoCircleIcon } from "@patternfly/react-icons";
import type { ReactNode } from "react";
import { isTrouble, type Cause, type Finding } from "#contracts/addresses/explanation.ts";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { Since } from "./Since.tsx";
import { placeOfStep, type ExplainedAddress } from "./step-places.ts";
import styles from "./explanation.module.css";

interface FindingListProps {
  readonly findings: readonly Finding[];
  readonly address: ExplainedAddress;
  /** What can be done about a cause right here. */
  readonly actions?: Partial<Record<Cause, ReactNode>> | undefined;
}

/** Findings with their evidence, each with the link to the next step. */
export function FindingList({ findings, address, actions = {} }: FindingListProps) {
  return (
    <ul className={styles.findings}>
      {findings.map(({ cause, summary, since, evidence, step }) => {
        const place = placeOfStep(step.place, address);
        return (
          <li key={cause} className={styles.finding}>
            <Icon status={isTrouble(cause) ? "warning" : "info"} className={styles.icon}>{isTrouble(cause) ? <ExclamationTriangleIcon /> : <InfoCircleIcon />}</Icon>
            <div>
              <p className={styles.summary}>{summary}<Since at={since} />.</p>
              <ul className={styles.evidence}>
                {evidence.map(({ text, at }) => (
                  <li key={text}>
                    {text} {at === null ? null : <span className={styles.when}><RelativeTime at={at} /></span>}
                  </li>
                ))}
              </ul>
              <p>{step.text} {place === undefined ? null : <AppLink href={place.href}>{place.label}</AppLink>} {actions[cause]}</p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
