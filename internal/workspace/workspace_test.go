package workspace_test

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/hookline"
	"hookline/internal/sqlite"
	"hookline/internal/sqlite/home"
	"hookline/internal/workspace"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func openStore(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), home.New(t), nil)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	must(t, s.SetSetting(t.Context(), hookline.SettingAddresses, `[{"name":"eu","ips":["203.0.113.7"]}]`))
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The secrets of furnish: none of them may be in a file or a diff.
var secrets = []string{"write-key-1", "hush-shared", "whsec_aHVzaC1zdGFuZGFyZC1vbmUtMDEyMzQ1", "whsec_aHVzaC1zdGFuZGFyZC10d28tMDEyMzQ1", "hush-header", "hush-password", "hush-proxy", ownTLS.ClientKey, "hush-report", "hush-report-key", "hush-slack", "hush-alert-key", "hush-mail"}

const hostileBody = "\n  {\r\n\t\"a\": \"{{ event.name }}\" # no comment: ---\n \n\"ü\": ' | >\u2028\u00a0}\n\n  "

// furnish makes one thing of each kind with every setting set, and some that
// are as plain as can be.
func furnish(t *testing.T, s *sqlite.Store) {
	t.Helper()
	ctx := t.Context()
	one, err := s.CreateSource(ctx, hookline.Source{Name: "Website", WriteKey: secrets[0], Enabled: true})
	must(t, err)
	two, err := s.CreateSource(ctx, hookline.Source{Name: "Website", WriteKey: "write-key-2"})
	must(t, err)
	asked := furnishSegments(t, s)
	d, err := s.CreateDestination(ctx, hookline.Destination{
		Name: "CRM: the “big” one", Enabled: true, SourceIDs: []string{one.ID, two.ID}, SharedSecret: secrets[1],
		SignatureMode: hookline.SignSegment, StandardSecrets: secrets[2:4], Timeout: 1500 * time.Millisecond,
		MaxPerSecond: 2.5, Burst: 7, MaxConcurrent: 3, RetryBase: 1500 * time.Millisecond, MaxTries: 5,
		Maintenance: []hookline.Window{
			{Days: 0b1000001, Start: 22 * 60, End: 6 * 60, Zone: "Europe/Berlin", Note: "backup: “all”"},
			{From: time.Date(2026, 11, 21, 12, 0, 0, 5000, time.UTC), Until: time.Date(2026, 11, 21, 14, 30, 0, 0, time.UTC)},
		},
		TLS: ownTLS, Proxy: "http://ana:" + secrets[6] + "@proxy.example:3128", Region: "eu",
	})
	must(t, err)
	a := hookline.Action{
		DestinationID: d.ID, Name: "Tell", Enabled: true, Trigger: `type = "track" and !segment("` + asked.ID + `")`,
		Template: hookline.Template{
			Method: "PUT", URL: "https://ana:" + secrets[5] + "@crm.example/{{ event.userId }}", Body: hostileBody, PlainOutput: true,
			Headers: []hookline.Header{{Name: "X-A", Value: "1"}, {Name: "Authorization", Value: "Bearer " + secrets[4]}, {Name: "X-A", Value: "2"}},
		},
		Batching: hookline.Batching{Enabled: true, Size: 7, Window: 2500 * time.Millisecond},
		Response: hookline.Response{
			Attributes: []hookline.ResponseAttribute{{Name: "lead_id", Value: "{{ response.lead_id }}"}, {Name: "two: lines", Value: "{% if true %}\n# 1\n{% endif %}"}},
			Expect:     hookline.Expectation{Statuses: []int{200, 201}, Path: "lead.id", Kind: "number", EmptyIsOK: true},
			Inside:     true,
		},
	}
	made, err := s.CreateAction(ctx, a)
	must(t, err)
	reporting, err := s.CreateReportingWebhook(ctx, hookline.ReportingWebhook{
		Name: "Warehouse", URL: "https://ana:" + secrets[8] + "@example.com/reports", Enabled: true, Key: secrets[9],
		Metrics: []hookline.Metric{hookline.MetricSent, hookline.MetricUndeliverable}, FirstOnly: true, WithContent: true,
	})
	must(t, err)
	wantAllSet(t, reporting, "Standing") // of the moment, and in no file
	_, err = s.CreateReportingWebhook(ctx, hookline.ReportingWebhook{Name: "Warehouse", URL: "https://example.org/", Metrics: hookline.Metrics()})
	must(t, err)
	furnishAlerts(t, s)
	keep := hookline.Retention{Events: 365, Bodies: 30, Deliveries: 90}
	must(t, s.SetRetention(ctx, keep))
	wantAllSet(t, keep)
	wantAllSet(t, one)
	wantAllSet(t, d, "Owner", "Paused", "Resume", "VouchedAt", "StandardEnds") // of the moment, or of one that is owned, and in no file
	wantAllSet(t, made, "Save")                                                // of the save, and in no file
	plain := hookline.NewTemplate()
	plain.URL = "https://crm.example/"
	for _, name := range []string{"Tell", "true", "0x10"} {
		_, err = s.CreateAction(ctx, hookline.Action{DestinationID: d.ID, Name: name, Template: plain})
		must(t, err)
	}
	_, err = s.CreateDestination(ctx, hookline.Destination{Name: "Empty", SignatureMode: hookline.SignWhole, Timeout: hookline.DefaultTimeout})
	must(t, err)
}

