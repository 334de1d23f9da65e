import { FormHelperText, HelperText, HelperTextItem } from "@patternfly/react-core";
import type { ReactNode } from "react";

/** The line below a field: what it is for, or what is wrong with it. */
export function FieldHelp({ id, error, children }: { id: string; error: string | undefined; children?: ReactNode }) {
  if (error === undefined && children === undefined) return null;
  return (
    <FormHelperText>
      <HelperText id={id} isLiveRegion>
        <HelperTextItem variant={error === undefined ? "default" : "error"}>{error ?? children}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}
