import { type AnyValue, asksByHand, fillsVariables, hasVariables, hexOf, millisecondsOf, type PaneProgram, type Program, type ProgramMessage, type ProgramTarget, type ProgramValue, type ProgramValueType, quoted, type ReceiveProgram, type RequestProgram, type SendProgram, simpleValues, type SimpleValue, valuesOfMessage } from "./pane-program.ts";
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

/** What an array is of; bytes without a sign would be taken for binary. */
const arrayTypes: Readonly<Record<ProgramValueType, string>> = {
  string: "[]string", boolean: "[]bool", byte: "[]int8", ubyte: "amqp.ArrayUByte", short: "[]int16", ushort: "[]uint16", int: "[]int32", uint: "[]uint32", long: "[]int64", ulong: "[]uint64", float: "[]float32", double: "[]float64",
  timestamp: "[]time.Time", uuid: "[]amqp.UUID", symbol: "[]amqp.Symbol", binary: "[][]byte",
};

function value(any: AnyValue): string {
  switch (any.type) {
    case "null": return "nil";
    case "char": return quoted(any.value);
    case "list": return `[]any{${any.items.map(value).join(", ")}}`;
    case "map": return `map[string]any{${any.entries.map((entry) => `${quoted(entry.name)}: ${value(entry.value)}`).join(", ")}}`;
    case "array": return `${arrayTypes[any.of]}{${any.items.map(value).join(", ")}}`;
    default: return simple(any);
  }
}

function simple({ type, value: typed }: SimpleValue): string {
  switch (type) {
    case "string": return text(typed);
    case "symbol": return `amqp.Symbol(${text(typed)})`;
    case "boolean": return hasVariables(typed) ? `${text(typed)} == "true"` : typed;
    case "binary": return bytes(typed);
    case "uuid": return hasVariables(typed) ? `parseID(${text(typed)})` : `amqp.UUID{${bytes(typed).slice("[]byte{".length)}`;
    case "timestamp": return hasVariables(typed) ? `parseTime(${text(typed)})` : `time.UnixMilli(${millisecondsOf(typed)})`;
    default: return hasVariables(typed) ? `number[${goTypes[type]}](${text(typed)})` : `${goTypes[type]}(${typed})`;
  }
}

function map(name: string, kind: string, values: readonly ProgramValue[]): string[] {
  return values.length === 0 ? [] : [`		${name}: ${kind}{\n${values.map((each) => `			${quoted(each.name)}: ${value(each.value)},`).join("\n")}\n		},`];
}

const number = `func number[T int8 | uint8 | int16 | uint16 | int32 | uint32 | int64 | uint64 | float32 | float64](text string) T {
	parsed, err := strconv.ParseFloat(text, 64)
	must(err)
	return T(parsed)
}

`;

const parseTime = `func parseTime(text string) time.Time {
	parsed, err := time.Parse(time.RFC3339Nano, text)
	must(err)
	return parsed
}

`;

const parseId = `func parseID(text string) amqp.UUID {
	parsed, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	must(err)
	return amqp.UUID(parsed)
}

`;

function bodyOf({ body }: ProgramMessage): string {
  switch (body.kind) {
    case "text": return `Value: ${text(body.text)}`;
    case "bytes": return `Data: [][]byte{${bytes(body.hex)}}`;
    case "value": return `Value: ${value(body.value)}`;
    case "sequence": return `Sequence: [][]any{{${body.items.map(value).join(", ")}}}`;
  }
}

/** Which helpers and packages the making of a message needs. */
function needsOf(message: ProgramMessage) {
  const filled = simpleValues(valuesOfMessage(message)).filter(({ value: typed }) => hasVariables(typed));
  const times = [message.absoluteExpiryTime, message.creationTime];
  return {
    fill: fillsVariables(message),
    id: message.messageId === "" || fillsVariables(message),
    number: filled.some(({ type }) => type in goTypes),
    parsedTime: filled.some(({ type }) => type === "timestamp") || times.some(hasVariables),
    parsedId: filled.some(({ type }) => type === "uuid"),
    time: fillsVariables(message) || message.timeToLiveMs !== null || times.some((time) => time !== "") || simpleValues(valuesOfMessage(message)).some(({ type }) => type === "timestamp"),
  };
}

