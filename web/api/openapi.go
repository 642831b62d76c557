package api

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"hookline/internal/hookline"
)

// openAPI gives the document, which is made once.
func (m *manage) openAPI(*call) (jsonObject, error) { return m.document, nil }

// document describes the table in OpenAPI 3.1. Its schemas are made from the
// very types that the handlers read and give.
func document(table []route) map[string]any {
	s := schemas{}
	paths := map[string]any{}
	for _, t := range table {
		path, ok := paths[t.path].(map[string]any)
		if !ok {
			path = map[string]any{}
			paths[t.path] = path
		}
		path[strings.ToLower(t.method)] = s.operation(t)
	}
	s.of(reflect.TypeFor[refusalOf](), given)
	return map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{
			"title":       "Hookline management API",
			"version":     "1",
			"description": "Everything that can be configured and read by hand, for programs. Make a token under Settings, API tokens. Unknown members and parameters are refused by name; a PATCH changes only the members that are given.",
		},
		"servers":  []any{map[string]any{"url": manageRoot}},
		"security": []any{map[string]any{"token": []any{}}},
		"paths":    paths,
		"components": map[string]any{
			"schemas":         map[string]any(s),
			"securitySchemes": map[string]any{"token": map[string]any{"type": "http", "scheme": "bearer", "description": "Scopes: " + scopesText() + "; each includes those after it."}},
			"responses": map[string]any{"refusal": map[string]any{
				"description": "Why it could not be done.",
				"content":     jsonContent(map[string]any{"$ref": "#/components/schemas/Refusal"}),
			}},
		},
	}
}

func scopesText() string {
	names := make([]string, len(hookline.Roles()))
	for i, role := range hookline.Roles() {
		names[i] = hookline.ScopeName(role)
	}
	return strings.Join(names, ", ")
}

func jsonContent(schema any) map[string]any {
	return map[string]any{"application/json": map[string]any{"schema": schema}}
}

// operation describes one route.
func (s schemas) operation(t route) map[string]any {
	op := map[string]any{"operationId": t.name(), "summary": t.summary, "tags": []any{t.subject()}, "responses": s.responses(t)}
	about := t.about
	if t.scope == anyone {
		op["security"] = []any{}
	} else {
		about = strings.TrimSpace("Scope: " + hookline.ScopeName(t.scope) + ". " + about)
		op["x-scope"] = hookline.ScopeName(t.scope)
	}
	if about != "" {
		op["description"] = about
	}
	if parameters := t.parameters(); len(parameters) > 0 {
		op["parameters"] = parameters
	}
	if t.takes != nothing {
		kind := taken
		if t.method == patch {
			kind = changing
		}
		op["requestBody"] = map[string]any{"required": true, "content": jsonContent(s.of(t.takes, kind))}
	}
	return op
}

func (t route) parameters() []any {
	var all []any
	for _, part := range strings.Split(t.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			all = append(all, map[string]any{"name": strings.TrimSuffix(name, "}"), "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
		}
	}
	for _, p := range t.query {
		schema := map[string]any{"type": p.kind}
		if p.kind == "date-time" {
			schema = map[string]any{"type": "string", "format": p.kind}
		}
		all = append(all, map[string]any{"name": p.name, "in": "query", "description": p.about, "schema": schema})
	}
	if t.once {
		all = append(all, map[string]any{
			"name": "Idempotency-Key", "in": "header", "schema": map[string]any{"type": "string", "maxLength": maxReplayKey},
			"description": "Any text of yours. The same call with the same key gets the first one's answer for 24 hours, and nothing happens twice; another call with it is refused with 409.",
		})
	}
	return all
}

func (s schemas) responses(t route) map[string]any {
	responses := map[string]any{}
	success := map[string]any{"description": t.summary + "."}
	status := t.status
	if t.gives == nothing {
		status = http.StatusNoContent
	} else {
		success["content"] = jsonContent(s.of(t.gives, given))
	}
	responses[strconv.Itoa(status)] = success
	if t.method == put {
		responses[strconv.Itoa(http.StatusCreated)] = success
	}
	for _, refused := range t.refusals() {
		responses[strconv.Itoa(refused)] = map[string]any{"$ref": "#/components/responses/refusal"}
	}
	return responses
}

// refusals are the statuses of a route besides its success.
func (t route) refusals() []int {
	if t.scope == anyone {
		return []int{http.StatusMethodNotAllowed, http.StatusInternalServerError}
	}
	all := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusServiceUnavailable, http.StatusInternalServerError}
	if strings.Contains(t.path, "{") {
		all = append(all, http.StatusNotFound)
	}
	if t.takes != nothing {
		all = append(all, http.StatusBadRequest, http.StatusRequestEntityTooLarge)
	}
	if t.method != get {
		all = append(all, http.StatusConflict)
	}
	slices.Sort(all)
	return all
}

// subject is the first word of the path: what the route is about.
func (t route) subject() string {
	return strings.TrimSuffix(strings.Split(t.path, "/")[1], ".json")
}

// name is unique among the routes: "get_sources_id".
func (t route) name() string {
	return strings.ToLower(t.method) + strings.NewReplacer("/", "_", "{", "", "}", "", "-", "_", ".", "_").Replace(t.path)
}
