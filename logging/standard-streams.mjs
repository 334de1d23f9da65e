// Loaded before the console's program (`node --import`): what Next.js itself prints would end the process while the disk of its
// log is full. Plain JavaScript, so that Node need not strip types first.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
