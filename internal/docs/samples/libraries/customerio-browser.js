import { AnalyticsBrowser } from "@customerio/cdp-analytics-browser";

const writeKey = "YOUR_WRITE_KEY";
const hookline = new URL("https://hookline.example.com");

const analytics = AnalyticsBrowser.load({
  writeKey,
  cdnSettings: {
    integrations: {
      "Customer.io Data Pipelines": {
        apiKey: writeKey,
        apiHost: hookline.host + "/v1",
        protocol: hookline.protocol.replace(":", ""),
      },
    },
  },
});

analytics.identify("ana-1", { email: "ana@example.com", plan: "pro" });
analytics.track("Order Placed", { total: 120.5 });
