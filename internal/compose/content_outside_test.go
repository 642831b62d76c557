package compose_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/internal/outbound"
)

// TestBodiesArriveAsTheirContentTypeSays sends forms, XML and text to a real
// receiver, which reads a form as receivers do.
func TestBodiesArriveAsTheirContentTypeSays(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Type") == compose.ContentForm.Type() {
			_ = r.ParseForm()
			_, _ = io.WriteString(w, r.PostForm.Get("who")+"|"+r.PostForm.Get("fixed")+"|"+r.Header.Get("Authorization"))
			return
		}
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Header.Get("Content-Type")+"|"+string(body))
	}))
	t.Cleanup(server.Close)
	client, err := outbound.New(outbound.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	const awkward = `Ana & Bo = "50 %" + <ö>`
	for _, test := range []struct{ contentType, body, want string }{
		{"application/x-www-form-urlencoded", "who={{ customer.it }}&fixed=a%20b", awkward + "|a b|Bearer t-1"},
		{"x-www-form-urlencoded", "who={{ customer.it }}", "x-www-form-urlencoded|who=Ana+%26+Bo+%3D+%2250+%25%22+%2B+%3C%C3%B6%3E"},
		{"text/xml", "<who>{{ customer.it | escape }}</who>", "text/xml|<who>Ana &amp; Bo = &quot;50 %&quot; + &lt;ö&gt;</who>"},
		{"text/plain", "{{ customer.it }}\n", "text/plain|" + awkward + "\n"},
	} {
		template, _ := compose.Auth{Kind: compose.AuthBearer, Token: "t-1"}.With(hookline.Template{
			URL: server.URL, Headers: []hookline.Header{{Name: "Content-Type", Value: test.contentType}}, Body: test.body,
		})
		if got, err := sendFilled(t, client, template, awkward); err != nil || got != test.want {
			t.Errorf("%s: %q, %v; want %q", test.contentType, got, err, test.want)
		}
	}
}
