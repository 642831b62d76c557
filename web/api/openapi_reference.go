package api

import (
	"reflect"
	"slices"

	"hookline/internal/hookline"
)

// Operation is one thing that the management API does, for a page that
// explains it.
type Operation struct {
	Method  string // "POST"
	Path    string // from the root: "/api/v1/sources/{id}"
	Subject string // what it is about: "sources"
	Summary string
	About   string // more; may be empty
	Scope   string // admin, edit, support or read; "" when no token is needed
	Once    bool   // takes an Idempotency-Key
	Query   []Member
	Takes   []Member // of the body; none when it takes no body
	Gives   []Member // of the answer; none when it has no body
}

// Member is a member of a body, or a parameter of an address.
type Member struct {
	Name     string // dotted for members of members: "request.url"
	Kind     string // text, number, true or false, time, list, object
	About    string
	Required bool
}

// Reference lists everything that the management API does, from the table that
// it is served from and that the OpenAPI document is made of.
func Reference() []Operation {
	var m manage
	table := m.routes()
	all := make([]Operation, len(table))
	for i, t := range table {
		all[i] = Operation{
			Method: t.method, Path: manageRoot + t.path, Subject: t.subject(), Summary: t.summary, About: t.about,
			Scope: hookline.ScopeName(t.scope), Once: t.once,
			Takes: members(t.takes, "", t.method != patch), Gives: members(t.gives, "", false),
		}
		for _, p := range t.query {
			all[i].Query = append(all[i].Query, Member{Name: p.name, Kind: parameterKinds[p.kind], About: p.about})
		}
	}
	return all
}

var parameterKinds = map[string]string{"integer": "number", "string": "text", "date-time": "time"}

// members lists the fields of a struct and of the structs in it. What is within
// its own kind, as the steps of a branch are, is told once.
func members(t reflect.Type, path string, mayRequire bool, within ...reflect.Type) []Member {
	if t.Kind() != reflect.Struct || slices.Contains(within, t) {
		return nil
	}
	within = append(within, t)
	var all []Member
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			all = append(all, members(f.Type, path, mayRequire, within...)...)
			continue
		}
		name := join(path, jsonName(f))
		all = append(all, Member{Name: name, Kind: plainKind(f.Type), About: f.Tag.Get("doc"), Required: mayRequire && f.Tag.Get("required") == "true"})
		inner := f.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice && inner != objectType && inner != valueType {
			inner = inner.Elem()
		}
		if plainKind(inner) == "object" && inner.Kind() == reflect.Struct {
			all = append(all, members(inner, name, mayRequire, within...)...)
		}
	}
	return all
}

func plainKind(t reflect.Type) string {
	switch {
	case t.Kind() == reflect.Pointer:
		return plainKind(t.Elem())
	case t.PkgPath() == "time":
		return "time"
	case t == objectType, t.Kind() == reflect.Struct, t.Kind() == reflect.Map:
		return "object"
	case t == valueType:
		return "any JSON"
	case t.Kind() == reflect.Slice:
		return "list"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64, t.Kind() == reflect.Float64:
		return "number"
	}
	return "text"
}
