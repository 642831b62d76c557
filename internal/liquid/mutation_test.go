package liquid

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var pieces = regexp.MustCompile(`\{\{-?|-?\}\}|\{%-?|-?%\}|"[^"]*"|'[^']*'|[\w-]+|\s+|.`)

// TestMutatedTemplates cuts all templates of the cases into words and mixes
// them. Nearly all of that is wrong, and none of it may end in a fault of ours.
func TestMutatedTemplates(t *testing.T) {
	var words [][]string
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		for _, c := range readCases(t, path) {
			words = append(words, pieces.FindAllString(strings.Join(c.template, "\n"), -1))
		}
	}
	for _, h := range hostile {
		if len(h.source) < 2000 {
			words = append(words, pieces.FindAllString(h.source, -1))
		}
	}
	rounds := 10_000
	if raceEnabled || testing.Short() {
		rounds = 2_000
	}
	r := rand.New(rand.NewPCG(3, 4))
	vars := hostileVars(t)
	vars["a"], vars["list"], vars["c"] = "x", []Value{int64(3), nil, "y", 1.5}, vars["huge"]
	vars["people"] = vars["list"]
	for range rounds {
		source := mutate(r, words)
		mode := Mode(r.IntN(5))
		tmpl, err := Compile(source, mode)
		if err == nil {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			_, err = tmpl.Render(ctx, vars, Options{Marks: true, Snippets: map[string]string{"hello": source}})
			cancel()
			tmpl.Variables()
		}
		if checkError(t, err); t.Failed() {
			t.Fatalf("template: %q", source)
		}
	}
}

// mutate changes a few words of one template for those of others.
func mutate(r *rand.Rand, words [][]string) string {
	mine := append([]string(nil), words[r.IntN(len(words))]...)
	for range 1 + r.IntN(4) {
		if len(mine) == 0 {
			break
		}
		i := r.IntN(len(mine))
		other := words[r.IntN(len(words))]
		switch j := r.IntN(len(other)); r.IntN(4) {
		case 0:
			mine[i] = other[j]
		case 1:
			mine = append(mine[:i], mine[i+1:]...)
		case 2:
			mine = append(mine[:i:i], append([]string{other[j]}, mine[i:]...)...)
		case 3:
			mine = append(mine[:i:i], other[j:]...)
		}
	}
	return strings.Join(mine, "")
}
