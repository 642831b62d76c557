package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// baselineRequests is how many requests one measurement of R sends.
const baselineRequests = 40_000

// measureR measures the bare loop once more, if the part stands beside R and
// something was measured since the last time.
func (b *bench) measureR(ctx context.Context) error {
	if !b.rated || b.fresh {
		return nil
	}
	r, err := b.role(ctx, "baseline", "-url", b.receiver.hook(0), "-n", strconv.Itoa(b.share(baselineRequests, 1)))
	if err != nil {
		return fmt.Errorf("measure R: %w", err)
	}
	b.rs, b.fresh = append(b.rs, r.perSecond()), true
	return b.receiver.reset(ctx)
}

// baseline is R: signed bodies of 600 bytes over 64 connections, nothing else.
func baseline(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("baseline", flag.ContinueOnError)
	url := flags.String("url", "", "receiver")
	n := flags.Int("n", 1000, "requests")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c := client(connections)
	body := []byte(`{"padding":"` + strings.Repeat("x", 586) + `"}`)
	r := spread(ctx, connections, *n, func(ctx context.Context, _ int) error {
		mac := hmac.New(sha256.New, []byte("my_signing_key"))
		mac.Write(body)
		header := http.Header{"Content-Type": {"application/json"}, "X-Signature": {hex.EncodeToString(mac.Sum(nil))}}
		return post(ctx, c, *url, header, body)
	})
	return json.NewEncoder(os.Stdout).Encode(r)
}
