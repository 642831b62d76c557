package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"hookline/internal/curl"
	"hookline/internal/hookline"
	"hookline/views"
	"hookline/views/ui"
)

// curlForm is the form that takes a curl command.
type curlForm struct {
	command string
	target  target
	trouble hookline.Error
}

func (s *server) showCurl(w http.ResponseWriter, r *http.Request) error {
	return s.showCurlForm(w, r, http.StatusOK, curlForm{target: newTarget(r, "")})
}

func (s *server) showCurlForm(w http.ResponseWriter, r *http.Request, status int, f curlForm) error {
	m := views.CurlModel{Command: f.command, Trouble: f.trouble}
	var err error
	if m.Target, err = s.targetModel(r.Context(), f.target); err != nil {
		return err
	}
	m.Page = s.page(w, r, ui.Page{
		Title: "Paste a curl command", Subtitle: "Make an action of a command that you found.",
		Active: ui.NavRecipes, Crumbs: recipeCrumbs(), Narrow: true,
	})
	return s.showStatus(w, r, status, view{page: views.CurlForm(m)})
}

// useCurl makes an action of a command, which is off, and opens its composer.
func (s *server) useCurl(w http.ResponseWriter, r *http.Request) error {
	f := curlForm{command: strings.ReplaceAll(r.PostFormValue("command"), "\r\n", "\n"), target: readTarget(r)}
	a, notes, err := s.readCurl(r, f)
	var wrong bool
	if f.trouble, wrong = onForm(err); wrong {
		return s.showCurlForm(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	text := "The action is made, and off. Say when it sends, put {{ … }} where values are to be filled in, then press “Save and enable”."
	return s.done(w, r, actionPath(a), strings.Join(append([]string{text}, notes...), " "))
}

func (s *server) readCurl(r *http.Request, f curlForm) (a hookline.Action, notes []string, err error) {
	ctx := r.Context()
	wrong := map[string]string{}
	command, err := curl.Read(f.command)
	if err != nil {
		trouble, ok := onForm(err)
		if !ok {
			return a, nil, err
		}
		wrong["command"] = trouble.Message
	} else {
		wrong = s.checkCommand(ctx, command.Template)
	}
	d, err := s.findTarget(ctx, f.target, 1, wrong)
	if err != nil {
		return a, nil, err
	}
	if len(wrong) > 0 {
		return a, nil, hookline.Invalid("The command was not taken over.", wrong)
	}
	a = hookline.Action{
		Name: curlName(command.Template), Trigger: `type = "track"`, Template: command.Template, Batching: hookline.NewBatching(),
	}
	if d, err = s.makeTarget(ctx, d); err != nil {
		return a, nil, err
	}
	a, err = s.makeOff(r, d, a)
	return a, command.Notes, err
}

// checkCommand says at the command what a composer would say at its fields.
func (s *server) checkCommand(ctx context.Context, t hookline.Template) map[string]string {
	found, wrong := map[string]string{}, map[string]string{}
	addWrong(found, hookline.Action{Name: "x", Template: t}.Validate())
	addWrong(found, s.checkTemplate(t))
	addWrong(found, s.checkAddress(ctx, t.URL))
	for _, problem := range found {
		wrong["command"] = problem
	}
	return wrong
}

// curlName is a first name for the action: what it does, and where.
func curlName(t hookline.Template) string {
	u, err := url.Parse(t.URL)
	if err != nil || u.Hostname() == "" {
		return t.Method + " request"
	}
	return t.Method + " to " + u.Hostname()
}