// wantAllSet fails when a setting is added to the vocabulary and not to
// furnish, and so perhaps not to the file. The fields in but are in no file.
func wantAllSet(t *testing.T, v any, but ...string) {
	t.Helper()
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		if v.IsZero() {
			t.Errorf("%s is not set: give it a value in furnish, so that the file is seen to carry it", path)
		}
		if v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]() {
			for i := range v.NumField() {
				if name := v.Type().Field(i).Name; !slices.Contains(but, name) {
					walk(path+"."+name, v.Field(i))
				}
			}
		}
	}
	walk(reflect.TypeOf(v).Name(), reflect.ValueOf(v))
}

func export(t *testing.T, s *sqlite.Store, withSecrets bool) string {
	t.Helper()
	f, err := workspace.Read(t.Context(), s, withSecrets, keys)
	must(t, err)
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.String()
}

func nothingSet(string) string { return "" }

func compare(t *testing.T, s *sqlite.Store, file string, o workspace.Options) *workspace.Plan {
	t.Helper()
	f, err := workspace.Parse(strings.NewReader(file))
	must(t, err)
	if o.Env == nil {
		o.Env = nothingSet
	}
	o.Keys = keys
	p, err := workspace.Compare(t.Context(), s, f, o)
	must(t, err)
	return p
}

func diff(t *testing.T, p *workspace.Plan) string {
	t.Helper()
	var b bytes.Buffer
	must(t, p.Write(&b))
	return b.String()
}

// everything is what a store holds, without what differs from house to house.
func everything(t *testing.T, s *sqlite.Store) string {
	t.Helper()
	var b strings.Builder
	sources, err := s.ListSources(t.Context())
	must(t, err)
	ids := map[string]string{}
	for _, one := range sources {
		ids[one.ID] = one.WriteKey
		one.ID, one.CreatedAt, one.UpdatedAt = "", time.Time{}, time.Time{}
		fmt.Fprintf(&b, "%#v\n", one)
	}
	nameSegments := allSegments(t, s, &b)
	destinations, err := s.ListDestinations(t.Context())
	must(t, err)
	for _, d := range destinations {
		actions, err := s.ListActions(t.Context(), d.ID)
		must(t, err)
		for i, id := range d.SourceIDs {
			d.SourceIDs[i] = ids[id]
		}
		d.ID, d.CreatedAt, d.UpdatedAt = "", time.Time{}, time.Time{}
		fmt.Fprintf(&b, "%#v\n", d)
		for _, a := range actions {
			a.ID, a.DestinationID, a.Version, a.CreatedAt, a.UpdatedAt = "", "", 0, time.Time{}, time.Time{}
			a.Trigger = nameSegments(a.Trigger)
			fmt.Fprintf(&b, "%#v\n", a)
		}
	}
	reporting, err := s.ListReportingWebhooks(t.Context())
	must(t, err)
	for _, w := range reporting {
		w.ID, w.CreatedAt, w.UpdatedAt, w.KeyMadeAt, w.Standing = "", time.Time{}, time.Time{}, time.Time{}, hookline.Standing{}
		fmt.Fprintf(&b, "%#v\n", w)
	}
	keep, err := s.Retention(t.Context())
	must(t, err)
	fmt.Fprintf(&b, "%#v\n", keep)
	allAlerts(t, s, &b)
	signing, err := s.SigningKeys(t.Context())
	must(t, err)
	b.WriteString(signing[0].Key)
	return b.String()
}

func TestExportAppliedToItselfChangesNothing(t *testing.T) {
	s := openStore(t)
	furnish(t, s)
	for _, withSecrets := range []bool{false, true} {
		p := compare(t, s, export(t, s, withSecrets), workspace.Options{Prune: true})
		if len(p.Changes)+len(p.Missing)+len(p.Extra) > 0 {
			t.Errorf("with secrets %v: missing %v, extra %v, changes\n%s", withSecrets, p.Missing, p.Extra, diff(t, p))
		}
	}
}

