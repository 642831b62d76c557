package outbound

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const public = "93.184.215.14"

// answers is a resolver that gives the same addresses for every name.
type answers []netip.Addr

func (a answers) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) { return a, nil }

func answering(texts ...string) answers {
	var a answers
	for _, text := range texts {
		a = append(a, netip.MustParseAddr(text))
	}
	return a
}

// judge does what Send does before it dials: the check of the text, then that of
// the addresses.
func judge(t *testing.T, cfg Config, raw string) ([]netip.Addr, error) {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	target, err := c.guard.checkURL(raw)
	if err != nil {
		return nil, err
	}
	d := &dialer{guard: &c.guard, resolver: cfg.Resolver}
	found, err := d.resolve(t.Context(), target.host)
	var addrs []netip.Addr
	for _, p := range found.admitted {
		addrs = append(addrs, p.addr)
	}
	return addrs, err
}

// inside lists what must be refused, by the reason that a person reads. The
// second part of an entry, after "→", is what the name resolves to.
var inside = map[string][]string{
	"is a loopback address": {
		"http://127.0.0.1:8080/in", "http://127.0.0.2", "http://127.255.255.254/", "http://[::1]/",
		"http://[0:0:0:0:0:0:0:1]/", "http://[0000::0001]:443/", "http://user@127.0.0.1/",
		"http://example.com:80@127.0.0.1/", "http://a@b@127.0.0.1/", "http://[::ffff:127.0.0.1]/",
		"http://[::ffff:7f00:1]/",
	},
	"unspecified address": {"http://0.0.0.0/", "http://[::]/", "http://[0::0]:8080/"},
	"\"this network\"":    {"http://0.1.2.3/", "http://0.255.255.255/"},
	"a private address": {
		"http://10.0.0.0/", "http://10.255.255.255/", "http://172.16.0.1/", "http://172.31.255.254/",
		"http://192.168.0.1/", "http://192.168.255.255:8123/", "http://[::ffff:10.0.0.1]/",
	},
	"a shared carrier address": {"http://100.64.0.1/", "http://100.127.255.254/"},
	"a link-local address":     {"http://169.254.0.1/", "http://169.254.255.255/", "http://[fe80::1]/", "http://[febf::1]/"},
	"cloud metadata": {
		"http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/v2/credentials/",
		"http://192.0.0.192/latest/", "http://100.100.100.200/", "http://168.63.129.16/machine",
		"http://[fd00:ec2::254]/latest/meta-data/", "http://[fd20:ce::254]/computeMetadata/v1/",
		"http://[::ffff:a9fe:a9fe]/", "http://metadata.google.internal/computeMetadata/v1/ → 169.254.169.254",
		"http://instance-data.ec2.internal/latest/ → 169.254.169.254",
	},
	"protocol assignments": {"http://192.0.0.1/", "http://192.0.0.255/", "http://[2001:1::1]/", "http://[2001:1ff::]/"},
	"a documentation address": {
		"http://192.0.2.1/", "http://198.51.100.77/", "http://203.0.113.1/", "http://[2001:db8::1]/", "http://[3fff:fff::]/",
	},
	"a benchmarking address":            {"http://198.18.0.1/", "http://198.19.255.254/", "http://[2001:2::1]/"},
	"a multicast address":               {"http://224.0.0.1/", "http://239.255.255.250/", "http://[ff02::1]/"},
	"a reserved address":                {"http://240.0.0.1/", "http://255.255.255.254/"},
	"the broadcast address":             {"http://255.255.255.255/"},
	"AS112":                             {"http://192.31.196.1/", "http://192.175.48.6/", "http://[2620:4f:8000::6]/"},
	"unique local":                      {"http://[fc00::1]/", "http://[fdff:ffff::1]/"},
	"site-local":                        {"http://[fec0::1]/"},
	"discard-only":                      {"http://[100::1]/"},
	"an ORCHID":                         {"http://[2001:10::1]/", "http://[2001:20::1]/"},
	"segment routing":                   {"http://[5f00::1]/"},
	"outside the IPv6 range":            {"http://[4000::1]/", "http://[1fff::1]/", "http://[200::1]/"},
	"IPv4-compatible":                   {"http://[::127.0.0.1]/", "http://[::8.8.8.8]/"},
	"IPv4-translated":                   {"http://[::ffff:0:127.0.0.1]/"},
	"a NAT64 address for a loopback":    {"http://[64:ff9b::7f00:1]/"},
	"a NAT64 address for a private":     {"http://[64:ff9b::a00:1]/"},
	"a NAT64 address for a cloud":       {"http://[64:ff9b::169.254.169.254]/"},
	"local IPv4 translation":            {"http://[64:ff9b:1::1]/"},
	"6to4":                              {"http://[2002:a9fe:a9fe::1]/", "http://[2002:808:808::1]/", "http://192.88.99.1/"},
	"a Teredo address":                  {"http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/"},
	"is this machine":                   {"http://localhost/", "http://LOCALHOST:3000/", "http://localhost./ → 127.0.0.1", "http://app.localhost/ → 127.0.0.1", "http://ip6-localhost/ → ::1"},
	"is a name of an internal network":  {"http://db/ → 10.0.0.5", "http://host.docker.internal/ → 192.168.65.254", "http://kubernetes.default.svc/ → 10.96.0.1", "http://consul.service.consul:8500/ → 10.0.0.9", "http://router.lan/ → 192.168.1.1", "http://wpad.corp/ → 10.20.30.40", "http://printer.local/", "http://nas.home.arpa/"},
	"which is a loopback address":       {"http://lvh.me:3000/ → 127.0.0.1", "http://v6.attacker.example/ → ::1", "http://alias.attacker.example/ → 127.0.0.1"},
	"which is a cloud metadata address": {"http://169-254-169-254.sslip.io/ → 169.254.169.254"},
	"which is a NAT64 address for":      {"http://nat64.attacker.example/ → 64:ff9b::a9fe:a9fe"},
	"no address":                        {"http://nothing.example/ → "},
	"one network interface":             {"http://zoned.example/ → fe80::1%eth0"},
}

