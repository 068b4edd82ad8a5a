// One line in, the base64 of messages with line feeds between them; one line out, microseconds for one of them.
const { createInterface } = require("node:readline");
const { Hl7Message } = require("@medplum/core");

const WARMING = 200;
let warm = false;

createInterface({ input: process.stdin }).on("line", (line) => {
  const messages = Buffer.from(line, "base64").toString("utf8").split("\n");
  for (let pass = 0; !warm && pass < WARMING; pass++) {
    messages.forEach((message) => Hl7Message.parse(message));
  }
  warm = true;
  const began = process.cpuUsage();
  messages.forEach((message) => Hl7Message.parse(message));
  const { user, system } = process.cpuUsage(began);
  console.log((user + system) / messages.length);
});
