"use client";
import { Button, Title } from "@patternfly/react-core";
import { CheckIcon, CopyIcon } from "@patternfly/react-icons";
import styles from "./credentials.module.css";

interface SecretBoxProps {
  readonly secret: string;
  readonly isCopied: boolean;
  readonly onCopied: () => void;
}

/** A secret, large, to be copied. */
export function SecretBox({ secret, isCopied, onCopied }: SecretBoxProps) {
  const copy = async () => {
    await navigator.clipboard.writeText(secret);
    onCopied();
  };
  return (
    <div>
      <Title headingLevel="h2" size="md" id="secret-title">Secret</Title>
      <div className={styles.secret} role="group" aria-labelledby="secret-title">
        <code data-secret>{secret}</code>
        <Button variant="primary" icon={isCopied ? <CheckIcon /> : <CopyIcon />} onClick={() => void copy()}>
          {isCopied ? "Copied" : "Copy secret"}
        </Button>
      </div>
    </div>
  );
}