function messageOf(message: ProgramMessage): string {
  const needs = needsOf(message);
  const optional = ([
    ["Subject", message.subject], ["To", message.to], ["ReplyTo", message.replyTo], ["ContentType", message.contentType], ["ContentEncoding", message.contentEncoding], ["GroupID", message.groupId], ["ReplyToGroupID", message.replyToGroupId],
  ] as const).flatMap(([name, typed]) => (typed === "" ? [] : [`${name}: pointer(${text(typed)}),`]));
  const times = ([["AbsoluteExpiryTime", message.absoluteExpiryTime], ["CreationTime", message.creationTime]] as const).flatMap(([name, typed]) =>
    typed === "" ? [] : [`${name}: pointer(${simple({ type: "timestamp", value: typed })}),`]);
  const properties = [
    `MessageID: ${message.messageId === "" ? "newID()" : text(message.messageId)},`,
    ...(message.userId === "" ? [] : [`UserID: []byte(${text(message.userId)}),`]),
    ...(message.correlationId === "" ? [] : [`CorrelationID: ${text(message.correlationId)},`]),
    ...(message.groupSequence === null ? [] : [`GroupSequence: pointer(uint32(${message.groupSequence})),`]),
    ...optional, ...times,
  ];
  const header = [
    ...(message.durable ? ["Durable: true"] : []), `Priority: ${message.priority ?? 4}`, ...(message.timeToLiveMs === null ? [] : [`TTL: ${message.timeToLiveMs} * time.Millisecond`]),
    ...(message.firstAcquirer ? ["FirstAcquirer: true"] : []), ...(message.deliveryCount === null ? [] : [`DeliveryCount: ${message.deliveryCount}`]),
  ];
  return `${needs.id ? newId : ""}${needs.fill ? fill : ""}${needs.number ? number : ""}${needs.parsedTime ? parseTime : ""}${needs.parsedId ? parseId : ""}func pointer[T any](value T) *T { return &value }

func message(counter int) *amqp.Message {
	return &amqp.Message{
		Header: &amqp.MessageHeader{${header.join(", ")}},
		Properties: &amqp.MessageProperties{
${properties.map((line) => `			${line}\n`).join("")}		},
${[
  ...map("ApplicationProperties", "map[string]any", message.properties), ...map("Annotations", "amqp.Annotations", message.annotations), ...map("DeliveryAnnotations", "amqp.Annotations", message.deliveryAnnotations), ...map("Footer", "amqp.Annotations", message.footer),
].map((line) => `${line}\n`).join("")}		${bodyOf(message)},
	}
}
`;
}

function pause(perSecond: number | null): string {
  return perSecond === null ? "" : `		time.Sleep(time.Second / ${perSecond})\n`;
}

function sender(program: SendProgram): string {
  return `${messageOf(program)}
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
${pause(program.perSecond)}	}
}
`;
}

const bodyOfReceived = `func body(message *amqp.Message) any {
	if message.Value == nil && len(message.Data) > 0 {
		return string(message.GetData())
	}
	return message.Value
}

`;

/** Each reply is found by the correlation id of its request, or by its message id: responders copy one or the other. */
function requester(program: RequestProgram): string {
  return `${bodyOfReceived}${messageOf(program)}
func main() {
	ctx := context.Background()
	connection, session := connect(ctx)
	defer connection.Close()
	replies, err := session.NewReceiver(ctx, "", &amqp.ReceiverOptions{DynamicAddress: true, Credit: 200})
	must(err)
	sender, err := session.NewSender(ctx, address, nil)
	must(err)
	var waiting sync.Map
	go func() {
		for {
			reply, err := replies.Receive(ctx, nil)
			if err != nil {
				return
			}
			must(replies.AcceptMessage(ctx, reply))
			if reply.Properties == nil {
				continue
			}
			if answer, found := waiting.LoadAndDelete(reply.Properties.CorrelationID); found {
				answer.(chan *amqp.Message) <- reply
			}
		}
	}()
	var finished sync.WaitGroup
	for counter := 1; counter <= ${program.count}; counter++ {
		request := message(counter)
		request.Properties.ReplyTo = pointer(replies.Address())
		if request.Properties.CorrelationID == nil {
			request.Properties.CorrelationID = request.Properties.MessageID
		}
		answer := make(chan *amqp.Message, 2)
		waiting.Store(request.Properties.CorrelationID, answer)
		waiting.Store(request.Properties.MessageID, answer)
		sentAt := time.Now()
		receipt, err := sender.SendWithReceipt(ctx, request, nil)
		must(err)
		refused := make(chan any, 1)
		go func() {
			state, err := receipt.Wait(ctx)
			if rejected, is := state.(*amqp.StateRejected); is {
				refused <- rejected.Error
			} else if _, is := state.(*amqp.StateAccepted); !is && err == nil {
				refused <- "released"
			}
		}()
		finished.Add(1)
		go func() {
			defer finished.Done()
			select {
			case reply := <-answer:
				fmt.Println("reply", body(reply), "after", time.Since(sentAt))
			case reason := <-refused:
				fmt.Println("rejected", reason)
			case <-time.After(${program.waitSeconds} * time.Second):
				fmt.Println("no reply")
			}
		}()
${pause(program.perSecond)}	}
	finished.Wait()
}
`;
}

function decision({ mode, outcome, condition, reason, deliveryFailed, undeliverableHere, annotations }: ReceiveProgram): string {
  if (mode === "browse" || outcome === "accepted") return "receiver.AcceptMessage(ctx, message)";
  if (outcome === "released") return "receiver.ReleaseMessage(ctx, message)";
  if (outcome === "modified") {
    const annotated = annotations.length === 0 ? "" : `, Annotations: amqp.Annotations{${annotations.map((each) => `${quoted(each.name)}: ${value(each.value)}`).join(", ")}}`;
    return `receiver.ModifyMessage(ctx, message, &amqp.ModifyMessageOptions{DeliveryFailed: ${deliveryFailed}, UndeliverableHere: ${undeliverableHere}${annotated}})`;
  }
  return `receiver.RejectMessage(ctx, message, &amqp.Error{Condition: ${quoted(condition)}, Description: ${quoted(reason)}})`;
}

