import { takesMessages } from "../addresses/address-type.ts";
import { goAmqpVersion } from "./pane-go.ts";
import { certificateFileName, type Snippet, type SnippetTarget } from "./snippet.ts";

const bothWays = `	sender, err := session.NewSender(ctx, address, nil)
	must(err)

	// Direct addresses settle with the consumer's outcome, so the program sends without waiting and then receives.
	sent := make(chan error)
	go func() { sent <- sender.Send(ctx, &amqp.Message{Value: "Hello from go-amqp"}, nil) }()
`;
const sentToo = `	must(<-sent)
	fmt.Println("accepted")
`;

/** A program with go-amqp that sends one message and receives it; of a subscription it receives one. */
export function goAmqpSnippet(target: SnippetTarget): Snippet {
  const isBothWays = takesMessages(target.addressType);
  const imports = ["context", ...(target.tls ? ["crypto/tls", "crypto/x509"] : []), "fmt", "os"];
  const roots = target.tls
    ? `	pem, err := os.ReadFile("${certificateFileName}")
	must(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
`
    : "";
  return {
    id: "go-amqp",
    title: "Go (go-amqp)",
    language: "go",
    fileName: "main.go",
    install: `go mod init try-postroom && go get github.com/Azure/go-amqp@${goAmqpVersion}`,
    run: "go run .",
    code: `package main

import (
${imports.map((name) => `	"${name}"`).join("\n")}

	"github.com/Azure/go-amqp"
)

const address = ${JSON.stringify(target.address)}

func main() {
	ctx := context.Background()
${roots}	connection, err := amqp.Dial(ctx, "${target.tls ? "amqps" : "amqp"}://${target.host}:${target.port}", &amqp.ConnOptions{
		SASLType:${target.tls ? "  " : " "}amqp.SASLTypePlain("${target.login}", os.Getenv("POSTROOM_SECRET")),${target.tls ? `\n		TLSConfig: &tls.Config{RootCAs: roots, ServerName: "${target.host}"},` : ""}
	})
	must(err)
	defer connection.Close()
	session, err := connection.NewSession(ctx, nil)
	must(err)
	receiver, err := session.NewReceiver(ctx, address, nil)
	must(err)
${isBothWays ? bothWays : ""}	message, err := receiver.Receive(ctx, nil)
	must(err)
	fmt.Println("received", message.Value)
	must(receiver.AcceptMessage(ctx, message))
${isBothWays ? sentToo : ""}}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`,
  };
}
