package docs

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline/internal/docs/samples/receive"
	"hookline/internal/hookline"
)

// cells gives the text of each row of a page's tables.
func cells(t *testing.T, slug string) [][]string {
	t.Helper()
	page, ok := manual(t).Page(slug)
	if !ok {
		t.Fatalf("there is no page %s", slug)
	}
	var all [][]string
	for _, part := range page.Parts {
		for _, row := range rows.FindAllStringSubmatch(part.HTML, -1) {
			var texts []string
			for cell := range strings.SplitSeq(row[1], "</td>") {
				texts = append(texts, strings.TrimSpace(html.UnescapeString(tag.ReplaceAllString(cell, ""))))
			}
			all = append(all, texts[:len(texts)-1])
		}
	}
	return all
}

var tag = regexp.MustCompile(`<[^>]*>`)

// TestTheScheduleIsAsShown computes it anew: ten more tries, the first after
// ten seconds, each wait twice the one before.
func TestTheScheduleIsAsShown(t *testing.T) {
	var want, got [][]string
	total := time.Duration(0)
	for try := 2; try <= 11; try++ {
		wait := 10 * time.Second << (try - 2)
		total += wait
		want = append(want, []string{fmt.Sprint(try), spoken(wait), spoken(total)})
	}
	for _, row := range cells(t, "retries") {
		if len(row) == 3 {
			got = append(got, row)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("shown are\n%v, want\n%v", got, want)
	}
}

func spoken(d time.Duration) string {
	var parts []string
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / unit.size; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, unit.name))
			d -= n * unit.size
		}
	}
	return strings.Join(parts, " ")
}

var (
	flagged  = regexp.MustCompile(`flags\.(?:\w+)\(&set\.\w+, "([a-z-]+)"`)
	commands = regexp.MustCompile(`name: "([a-z ]+)"`)
)

// source is the text of the command's files of this name.
func source(t *testing.T, name string) string {
	t.Helper()
	files, err := filepath.Glob("../../cmd/hookline/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, "_test.go") {
			all.Write(text)
		}
	}
	return all.String()
}

// TestTheSettingsAreThoseThereAre compares the table with the flags of serve.
func TestTheSettingsAreThoseThereAre(t *testing.T) {
	var want, got []string
	for _, found := range flagged.FindAllStringSubmatch(source(t, "config.go"), -1) {
		want = append(want, "--"+found[1]+" HOOKLINE_"+strings.ToUpper(strings.ReplaceAll(found[1], "-", "_")))
	}
	for _, row := range cells(t, "running") {
		got = append(got, row[0]+" "+row[1])
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) < 8 || !slices.Equal(got, want) {
		t.Errorf("shown are\n%q, want\n%q", got, want)
	}
}

// TestTheCommandsAreThoseThereAre compares the table with the program.
func TestTheCommandsAreThoseThereAre(t *testing.T) {
	var want, got []string
	for _, found := range commands.FindAllStringSubmatch(source(t, "*.go"), -1) {
		want = append(want, "hookline "+found[1])
	}
	for _, row := range cells(t, "command-line") {
		if strings.HasPrefix(row[0], "hookline ") {
			got = append(got, row[0])
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) < 8 || !slices.Equal(got, want) {
		t.Errorf("shown are\n%q, want\n%q", got, want)
	}
}

var option = regexp.MustCompile(`--([a-z-]+)`)

// TestCommandsInSamples holds each line that begins with hookline to what the
// program knows: the command, and every flag. Roles are hookline's own.
func TestCommandsInSamples(t *testing.T) {
	known, found := source(t, "*.go"), 0
	for _, page := range manual(t).order {
		for _, part := range page.Parts {
			if part.Code.Language != "sh" {
				continue
			}
			for line := range strings.Lines(strings.ReplaceAll(part.Code.Text, "\\\n", " ")) {
				words := strings.Fields(strings.TrimSpace(line))
				if len(words) < 2 || words[0] != "hookline" {
					continue
				}
				found++
				if !strings.Contains(known, `name: "`+words[1]) {
					t.Errorf("%s: there is no such command", line)
				}
				for _, flag := range option.FindAllStringSubmatch(line, -1) {
					if !strings.Contains(known, `"`+flag[1]+`"`) {
						t.Errorf("%s: there is no --%s", line, flag[1])
					}
				}
				if at := slices.Index(words, "--scope"); at >= 0 {
					if _, err := hookline.ParseScope(words[at+1]); err != nil {
						t.Errorf("%s: %v", line, err)
					}
				}
			}
		}
	}
	if found < 8 {
		t.Errorf("only %d commands were found", found)
	}
}

// TestTheUnitsAreThoseThatComeWithHookline: what is embedded must lie below
// this folder, so the units are here a second time.
func TestTheUnitsAreThoseThatComeWithHookline(t *testing.T) {
	for _, name := range []string{"hookline.service", "hookline.socket"} {
		shown, err := sample("systemd/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if shown != strings.TrimRight(source(t, name), "\n") {
			t.Errorf("%s differs: copy cmd/hookline/%s to samples/systemd", name, name)
		}
	}
}

// TestTheReceiverOfTheSample works once, says so twice, and asks for another
// try when it could not.
func TestTheReceiverOfTheSample(t *testing.T) {
	done := map[string]bool{}
	worked, broken := 0, true
	receiver := receive.Receiver{
		Verify:   func(h http.Header, _ []byte) bool { return h.Get("X-CIO-Signature") == "good" },
		Seen:     func(key string) bool { return done[key] },
		Remember: func(key string) { done[key] = true },
		Work: func([]byte) error {
			if broken {
				return io.ErrUnexpectedEOF
			}
			worked++
			return nil
		},
	}
	try := func(signature string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("{}"))
		r.Header.Set("X-CIO-Signature", signature)
		r.Header.Set("X-CIO-Idempotency-Key", "key")
		w := httptest.NewRecorder()
		receiver.ServeHTTP(w, r)
		return w.Code
	}
	got := []int{try("bad"), try("good")}
	broken = false
	got = append(got, try("good"), try("good"))
	if want := []int{401, 503, 204, 204}; !slices.Equal(got, want) || worked != 1 {
		t.Errorf("answered %v, want %v; worked %d times", got, want, worked)
	}
}
