package main

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestEveryCommandExplainsItself(t *testing.T) {
	all := call{}.run(t, "help").want(t, exitOK, "Exit codes")
	for _, c := range commands() {
		if !strings.Contains(all.out, "  "+c.name+" ") || !strings.Contains(all.out, c.line) {
			t.Errorf("%s is not in the list:\n%s", c.name, all.out)
		}
		text := call{}.run(t, append(strings.Fields(c.name), "--help")...).want(t, exitOK, "Usage: hookline "+c.name, "Exit codes: 0 done").out
		long := call{}.run(t, append([]string{"help"}, strings.Fields(c.name)...)...)
		if long.out != text {
			t.Errorf("help %s and %s --help differ", c.name, c.name)
		}
		flags, _ := c.flags()
		flags.VisitAll(func(f *flag.Flag) {
			if !strings.Contains(text, "--"+f.Name) {
				t.Errorf("%s --help lacks --%s", c.name, f.Name)
			}
		})
		if c.name != "version" && !strings.Contains(text, "Example:\n  ") {
			t.Errorf("%s has no example", c.name)
		}
		call{}.run(t, append(strings.Fields(c.name), "--nonsense")...).want(t, exitUsage, "-nonsense", "hookline help "+c.name+" tells more")
	}
}

// TestReadmeKnowsThem holds the README's two tables to what there is.
func TestReadmeKnowsThem(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	must(t, err)
	for _, c := range commands() {
		if !strings.Contains(string(text), "| `hookline "+c.name) {
			t.Errorf("the README's table lacks hookline %s", c.name)
		}
		if !c.envAll {
			continue
		}
		flags, _ := c.flags()
		flags.VisitAll(func(f *flag.Flag) {
			if !strings.Contains(string(text), "| `--"+f.Name+"` | `"+variable(f.Name)+"` |") {
				t.Errorf("the README's table lacks --%s with %s", f.Name, variable(f.Name))
			}
		})
	}
}

func TestFlagsStandAnywhere(t *testing.T) {
	for line, want := range map[string][]string{
		"a --role x b":     {"x", "a", "b"},
		"--role x a b":     {"x", "a", "b"},
		"a b --role=x":     {"x", "a", "b"},
		"a -- --role x":    {"", "a", "--role", "x"},
		"--role x -- -a b": {"x", "-a", "b"},
	} {
		flags := flag.NewFlagSet("", flag.ContinueOnError)
		flags.SetOutput(io.Discard)
		role := flags.String("role", "", "")
		words, err := parse(flags, strings.Fields(line))
		if got := append([]string{*role}, words...); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q (%v), want %q", line, got, err, want)
		}
	}
}
