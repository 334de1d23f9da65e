import { Button, ClipboardCopy, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from "@patternfly/react-core";
import { DownloadIcon } from "@patternfly/react-icons";
import { certificateFileName } from "#contracts/snippets/snippet.ts";
import type { Endpoints } from "#contracts/spaces/space.ts";

const labels: Record<keyof Endpoints, string> = {
  amqps: "AMQP with TLS",
  amqp: "AMQP",
  secureWebSocket: "Secure WebSocket",
  webSocket: "WebSocket",
};
const order: readonly (keyof Endpoints)[] = ["amqps", "amqp", "secureWebSocket", "webSocket"];

/** Where programs connect, each to copy, and the certificate that TLS clients trust. */
export function EndpointList({ endpoints }: { endpoints: Endpoints }) {
  return (
    <DescriptionList isCompact orientation={{ sm: "horizontal" }} horizontalTermWidthModifier={{ default: "12rem" }}>
      {order.map((key) => {
        const url = endpoints[key];
        return url === null ? null : (
          <DescriptionListGroup key={key}>
            <DescriptionListTerm>{labels[key]}</DescriptionListTerm>
            <DescriptionListDescription>
              <ClipboardCopy isReadOnly variant="inline-compact" hoverTip={`Copy ${labels[key]}`} clickTip="Copied" copyAriaLabel={`Copy ${labels[key]}`}>
                {url}
              </ClipboardCopy>
            </DescriptionListDescription>
          </DescriptionListGroup>
        );
      })}
      {endpoints.amqps === null && endpoints.secureWebSocket === null ? null : (
        <DescriptionListGroup>
          <DescriptionListTerm>Certificate</DescriptionListTerm>
          <DescriptionListDescription>
            <Button variant="link" isInline icon={<DownloadIcon />} component="a" href="/api/certificate" download={certificateFileName}>
              Download {certificateFileName}
            </Button>
          </DescriptionListDescription>
        </DescriptionListGroup>
      )}
    </DescriptionList>
  );
}
