import { Alert, type AlertProps } from "@patternfly/react-core";

/** An alert in a page's text, whose title is a heading below the page's own unless told; PatternFly's would skip levels. */
export function InlineAlert({ component = "h2", ...props }: Omit<AlertProps, "isInline">) {
  return <Alert isInline component={component} {...props} />;
}