function receiver(program: ReceiveProgram, type: ProgramTarget["addressType"]): string {
  const isDurable = type === "topic" && program.subscription !== "";
  const isManual = asksByHand(program);
  const capabilities = [...(type === "topic" ? ["topic"] : []), ...(isDurable && program.isShared ? ["shared", "global"] : [])];
  const options = [
    isManual ? "Credit: -1" : `Credit: ${program.credit}`,
    ...(program.selector === "" ? [] : [`Filters: []amqp.LinkFilter{amqp.NewSelectorFilter(${quoted(program.selector)})}`]),
    ...(isDurable ? [`Name: ${quoted(program.subscription)}`, "SourceDurability: amqp.DurabilityUnsettledState", "SourceExpiryPolicy: amqp.ExpiryPolicyNever"] : []),
    ...(program.senderSettles === "mixed" ? [] : [`RequestedSenderSettleMode: amqp.SenderSettleMode${program.senderSettles === "settled" ? "Settled" : "Unsettled"}.Ptr()`]),
    ...(capabilities.length === 0 ? [] : [`SourceCapabilities: []string{${capabilities.map(quoted).join(", ")}}`]),
  ];
  return `${bodyOfReceived}func main() {
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
${isManual ? `	must(receiver.IssueCredit(${program.credit}))
	fmt.Println("Enter asks for ${program.credit} more.")
	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			must(receiver.IssueCredit(${program.credit}))
		}
	}()
` : ""}	for received := 0; received != most; received++ {
		message, err := receiver.Receive(ctx, nil)
		must(err)
		fmt.Println("received", body(message), message.ApplicationProperties)
		must(${decision(program)})
	}
}
`;
}

/** The packages of a program, beside go-amqp's. */
function importsOf(program: PaneProgram, tls: boolean): string[] {
  const forTls = tls ? [`"crypto/tls"`, `"crypto/x509"`] : [];
  if (program.kind === "receive") {
    const hasTime = program.outcome === "modified" && simpleValues(program.annotations.map(({ value: any }) => any)).some(({ type }) => type === "timestamp");
    return [...(asksByHand(program) ? [`"bufio"`] : []), `"context"`, ...forTls, `"fmt"`, `"os"`, `"strconv"`, ...(hasTime ? [`"time"`] : [])];
  }
  const needs = needsOf(program);
  return [
    `"context"`,
    ...(needs.id ? [`crand "crypto/rand"`] : []),
    ...forTls,
    ...(needs.parsedId ? [`"encoding/hex"`] : []),
    ...(program.kind === "send" && !program.isSettled ? [`"errors"`] : []),
    `"fmt"`,
    ...(needs.fill ? [`"math/rand/v2"`] : []),
    `"os"`,
    ...(needs.fill ? [`"regexp"`, `"strconv"`, `"strings"`] : []),
    ...(program.kind === "request" ? [`"sync"`] : []),
    ...(needs.time || program.perSecond !== null || program.kind === "request" ? [`"time"`] : []),
  ];
}

function limitsOf(program: PaneProgram): string[] {
  if (program.kind === "receive") return program.mode === "browse" ? ["go-amqp has no way to ask for browsing: this program takes the messages."] : [];
  const { body } = program;
  const hasCharacter = (any: AnyValue): boolean => any.type === "char" || (any.type === "list" && any.items.some(hasCharacter)) || (any.type === "map" && any.entries.some((entry) => hasCharacter(entry.value)));
  return [
    ...(valuesOfMessage(program).some(hasCharacter) ? ["go-amqp has no characters: they go as text."] : []),
    ...(body.kind === "value" && body.value.type === "null" ? ["go-amqp has no null as a body: the message goes without one."] : []),
  ];
}

/** The pane as a program with go-amqp. */
export function goProgram(target: ProgramTarget, program: PaneProgram): Program {
  const isSend = program.kind !== "receive";
  const isDurable = !isSend && program.subscription !== "" && !program.isShared;
  const tls = target.tls
    ? `	pem, err := os.ReadFile("${certificateFileName}")
	must(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
`
    : "";
  const part = program.kind === "send" ? sender(program) : program.kind === "request" ? requester(program) : receiver(program, target.addressType);
  return {
    id: "go-amqp", title: "Go (go-amqp)", fileName: "main.go",
    install: `go mod init try-postroom && go get github.com/Azure/go-amqp@${goAmqpVersion}`,
    run: "go run .",
    limits: limitsOf(program),
    code: `package main

import (
${importsOf(program, target.tls).map((name) => `	${name}`).join("\n")}

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

${part}`,
  };
}