func TestInsideIsRefused(t *testing.T) {
	for reason, list := range inside {
		for _, entry := range list {
			raw, to, resolves := strings.Cut(entry, " → ")
			resolver := answering(public) // a text that slips through leads to a public address
			if resolves {
				resolver = answering(strings.Fields(to)...)
			}
			addrs, err := judge(t, Config{Resolver: resolver}, raw)
			if err == nil {
				t.Errorf("%s is admitted to %v, want refused: %s", raw, addrs, reason)
			} else if !strings.Contains(err.Error(), reason) {
				t.Errorf("%s: %q, want %q", raw, err, reason)
			}
		}
	}
}

func TestPublicIsAdmitted(t *testing.T) {
	for raw, want := range map[string]string{ // the URL as it would be called
		"https://example.com/hook":                              "",
		"https://example.com":                                   "",
		"https://example.com:8443/hook":                         "",
		"https://example.com:/x":                                "https://example.com/x",
		"https://example.com:443/":                              "https://example.com/",
		"HTTPS://EXAMPLE.COM/Hook":                              "https://example.com/Hook",
		"https://example.com./hook":                             "https://example.com/hook",
		"https://hooks.example.co.uk/services/T0/B0/x%2Fy":      "",
		"https://example.com/hook#part":                         "https://example.com/hook",
		"https://example.com/#@127.0.0.1/":                      "https://example.com/",
		"https://example.com/?url=http://127.0.0.1/":            "",
		"https://example.com/search?a[]=1&b={x}|y":              "",
		"https://user:pass@api.example.com/":                    "",
		"https://YOUR-API-KEY@api.close.com/api/v1/lead/":       "",
		"https://KEY:@api.lob.com/v1/postcards":                 "",
		"https://me@corp.example:pw@desk.example.com/":          "https://me%40corp.example:pw@desk.example.com/",
		"https://bücher.example/":                               "https://xn--bcher-kva.example/",
		"https://BÜCHER.example/":                               "https://xn--bcher-kva.example/",
		"https://例え。テスト/":                                       "https://xn--r8jz45g.xn--zckzah/",
		"https://例え.テスト/フック?名=値":                                "https://xn--r8jz45g.xn--zckzah/%E3%83%95%E3%83%83%E3%82%AF?%E5%90%8D=%E5%80%A4",
		"http://93.184.215.14/":                                 "",
		"https://8.8.8.8:8443/":                                 "",
		"https://[2001:4860:4860::8888]:8443/hook":              "",
		"https://[2001:4860:4860:0:0:0:0:8888]/":                "https://[2001:4860:4860::8888]/",
		"http://9.255.255.255/":                                 "",
		"http://11.0.0.0/":                                      "",
		"http://100.63.255.254/":                                "",
		"http://100.128.0.1/":                                   "",
		"http://126.255.255.254/":                               "",
		"http://128.0.0.1/":                                     "",
		"http://169.253.255.254/":                               "",
		"http://169.255.0.1/":                                   "",
		"http://172.15.255.254/":                                "",
		"http://172.32.0.1/":                                    "",
		"http://192.0.1.1/":                                     "",
		"http://192.169.0.1/":                                   "",
		"http://198.17.255.254/":                                "",
		"http://198.20.0.1/":                                    "",
		"http://223.255.255.254/":                               "",
		"http://[2001:200::1]/":                                 "",
		"http://[2001:db9::1]/":                                 "",
		"http://[2003::1]/":                                     "",
		"http://[64:ff9b::808:808]/":                            "",
		"http://[::ffff:8.8.8.8]/":                              "",
		"https://127.0.0.1.example.com/":                        "",
		"https://internal.example.com/":                         "",
		"https://localhost.example.com/":                        "",
		"https://3m.example/":                                   "",
		"https://1e100.example/":                                "",
		"https://my_app.example.com/":                           "",
		"https://" + strings.Repeat("a", 63) + ".example/":      "",
		"https://" + strings.Repeat("a.", 120) + "example.com/": "",
		"http://example.com:8080/":                              "",
		"http://example.com/a%20b//c/../d":                      "",
		"http://xn--bcher-kva.example/":                         "",
		"https://example.com/%E3%83%95?q=%0d%0aX-Evil":          "",
		"https://example.com?x=1":                               "",
	} {
		if want == "" {
			want = raw
		}
		addrs, err := judge(t, Config{Resolver: answering(public)}, raw)
		if err != nil || len(addrs) != 1 {
			t.Errorf("%s: %v, %v; want one address", raw, addrs, err)
			continue
		}
		c, _ := New(Config{})
		got, err := c.CheckURL(raw)
		if err != nil || got.String() != want {
			t.Errorf("CheckURL(%s) = %v, %v; want %s", raw, got, err, want)
		}
	}
}

// TestMixedAnswers: of an answer with public and inside addresses only the
// public ones are dialled, whatever their order.
func TestMixedAnswers(t *testing.T) {
	for _, list := range [][]string{
		{public, "10.0.0.1"},
		{"127.0.0.1", public},
		{"::1", "169.254.169.254", "::ffff:93.184.215.14", "fe80::1"},
	} {
		got, err := judge(t, Config{Resolver: answering(list...)}, "http://mixed.attacker.example/")
		if diff := cmp.Diff(answering(public), answers(got), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); err != nil || diff != "" {
			t.Errorf("%v: %v (-want +got):\n%s", list, err, diff)
		}
	}
}

func TestPorts(t *testing.T) {
	for _, port := range []int{23, 25, 53, 139, 389, 587, 6000, 3306, 6379} {
		raw := fmt.Sprintf("http://example.com:%d/", port)
		_, err := judge(t, Config{Resolver: answering(public)}, raw)
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Kind != KindRefused || !strings.Contains(refusal.Message, "belongs to") {
			t.Errorf("%s: %v, want refused", raw, err)
		}
		if _, err := judge(t, Config{Resolver: answering(public), AnyPort: true}, raw); err != nil {
			t.Errorf("%s with any port: %v", raw, err)
		}
	}
}
