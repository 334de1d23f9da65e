"use client";
import { Button, Icon, Popover } from "@patternfly/react-core";
import { CheckCircleIcon, ExclamationTriangleIcon } from "@patternfly/react-icons";
import { useQuery } from "@tanstack/react-query";
import type { Health } from "#contracts/health.ts";
import styles from "./frame.module.css";

const wellMs = 30_000;
const unwellMs = 5_000;
const timeoutMs = 8_000;

async function readHealth({ signal }: { signal: AbortSignal }): Promise<Health> {
  const response = await fetch("/api/health", { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) });
  return (await response.json()) as Health;
}

/** How the parts are doing, in words; which one is not well, and why, on click. */
export function HealthDot() {
  const { data, isError } = useQuery({
    queryKey: ["health"],
    queryFn: readHealth,
    retry: false,
    refetchInterval: (query) => (query.state.data?.ready === true && query.state.status !== "error" ? wellMs : unwellMs),
  });
  if (data === undefined && !isError) return null;
  const unwell = isError ? [["console", "The console's server does not answer."] as const] : unwellParts(data);
  const [first] = unwell;
  const text = first === undefined ? "All parts well" : unwell.length === 1 ? `Trouble: ${first[0]}` : `Trouble: ${unwell.length} parts`;
  return (
    <Popover
      headerContent={text}
      bodyContent={
        first === undefined ? (
          "The console, its database and the login service answer."
        ) : (
          <ul>
            {unwell.map(([name, reason]) => (
              <li key={name}>
                <strong>{name}</strong>: {reason}
              </li>
            ))}
          </ul>
        )
      }
    >
      <Button
        variant="plain"
        aria-label={`Health: ${text}`}
        icon={<Icon status={first === undefined ? "success" : "warning"}>{first === undefined ? <CheckCircleIcon /> : <ExclamationTriangleIcon />}</Icon>}
      >
        <span className={styles.healthText}>{text}</span>
      </Button>
    </Popover>
  );
}

function unwellParts(health: Health | undefined): (readonly [string, string])[] {
  return Object.entries(health?.parts ?? {})
    .filter(([, part]) => !part.ok)
    .map(([name, part]) => [name, part.reason ?? "It does not answer."] as const);
}
