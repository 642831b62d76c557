package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hookline/internal/docs"
	"hookline/internal/docs/samples/send"
	"hookline/internal/hookline"
	"hookline/internal/ingest"
	"hookline/internal/journey"
	"hookline/internal/outbound"
	"hookline/internal/requestbin"
	"hookline/internal/sqlite"
	"hookline/web/api"
)

// manualHouse is a site with its faces for machines, listening, and what the samples' placeholders stand for.
type manualHouse struct {
	*site
	url    string
	source hookline.Source
	bin    hookline.Bin
	token  string
	called hookline.Campaign // which programs let people enter
}

func newManualHouse(t *testing.T) *manualHouse {
	t.Helper()
	h := &manualHouse{}
	h.site = newSite(t, func(c *Config) {
		store := c.Store.(*sqlite.Store)
		c.API = api.New(api.Config{
			Ingester: ingest.New(store, ingest.Limits{}), Store: store, Logger: c.Log,
			Management: api.NewManagement(api.ManageConfig{
				Store: store, Caller: journey.New(store, c.Composer, c.Log), Desk: c.Desk, Resender: c.Resender, Composer: c.Composer, Guard: c.Guard.(*outbound.Client), Health: c.Health, Logger: c.Log,
			}),
		})
		c.Receiver = requestbin.New(store, c.Log)
	})
	server := httptest.NewServer(h.handler)
	t.Cleanup(server.Close)
	h.url, h.source = server.URL, h.site.source("Website")
	var err error
	if h.bin, err = h.store.CreateBin(t.Context(), hookline.Bin{Name: "Bin", Script: hookline.NewBinScript()}); err != nil {
		t.Fatal(err)
	}
	h.called = h.runsByCalls()
	if h.token, err = h.desk.CreateToken(t.Context(), "samples", hookline.Editor, "the test"); err != nil {
		t.Fatal(err)
	}
	return h
}

// runsByCalls is a campaign that runs and is entered by calls, and somebody who can.
func (h *manualHouse) runsByCalls() hookline.Campaign {
	h.t.Helper()
	h.somebody("u1")
	c, err := h.store.CreateCampaign(h.t.Context(), hookline.Campaign{
		Name: "By calls", Trigger: hookline.CampaignTrigger{Kind: hookline.TriggerCall}, Steps: []hookline.Step{waitADay()},
	})
	if err == nil {
		c, err = h.store.ChangeCampaign(h.t.Context(), c.ID, hookline.CampaignRunning)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// events is how many there are.
func (h *manualHouse) events() int {
	h.t.Helper()
	listing, err := h.store.ListEvents(h.t.Context(), hookline.EventFilter{}, hookline.Cursor{})
	if err != nil {
		h.t.Fatal(err)
	}
	return len(listing.Rows)
}

// fill puts real things where the samples have placeholders.
func (h *manualHouse) fill(text string) string {
	return strings.NewReplacer("https://hooks.example.com", h.url, docs.WriteKey, h.source.WriteKey, "YOUR_BIN", h.bin.ID, "YOUR_TOKEN", h.token, "YOUR_CAMPAIGN", h.called.ID).Replace(text)
}

// samplesIn gives the blocks of the manual in a language that contain a text, by page and label.
func samplesIn(t *testing.T, language, containing string) map[string]docs.Code {
	t.Helper()
	found := map[string]docs.Code{}
	for _, group := range theManual(t).Groups() {
		for _, page := range group.Pages {
			for _, part := range page.Parts {
				if part.Code.Language == language && strings.Contains(part.Code.Text, containing) {
					found[page.Slug+"/"+part.Code.Label] = part.Code
				}
			}
		}
	}
	return found
}

// run lets a program run a sample and gives what it printed; false when there is no such program.
func run(t *testing.T, program, file, text string) (string, bool) {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Logf("NOT RUN: there is no %s here", program)
		return "", false
	}
	sample := filepath.Join(t.TempDir(), file)
	if err := os.WriteFile(sample, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), path, sample).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", text, err, out)
	}
	return string(out), true
}

// Every curl in the manual is run against the real faces. What answers an event stores it; --fail makes the others tell.
func TestCurlSamples(t *testing.T) {
	samples := samplesIn(t, "sh", "curl ")
	if len(samples) < 7 {
		t.Errorf("only %d samples", len(samples))
	}
	for name, code := range samples {
		t.Run(name, func(t *testing.T) {
			h := newManualHouse(t)
			out, ran := run(t, "bash", "sample.sh", "set -eu\n"+h.fill(strings.ReplaceAll(code.Text, "curl ", "curl --silent --show-error ")))
			if !ran {
				return
			}
			want := strings.Count(code.Text, "/v1/track") + strings.Count(code.Text, "/v1/identify") + 3*strings.Count(code.Text, "/v1/batch")
			if got := h.events(); got != want || want > 0 && out != `{"success":true}` {
				t.Errorf("%d events are stored, want %d; it answered %s", got, want, out)
			}
			if !json.Valid([]byte(out)) {
				t.Errorf("it answered %s", out)
			}
		})
	}
}

// The sample for web pages is run as it stands: Node.js has the same fetch and btoa.
func TestFetchSample(t *testing.T) {
	samples := samplesIn(t, "js", "await fetch(")
	if len(samples) != 1 {
		t.Fatalf("%d samples", len(samples))
	}
	for _, code := range samples {
		h := newManualHouse(t)
		if _, ran := run(t, "node", "sample.mjs", h.fill(code.Text)); ran && h.events() != 1 {
			t.Errorf("%d events are stored, want one", h.events())
		}
	}
}

// A messageId makes a second try harmless, as the sample says.
func TestSendSample(t *testing.T) {
	h := newManualHouse(t)
	for range 2 {
		if err := send.Track(h.url, h.source.WriteKey, "order-1", map[string]any{"userId": "ana-1", "event": "Order Placed"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := h.events(); n != 1 {
		t.Errorf("%d events are stored, want one", n)
	}
	if err := send.Track(h.url, "no key", "order-2", map[string]any{"userId": "ana-1", "event": "Order Placed"}); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("with a wrong key: %v", err)
	}
}

// What the page shows of a refusal is what is answered.
func TestRefusalsAreAsShown(t *testing.T) {
	h := newManualHouse(t)
	ask := func(path, key, body string) string {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", key)
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, r)
		return w.Body.String()
	}
	for name, answer := range map[string]string{
		"sending-events/What a refusal looks like": ask("/v1/track", "Basic bm9uZTo=", `{"userId":"u","event":"E"}`),
		"api/A refusal": ask("/api/v1/sources", "Bearer "+h.token, `{"name":""}`),
	} {
		code, ok := samplesIn(t, "json", "")[name]
		var shown, got any
		if !ok || json.Unmarshal([]byte(code.Text), &shown) != nil || json.Unmarshal([]byte(answer), &got) != nil {
			t.Fatalf("%s: %s and %s", name, code.Text, answer)
		}
		if a, b := compact(t, shown), compact(t, got); a != b {
			t.Errorf("%s shows %s, answered is %s", name, a, b)
		}
	}
}

func compact(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
