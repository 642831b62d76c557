import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({
  writeKey: "YOUR_WRITE_KEY",
  host: "https://hookline.example.com",
});

analytics.identify({ userId: "ana-1", traits: { email: "ana@example.com", plan: "pro" } });
analytics.track({ userId: "ana-1", event: "Order Placed", properties: { total: 120.5 } });

await analytics.closeAndFlush(); // before the program ends
