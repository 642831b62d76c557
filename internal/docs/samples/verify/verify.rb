require "openssl"
require "base64"

def fresh?(stamp, now)
  stamp.match?(/\A\d+\z/) && (now.to_i - stamp.to_i).abs <= 300
end

def same?(want, sent)
  want.bytesize == sent.bytesize && OpenSSL.fixed_length_secure_compare(want, sent)
end

# headers: a Hash with names in lower case.
# body: the bytes as they came, before anything parses them.
def verify_workspace(headers, body, key, now = Time.now)
  stamp = headers.fetch("x-cio-timestamp", "")
  want = OpenSSL::HMAC.hexdigest("SHA256", key, "v0:#{stamp}:".b + body.b)
  fresh?(stamp, now) && same?(want, headers.fetch("x-cio-signature", ""))
end

def verify_shared(headers, body, secret)
  want = OpenSSL::HMAC.hexdigest("SHA1", secret, body)
  same?(want, headers.fetch("x-signature", ""))
end

def verify_standard(headers, body, secret, now = Time.now)
  stamp = headers.fetch("webhook-timestamp", "")
  key = Base64.decode64(secret.delete_prefix("whsec_"))
  signed = "#{headers["webhook-id"]}.#{stamp}.".b + body.b
  want = "v1," + Base64.strict_encode64(OpenSSL::HMAC.digest("SHA256", key, signed))
  fresh?(stamp, now) && headers.fetch("webhook-signature", "").split.any? { |sent| same?(want, sent) }
end
