package liquid

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// digestFilters give hex. MD5 and SHA-1 are no longer secure, but receivers
// still ask for them.
var digestFilters = map[string]filter{
	"md5":         digest(md5.New),
	"sha1":        digest(sha1.New),
	"sha256":      digest(sha256.New),
	"hmac_sha1":   keyedDigest(sha1.New),
	"hmac_sha256": keyedDigest(sha256.New),
}

func digest(make func() hash.Hash) filter {
	return filter{fn: func(c *call) (any, error) {
		h := make()
		h.Write([]byte(c.text()))
		return hex.EncodeToString(h.Sum(nil)), nil
	}}
}

func keyedDigest(make func() hash.Hash) filter {
	return filter{min: 1, max: 1, fn: func(c *call) (any, error) {
		h := hmac.New(make, []byte(c.arg(0)))
		h.Write([]byte(c.text()))
		return hex.EncodeToString(h.Sum(nil)), nil
	}}
}
