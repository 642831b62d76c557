package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline/internal/hookline"
)

func TestOnlyWhatDiffersIsKept(t *testing.T) {
	before := hookline.Source{ID: "src_1", Name: "Website", WriteKey: "hush-1", Enabled: true}
	after := before
	if n, differs := Change(OfSource(before), OfSource(after)); differs {
		t.Errorf("nothing changed, and yet there is %+v", n)
	}
	after.Name, after.WriteKey = "Shop", "hush-2"
	n, differs := Change(OfSource(before), OfSource(after))
	want := Note{
		Deed: Changed, Kind: Source, ThingID: "src_1", ThingName: "Shop",
		Before: []byte(`{"name":"Website","write_key":"••••"}`), After: []byte(`{"name":"Shop","write_key":"•••• (changed)"}`),
	}
	if diff := cmp.Diff(want, n); diff != "" || !differs {
		t.Errorf("differs: %t (-want +got)\n%s", differs, diff)
	}
	after.WriteKey = ""
	if n, _ := Change(OfSource(before), OfSource(after)); !strings.Contains(string(n.After), `"write_key":""`) {
		t.Errorf("a secret that is gone is not told: %s", n.After)
	}
}

// TestSecretsAreBlottedOut fills every field in which a secret may stand, and changes each: neither is in an entry.
func TestSecretsAreBlottedOut(t *testing.T) {
	thing := func(hush string) []Thing {
		return []Thing{
			OfSource(hookline.Source{ID: "1", Name: "a", WriteKey: hush}),
			OfDestination(hookline.Destination{
				ID: "2", Name: "a", SharedSecret: hush, StandardSecrets: []string{"whsec_" + hush}, Timeout: time.Second,
				TLS: hookline.TLS{ClientKey: hush}, Proxy: "http://ana:" + hush + "@proxy.example.com:3128",
			}),
			OfAction(hookline.Action{ID: "3", Name: "a", Template: hookline.Template{
				URL:     "https://ana:" + hush + "@example.com/?token=" + hush + "&a=1",
				Headers: []hookline.Header{{Name: "Authorization", Value: "Bearer " + hush}, {Name: "X-Api-Key", Value: hush}},
			}}),
			OfPerson(hookline.Person{ID: "4", UserID: "a", Attributes: []byte(`{"api_token":"` + hush + `","plan":"pro"}`)}),
			OfUser(hookline.User{ID: "5", Email: "ana@example.com", PasswordHash: hush}),
			OfToken(hookline.Token{ID: "6", Name: "a", Hash: hush}),
		}
	}
	old, fresh := thing("hush-old"), thing("hush-new")
	for i := range old {
		changed, differs := Change(old[i], fresh[i])
		if old[i].Kind != APIToken && (!differs || !strings.Contains(string(changed.After), "changed)")) {
			t.Errorf("%s: that a secret changed is not told: %s", old[i].Kind, changed.After)
		}
		for _, n := range []Note{Make(old[i]), Delete(old[i]), changed} {
			if text := string(n.Before) + string(n.After) + n.Remark; strings.Contains(text, "hush") {
				t.Errorf("%s, %s: a secret is kept: %s", n.Kind, n.Deed, text)
			}
		}
	}
}

func TestWhatAThingWasLike(t *testing.T) {
	a := OfAction(hookline.Action{
		ID: "act_1", Name: "Tell", Enabled: true, Trigger: `type = "track"`, Batching: hookline.NewBatching(),
		Template: hookline.Template{Method: "POST", URL: "https://example.com/?key=k", Headers: []hookline.Header{{Name: "A", Value: "b"}, {Name: "Cookie", Value: "c"}}, Body: "{}"},
		Response: hookline.Response{Attributes: []hookline.ResponseAttribute{{Name: "lead", Value: "{{ response.id }}"}}, Expect: hookline.Expectation{Statuses: []int{200, 201}}},
	})
	want := `{"batch":false,"batch_size":1000,"batch_window":"10s","body":"{}","enabled":true,"expect_empty_is_ok":false,"expect_kind":"","expect_path":"",` +
		`"expect_statuses":"200, 201","headers":["A: b","Cookie: ••••"],"method":"POST","name":"Tell","plain_output":false,` +
		`"response_attributes":["lead: {{ response.id }}"],"response_inside":false,"trigger":"type = \"track\"","url":"https://example.com/?key=••••••••"}`
	if got := string(Make(a).After); got != want {
		t.Errorf("kept is\n%s, want\n%s", got, want)
	}
}

func TestAttributesThatComeAndGo(t *testing.T) {
	before := OfPerson(hookline.Person{ID: "per_1", Email: "ana@example.com", Attributes: []byte(`{"plan":"free","gone":1,"same":[1, 2]}`)})
	after := OfPerson(hookline.Person{ID: "per_1", Email: "ana@example.com", Attributes: []byte(`{"plan":"pro","same":[1,2],"come":{"a":12345678901234567890}}`)})
	n, _ := Change(before, after)
	want := Note{
		Deed: Changed, Kind: Person, ThingID: "per_1", ThingName: "ana@example.com",
		Before: []byte(`{"attributes.gone":1,"attributes.plan":"free"}`), After: []byte(`{"attributes.come":{"a":12345678901234567890},"attributes.plan":"pro"}`),
	}
	if diff := cmp.Diff(want, n); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWhoDeletesAPersonKeepsNothingOfThem(t *testing.T) {
	n := Delete(OfNobody(hookline.Person{ID: "per_1", Email: "ana@example.com", Attributes: []byte(`{"plan":"free"}`)}))
	if n.Before != nil || n.ThingID != "per_1" {
		t.Errorf("kept is %+v", n)
	}
}

func TestWhoeverIsInTheContext(t *testing.T) {
	if _, known := By(t.Context()); known {
		t.Error("nobody is somebody")
	}
	ana := Actor{Kind: User, ID: "usr_1", Name: "ana@example.com", From: "203.0.113.7"}
	if got, known := By(With(t.Context(), ana)); !known || got != ana {
		t.Errorf("it is %+v", got)
	}
}
