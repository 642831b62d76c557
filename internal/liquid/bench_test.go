package liquid

import (
	"context"
	"strings"
	"testing"
)

// benchTemplate is the size of body that people write: 900 bytes, eleven
// variables, a loop and a condition.
const benchTemplate = `{
  "lead": {
    "name": "{{ customer.first_name }} {{ customer.last_name }}",
    "email": "{{ customer.email | downcase }}",
    "plan": "{{ customer.plan | default: "free" }}",
    "company": "{% if customer.company_url.size > 0 %}{{ customer.company_url }}{% else %}none{% endif %}",
    "score": {{ customer.score | plus: 5 }},
    "city": "{{ customer.address.city }}",
    "notes": "{{ customer.bio | strip_newlines | truncate: 60 }}"
  },
  "event": {
    "name": "{{ event_name }}",
    "total": {{ event.total | times: 100 | round }},
    "items": [
      {% for item in event.items %}{ "sku": "{{ item.sku }}", "label": "{{ item.name }}" }{% unless forloop.last %},{% endunless %}
      {% endfor %}
    ]
  },
  "source": "webhook",
  "comment": "The text that stands around all of this is there to make the body as long as those which people really send to a CRM.",
  "tags": ["lead", "import", "automatic", "do-not-reply", "please-keep", "until-2030"]
}`

const benchData = `{
  "customer": {"id": "4711", "first_name": "Ada", "last_name": "Lovelace \"the first\"", "email": "ADA@example.com", "plan": null,
    "company_url": "https://example.com", "score": 37, "address": {"city": "London", "zip": "N1"}, "bio": "Mathematician\nand writer, known for her work on the Analytical Engine of Mr Babbage."},
  "event_name": "order_completed",
  "event": {"total": 129.95, "items": [{"sku": "A-1", "name": "Punched card"}, {"sku": "B-2", "name": "Gear \"big\""}, {"sku": "C-3", "name": "Oil"}]}
}`

func benchVars(tb testing.TB) Vars {
	tb.Helper()
	o, err := DecodeObject([]byte(benchData))
	if err != nil {
		tb.Fatal(err)
	}
	vars := Vars{}
	for k, v := range o.All() {
		vars[k] = v
	}
	return vars
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(benchTemplate, JSON); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	for _, mode := range []Mode{Text, JSON} {
		b.Run(mode.String(), func(b *testing.B) {
			t, err := Compile(benchTemplate, mode)
			if err != nil {
				b.Fatal(err)
			}
			vars := benchVars(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := t.Render(context.Background(), vars, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(benchData)))
	for b.Loop() {
		if _, err := Decode([]byte(benchData)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCacheHit(b *testing.B) {
	c := NewCache(16)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Compile(benchTemplate, JSON); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompileLarge(b *testing.B) {
	source := strings.Repeat("{{ customer.first_name | upcase }} text ", MaxSource/40)
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		if _, err := Compile(source, JSON); err != nil {
			b.Fatal(err)
		}
	}
}
