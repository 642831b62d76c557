package web

import (
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/signing"
)

// crm is a destination without actions.
func (s *site) crm(t *testing.T) hookline.Destination {
	t.Helper()
	d, err := s.store.CreateDestination(t.Context(), hookline.Destination{Name: "CRM", Enabled: true, SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// attempted is a delivery that was attempted just now, with the headers it was sent with.
func (s *site) attempted(t *testing.T, body string) (d hookline.Delivery, headers string) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Microsecond)
	owed, err := s.store.CreateDelivery(t.Context(), hookline.Owed{
		Delivery: hookline.Delivery{
			State: hookline.StateQueued, Origin: hookline.OriginEvent, DestinationID: s.crm(t).ID, IdempotencyKey: "key-1",
			RequestNumber: 1, CreatedAt: now, NextAttemptAt: now, UpdatedAt: now,
		},
		Request: hookline.Request{Method: "POST", URL: "https://example.com/", Body: []byte(body)},
	})
	if err != nil {
		t.Fatal(err)
	}
	d = owed.Delivery
	keys, err := s.store.SigningKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sent := []hookline.Header{
		{Name: "X-CIO-Idempotency-Key", Value: "key-1"},
		{Name: "X-CIO-Timestamp", Value: signing.Timestamp(now)},
		{Name: "X-CIO-Signature", Value: signing.Workspace(keys[0].Key, now, []byte(body))},
	}
	err = s.store.Finish(t.Context(), hookline.Finished{
		Attempt: hookline.Attempt{DeliveryID: d.ID, Number: 1, RequestNumber: 1, Sent: sent, StartedAt: now, Status: 200, Outcome: hookline.StateDelivered},
		Outcome: hookline.Outcome{State: hookline.StateDelivered},
	})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, h := range sent {
		lines = append(lines, h.Name+": "+h.Value)
	}
	return d, strings.Join(lines, "\r\n")
}

func TestCheckASignature(t *testing.T) {
	s := newSite(t, nil)
	const body = "{\n  \"name\": \"Ana\"\n}"
	d, headers := s.attempted(t, body)
	const path = "/settings/signing-key/check"
	b := s.as(support)
	ask := func(headers, body, received string) url.Values {
		return form("headers", headers, "body", strings.ReplaceAll(body, "\n", "\r\n"), "received", received)
	}
	s.as(support).get("/settings/signing-key").want(t, 200, `href="`+path+`"`, "Only administrators can see the key")
	s.as(viewer).get("/settings/signing-key").want(t, 200, `!href="`+path+`"`)
	s.as(viewer).post(path, ask(headers, body, "")).want(t, 403)
	b.get(path).want(t, 200, `name="headers"`, `name="body"`, "!What was found")
	b.post(path, ask("", "", "")).want(t, 422, "Paste the headers as they arrived")
	b.post(path, ask(headers, body, "yesterday")).want(t, 422, "Enter the time with its date")

	b.post(path, ask(headers, body, "")).want(t, 200, "The signature is right, made with workspace key", "this is attempt 1 of", `href="/sent/`+d.ID+`"`)
	b.htmx().post(path, ask(headers, body, "")).want(t, 200, "The signature is right", "!<html", "!<form")
	b.post(path, ask(headers, `{"another":"<body>"}`, "")).want(t, 200, "The body was changed after it was signed", "&lt;body&gt;", "differs from byte")
	late := time.Now().Add(17 * time.Minute).UTC().Format("2006-01-02 15:04:05")
	b.post(path, ask(headers, body, late)).want(t, 200, "17 minutes old", "Set the receiver’s clock")
	b.post(path, ask("Accept: */*", "", "")).want(t, 200, "No signature", "Which webhook it was is not known")
	b.post(path, ask("X-CIO-Signature: <b>x</b>\nX-CIO-Timestamp: 5", "", "")).want(t, 200, "not 64 hex digits", "!<b>x</b>")

	if _, err := s.store.RotateSigningKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	keys, err := s.store.SigningKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := b.post(path, ask(headers, body, ""))
	got.want(t, 200, "made with a key that has been replaced since")
	for _, key := range keys {
		got.want(t, 200, "!"+key.Key)
		if strings.Contains(s.log.String(), key.Key) {
			t.Error("a key is in the log")
		}
	}
}

func TestASignatureOfAReportingWebhook(t *testing.T) {
	s := newSite(t, nil)
	one := s.reporting(t)
	now := time.Now()
	headers := "X-CIO-Timestamp: " + signing.Timestamp(now) + "\nX-CIO-Signature: " + signing.Workspace(one.Key, now, []byte("{}"))
	s.as(support).post("/settings/signing-key/check", form("headers", headers, "body", "{}")).want(t, 200, "made with key of the reporting webhook Warehouse", "!"+one.Key)
}

func TestASigningKeyThatWaits(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(admin)
	const path = "/settings/signing-key"
	b.get(path).want(t, 200, "verifyWorkspace", `aria-current="page"`)
	b.get(path+"/rotate").want(t, 200, `value="day" checked`)
	b.post(path+"/rotate", form("when", "someday")).want(t, 422, "Choose when the new key begins")
	b.post(path+"/rotate", form("when", "week")).wantRedirect(t, path)
	keys, err := s.store.SigningKeys(t.Context())
	if err != nil || len(keys) != 2 || !keys[1].Waits(time.Now().Add(6*24*time.Hour)) {
		t.Fatalf("keys are %v, %v", keys, err)
	}
	b.get(path).want(t, 200, "has not begun to sign", "signs until", "End the old key now", "!Make a new key", "!"+keys[0].Key, "!"+keys[1].Key)
	s.as(editor).get(path).want(t, 200, "signs until", "!End the old key now")
	s.as(editor).post(path+"/next", form("do", "use")).want(t, 403)
	b.post(path+"/reveal", nil).want(t, 200, keys[0].Key, keys[1].Key)
	b.post(path+"/rotate", form("when", "day")).want(t, 422, "a new key already")
	b.post(path+"/next", form("do", "discard")).wantRedirect(t, path)
	b.get(path).want(t, 200, "is discarded", "!signs until", "Make a new key")
	b.post(path+"/rotate", form("when", "hour")).wantRedirect(t, path)
	b.post(path+"/next", form("do", "use")).wantRedirect(t, path)
	b.get(path).want(t, 200, "The new key signs from now on", "Former keys")
	if b.post(path+"/next", form("do", "use")).Code != 409 {
		t.Error("a key that does not wait was used")
	}
	for _, code := range []string{"node", "python", "go", "php", "ruby"} {
		for scheme, name := range map[string]string{"workspace": "X-CIO-Signature", "shared": "X-Signature", "standard": "webhook-signature"} {
			page := html.UnescapeString(b.get(path + "?code=" + code + "&scheme=" + scheme).Body.String())
			_, shown, _ := strings.Cut(page, "<pre")
			if !strings.Contains(strings.ToLower(shown), `"`+strings.ToLower(name)) && !strings.Contains(strings.ToLower(shown), "'"+strings.ToLower(name)) {
				t.Errorf("%s of %s does not read %s:\n%s", code, scheme, name, shown)
			}
		}
	}
}

func TestAnOldStandardSecretEnds(t *testing.T) {
	s := newSite(t, nil)
	d := s.crm(t)
	b := s.as(editor)
	path := "/destinations/" + d.ID + "/signing"
	b.post(path+"/standard", form("do", "add"))
	b.get(path).want(t, 200, "!End in 7 days")
	b.post(path+"/standard", form("do", "add"))
	b.get(path).want(t, 200, "End in 7 days")
	d, err := s.store.Destination(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	old, now := d.StandardSecrets[1], time.Now()
	b.post(path+"/standard", form("do", "end:"+secretMark(old))).wantRedirect(t, path)
	b.get(path).want(t, 200, "signs for seven more days", "Signs until", "Keep it", "!End in 7 days")
	if d, err = s.store.Destination(t.Context(), d.ID); err != nil || len(d.LiveSecrets(now)) != 2 || len(d.LiveSecrets(now.Add(8*24*time.Hour))) != 1 {
		t.Errorf("it ends at %v, %v", d.StandardEnds[old], err)
	}
	b.post(path+"/standard", form("do", "keep:"+secretMark(old))).wantRedirect(t, path)
	if d, err = s.store.Destination(t.Context(), d.ID); err != nil || len(d.StandardEnds) != 0 {
		t.Errorf("it ends at %v, %v", d.StandardEnds, err)
	}
	d.StandardEnds = map[string]time.Time{old: now.Add(-time.Hour)}
	if d, err = s.store.UpdateDestination(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	b.get(path).want(t, 200, "It signs nothing any more.", "!Keep it")
	b.post(path+"/standard", form("do", "add"))
	if d, err = s.store.Destination(t.Context(), d.ID); err != nil || len(d.StandardSecrets) != 2 || d.StandardSecrets[1] == old {
		t.Errorf("secrets are %v, %v", d.StandardSecrets, err)
	}
}
