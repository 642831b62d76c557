package outbound

import (
	"errors"
	"strings"
	"testing"
)

// TestNoURL: text that is no absolute web URL, or that two parsers could read in
// two ways, is refused with words for the person who typed it.
func TestNoURL(t *testing.T) {
	for raw, want := range map[string]string{
		"":                                                "is empty",
		"  \t ":                                           "is empty",
		"example.com/hook":                                "must begin with https",
		"//example.com/hook":                              "must begin with https",
		"/hook":                                           "must begin with https",
		"?x=http://a.example/":                            "must begin with https",
		"file://localhost/etc/passwd":                     "other kinds cannot be called",
		"gopher://127.0.0.1:6379/_INFO":                   "other kinds cannot be called",
		"ftp://example.com/":                              "other kinds cannot be called",
		"ldap://example.com/":                             "other kinds cannot be called",
		"smb://example.com/share":                         "other kinds cannot be called",
		"data:text/plain,hello":                           "other kinds cannot be called",
		"javascript:alert(1)":                             "other kinds cannot be called",
		"mailto:a@example.com":                            "other kinds cannot be called",
		"blob:https://example.com/1":                      "other kinds cannot be called",
		"http+unix://%2Fvar%2Frun/info":                   "other kinds cannot be called",
		"wss://example.com/":                              "other kinds cannot be called",
		"httpx://example.com/":                            "other kinds cannot be called",
		"http:":                                           "two slashes",
		"http:example.com":                                "two slashes",
		"http:/example.com":                               "two slashes",
		"http://":                                         "names no host",
		"http:///hook":                                    "names no host",
		"http://:80/":                                     "names no host",
		"http://user:pw@/":                                "names no host",
		"https:\\\\example.com\\":                         "backslash",
		"http://example.com\\@127.0.0.1/":                 "backslash",
		"http://../":                                      "empty part",
		"http://./":                                       "empty part",
		"http://.example.com/":                            "empty part",
		"http://example..com/":                            "empty part",
		"http://example.com../":                           "empty part",
		"http://127.0.0.1 .example.com/":                  "blank or line break",
		" https://example.com/":                           "blank or line break",
		"http://exam\nple.com/":                           "blank or line break",
		"http://example.com/\r\nX: 1":                     "blank or line break",
		"http://example.com/a\u00a0b":                     "blank or line break",
		"http://example.com/\x00":                         "invisible control",
		"http://example.com/\x7f":                         "invisible control",
		"http://exam\u200bple.com/":                       "invisible control",
		"http://exam\u00adple.com/":                       "invisible control",
		"http://example.com/\u202e":                       "invisible control",
		"http://example.com/\xff":                         "not UTF-8",
		"http://example.com<script>/":                     "character <",
		"http://example.com/\"x":                          "character \"",
		"http://%31%32%37.0.0.1/":                         "percent-encoded",
		"http://localhost%00.example.com":                 "percent-encoded",
		"http://127.0.0.1%23.example.com":                 "percent-encoded",
		"http://b%C3%BCcher.example/":                     "percent-encoded",
		"http://::1/":                                     "needs brackets",
		"http://example.com:80:90/":                       "more than one colon",
		"http://[localhost]/":                             "only hold an IPv6",
		"http://[127.0.0.1]/":                             "only hold an IPv6",
		"http://[]/":                                      "only hold an IPv6",
		"http://[::1":                                     "no ]",
		"http://[::1]x/":                                  "may follow the ]",
		"http://[fe80::1%25eth0]/":                        "network interface",
		"http://[2606:4700:4700::1111%25eth0]/":           "network interface",
		"http://[::ffff:127.0.0.1%2525]/":                 "network interface",
		"http://example.com:0/":                           "between 1 and 65535",
		"http://example.com:65536/":                       "between 1 and 65535",
		"http://example.com:-1/":                          "between 1 and 65535",
		"http://example.com:+80/":                         "between 1 and 65535",
		"http://example.com:0x50/":                        "between 1 and 65535",
		"http://example.com:８０/":                          "between 1 and 65535",
		"http://2130706433/":                              "another way to write the address 127.0.0.1",
		"http://0X7F000001/":                              "another way to write the address 127.0.0.1",
		"http://0x7f.1/":                                  "another way to write the address 127.0.0.1",
		"http://127.1/":                                   "another way to write the address 127.0.0.1",
		"http://127.0.1/":                                 "another way to write the address 127.0.0.1",
		"http://0177.0.0.1/":                              "another way to write the address 127.0.0.1",
		"http://127.0.0.01/":                              "another way to write the address 127.0.0.1",
		"http://127.0.0.1./":                              "another way to write the address 127.0.0.1",
		"http://2852039166/":                              "another way to write the address 169.254.169.254",
		"http://0251.0376.0251.0376/":                     "another way to write the address 169.254.169.254",
		"http://169.254.43518/":                           "another way to write the address 169.254.169.254",
		"http://0x/":                                      "another way to write the address 0.0.0.0",
		"http://0/":                                       "another way to write the address 0.0.0.0",
		"http://425.510.425.510/":                         "neither a name nor a valid address",
		"http://1.2.3.4.5/":                               "neither a name nor a valid address",
		"http://4294967296/":                              "neither a name nor a valid address",
		"http://09.1/":                                    "neither a name nor a valid address",
		"http://example.1/":                               "neither a name nor a valid address",
		"http://①②⑦.⓪.⓪.①/":                               "xn-- form",
		"http://１２７。０。０。１:8080/":                          "xn-- form",
		"http://ｅxample.com/":                             "xn-- form",
		"http://exam℀ple.com/":                            "xn-- form",
		"http://bu\u0308cher.example/":                    "xn-- form",
		"http://exa!mple.com/":                            "the character !",
		"http://exam{ple}.com/":                           "the character {",
		"http://-example.com/":                            "hyphen",
		"http://example-.com/":                            "hyphen",
		"http://" + strings.Repeat("a", 64) + ".example/": "longer than 63",
		"http://" + strings.Repeat("ü", 60) + ".example/": "longer than 63",
		"http://" + strings.Repeat("a.", 124) + "example.com/": "longer than 253",
		"http://example.com/" + strings.Repeat("a", 9000):      "longer than 8,192",
		"http://example.com/%zz":                               "two hex digits",
		"http://us^er@example.com/":                            "must be percent-encoded",
	} {
		c, err := New(Config{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.CheckURL(raw)
		var problem *Error
		if !errors.As(err, &problem) || problem.Kind != KindInvalidURL || !strings.Contains(problem.Message, want) {
			t.Errorf("CheckURL(%q) = %v, %v; want %q", raw, got, err, want)
		} else if !strings.HasSuffix(problem.Message, ".") {
			t.Errorf("CheckURL(%q): %q is no whole sentence", raw, problem.Message)
		}
	}
}

func TestErrorsNeverShowUserinfo(t *testing.T) {
	c, _ := New(Config{})
	for _, raw := range []string{
		"http://alice:hunter2@localhost/", "http://alice:hunter2@127.0.0.1/", "http://alice:hunter2@2130706433/",
		"http://alice:hun^ter2@example.com/", "http://alice:hunter2@example.com:23/", "http://alice:hunter2@[::1]/",
		"http://alice:hunter2@exa mple.com/", "http://alice:hunter2@example.com/%zz", "http://alice:hunter2@",
	} {
		_, err := c.CheckURL(raw)
		if err == nil || strings.Contains(err.Error(), "alice") || strings.Contains(err.Error(), "ter2") {
			t.Errorf("CheckURL(%s): %v", raw, err)
		}
	}
}

func TestShowURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://user:pass@api.example.com/x?y=1#z": "https://api.example.com/x?y=1",
		"https://me@corp.example:pw@example.com":    "https://example.com",
		"https://example.com/@handle?mail=a@b":      "https://example.com/@handle?mail=a@b",
		"http://u:p@exa mple/%zz":                   "http://exa mple/%zz",
		"no url at all":                             "no url at all",
	} {
		if got := ShowURL(raw); got != want {
			t.Errorf("ShowURL(%q) = %q, want %q", raw, got, want)
		}
	}
}

// TestInternationalNames holds names against samples of RFC 3492 §7.1 and names
// in use.
func TestInternationalNames(t *testing.T) {
	for name, want := range map[string]string{
		"bücher.example":                   "xn--bcher-kva.example",
		"BÜCHER.Example":                   "xn--bcher-kva.example",
		"faß.example":                      "xn--fa-hia.example",
		"例え.テスト":                           "xn--r8jz45g.xn--zckzah",
		"例え。テスト":                           "xn--r8jz45g.xn--zckzah",
		"россия.example":                   "xn--h1alffa9f.example",
		"他们为什么不说中文.example":                "xn--ihqwcrb4cv8a8dqg056pqjye.example",
		"安室奈美恵-with-super-monkeys.example": "xn---with-super-monkeys-pc58ag80a8qai00g7n9n.example",
	} {
		if got, err := asciiName(name); err != nil || got != want {
			t.Errorf("asciiName(%s) = %q, %v; want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"①②⑦.example", "１２７.example", "e\u0301.example", "ﬁ.example", "a²b.example", strings.Repeat("ü", 60) + ".example"} {
		if got, err := asciiName(name); err == nil {
			t.Errorf("asciiName(%s) = %q, want it refused", name, got)
		}
	}
}
