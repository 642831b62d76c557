import { createHmac, timingSafeEqual } from "node:crypto";

const equal = (a, b) => a.length === b.length && timingSafeEqual(a, b);
const fresh = (stamp, now) => Math.abs(now / 1000 - Number(stamp)) <= 300;

// headers: an object with names in lower case, as req.headers of Node.js.
// body: the bytes as they came (a Buffer), before anything parses them.
export function verifyWorkspace(headers, body, key, now = Date.now()) {
  const stamp = headers["x-cio-timestamp"] ?? "";
  const want = createHmac("sha256", key).update(`v0:${stamp}:`).update(body).digest();
  const sent = Buffer.from(headers["x-cio-signature"] ?? "", "hex");
  return fresh(stamp, now) && equal(want, sent);
}

export function verifyShared(headers, body, secret) {
  const want = createHmac("sha1", secret).update(body).digest();
  return equal(want, Buffer.from(headers["x-signature"] ?? "", "hex"));
}

export function verifyStandard(headers, body, secret, now = Date.now()) {
  const stamp = headers["webhook-timestamp"] ?? "";
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const want = createHmac("sha256", key).update(`${headers["webhook-id"]}.${stamp}.`).update(body).digest();
  const signatures = (headers["webhook-signature"] ?? "").split(" ").filter((s) => s.startsWith("v1,"));
  return fresh(stamp, now) && signatures.some((s) => equal(want, Buffer.from(s.slice(3), "base64")));
}
