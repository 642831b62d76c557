package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/compose"
	"hookline/internal/hookline"
	"hookline/views"
)

// openRequest takes the authentication out of the template that is kept, for its own fields.
func (f *composerForm) openRequest() {
	auth, rest := compose.ReadAuth(f.template)
	f.request = views.RequestTyped{Address: rest.URL, Auth: auth}
	f.plain = rest
}

// readRequest reads what has fields of its own, and makes the one template of all of it.
func (f *composerForm) readRequest(form url.Values) {
	f.request = views.RequestTyped{Address: f.template.URL, Auth: readAuth(form)}
	f.plain = f.template
	if f.request.AsRows = form.Get("query_mode") == "rows"; f.request.AsRows {
		f.request.Params = readParams(form)
	}
	if kind := form.Get("content"); kind != form.Get("content_was") {
		f.plain.Headers = withContent(f.plain.Headers, compose.Content(kind))
	}
	f.join()
}

// join makes the template of the address, its parameters, its authentication and the rest.
func (f *composerForm) join() {
	f.plain.URL = f.request.Address
	if f.request.AsRows {
		f.plain.URL = compose.WriteQuery(f.request.Address, f.request.Params)
	}
	f.template, f.request.Auth = f.request.Auth.With(f.plain)
}

// readAuth reads the fields of every way, so that none is lost when another one is tried. The scheme in front of a
// token, which manuals print with it, is not part of it.
func readAuth(form url.Values) compose.Auth {
	get := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	a := compose.Auth{
		Kind: compose.AuthKind(form.Get("auth")), User: get("auth_user"), Password: form.Get("auth_password"), Token: get("auth_token"),
		HeaderName: get("auth_header_name"), HeaderKey: get("auth_header_key"), ParamName: get("auth_param_name"), ParamKey: get("auth_param_key"),
	}
	if scheme, token, found := strings.Cut(a.Token, " "); found && strings.EqualFold(scheme, "bearer") {
		a.Token = strings.TrimSpace(token)
	}
	a.Place, _ = strconv.Atoi(form.Get("auth_place")) // without one it comes last
	return a
}

func readParams(form url.Values) []compose.Param {
	names, values, forms := form["query_name"], form["query_value"], form["query_form"]
	var params []compose.Param
	for i := range min(len(names), len(values), len(forms), views.MaxParams) {
		params = append(params, compose.Param{Name: names[i], Value: values[i], Form: compose.ParamForm(forms[i])})
	}
	return params
}

// withContent writes the content type of a kind into the headers. For a kind without a name, what was there gives way
// to what is typed.
func withContent(headers []hookline.Header, kind compose.Content) []hookline.Header {
	headers = slices.Clone(headers)
	for i, h := range headers {
		if strings.EqualFold(h.Name, "Content-Type") {
			headers[i].Value = kind.Type()
			return headers
		}
	}
	return append(headers, hookline.Header{Name: "Content-Type", Value: kind.Type()})
}

// editAddress shows the parameters of the address as rows or as text, or changes the rows.
func (s *server) editAddress(w http.ResponseWriter, r *http.Request) error {
	return s.recompose(w, r, func(f *composerForm) { f.editAddress(r.PostFormValue("edit")) })
}

func (f *composerForm) editAddress(what string) {
	switch what {
	case "rows":
		f.toParams()
	case "text":
		f.request.AsRows, f.request.Address, f.focus = false, f.plain.URL, "field-url"
	default:
		focus, _ := paramRows.edit(&f.request.Params, what)
		f.focusOn(focus)
	}
	f.join()
}

// toParams shows the parameters as rows, or notes why it cannot.
func (f *composerForm) toParams() {
	front, params, err := compose.ReadQuery(f.request.Address)
	e, wrong := errors.AsType[*compose.Error](err)
	switch {
	case f.request.AsRows:
	case wrong:
		f.request.Told = placed(e)
	case len(params) > views.MaxParams:
		f.request.Told = "This address has more than " + strconv.Itoa(views.MaxParams) + " parameters, which is too many for rows."
	default:
		f.request.AsRows, f.request.Address, f.request.Params, f.focus = true, front, params, "param-add"
		if len(params) > 0 {
			f.focus = views.ParamID(0)
		}
	}
}

// chooseContent shows the body and the headers as the kind of body that was chosen makes them.
func (s *server) chooseContent(w http.ResponseWriter, r *http.Request) error {
	f, err := s.readComposer(r)
	if err != nil {
		return err
	}
	if !isHTMX(r) {
		return s.showComposer(w, r, http.StatusOK, f)
	}
	m, err := s.composerModel(r, f, "body-part")
	if err != nil {
		return err
	}
	return s.show(w, r, view{page: views.ContentSwap(m)})
}
