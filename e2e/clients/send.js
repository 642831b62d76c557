// Sends with one published client library what an app would send: one call of each kind, and then many at once.
// Only the host and the write key are set: everything else is as the library has it.
//
//   node send.js segment|customerio|rudderstack HOST WRITE_KEY
import { Analytics as CustomerIO } from "@customerio/cdp-analytics-node";
import RudderStack from "@rudderstack/rudder-sdk-node";
import { Analytics as Segment } from "@segment/analytics-node";

const [library, host, writeKey] = process.argv.slice(2);

const makers = {
  segment: () => closing(new Segment({ writeKey, host })),
  customerio: () => closing(new CustomerIO({ writeKey, host })),
  rudderstack: () => {
    const client = new RudderStack(writeKey, { dataPlaneUrl: host });
    return { client, end: () => client.flush() };
  },
};

// closing tells of what was given up; the library itself would only emit it.
function closing(client) {
  client.on("error", (error) => {
    console.error(error);
    process.exitCode = 1;
  });
  return { client, end: () => client.closeAndFlush({ timeout: 30_000 }) };
}

const { client, end } = makers[library]();
client.identify({ userId: "u-1", traits: { email: "ana@example.com", plan: "pro", seats: 3 } });
client.track({ userId: "u-1", event: "Order Completed", properties: { total: 27.5, items: ["a", "b"] } });
client.page({ userId: "u-1", name: "Pricing", category: "Docs", properties: { url: "https://example.com/pricing" } });
client.group({ userId: "u-1", groupId: "g-1", traits: { name: "Acme" } });
client.alias({ previousId: "anonymous-1", userId: "u-1" });
for (let n = 0; n < 200; n++) {
  client.track({ userId: "u-1", event: "Flushed", properties: { n } });
}
await end();
