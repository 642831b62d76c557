package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"hookline/internal/liquid"
)

// renderTime is how long one template may take, as when a request is made.
const renderTime = 500 * time.Millisecond

func renderCommand() command {
	return command{
		name: "render", line: "fill in a Liquid template", args: "--template FILE [--data FILE] | --lines",
		about: `Renders one template with the variables of a JSON object and prints what comes
out, byte for byte; - is standard input. A fault in the template is told with its
line and column. Warnings go to standard error.

The mode says what surrounds the values, and so how they are escaped: json (as in
a JSON body), form, url, header, or text for no escaping.

With --lines it does many: each line of standard input is a JSON object
  {"id": …, "template": "…", "data": {…}, "templates": {"name": "…"}, "mode": "json"}
of which only template is needed (templates are snippets for {% render %}), and
each line of standard output is the answer to it, in the same order:
  {"id": …, "output": "…", "error": null, "line": null, "column": null, "warnings": []}
A warning is {"line", "column", "message"}. What is wrong with one line is told in
its answer, and the next one is read.`,
		example: "echo '{\"customer\": {\"name\": \"Ana\"}}' | hookline render --template welcome.liquid --data -\nhookline render --lines < cases.jsonl > answers.jsonl",
		codes:   "A template at fault is 1; with --lines it is 0 when every line was answered.",
		prepare: func(flags *flag.FlagSet) runner {
			r := &rendering{}
			flags.StringVar(&r.template, "template", "", "`file` with the template")
			flags.StringVar(&r.data, "data", "", "`file` with a JSON object of variables; none without it")
			flags.StringVar(&r.mode, "mode", "text", "`mode`: text, json, form, url or header")
			flags.BoolVar(&r.lines, "lines", false, "render many, a line each, from standard input")
			return r.run
		},
	}
}

// rendering is one run of render.
type rendering struct {
	template, data, mode string
	lines                bool
}

func (r *rendering) run(ctx context.Context, args []string, s streams) error {
	if err := noMore(args, 0); err != nil {
		return err
	}
	mode, known := liquid.ParseMode(r.mode)
	switch {
	case !known:
		return misuse("--mode is text, json, form, url or header, not %q", r.mode)
	case r.lines && (r.template != "" || r.data != ""):
		return misuse("--lines takes templates and data from standard input, not from files")
	case r.lines:
		return renderLines(ctx, s)
	case r.template == "":
		return misuse("say with --template which file to render, or render many with --lines")
	case r.template == "-" && r.data == "-":
		return misuse("template and data cannot both come from standard input")
	}
	return r.one(ctx, mode, s)
}

func (r *rendering) one(ctx context.Context, mode liquid.Mode, s streams) error {
	source, err := readFile(r.template, s.in)
	if err != nil {
		return fmt.Errorf("read template: %w", err)
	}
	var data []byte
	if r.data != "" {
		if data, err = readFile(r.data, s.in); err != nil {
			return fmt.Errorf("read data: %w", err)
		}
	}
	vars, err := variables(data)
	if err != nil {
		return fmt.Errorf("%s: %w", r.data, err)
	}
	result, err := render(ctx, string(source), mode, vars, nil)
	if err != nil {
		return fmt.Errorf("%s, %w", r.template, err)
	}
	for _, w := range result.Warnings {
		fmt.Fprintf(s.err, "hookline: warning: %s, %s\n", r.template, w)
	}
	if result.Cancelled {
		fmt.Fprintln(s.err, "hookline: the template decided not to send this.", result.CancelReason)
	}
	_, err = io.WriteString(s.out, result.Output)
	return err
}

func readFile(name string, in io.Reader) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(in)
	}
	return os.ReadFile(name)
}

// variables reads a JSON object; nothing and null are an empty one.
func variables(data []byte) (liquid.Vars, error) {
	if len(data) == 0 || string(data) == "null" {
		return liquid.Vars{}, nil
	}
	value, err := liquid.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("the data is not JSON: %w", errors.Unwrap(err))
	}
	object, ok := value.(*liquid.Object)
	if !ok {
		return nil, errors.New("the data is not a JSON object: write the variables as {\"name\": value, …}")
	}
	vars := liquid.Vars{}
	for name, value := range object.All() {
		vars[name] = value
	}
	return vars, nil
}

func render(ctx context.Context, source string, mode liquid.Mode, vars liquid.Vars, snippets map[string]string) (liquid.Result, error) {
	template, err := liquid.Compile(source, mode)
	if err != nil {
		return liquid.Result{}, err
	}
	ctx, stop := context.WithTimeout(ctx, renderTime)
	defer stop()
	result, err := template.Render(ctx, vars, liquid.Options{Snippets: snippets})
	result.Warnings = advice(template, result.Warnings)
	return result, err
}

// advice adds to the warnings of a rendering what can be said without data, in order and one for each place, as the
// composer does.
func advice(template *liquid.Template, warnings []liquid.Warning) []liquid.Warning {
	all := slices.Concat(warnings, template.Lints())
	if template.Mode() == liquid.JSON {
		all = append(all, template.JSONLints()...)
	}
	slices.SortStableFunc(all, func(a, b liquid.Warning) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	return slices.CompactFunc(all, func(a, b liquid.Warning) bool { return a.Line == b.Line && a.Column == b.Column && a.Line > 0 })
}
