package workspace

import (
	"fmt"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

// Step is a step of a campaign in a file, with what it sends. Steps are known by
// their kind and their name, as are the others; the second of two is “#2”.
type Step struct {
	Kind       string    `yaml:"kind"`
	Name       string    `yaml:"name,omitempty"`
	Auto       bool      `yaml:"auto,omitempty"`       // webhook: sent at once, without a draft
	Conversion bool      `yaml:"conversion,omitempty"` // webhook: it may count towards the goal
	Request    *Request  `yaml:"request,omitempty"`
	Response   *Response `yaml:"response,omitempty"`

	Wait *Wait               `yaml:"wait,omitempty"`
	Sets []ResponseAttribute `yaml:"sets,omitempty"` // update

	Condition text   `yaml:"condition,omitempty"` // branch
	Yes       []Step `yaml:"yes,omitempty"`
	No        []Step `yaml:"no,omitempty"`
}

// Wait is what a step waits for, in a file.
type Wait struct {
	Kind      string   `yaml:"kind,omitempty"`
	SpanMS    int64    `yaml:"span_ms,omitempty"`
	Time      string   `yaml:"time,omitempty"` // 09:30
	Days      []string `yaml:"days,omitempty,flow"`
	Zone      string   `yaml:"time_zone,omitempty"`
	Condition text     `yaml:"condition,omitempty"`
}

func (e exporter) steps(steps []hookline.Step, words ...string) []Step {
	out := []Step{}
	for _, s := range steps {
		step := Step{Kind: string(s.Kind), Name: s.Name, Auto: s.Webhook.Auto, Conversion: s.Webhook.Conversion, Condition: text(e.named(s.If))}
		if s.Webhook.ActionID != "" {
			action := e.action(e.owned[s.Webhook.ActionID], append(append([]string{}, words...), s.Label())...)
			step.Request, step.Response = &action.Request, action.Response
		}
		if s.Kind == hookline.StepWait {
			step.Wait = e.wait(s.Wait)
		}
		for _, set := range s.Sets {
			step.Sets = append(step.Sets, ResponseAttribute{set.Name, text(set.Value)})
		}
		if len(s.Yes) > 0 {
			step.Yes = e.steps(s.Yes, words...)
		}
		if len(s.No) > 0 {
			step.No = e.steps(s.No, words...)
		}
		out = append(out, step)
	}
	return out
}

func (e exporter) wait(w hookline.WaitStep) *Wait {
	out := &Wait{Kind: string(w.Kind), SpanMS: w.Span.Milliseconds(), Zone: w.Zone, Condition: text(e.named(w.Condition))}
	if w.Kind == hookline.WaitClock {
		out.Time, out.Days = hookline.FormatTimeOfDay(w.Minute), w.Days.Names()
	}
	return out
}

// matched finds the steps of the file among those that are there, in the order
// in which they are walked.
type matched struct {
	byRef map[string]hookline.Step
	seen  map[string]int
}

func stepRef(seen map[string]int, kind, label string) string {
	ref := kind + " “" + label + "”"
	seen[ref]++
	if n := seen[ref]; n > 1 {
		ref += " #" + strconv.Itoa(n)
	}
	return ref
}

func (c *comparison) wantSteps(path, thing string, steps []Step, now hookline.Campaign, w *wantedCampaign) []hookline.Step {
	m := matched{map[string]hookline.Step{}, map[string]int{}}
	seen := map[string]int{}
	for step := range now.Walk() {
		m.byRef[stepRef(seen, string(step.Kind), step.Label())] = *step
	}
	return c.stepsLike(path+".steps", thing, steps, m, w)
}

func (c *comparison) stepsLike(path, thing string, steps []Step, m matched, w *wantedCampaign) []hookline.Step {
	var all []hookline.Step
	for i, f := range steps {
		all = append(all, c.stepLike(fmt.Sprintf("%s.%d", path, i), thing, f, m, w))
	}
	return all
}

// stepLike keeps the id of a step that is there already, because people are at it.
func (c *comparison) stepLike(path, thing string, f Step, m matched, w *wantedCampaign) hookline.Step {
	want := hookline.Step{Kind: hookline.StepKind(f.Kind), Name: strings.TrimSpace(f.Name), If: string(f.Condition)}
	ref := stepRef(m.seen, f.Kind, want.Label())
	now := m.byRef[ref]
	if want.ID = now.ID; want.ID == "" {
		want.ID = c.ids.New("stp")
	}
	want.Webhook = hookline.WebhookStep{DestinationID: now.Webhook.DestinationID, ActionID: now.Webhook.ActionID, Auto: f.Auto, Conversion: f.Conversion}
	if f.Request != nil {
		action := c.wantOwned(*f.Request, f.Response, c.owned[now.Webhook.ActionID])
		action.Name = want.Label()
		c.checkAction(path, thing+": step "+ref, action)
		w.actions[want.ID] = action
		w.shown[want.ID] = action
	} else if want.Webhook.ActionID != "" {
		w.shown[want.ID] = c.owned[want.Webhook.ActionID]
	}
	for _, set := range f.Sets {
		want.Sets = append(want.Sets, hookline.ResponseAttribute{Name: strings.TrimSpace(set.Name), Value: string(set.Value)})
	}
	if f.Wait != nil {
		want.Wait = c.wantWait(path, thing+": step "+ref, *f.Wait)
	}
	want.Yes = c.stepsLike(path+".yes", thing, f.Yes, m, w)
	want.No = c.stepsLike(path+".no", thing, f.No, m, w)
	return want
}

func (c *comparison) wantWait(path, thing string, f Wait) hookline.WaitStep {
	want := hookline.WaitStep{Kind: hookline.WaitKind(f.Kind), Span: millis(f.SpanMS), Zone: f.Zone, Condition: string(f.Condition)}
	var known bool
	if want.Days, known = hookline.ParseWeekdays(f.Days); !known {
		c.problem(path, thing+": write the days like [mon, sun]")
	}
	if f.Time == "" {
		return want
	}
	if want.Minute, known = hookline.ParseTimeOfDay(f.Time); !known {
		c.problem(path, thing+": write the time of day like 09:30")
	}
	return want
}
