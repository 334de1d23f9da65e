import { fillsVariables, hasVariables, hexOf, millisecondsOf, type PaneProgram, type Program, type ProgramTarget, type ProgramValue, type ProgramValueType, quoted, type ReceiveProgram, type SendProgram } from "./pane-program.ts";
import { certificateFileName } from "./snippet.ts";

/** The release that the programs were run with. */
export const goAmqpVersion = "v1.5.0";

const fill = `func fill(text string, counter int) string {
	text = strings.ReplaceAll(text, "{{uuid}}", newID())
	text = strings.ReplaceAll(text, "{{now}}", time.Now().UTC().Format(time.RFC3339Nano))
	text = strings.ReplaceAll(text, "{{counter}}", strconv.Itoa(counter))
	return regexp.MustCompile(\`{{\\s*random\\s+(-?\\d+)\\s+(-?\\d+)\\s*}}\`).ReplaceAllStringFunc(text, func(found string) string {
		var from, to int
		fmt.Sscanf(strings.Trim(found, "{} "), "random %d %d", &from, &to)
		return strconv.Itoa(from + rand.IntN(to-from+1))
	})
}

`;

const newId = `func newID() string {
	id := make([]byte, 16)
	crand.Read(id)
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:])
}

`;

const goTypes: Partial<Record<ProgramValueType, string>> = { byte: "int8", ubyte: "uint8", short: "int16", ushort: "uint16", int: "int32", uint: "uint32", long: "int64", ulong: "uint64", float: "float32", double: "float64" };

function text(typed: string): string {
  return hasVariables(typed) ? `fill(${quoted(typed)}, counter)` : quoted(typed);
}

function bytes(hex: string): string {
  return `[]byte{${(hexOf(hex).match(/../g) ?? []).map((pair) => `0x${pair}`).join(", ")}}`;
}

function value({ type, value: typed }: ProgramValue): string {
  switch (type) {
    case "string": return text(typed);
    case "symbol": return `amqp.Symbol(${quoted(typed)})`;
    case "boolean": return typed;
    case "binary": return bytes(typed);
    case "uuid": return hasVariables(typed) ? text(typed) : `amqp.UUID{${bytes(typed).slice("[]byte{".length)}`;
    case "timestamp": return hasVariables(typed) ? "time.Now()" : `time.UnixMilli(${millisecondsOf(typed)})`;
    default: return hasVariables(typed) ? `number[${goTypes[type]}](${text(typed)})` : `${goTypes[type]}(${typed})`;
  }
}

function map(name: string, kind: string, values: readonly ProgramValue[]): string[] {
  return values.length === 0 ? [] : [`		${name}: ${kind}{\n${values.map((each) => `			${quoted(each.name)}: ${value(each)},`).join("\n")}\n		},`];
}

const number = `func number[T int8 | uint8 | int16 | uint16 | int32 | uint32 | int64 | uint64 | float32 | float64](text string) T {
	parsed, err := strconv.ParseFloat(text, 64)
	must(err)
	return T(parsed)
}

`;

function sender(program: SendProgram): string {
  const { body } = program;
  const optional = ([["Subject", program.subject], ["To", program.to], ["ReplyTo", program.replyTo], ["ContentType", program.contentType], ["GroupID", program.groupId]] as const)
    .flatMap(([name, typed]) => (typed === "" ? [] : [`			${name}: pointer(${text(typed)}),`]));
  const header = [...(program.durable ? ["Durable: true"] : []), `Priority: ${program.priority ?? 4}`, ...(program.timeToLiveMs === null ? [] : [`TTL: ${program.timeToLiveMs} * time.Millisecond`])];
  return `${newId}${fillsVariables(program) ? fill : ""}${program.properties.some(({ type, value: typed }) => type in goTypes && hasVariables(typed)) ? number : ""}func pointer(text string) *string { return &text }

func message(counter int) *amqp.Message {
	return &amqp.Message{
		Header: &amqp.MessageHeader{${header.join(", ")}},
		Properties: &amqp.MessageProperties{
			MessageID: newID(),
${[...(program.correlationId === "" ? [] : [`			CorrelationID: ${text(program.correlationId)},`]), ...optional].map((line) => `${line}\n`).join("")}		},
${[...map("ApplicationProperties", "map[string]any", program.properties), ...map("Annotations", "amqp.Annotations", program.annotations)].map((line) => `${line}\n`).join("")}		${body.kind === "text" ? `Value: ${text(body.text)}` : `Data: [][]byte{${bytes(body.hex)}}`},
	}
}

func main() {
	ctx := context.Background()
	connection, session := connect(ctx)
	defer connection.Close()
	sender, err := session.NewSender(ctx, address, ${program.isSettled ? "&amqp.SenderOptions{SettlementMode: amqp.SenderSettleModeSettled.Ptr()}" : "nil"})
	must(err)
	for counter := 1; counter <= ${program.count}; counter++ {
${program.isSettled ? `		must(sender.Send(ctx, message(counter), nil))
		fmt.Println("sent", counter)` : `		var rejected *amqp.Error
		err := sender.Send(ctx, message(counter), nil)
		if errors.As(err, &rejected) {
			fmt.Println("rejected", rejected.Description)
		} else {
			must(err)
			fmt.Println("accepted", counter)
		}`}
${program.perSecond === null ? "" : `		time.Sleep(time.Second / ${program.perSecond})\n`}	}
}
`;
}

