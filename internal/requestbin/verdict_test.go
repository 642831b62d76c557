package requestbin_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
	"hookline/internal/requestbin"
	"hookline/internal/signing"
)

var (
	at          = time.Unix(1_700_000_000, 0)
	oldStandard = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	newStandard = signing.NewStandardSecret()
	keys        = requestbin.Keys(
		[]hookline.SigningKey{{Key: "now"}, {Key: "before"}},
		[]hookline.Destination{
			{Name: "CRM", SharedSecret: "crm-secret"},
			{Name: "Billing", SharedSecret: "billing-secret", SignatureMode: hookline.SignSegment, StandardSecrets: []string{newStandard, oldStandard}},
			{Name: "Unsigned"},
		},
	)
)

func workspace(key string, signed time.Time, body string) []hookline.Header {
	return []hookline.Header{
		{Name: "X-Cio-Timestamp", Value: signing.Timestamp(signed)},
		{Name: "X-Cio-Signature", Value: signing.Workspace(key, signed, []byte(body))},
	}
}

func shared(signature string) []hookline.Header {
	return []hookline.Header{{Name: "X-Signature", Value: signature}}
}

func standard(t *testing.T, secret, body string) []hookline.Header {
	t.Helper()
	signature, err := signing.Standard([]string{secret}, "dlv_1", at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return []hookline.Header{
		{Name: "Webhook-Id", Value: "dlv_1"},
		{Name: "Webhook-Timestamp", Value: signing.Timestamp(at)},
		{Name: "Webhook-Signature", Value: signature},
	}
}

// said is what the tests compare of a verdict.
type said struct {
	Header string
	OK     bool
	Short  string
}

func TestEachSignatureIsJudged(t *testing.T) {
	const body, batch = `{"a":1}`, `[{"a":1},{"b":2}]`
	first := []byte(`{"a":1}`)
	for name, test := range map[string]struct {
		headers []hookline.Header
		body    string
		want    []said
	}{
		"none":              {nil, body, nil},
		"workspace":         {workspace("now", at, body), body, []said{{"X-CIO-Signature", true, "workspace key"}}},
		"former workspace":  {workspace("before", at, body), body, []said{{"X-CIO-Signature", true, "former workspace key"}}},
		"another key":       {workspace("never", at, body), body, []said{{"X-CIO-Signature", false, "the workspace key does not fit"}}},
		"another body":      {workspace("now", at, body), body + " ", []said{{"X-CIO-Signature", false, "the workspace key does not fit"}}},
		"almost too old":    {workspace("now", at.Add(-5*time.Minute), body), body, []said{{"X-CIO-Signature", true, "workspace key"}}},
		"too old":           {workspace("now", at.Add(-5*time.Minute-time.Second), body), body, []said{{"X-CIO-Signature", false, "right key, but the timestamp is off"}}},
		"shared":            {shared(signing.Shared("crm-secret", []byte(body))), body, []said{{"X-Signature", true, "shared secret of CRM"}}},
		"shared whole":      {shared(signing.Shared("billing-secret", []byte(batch))), batch, []said{{"X-Signature", true, "shared secret of Billing"}}},
		"shared first":      {shared(signing.Shared("billing-secret", first)), batch, []said{{"X-Signature", true, "shared secret of Billing"}}},
		"shared unknown":    {shared(signing.Shared("other", []byte(body))), body, []said{{"X-Signature", false, "no destination's secret fits"}}},
		"shared nonsense":   {shared("<script>"), body, []said{{"X-Signature", false, "no destination's secret fits"}}},
		"standard, old key": {standard(t, oldStandard, body), body, []said{{"webhook-signature", true, "secret of Billing"}}},
		"standard unknown":  {standard(t, signing.NewStandardSecret(), body), body, []said{{"webhook-signature", false, "no Standard Webhooks secret fits"}}},
		"all": {
			append(append(workspace("now", at, body), shared("00")...), standard(t, newStandard, body)...), body,
			[]said{{"X-CIO-Signature", true, "workspace key"}, {"X-Signature", false, "no destination's secret fits"}, {"webhook-signature", true, "secret of Billing"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []said
			for _, v := range requestbin.Judge(hookline.BinRequest{Headers: test.headers, Body: []byte(test.body), ReceivedAt: at}, keys) {
				got = append(got, said{v.Header, v.OK, v.Short})
				if !v.OK && v.Why == "" {
					t.Errorf("%s: no word about why not", v.Header)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestACutBodyIsNotCalledForged(t *testing.T) {
	q := hookline.BinRequest{Headers: workspace("now", at, "whole"), Body: []byte("who"), Cut: true, ReceivedAt: at}
	got := requestbin.Judge(q, keys)
	if len(got) != 1 || got[0].OK || got[0].Short != "cannot be checked: the body was cut" {
		t.Errorf("got %+v", got)
	}
}
