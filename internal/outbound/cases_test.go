package outbound

import (
	"errors"
	"net/netip"
	"slices"
	"testing"

	"hookline/internal/outbound/cases"
)

// tried200 is how often a URL whose name changes its answer is sent to.
const tried200 = 200

// TestCases: nothing that must be refused is saved or dialled, whatever is tried;
// and what may be sent to is dialled at exactly the public addresses of its name.
// Not one packet is sent: each dial is counted where the kernel would be asked.
func TestCases(t *testing.T) {
	all, err := cases.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		checkCase(t, c)
	}
	counts := map[cases.Verdict]int{} // of the table, which is whole by itself
	for _, c := range cases.Table() {
		counts[c.Verdict]++
	}
	for verdict, least := range map[cases.Verdict]int{cases.Refuse: 170, cases.Accept: 50, cases.Guard: 4, cases.Port: 10} {
		if counts[verdict] < least {
			t.Errorf("only %d cases of %s", counts[verdict], verdict)
		}
	}
}

func checkCase(t *testing.T, c cases.Case) {
	t.Helper()
	saved := asked(t, c, Config{}).CheckReach(t.Context(), c.URL)
	dialled, sent := send(t, c, Config{}, tried200)
	switch c.Verdict {
	case cases.Refuse, cases.Port:
		if saved == nil || len(dialled) > 0 || !isFinal(sent) {
			t.Errorf("%q (%s): saved %v, sent %v, dialled %v; want it refused", c.URL, c.Why, saved, sent, dialled)
		}
	case cases.Accept, cases.Guard:
		if saved != nil || len(dialled) == 0 {
			t.Errorf("%q (%s): saved %v, sent %v, dialled %v; want it let through", c.URL, c.Why, saved, sent, dialled)
		}
	}
	for _, addr := range dialled {
		if !Classify(addr).Public {
			t.Errorf("%q (%s): %s was dialled", c.URL, c.Why, addr)
		}
	}
	if c.Verdict != cases.Port {
		return
	}
	if dialled, _ := send(t, c, Config{AnyPort: true}, 1); len(dialled) == 0 {
		t.Errorf("%q: not dialled though any port may be", c.URL)
	}
}

// asked is a client whose name server answers as the case says.
func asked(t *testing.T, c cases.Case, cfg Config) *Client {
	t.Helper()
	cfg.Resolver = c.Resolver()
	client, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// send sends several times where no connection can be made, and gives the
// addresses that would have been connected to, and the last error.
func send(t *testing.T, c cases.Case, cfg Config, times int) (dialled []netip.Addr, err error) {
	t.Helper()
	client, d := asked(t, c, cfg), &dials{}
	d.watch(client, errNoNetwork)
	if len(c.Later) == 0 {
		times = 1
	}
	for range times {
		_, err = client.Send(t.Context(), Request{Method: "POST", URL: c.URL})
	}
	for _, hostport := range d.tried {
		dialled = append(dialled, netip.MustParseAddrPort(hostport).Addr())
	}
	return slices.Compact(dialled), err
}

var errNoNetwork = errors.New("there is no network in this test")

func isFinal(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind.Final()
}

// TestAPortScanLearnsNothing: of an inside address the answer and its time are
// the same whether something listens there or not, because nobody looks.
func TestAPortScanLearnsNothing(t *testing.T) {
	for _, name := range []string{"127.0.0.1", "[::1]", "10.0.0.1", "inside.example"} {
		c := cases.Case{First: []netip.Addr{netip.MustParseAddr("10.0.0.1")}}
		messages := map[string]int{}
		for _, port := range []string{"80", "443", "8080", "9", "65535"} {
			c.URL = "http://" + name + ":" + port + "/"
			dialled, err := send(t, c, Config{AnyPort: true}, 1)
			if len(dialled) > 0 || err == nil {
				t.Errorf("%s: dialled %v, error %v", c.URL, dialled, err)
				continue
			}
			messages[err.Error()]++
		}
		if len(messages) != 1 {
			t.Errorf("%s: different answers by port: %v", name, messages)
		}
	}
}