function decision({ mode, outcome, condition, reason, deliveryFailed, undeliverableHere }: ReceiveProgram): string {
  if (mode === "browse" || outcome === "accepted") return "receiver.AcceptMessage(ctx, message)";
  if (outcome === "released") return "receiver.ReleaseMessage(ctx, message)";
  if (outcome === "modified") return `receiver.ModifyMessage(ctx, message, &amqp.ModifyMessageOptions{DeliveryFailed: ${deliveryFailed}, UndeliverableHere: ${undeliverableHere}})`;
  return `receiver.RejectMessage(ctx, message, &amqp.Error{Condition: ${quoted(condition)}, Description: ${quoted(reason)}})`;
}

function receiver(program: ReceiveProgram, type: ProgramTarget["addressType"]): string {
  const isDurable = type === "topic" && program.subscription !== "";
  const capabilities = [...(type === "topic" ? ["topic"] : []), ...(isDurable && program.isShared ? ["shared", "global"] : [])];
  const options = [
    `Credit: ${program.credit}`,
    ...(program.selector === "" ? [] : [`Filters: []amqp.LinkFilter{amqp.NewSelectorFilter(${quoted(program.selector)})}`]),
    ...(isDurable ? [`Name: ${quoted(program.subscription)}`, "SourceDurability: amqp.DurabilityUnsettledState", "SourceExpiryPolicy: amqp.ExpiryPolicyNever"] : []),
    ...(program.senderSettles === "mixed" ? [] : [`RequestedSenderSettleMode: amqp.SenderSettleMode${program.senderSettles === "settled" ? "Settled" : "Unsettled"}.Ptr()`]),
    ...(capabilities.length === 0 ? [] : [`SourceCapabilities: []string{${capabilities.map(quoted).join(", ")}}`]),
  ];
  return `func main() {
	most := -1
	if len(os.Args) > 1 {
		var err error
		most, err = strconv.Atoi(os.Args[1])
		must(err)
	}
	ctx := context.Background()
	connection, session := connect(ctx)
	defer connection.Close()
	receiver, err := session.NewReceiver(ctx, address, &amqp.ReceiverOptions{
${options.map((option) => `		${option},`).join("\n")}
	})
	must(err)
	for received := 0; received != most; received++ {
		message, err := receiver.Receive(ctx, nil)
		must(err)
		body := message.Value
		if body == nil {
			body = string(message.GetData())
		}
		fmt.Println("received", body, message.ApplicationProperties)
		must(${decision(program)})
	}
}
`;
}

/** The pane as a program with go-amqp. */
export function goProgram(target: ProgramTarget, program: PaneProgram): Program {
  const isSend = program.kind === "send";
  const isFilled = isSend && fillsVariables(program);
  const hasNumbers = isSend && program.properties.some(({ type, value: typed }) => type in goTypes && hasVariables(typed));
  const hasTime = isSend && (isFilled || program.perSecond !== null || program.timeToLiveMs !== null || [...program.properties, ...program.annotations].some(({ type }) => type === "timestamp"));
  const imports = [
    `"context"`,
    ...(isSend ? [`crand "crypto/rand"`] : []),
    ...(target.tls ? [`"crypto/tls"`, `"crypto/x509"`] : []),
    ...(isSend && !program.isSettled ? [`"errors"`] : []),
    `"fmt"`,
    ...(isFilled ? [`"math/rand/v2"`] : []),
    `"os"`,
    ...(isFilled ? [`"regexp"`] : []),
    ...(!isSend || isFilled || hasNumbers ? [`"strconv"`] : []),
    ...(isFilled ? [`"strings"`] : []),
    ...(hasTime ? [`"time"`] : []),
  ];
  const isDurable = !isSend && program.subscription !== "" && !program.isShared;
  const tls = target.tls
    ? `	pem, err := os.ReadFile("${certificateFileName}")
	must(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
`
    : "";
  return {
    id: "go-amqp", title: "Go (go-amqp)", fileName: "main.go",
    install: `go mod init try-postroom && go get github.com/Azure/go-amqp@${goAmqpVersion}`,
    run: "go run .",
    limits: !isSend && program.mode === "browse" ? ["go-amqp has no way to ask for browsing: this program takes the messages."] : [],
    code: `package main

import (
${imports.map((name) => `	${name}`).join("\n")}

	amqp "github.com/Azure/go-amqp"
)

const address = ${quoted(target.address)}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func connect(ctx context.Context) (*amqp.Conn, *amqp.Session) {
${tls}	connection, err := amqp.Dial(ctx, "${target.tls ? "amqps" : "amqp"}://${target.host}:${target.port}", &amqp.ConnOptions{
		SASLType: amqp.SASLTypePlain(${quoted(target.login)}, os.Getenv("POSTROOM_SECRET")),${isDurable ? `\n		ContainerID: ${quoted(target.login)},` : ""}${target.tls ? `\n		TLSConfig: &tls.Config{RootCAs: roots, ServerName: ${quoted(target.host)}},` : ""}
	})
	must(err)
	session, err := connection.NewSession(ctx, nil)
	must(err)
	return connection, session
}

${isSend ? sender(program) : receiver(program, target.addressType)}`,
  };
}
