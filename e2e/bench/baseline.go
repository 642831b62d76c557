package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// baselineRequests is how many requests one measurement of R sends.
const baselineRequests = 40_000

// measureR is the median of some rounds of the bare loop.
func (b *bench) measureR(ctx context.Context) (float64, error) {
	var rates []float64
	err := b.inRounds(func() error {
		r, err := b.role(ctx, "baseline", "-url", b.receiver.hook(0), "-n", strconv.Itoa(b.share(baselineRequests, 1)))
		rates = append(rates, r.perSecond())
		return err
	})
	return median(rates), errors.Join(err, b.receiver.reset(ctx))
}

// r is what rates stand beside: the mean of R before and after.
func (b *bench) r() float64 { return (b.before + b.after) / 2 }

// rateBy measures R anew for a figure that was found long after the others.
func (b *bench) rateBy(ctx context.Context, id string) error {
	r, err := b.measureR(ctx)
	b.figure(id).r = r
	return err
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
