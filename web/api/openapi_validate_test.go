package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// validator checks values against the schemas of a document: the part of JSON
// Schema that ours uses, and an error for any other word, so that nothing in a
// schema goes unchecked.
type validator struct{ schemas map[string]any }

// check gives what is wrong with a value, each with its path.
func (v validator) check(schema map[string]any, value any, path string) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, path+": "+fmt.Sprintf(format, args...)) }
	for word, rule := range schema {
		switch word {
		case "$ref":
			name := strings.TrimPrefix(rule.(string), "#/components/schemas/")
			target, ok := v.schemas[name].(map[string]any)
			if !ok {
				say("there is no schema %s", name)
				continue
			}
			wrong = append(wrong, v.check(target, value, path)...)
		case "type":
			if !slices.ContainsFunc(list(rule), func(kind any) bool { return isKind(value, kind.(string)) }) {
				say("%v is no %v", value, rule)
			}
		case "anyOf":
			if !slices.ContainsFunc(list(rule), func(one any) bool { return len(v.check(one.(map[string]any), value, path)) == 0 }) {
				say("%v is none of %v", value, rule)
			}
		case "enum":
			if !slices.Contains(list(rule), value) {
				say("%v is not among %v", value, rule)
			}
		case "format":
			if text, ok := value.(string); ok {
				if _, err := time.Parse(time.RFC3339Nano, text); err != nil || rule != "date-time" {
					say("%s is no %v", text, rule)
				}
			}
		case "items":
			for i, one := range list(value) {
				wrong = append(wrong, v.check(rule.(map[string]any), one, fmt.Sprintf("%s[%d]", path, i))...)
			}
		case "properties", "required", "additionalProperties":
			wrong = append(wrong, v.checkMembers(word, rule, schema, value, path)...)
		case "description", "examples", "default":
		default:
			say("the validator does not know %q", word)
		}
	}
	return wrong
}

func (v validator) checkMembers(word string, rule any, schema map[string]any, value any, path string) (wrong []string) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	properties, _ := schema["properties"].(map[string]any)
	switch word {
	case "required":
		for _, name := range list(rule) {
			if _, ok := object[name.(string)]; !ok {
				wrong = append(wrong, path+": "+name.(string)+" is missing")
			}
		}
	case "properties":
		for name, schema := range properties {
			if member, ok := object[name]; ok {
				wrong = append(wrong, v.check(schema.(map[string]any), member, path+"."+name)...)
			}
		}
	case "additionalProperties":
		for name, member := range object {
			if _, known := properties[name]; known {
				continue
			}
			if schema, ok := rule.(map[string]any); ok {
				wrong = append(wrong, v.check(schema, member, path+"."+name)...)
			} else if rule != true {
				wrong = append(wrong, path+": "+name+" is not in the schema")
			}
		}
	}
	return wrong
}

func list(value any) []any {
	if many, ok := value.([]any); ok {
		return many
	}
	return []any{value}
}

func isKind(value any, kind string) bool {
	switch value := value.(type) {
	case nil:
		return kind == "null"
	case bool:
		return kind == "boolean"
	case string:
		return kind == "string"
	case float64:
		return kind == "number" || kind == "integer" && value == float64(int64(value))
	case []any:
		return kind == "array"
	case map[string]any:
		return kind == "object"
	}
	return false
}

// parsed reads JSON as the validator takes it.
func parsed(text string) (any, error) {
	var value any
	err := json.Unmarshal([]byte(text), &value)
	return value, err
}
