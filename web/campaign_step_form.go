package web

import (
	"context"
	"net/http"
	"strings"

	"hookline/internal/hookline"
	"hookline/views"
)

// stepForm is a step while somebody makes or edits it.
type stepForm struct {
	campaign  hookline.Campaign
	step      hookline.Step // as it is kept; a new one has only its kind
	at        string        // where a new one is put
	typed     views.StepTyped
	condition triggerForm
	trouble   hookline.Error
}

func (f stepForm) path() string {
	if f.step.ID == "" {
		return views.CampaignPath(f.campaign.ID, "steps", "new")
	}
	return views.StepPath(f.campaign.ID, f.step.ID)
}

// asking is what the condition of a step is for.
func asking(kind hookline.StepKind) views.Asking {
	if kind == hookline.StepBranch {
		return views.AskBranch
	}
	return views.AskWait
}

// openStep begins with what is kept, or with what a new step begins with.
func openStep(c hookline.Campaign, step hookline.Step, at string) stepForm {
	f := stepForm{campaign: c, step: step, at: at, typed: views.StepTyped{
		Name: step.Name, Sending: "draft", Conversion: step.Webhook.Conversion, Method: "POST", Sets: step.Sets,
		Wait: string(step.Wait.Kind), Span: views.TypedSpan(hookline.SpanParts(step.Wait.Span)), Most: views.TypedSpan(hookline.SpanParts(step.Wait.Span)),
		Time: hookline.FormatTimeOfDay(step.Wait.Minute), Zone: step.Wait.Zone, Days: step.Wait.Days.Names(),
	}}
	if step.Webhook.Auto {
		f.typed.Sending = "auto"
	}
	if step.Wait.Kind == "" {
		f.typed.Wait, f.typed.Time, f.typed.Zone = string(hookline.WaitSpan), "09:00", "UTC"
		f.typed.Span, f.typed.Most = views.SpanTyped{Number: "1", Unit: "day"}, views.SpanTyped{Number: "7", Unit: "day"}
	}
	if step.Kind == hookline.StepUpdate && len(step.Sets) == 0 {
		f.typed.Sets = []hookline.ResponseAttribute{{}}
	}
	f.condition = openCondition(asking(step.Kind), step.If+step.Wait.Condition) // a step has one of them
	if len(f.condition.draft.Children) == 0 && !f.condition.asText {
		f.condition.edit("add-row:")
		f.condition.focus = ""
	}
	return f
}

// readStep reads what was posted, right or wrong.
func readStep(r *http.Request, c hookline.Campaign, step hookline.Step, at string) stepForm {
	f := stepForm{campaign: c, step: step, at: at, typed: views.StepTyped{
		Name: trimmed(r, "name"), Sending: r.PostFormValue("sending"), Conversion: r.PostFormValue("conversion") != "",
		Method: r.PostFormValue("method"), URL: trimmed(r, "url"),
		Wait: r.PostFormValue("wait"), Span: readSpanTyped(r, "span"), Most: readSpanTyped(r, "most"),
		Time: trimmed(r, "time"), Zone: trimmed(r, "zone"), Days: r.PostForm["days"],
		Sets: readResponse(r.PostForm).Attributes,
	}}
	f.condition = readTrigger(asking(step.Kind), r.PostForm)
	return f
}

// edited does what a button in the form says, if one was pressed that keeps nothing.
func (f *stepForm) edited(r *http.Request) bool {
	if !isConditionEdit(r) {
		return false
	}
	if f.step.Kind == hookline.StepUpdate {
		f.typed.Focus, _ = attributeRows.edit(&f.typed.Sets, r.PostFormValue("edit"))
		return true
	}
	editCondition(r, &f.condition)
	return true
}

// wantsRequest says whether a webhook was told where to send and has no request yet.
func (f stepForm) wantsRequest() bool {
	return f.step.Kind == hookline.StepWebhook && f.step.Webhook.ActionID == "" && f.typed.URL != ""
}

