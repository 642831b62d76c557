import base64
import hashlib
import hmac
import time


def fresh(stamp, now):
    return stamp.isdigit() and abs(now - int(stamp)) <= 300


# headers: anything with get() that knows names in lower case.
# body: the bytes as they came, before anything parses them.
def verify_workspace(headers, body, key, now=None):
    stamp = headers.get("x-cio-timestamp", "")
    signed = b"v0:" + stamp.encode() + b":" + body
    want = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    good = hmac.compare_digest(want.encode(), headers.get("x-cio-signature", "").encode())
    return good and fresh(stamp, now or time.time())


def verify_shared(headers, body, secret):
    want = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    return hmac.compare_digest(want.encode(), headers.get("x-signature", "").encode())


def verify_standard(headers, body, secret, now=None):
    stamp = headers.get("webhook-timestamp", "")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = headers.get("webhook-id", "").encode() + b"." + stamp.encode() + b"." + body
    want = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    sent = headers.get("webhook-signature", "").encode().split()
    return fresh(stamp, now or time.time()) and any(hmac.compare_digest(want, s) for s in sent)
