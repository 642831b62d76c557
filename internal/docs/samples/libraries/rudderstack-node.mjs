import RudderAnalytics from "@rudderstack/rudder-sdk-node";

const analytics = new RudderAnalytics("YOUR_WRITE_KEY", {
  dataPlaneUrl: "https://hookline.example.com",
});

analytics.identify({ userId: "ana-1", traits: { email: "ana@example.com", plan: "pro" } });
analytics.track({ userId: "ana-1", event: "Order Placed", properties: { total: 120.5 } });

await analytics.flush(); // before the program ends