func TestEmptyHouseBecomesTheSame(t *testing.T) {
	from := openStore(t)
	furnish(t, from)
	for name, o := range map[string]workspace.Options{"with secrets": {}, "with references": {Env: realValues(t, from)}} {
		t.Run(name, func(t *testing.T) {
			to := openStore(t)
			file := export(t, from, name == "with secrets")
			p := compare(t, to, file, o)
			var told []int
			must(t, p.Apply(t.Context(), func(done, total int) { told = append(told, done, total) }))
			if want, got := everything(t, from), everything(t, to); want != got {
				t.Errorf("-want +got\n%s", cmp.Diff(want, got))
			}
			if n := len(p.Changes); len(told) != 2*n || told[len(told)-2] != n || told[len(told)-1] != n {
				t.Errorf("%d changes, progress said %v", n, told)
			}
			if again := compare(t, to, file, o); len(again.Changes) > 0 {
				t.Errorf("applied again it changes\n%s", diff(t, again))
			}
			if got := export(t, to, false); got != export(t, from, false) {
				t.Errorf("the files differ: %s", cmp.Diff(export(t, from, false), got))
			}
		})
	}
}

// realValues reads what each reference stands for, by exporting both ways.
func realValues(t *testing.T, s *sqlite.Store) func(string) string {
	t.Helper()
	references, err := workspace.Read(t.Context(), s, false, keys)
	must(t, err)
	values, err := workspace.Read(t.Context(), s, true, keys)
	must(t, err)
	env := map[string]string{}
	var walk func(r, v reflect.Value)
	walk = func(r, v reflect.Value) {
		switch r.Kind() {
		case reflect.Pointer:
			walk(r.Elem(), v.Elem())
		case reflect.Slice:
			for i := range r.Len() {
				walk(r.Index(i), v.Index(i))
			}
		case reflect.Struct:
			if secret, ok := r.Interface().(workspace.Secret); ok && secret.Env != "" {
				env[secret.Env] = v.Interface().(workspace.Secret).Value
				return
			}
			for i := range r.NumField() {
				if r.Type().Field(i).IsExported() {
					walk(r.Field(i), v.Field(i))
				}
			}
		}
	}
	walk(reflect.ValueOf(references), reflect.ValueOf(values))
	if len(env) != len(references.Variables()) || len(env) < 8 {
		t.Fatalf("%d values for %d variables", len(env), len(references.Variables()))
	}
	return func(name string) string { return env[name] }
}

func TestSecretsStayOut(t *testing.T) {
	from, to := openStore(t), openStore(t)
	furnish(t, from)
	signing, err := from.SigningKeys(t.Context())
	must(t, err)
	file := export(t, from, false)
	plan := diff(t, compare(t, to, export(t, from, true), workspace.Options{}))
	for _, secret := range append(secrets, signing[0].Key) {
		if strings.Contains(file, secret) {
			t.Errorf("the file holds %s:\n%s", secret, file)
		}
		if strings.Contains(plan, secret) {
			t.Errorf("the diff holds %s:\n%s", secret, plan)
		}
	}
	for _, want := range []string{"shared_secret: {env: HOOKLINE_SECRET_CRM_THE_BIG_ONE}", "HOOKLINE_WRITE_KEY_WEBSITE_2", "HOOKLINE_SIGNING_KEY"} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %s:\n%s", want, file)
		}
	}
}

func TestSecretsThatAreNotThere(t *testing.T) {
	from, to := openStore(t), openStore(t)
	furnish(t, from)
	before := everything(t, to)
	p := compare(t, to, export(t, from, false), workspace.Options{})
	err := p.Apply(t.Context(), nil)
	missing := []string{
		"HOOKLINE_ALERT_URL_CHAT", "HOOKLINE_ALERT_URL_ON_CALL", "HOOKLINE_CLIENT_KEY_CRM_THE_BIG_ONE", "HOOKLINE_HEADER_CRM_THE_BIG_ONE_TELL_AUTHORIZATION", "HOOKLINE_MAIL_PASSWORD_POST", "HOOKLINE_PROXY_CRM_THE_BIG_ONE", "HOOKLINE_REPORTING_URL_WAREHOUSE", "HOOKLINE_SECRET_CRM_THE_BIG_ONE", "HOOKLINE_STANDARD_SECRET_CRM_THE_BIG_ONE",
		"HOOKLINE_STANDARD_SECRET_CRM_THE_BIG_ONE_2", "HOOKLINE_URL_CRM_THE_BIG_ONE_TELL",
	}
	for _, name := range missing {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("the error does not name %s: %v", name, err)
		}
	}
	if d := cmp.Diff(missing, p.Missing, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("missing: -want +got\n%s", d)
	}
	if after := everything(t, to); after != before {
		t.Errorf("something was changed all the same: %s", cmp.Diff(before, after))
	}
}
