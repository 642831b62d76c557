package outbound

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
)

// TestMain sets the variables by which other programs choose a proxy, to one that
// is not there: every test shows that they mean nothing here.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		if err := os.Setenv(name, "http://127.0.0.1:1"); err != nil {
			panic(err)
		}
	}
	for _, name := range []string{"NO_PROXY", "no_proxy", "REQUEST_METHOD"} {
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
	if os.Getenv(BenchReceiver) != "" {
		receiveForBench()
	}
	os.Exit(m.Run())
}

// BenchReceiver is the variable that makes this test a receiver for benchmarks.
const BenchReceiver = "HOOKLINE_BENCH_RECEIVER"

func receiveForBench() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("http://" + listener.Addr().String())
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "ok")
	})))
}