// fields are the names that the form has for the fields of a step.
func (f stepForm) fields() map[string]string {
	if f.step.Kind == hookline.StepWait && f.typed.Wait == string(hookline.WaitCondition) {
		return map[string]string{"span": "most"}
	}
	return nil
}

// finishStep is the step that the form describes, or what is wrong with it. A draft's step may lack something, which its
// campaign then says.
func (s *server) finishStep(ctx context.Context, f *stepForm) (hookline.Step, error) {
	step := f.step
	step.Name = f.typed.Name
	var err error
	switch step.Kind {
	case hookline.StepWebhook:
		step.Webhook.Auto, step.Webhook.Conversion = f.typed.Sending == "auto", f.typed.Conversion
		err = s.checkSending(ctx, f, step)
	case hookline.StepWait:
		step.Wait, err = f.wait()
	case hookline.StepUpdate:
		step.Sets = hookline.Response{Attributes: f.typed.Sets}.Attributes
		err = onPart(s.Composer.CheckResponse(hookline.Response{Attributes: step.Sets}))
	case hookline.StepBranch:
		step.If, err = finishCondition(&f.condition)
	}
	return step, err
}

// checkSending refuses to send what is not complete, and what nobody could look at before.
func (s *server) checkSending(ctx context.Context, f *stepForm, step hookline.Step) error {
	if !step.Webhook.Auto || f.wantsRequest() {
		return nil
	}
	refused, err := s.refusedAuto(ctx, step)
	if err == nil && refused != "" {
		err = hookline.Invalid("The step was not saved.", map[string]string{"sending": refused})
	}
	return err
}

// refusedAuto says why a webhook cannot be sent automatically yet; "" when it can.
func (s *server) refusedAuto(ctx context.Context, step hookline.Step) (string, error) {
	const none = "First add a request: say below where to send."
	if step.Webhook.ActionID == "" {
		return none, nil
	}
	a, err := s.Store.Action(ctx, step.Webhook.ActionID)
	switch {
	case hookline.KindOf(err) == hookline.KindNotFound:
		return none, nil
	case err != nil:
		return "", err
	case a.Validate() != nil:
		return "First complete the request: something is missing in it.", nil
	case s.Composer.Check(a.Template) != nil || s.Composer.CheckResponse(a.Response) != nil:
		return "First mend the request: something in it cannot be read.", nil
	}
	return "", nil
}

// wait reads the part of the form that was chosen; the others may hold anything.
func (f *stepForm) wait() (hookline.WaitStep, error) {
	wait := hookline.WaitStep{Kind: hookline.WaitKind(f.typed.Wait)}
	wrong := map[string]string{}
	switch wait.Kind {
	case hookline.WaitSpan:
		if wait.Span = spanOf(f.typed.Span); wait.Span <= 0 {
			wrong["span"] = "Enter a whole number, such as 2."
		}
	case hookline.WaitClock:
		var known bool
		if wait.Minute, known = hookline.ParseTimeOfDay(f.typed.Time); !known {
			wrong["time"] = "Enter a time of day, such as 09:00."
		}
		if wait.Days, known = hookline.ParseWeekdays(f.typed.Days); !known {
			wrong["days"] = "Choose days from Monday to Sunday."
		}
		if wait.Zone = f.typed.Zone; strings.EqualFold(wait.Zone, "local") {
			wrong["zone"] = "Enter a time zone by its name, such as Europe/Berlin or UTC."
		}
	case hookline.WaitCondition:
		if wait.Span = spanOf(f.typed.Most); wait.Span <= 0 {
			wrong["most"] = "Enter a whole number, such as 7."
		}
		text, err := finishCondition(&f.condition)
		addWrong(wrong, err)
		wait.Condition = text
	}
	if len(wrong) > 0 {
		return wait, hookline.Invalid("The step was not saved.", wrong)
	}
	return wait, nil
}
